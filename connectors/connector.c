#include "connectors/connector.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "connectors/directory.h"
#include "connectors/http/http.h"
#include "connectors/mail/mailbox.h"
#include "connectors/postgresql/postgresql.h"
#include "connectors/serving.h"
#include "connectors/sftp/sftp.h"
#include "hub/base/clock.h"
#include "hub/base/hash.h"
#include "hub/base/log.h"
#include "hub/base/notify.h"
#include "hub/store/migrate.h"
#include "hub/store/role.h"
#include "sql.gen.h"

#define PAUSE_MS 500
#define PAUSE_MOST_MS 60000
#define PAUSE_MOST_OURS_MS 10000 /* for our own database */
#define SAY_AGAIN_MS 60000
#define PAUSE_TAKEN_MS 1000 /* while another process reads the source */

static const struct connector *const transports[] = {
    &directory_connector, &http_connector, &imap_connector, &sftp_connector, &postgresql_connector,
};

volatile sig_atomic_t connector_stopping;

static void stop(int signal)
{
    (void)signal;
    connector_stopping = 1;
}

const struct connector *connector_of(enum transport_kind kind)
{
    for (size_t i = 0; i < COUNT_OF(transports); i++)
        if (transports[i]->kind == kind)
            return transports[i];
    return NULL;
}

/* Twice as long each time, and never quite as long as others pause. */
static int pause_after(const struct error *err, int attempts, int most)
{
    if (err->kind == ERROR_CONFLICT)
        return PAUSE_TAKEN_MS;
    int64_t pause = err->kind == ERROR_FATAL ? most : PAUSE_MS;
    for (int i = 1; i < attempts && pause < most; i++)
        pause *= 2;
    pause = pause < most ? pause : most;
    uint64_t dice = hash64_mix((uint64_t)clock_us(), (uint64_t)getpid());
    return (int)(pause * 3 / 4 + (int64_t)(dice % (uint64_t)(pause / 2)));
}

/* What lasts is said once; what comes and goes, once a minute. */
struct said {
    struct error last;
    int64_t at;
};

static void say(struct said *said, const struct error *err, const struct serving *serving)
{
    bool news = !text_equal(said->last.text, err->text);
    bool begins = serving->state.attempts == 1 || serving->unreachable == 1;
    if (!news && !(begins && clock_ms() - said->at >= SAY_AGAIN_MS))
        return;
    log_line(err->kind == ERROR_CONFLICT ? LOG_NOTICE : LOG_WARNING, "source '%s': %s",
             serving->name, err->text);
    *said = (struct said){*err, clock_ms()};
}

/* With no more rights than it needs, where the server has a role for that. */
static bool act_as_connector(struct serving *serving, struct error *err)
{
    static const char once[] = "role";
    bool assumed;
    if (!role_assume(serving->db, serving->connector, &assumed, err))
        return false;
    if (!assumed && !map_get_text(&serving->told, once)) {
        map_put_text(&serving->told, once, serving);
        log_line(LOG_WARNING, "runs with all rights of the database's user; 'axle init' says why");
    }
    return true;
}

static bool connect(struct arena *session, struct serving *serving, struct error *err)
{
    serving->db = db_open(session, serving->instance->dsn, program_invocation_short_name, err);
    return serving->db && migrate_check(serving->db, err) && act_as_connector(serving, err) &&
           db_run(session, serving->db, &SQL_SESSION_IDLE, PARAMS(db_int(session, LEASE_MS)), NULL,
                  err);
}

/* As long as the connection lasts; false with the reason why it does not. */
static bool serve(struct serving *serving, struct said *said, struct error *err)
{
    ARENA(session);
    serving->unreachable++;
    if (!connect(session, serving, err))
        return false;
    serving->unreachable = 0;
    while (!connector_stopping) {
        if (serving_step(serving, err) || connector_stopping)
            continue;
        serving_fail(serving, err);
        if (db_broken(serving->db))
            break;
        say(said, err, serving);
        serving_pause(serving, pause_after(err, serving->state.attempts, PAUSE_MOST_MS));
    }
    bool broken = db_broken(serving->db);
    serving_leave(serving);
    return !broken;
}

static int serve_source(struct serving *serving)
{
    struct error err;
    struct said said = {0};
    notify_ready();
    while (!connector_stopping && !serve(serving, &said, &err)) {
        say(&said, &err, serving);
        int64_t end = clock_ms() + pause_after(&err, serving->unreachable, PAUSE_MOST_OURS_MS);
        while (!connector_stopping && clock_ms() < end) {
            notify_alive();
            (void)poll(NULL, 0, 100);
        }
    }
    arena_free(serving->now.arena);
    return 0;
}

int connector_main(const char *connector, int argc, char **argv)
{
    ARENA(process);
    struct error err;
    struct instance instance;

    (void)signal(SIGTERM, stop);
    (void)signal(SIGINT, stop);
    (void)signal(SIGIO, SIG_IGN); /* somebody opens a file while we hold a lease on it */
    if (!instance_open(process, &instance, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 2;
    }
    if (argc != 2) {
        log_line(LOG_ERROR, "usage: %s SOURCE", program_invocation_short_name);
        return 2;
    }
    struct serving serving = {.connector = connector,
                              .name = argv[1],
                              .place = lease_place(process, instance.home),
                              .instance = &instance,
                              .told = {.arena = process},
                              .gauge = {.most = instance.inbox_most},
                              .state = {.behind = -1, .lag_ms = -1},
                              .stated_as = SOURCE_STOPPED};
    return serve_source(&serving);
}
