#include "hub/programs/axle/command.h"
#include "hub/programs/axle/follow.h"
#include "hub/store/db.h"

/* A word for the shell, whatever it holds. */
static void print_export(const char *name, const char *value)
{
    (void)printf("export %s='", name);
    for (const char *c = value; *c; c++)
        if (*c == '\'')
            (void)fputs("'\\''", stdout);
        else
            (void)putchar(*c);
    (void)fputs("'\n", stdout);
}

static enum exit_status env(const struct call *call, struct error *err)
{
    static const struct {
        const char *keyword, *variable;
        bool always;
    } settings[] = {
        {"host", "PGHOST", true},
        {"port", "PGPORT", true},
        {"user", "PGUSER", true},
        {"dbname", "PGDATABASE", true},
        {"hostaddr", "PGHOSTADDR", false},
        {"password", "PGPASSWORD", false},
        {"passfile", "PGPASSFILE", false},
        {"sslmode", "PGSSLMODE", false},
        {"sslcert", "PGSSLCERT", false},
        {"sslkey", "PGSSLKEY", false},
        {"sslrootcert", "PGSSLROOTCERT", false},
    };
    const struct instance *instance = call->instance;
    const char *token = instance_token(call->arena, instance);
    if (!token) {
        (void)error_set(err, ERROR_FATAL, "no instance in '%s' yet; 'axle up' makes one",
                        instance->home);
        return EXIT_WRONG;
    }
    if (!follow_supervisor(instance))
        (void)fputs("axle: the instance is not running; 'axle up' starts it\n", stderr);
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        const char *value = db_setting(call->arena, instance->dsn, settings[i].keyword);
        if (value)
            print_export(settings[i].variable, value);
        else if (settings[i].always)
            (void)printf("unset %s\n", settings[i].variable);
    }
    print_export("AXLE_URL", instance->url);
    print_export("AXLE_TOKEN", token);
    return EXIT_DONE;
}

const struct command command_env = {
    .name = "env",
    .usage = "",
    .summary = "print what psql and HTTP clients need, as export lines",
    .help = "eval \"$(axle env)\" sets PGHOST PGPORT PGUSER PGDATABASE AXLE_URL AXLE_TOKEN.",
    .run = env,
};
