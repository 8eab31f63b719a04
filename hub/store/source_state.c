#include "hub/store/source_state.h"

#include <limits.h>
#include <unistd.h>

#include "sql.gen.h"

static const char *const words[] = {
    [SOURCE_STARTING] = "starting", [SOURCE_READING] = "reading", [SOURCE_WAITING] = "waiting",
    [SOURCE_FULL] = "full",         [SOURCE_FAILING] = "failing", [SOURCE_STOPPED] = "stopped",
};

static struct param known(struct arena *work, int64_t number)
{
    return number < 0 ? db_text(NULL) : db_int(work, number);
}

bool source_state_put(struct db *db, int source_id, const struct source_state *state,
                      struct error *err)
{
    ARENA(work);
    char host[HOST_NAME_MAX + 1] = "";
    (void)gethostname(host, sizeof(host) - 1);
    return db_run(work, db, &SQL_SOURCE_STATE_PUT,
                  PARAMS(db_int(work, source_id), db_text(words[state->doing]), db_text(host),
                         db_int(work, getpid()), db_text(state->looked ? "t" : "f"),
                         db_int(work, state->records),
                         db_text(arena_printf(work, "%.2f", state->rate)),
                         known(work, state->behind), known(work, state->lag_ms),
                         db_int(work, state->attempts), db_text(state->error)),
                  NULL, err);
}
