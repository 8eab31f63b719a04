#include <time.h>

#include "hub/base/json.h"
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

static const char *age(struct arena *arena, int64_t since)
{
    int64_t seconds = (int64_t)time(NULL) - since;
    if (since == 0)
        return "";
    if (seconds < 120)
        return arena_printf(arena, "%lld s", (long long)seconds);
    if (seconds < 7200)
        return arena_printf(arena, "%lld min", (long long)(seconds / 60));
    return arena_printf(arena, "%lld h", (long long)(seconds / 3600));
}

static void print_processes(struct arena *arena, const struct process_row *rows, size_t count)
{
    (void)printf("%-16s %8s %10s %9s\n", "PROGRAM", "PROCESS", "SINCE", "RESTARTS");
    for (size_t i = 0; i < count; i++)
        (void)printf("%-16s %8s %10s %9d\n", rows[i].name,
                     rows[i].pid ? arena_printf(arena, "%d", (int)rows[i].pid) : "-",
                     rows[i].pid ? age(arena, rows[i].since) : "starting", rows[i].restarts);
}

static void write_processes(struct json_writer *json, const struct process_row *rows, size_t count)
{
    json_name(json, "processes");
    json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, '{');
        json_member(json, "program", rows[i].name);
        json_member_int(json, "number", rows[i].number);
        json_member_int(json, "process", rows[i].pid);
        json_member_int(json, "since", rows[i].since);
        json_member_int(json, "restarts", rows[i].restarts);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static enum exit_status status(const struct call *call, struct error *err)
{
    (void)err;
    const struct instance *instance = call->instance;
    size_t count = 0;
    pid_t pid = follow_supervisor(instance);
    const struct process_row *rows = pid ? follow_processes(call->arena, instance, &count) : NULL;
    if (call_has(call, "json")) {
        struct json_writer json = {.out = {.arena = call->arena}};
        json_open(&json, '{');
        json_name(&json, "running");
        json_bool(&json, pid != 0);
        json_member(&json, "home", instance->home);
        json_member(&json, "url", pid ? instance->url : NULL);
        write_processes(&json, rows, count);
        json_close(&json, '}');
        (void)puts(buffer_string(&json.out));
    } else if (pid) {
        (void)printf("%s serves %s\n\n", instance->home, instance->url);
        print_processes(call->arena, rows, count);
    } else {
        (void)printf("%s is not running; 'axle up' starts it\n", instance->home);
    }
    return pid ? EXIT_DONE : EXIT_FOUND;
}

const struct command command_status = {
    .name = "status",
    .usage = "[--json]",
    .summary = "the processes of the instance",
    .help = "Exit status 1 when it is not running.",
    .options = (const struct option[]){{"json", NULL, "as JSON"}, {0}},
    .run = status,
};
