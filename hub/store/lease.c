#include "hub/store/lease.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "sql.gen.h"

const char *lease_place(struct arena *arena, const char *home)
{
    char host[HOST_NAME_MAX + 1] = "";
    (void)gethostname(host, sizeof(host) - 1);
    return arena_printf(arena, "%s:%s", host, home);
}

/* One from the same place that runs no more. */
static bool is_gone(const struct rows *rows, const char *place)
{
    pid_t pid = (pid_t)rows_int(rows, 0, 1);
    return text_equal(rows_text(rows, 0, 0), place) && pid > 0 &&
           (pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH));
}

bool lease_take(struct db *db, int source_id, const char *place, struct lease *lease,
                struct error *err)
{
    ARENA(work);
    struct rows now, taken;
    struct param source = db_int(work, source_id);
    if (!db_run(work, db, &SQL_LEASE_ENTER, PARAMS(source), NULL, err) ||
        !db_run(work, db, &SQL_LEASE_SHOW, PARAMS(source), &now, err))
        return false;
    int64_t gone = is_gone(&now, place) ? rows_int(&now, 0, 2) : -1;
    if (!db_run(work, db, &SQL_LEASE_TAKE,
                PARAMS(source, db_text(place), db_int(work, getpid()), db_int(work, LEASE_MS),
                       db_int(work, gone)),
                &taken, err))
        return false;
    if (!taken.count)
        return error_set(err, ERROR_CONFLICT, "process %d at %s reads it",
                         (int)rows_int(&now, 0, 1), rows_text(&now, 0, 0));
    *lease = (struct lease){source_id, rows_int(&taken, 0, 0)};
    return true;
}

static bool is_ours(const struct rows *rows, struct error *err)
{
    return rows->count > 0 ||
           error_set(err, ERROR_CONFLICT, "another process has taken over meanwhile");
}

bool lease_keep(struct db *db, const struct lease *lease, struct error *err)
{
    ARENA(work);
    struct rows rows;
    return db_run(work, db, &SQL_LEASE_KEEP,
                  PARAMS(db_int(work, lease->source_id), db_int(work, lease->token),
                         db_int(work, LEASE_MS)),
                  &rows, err) &&
           is_ours(&rows, err);
}

bool lease_check(struct db *db, const struct lease *lease, struct error *err)
{
    ARENA(work);
    struct rows rows;
    return !lease || (db_run(work, db, &SQL_LEASE_CHECK,
                             PARAMS(db_int(work, lease->source_id), db_int(work, lease->token)),
                             &rows, err) &&
                      is_ours(&rows, err));
}

bool lease_release(struct db *db, struct lease *lease, struct error *err)
{
    ARENA(work);
    const struct lease held = *lease;
    *lease = (struct lease){0};
    return !held.token ||
           db_run(work, db, &SQL_LEASE_RELEASE,
                  PARAMS(db_int(work, held.source_id), db_int(work, held.token)), NULL, err);
}
