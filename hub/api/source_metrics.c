#include "hub/api/source_metrics.h"

#include "hub/http/metrics.h"
#include "sql.gen.h"

/* Columns of SQL_SOURCE_STATE_LIST. */
enum column {
    NAME,
    CONNECTOR,
    STATE,
    SINCE,
    LAST_LOOK,
    LAST_RECORD,
    RECORDS,
    RATE,
    BEHIND,
    LAG,
    ATTEMPTS
};

static const struct {
    const char *name, *type, *help;
    enum column column;
    double unit;
} families[] = {
    {"axle_source_records_total", "counter", "Records that a source brought.", RECORDS, 1},
    {"axle_source_rate", "gauge", "Records a second, over about a minute.", RATE, 1},
    {"axle_source_behind", "gauge", "What a source still holds, where that is known.", BEHIND, 1},
    {"axle_source_lag_seconds", "gauge", "How long what came last had waited.", LAG, 0.001},
    {"axle_source_last_look_seconds", "gauge", "When a source last answered, since 1970.",
     LAST_LOOK, 1},
    {"axle_source_last_record_seconds", "gauge",
     "When a source last brought something, since 1970.", LAST_RECORD, 1},
    {"axle_source_failures", "gauge", "Failed attempts, one after the other.", ATTEMPTS, 1},
};

static const char *const states[] = {"starting", "reading", "waiting", "full",
                                     "failing",  "stopped", "silent"};

static const char *labels(struct arena *arena, const struct rows *rows, size_t row)
{
    return arena_printf(arena, "source=\"%s\",connector=\"%s\"", rows_text(rows, row, NAME),
                        rows_text(rows, row, CONNECTOR));
}

static void write_states(struct arena *arena, const struct rows *rows, struct buffer *out)
{
    metrics_family(out, "axle_source_state", "gauge", "1 for the state that a source is in.");
    for (size_t row = 0; row < rows->count; row++)
        for (size_t i = 0; i < COUNT_OF(states); i++)
            metrics_value(
                out, "axle_source_state",
                arena_printf(arena, "%s,state=\"%s\"", labels(arena, rows, row), states[i]),
                text_equal(rows_text(rows, row, STATE), states[i]));
}

bool source_metrics(struct arena *arena, struct db *db, struct buffer *out, struct error *err)
{
    struct rows rows;
    if (!db_run(arena, db, &SQL_SOURCE_STATE_LIST, NO_PARAMS, &rows, err))
        return false;
    write_states(arena, &rows, out);
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        metrics_family(out, families[i].name, families[i].type, families[i].help);
        for (size_t row = 0; row < rows.count; row++) {
            int64_t value = rows_int(&rows, row, (int)families[i].column);
            if (value >= 0)
                metrics_value(out, families[i].name, labels(arena, &rows, row),
                              (double)value * families[i].unit);
        }
    }
    return true;
}
