/* axle evaluate: how well the customers of the hub agree with a known truth. */
#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/programs/axle/curve.h"
#include "hub/record/record.h"
#include "hub/store/cursor.h"
#include "hub/trial/truth.h"
#include "sql.gen.h"

#define FILE_MOST ((size_t)4 * 1024 * 1024 * 1024)

static bool list_sources(const struct call *call, struct db *db, struct truth *truth,
                         struct error *err)
{
    struct rows rows;
    struct buffer known = {.arena = call->arena};
    bool there = !truth->only;
    if (!db_run(call->arena, db, &SQL_SOURCE_LIST, NO_PARAMS, &rows, err))
        return false;
    const char **names = NEW_ARRAY(call->arena, const char *, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        names[i] = rows_text(&rows, i, 1);
        there = there || text_same(names[i], truth->only);
        buffer_printf(&known, "%s%s", i ? ", " : "", names[i]);
    }
    truth->sources = names;
    return there || error_set(err, ERROR_FATAL, "no source '%s' in the hub; it has: %s",
                              truth->only, buffer_string(&known));
}

/* Each record with its customer, or for the curve with its own id. */
static bool place_all(const struct call *call, struct db *db, struct truth *truth,
                      struct error *err)
{
    bool curve = call_has(call, "curve");
    struct rows rows = {.count = 1};
    if (!cursor_open(call->arena, db, &SQL_LINK_SCAN, err))
        return false;
    while (rows.count) {
        ARENA(page);
        if (!cursor_next(page, db, &rows, err))
            return false;
        for (size_t i = 0; i < rows.count; i++) {
            const char *source = rows_text(&rows, i, 0), *key = rows_text(&rows, i, 1);
            const char *part = rows_text(&rows, i, 2);
            struct uuid customer = rows_uuid(&rows, i, 3);
            uint64_t cluster = curve ? (uint64_t)record_id(source, key, part)
                                     : hash64(customer.bytes, sizeof(customer.bytes));
            if (!truth_place(truth, source, key, part, cluster, err))
                return false;
        }
    }
    return true;
}

static const struct {
    const char *name, *label;
    size_t at; /* in struct evaluation */
} measures[] = {
    {"pair", "pairs", offsetof(struct evaluation, pair)},
    {"b3", "B-cubed", offsetof(struct evaluation, b3)},
    {"cluster", "clusters", offsetof(struct evaluation, cluster)},
};

static const struct measure *measure_of(const struct evaluation *evaluation, size_t i)
{
    return (const struct measure *)(const void *)((const char *)evaluation + measures[i].at);
}

static void write_share(struct json_writer *json, const char *measure, const char *of, double share)
{
    ARENA(scratch);
    json_name(json, arena_printf(scratch, "%s_%s", measure, of));
    json_raw(json, arena_printf(scratch, "%.6f", share));
}

static void print_json(const struct evaluation *e, int64_t reviews, const struct curve_point *curve)
{
    ARENA(scratch);
    struct json_writer json = {.out = {.arena = scratch}};
    json_open(&json, '{');
    json_member_int(&json, "n", (int64_t)e->n);
    json_member_int(&json, "entities", (int64_t)e->entities);
    json_member_int(&json, "clusters", (int64_t)e->clusters);
    for (size_t i = 0; i < COUNT_OF(measures); i++) {
        const struct measure *m = measure_of(e, i);
        write_share(&json, measures[i].name, "precision", m->precision);
        write_share(&json, measures[i].name, "recall", m->recall);
        write_share(&json, measures[i].name, "f1", m->f1);
    }
    json_member_int(&json, "largest_cluster", (int64_t)e->largest_cluster);
    json_member_int(&json, "open_reviews", reviews);
    if (curve) {
        json_name(&json, "curve");
        curve_json(&json, curve);
    }
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

static void print_table(const struct evaluation *e, int64_t reviews)
{
    (void)printf("records          %9zu\nentities         %9zu\nclusters         %9zu\n"
                 "largest cluster  %9zu\nopen reviews     %9lld\n\n",
                 e->n, e->entities, e->clusters, e->largest_cluster, (long long)reviews);
    (void)printf("%-10s %9s %9s %9s\n", "", "PRECISION", "RECALL", "F1");
    for (size_t i = 0; i < COUNT_OF(measures); i++) {
        const struct measure *m = measure_of(e, i);
        (void)printf("%-10s %9.4f %9.4f %9.4f\n", measures[i].label, m->precision, m->recall,
                     m->f1);
    }
}

/* What there is to print. */
struct evaluated {
    struct evaluation now;
    int64_t reviews;
    struct curve_point *curve; /* or NULL */
};

/* The active threshold's point is how things are, once nothing is pending. */
static bool make_curve(const struct call *call, const struct truth *truth,
                       struct evaluated *evaluated, struct error *err)
{
    struct version_desk desk;
    struct curve_point *curve = NEW_ARRAY(call->arena, struct curve_point, CURVE_POINTS);
    const struct assignment *records = truth_assignments(call->arena, truth);
    if (!version_open(call, &desk, err) || !curve_make(&desk, records, truth->count, curve, err))
        return false;
    evaluated->curve = curve;
    for (size_t i = 0; i < CURVE_POINTS; i++)
        if (curve[i].active)
            evaluated->now = curve[i].evaluation;
    return true;
}

static bool evaluate_truth(const struct call *call, struct truth *truth,
                           struct evaluated *evaluated, struct error *err)
{
    struct slice content;
    struct rows rows;
    const char *file = call_text(call, "truth", "");
    if (!file_read(call->arena, file, FILE_MOST, &content, err))
        return false;
    struct db *db = desk_connect(call, err);
    if (!db || !list_sources(call, db, truth, err) || !truth_read(truth, content, file, err) ||
        !place_all(call, db, truth, err) ||
        !db_run(call->arena, db, &SQL_REVIEW_COUNT, NO_PARAMS, &rows, err))
        return false;
    evaluated->reviews = rows_int(&rows, 0, 0);
    if (call_has(call, "curve"))
        return make_curve(call, truth, evaluated, err);
    evaluate_clusters(truth_assignments(call->arena, truth), truth->count, &evaluated->now);
    return true;
}

static enum exit_status evaluate(const struct call *call, struct error *err)
{
    struct truth truth = {.arena = call->arena, .only = call_text(call, "source", NULL)};
    struct evaluated evaluated = {.curve = NULL};
    if (!call_has(call, "truth")) {
        (void)error_set(err, ERROR_FATAL, "usage: axle evaluate %s", call->command->usage);
        return EXIT_WRONG;
    }
    if (!evaluate_truth(call, &truth, &evaluated, err))
        return EXIT_WRONG;
    if (truth.found < truth.count)
        (void)fprintf(stderr, "axle: %zu of %zu records are not in the hub; each counts as alone\n",
                      truth.count - truth.found, truth.count);
    if (truth.left_out)
        (void)fprintf(stderr, "axle: %zu records of other sources were left out\n", truth.left_out);
    if (call_has(call, "json")) {
        print_json(&evaluated.now, evaluated.reviews, evaluated.curve);
        return EXIT_DONE;
    }
    print_table(&evaluated.now, evaluated.reviews);
    if (evaluated.curve)
        curve_print(evaluated.curve);
    return EXIT_DONE;
}

const struct command command_evaluate = {
    .name = "evaluate",
    .usage = "--truth FILE [--source S] [--curve] [--json]",
    .summary = "compare the customers with a known truth",
    .help = "The truth is CSV: source,source_key,entity, or id,entity with an id that is a key or\n"
            "SOURCE:key. Records that the truth does not name are ignored; of those it names and\n"
            "the hub lacks each counts as alone.",
    .options =
        (const struct option[]){
            {"truth", "FILE", "which records belong together"},
            {"source", "S", "plain ids are keys of this source; only it counts"},
            {"curve", NULL, "over thresholds too, each resolved anew in memory"},
            {"json", NULL, "as JSON"},
            {0}},
    .run = evaluate,
};
