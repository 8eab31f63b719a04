#include "hub/programs/axle/curve.h"

#include <stdlib.h>

/* Of a match; that of the active version comes among them. */
static const double tried[CURVE_POINTS - 1] = {0.01, 0.1,  0.3,  0.5,   0.7,   0.8,
                                               0.9,  0.95, 0.99, 0.999, 0.9999};

static int by_match(const void *left, const void *right)
{
    const struct curve_point *a = left, *b = right;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

static int by_id(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void evaluate(const struct resolved *resolved, const struct assignment *records,
                     size_t count, struct evaluation *evaluation)
{
    ARENA(work);
    struct assignment *list = NEW_ARRAY(work, struct assignment, count + 1);
    for (size_t i = 0; i < count; i++) {
        int64_t id = (int64_t)records[i].cluster;
        const int64_t *at = resolved->count ? bsearch(&id, resolved->records, resolved->count,
                                                      sizeof(*resolved->records), by_id)
                                            : NULL;
        list[i] = records[i];
        if (at)
            list[i].cluster =
                (uint64_t)resolved->records[resolved->clusters[at - resolved->records]];
    }
    evaluate_clusters(list, count, evaluation);
}

static bool make_point(struct version_desk *desk, const struct assignment *records, size_t count,
                       struct curve_point *point, struct error *err)
{
    ARENA(work);
    struct resolved resolved;
    const struct model *model = desk->desk.hub.model;
    if (!point->active)
        model = model_with_match(work, model, point->match);
    if (!version_resolve(desk, work, model, &resolved, err))
        return false;
    point->weight = resolved.match_weight;
    point->match = model_probability(model, resolved.step, resolved.match_weight);
    evaluate(&resolved, records, count, &point->evaluation);
    return true;
}

bool curve_make(struct version_desk *desk, const struct assignment *records, size_t count,
                struct curve_point points[CURVE_POINTS], struct error *err)
{
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        points[i] = (struct curve_point){.match = i ? tried[i - 1] : 0, .active = !i};
        if (!make_point(desk, records, count, &points[i], err))
            return false;
    }
    qsort(points, CURVE_POINTS, sizeof(*points), by_match);
    return true;
}

void curve_print(const struct curve_point points[CURVE_POINTS])
{
    (void)printf("\n%-9s %7s  %-26s  %-8s  %s\n%-9s %7s  %-8s %-8s %-8s  %-8s  %s\n", "MATCH",
                 "BITS", "PAIRS", "B-CUBED", "CLUSTERS", "FROM", "", "PRECIS.", "RECALL", "F1",
                 "F1", "F1");
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        const struct evaluation *e = &points[i].evaluation;
        (void)printf("%-9.4f %7.2f  %-8.4f %-8.4f %-8.4f  %-8.4f  %-8.4f%s\n", points[i].match,
                     points[i].weight / 1000.0, e->pair.precision, e->pair.recall, e->pair.f1,
                     e->b3.f1, e->cluster.f1, points[i].active ? " active" : "");
    }
}

static void member_share(struct json_writer *json, const char *name, double share)
{
    ARENA(scratch);
    json_name(json, name);
    json_raw(json, arena_printf(scratch, "%.6f", share));
}

void curve_json(struct json_writer *json, const struct curve_point points[CURVE_POINTS])
{
    json_open(json, '[');
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        const struct evaluation *e = &points[i].evaluation;
        json_open(json, '{');
        member_share(json, "match", points[i].match);
        member_share(json, "weight", points[i].weight / 1000.0);
        json_name(json, "active");
        json_bool(json, points[i].active);
        member_share(json, "pair_precision", e->pair.precision);
        member_share(json, "pair_recall", e->pair.recall);
        member_share(json, "pair_f1", e->pair.f1);
        member_share(json, "b3_f1", e->b3.f1);
        member_share(json, "cluster_f1", e->cluster.f1);
        json_close(json, '}');
    }
    json_close(json, ']');
}
