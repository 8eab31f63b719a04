#include "connectors/connector.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "connectors/directory.h"
#include "hub/base/log.h"
#include "hub/store/instance.h"
#include "hub/store/migrate.h"

#define IDLE_MS 200
#define PAUSE_MS 500
#define PAUSE_MOST_MS 10000

static const struct transport_row transports[] = {
    {TRANSPORT_DIRECTORY, directory_pull},
};

static volatile sig_atomic_t stopping;

static void stop(int signal)
{
    (void)signal;
    stopping = 1;
}

struct daemon {
    const char *name;
    const struct instance *instance;
    struct db *db;
    struct sources_now now;
    struct map told;   /* what transports have said once */
    struct error said; /* the last trouble that was logged: what lasts is said once */
};

static bool pull_source(struct daemon *daemon, const struct source *source, bool *took,
                        struct error *err)
{
    struct pull pull = {daemon->db, daemon->instance, source, &daemon->told};
    for (size_t i = 0; i < COUNT_OF(transports); i++)
        if (transports[i].kind == source->mapping->from.kind &&
            !transports[i].pull(&pull, took, err))
            return error_wrap(err, "source '%s'", source->mapping->source);
    return true;
}

/* One look at every source.  Trouble with one source never stops another; a broken connection does. */
static bool pull_all(struct daemon *daemon, bool *took, struct error *err)
{
    *took = false;
    const struct sources *sources = daemon->now.sources;
    for (size_t i = 0; i < sources->count && !stopping; i++) {
        const struct source *source = &sources->list[i];
        if (!text_equal(source->mapping->connector, daemon->name) ||
            pull_source(daemon, source, took, err))
            continue;
        if (!text_equal(daemon->said.text, err->text))
            log_line(LOG_WARNING, "%s", err->text);
        daemon->said = *err;
        if (db_broken(daemon->db))
            return false;
    }
    return true;
}

static bool serve(struct daemon *daemon, struct error *err)
{
    ARENA(session);
    daemon->db = db_open(session, daemon->instance->dsn, program_invocation_short_name, err);
    if (!daemon->db || !migrate_check(daemon->db, err))
        return false;
    while (!stopping) {
        bool took;
        if (!sources_follow(&daemon->now, daemon->db, daemon->instance->schemas, err) ||
            !pull_all(daemon, &took, err))
            return false;
        if (!took)
            (void)usleep(IDLE_MS * 1000);
    }
    return true;
}

int connector_main(const char *connector)
{
    ARENA(process);
    struct error err;
    struct instance instance;
    struct daemon daemon = {.name = connector, .instance = &instance, .told = {.arena = process}};
    unsigned pause = PAUSE_MS;

    (void)signal(SIGTERM, stop);
    (void)signal(SIGINT, stop);
    (void)signal(SIGIO, SIG_IGN); /* somebody opens a file while we hold a lease on it */
    if (!instance_open(process, &instance, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 2;
    }
    while (!stopping && !serve(&daemon, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        if (err.kind == ERROR_FATAL)
            return 2;
        (void)usleep(pause * 1000);
        pause = pause * 2 < PAUSE_MOST_MS ? pause * 2 : PAUSE_MOST_MS;
    }
    arena_free(daemon.now.arena);
    return 0;
}
