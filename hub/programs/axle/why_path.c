#include "hub/base/list.h"
#include "hub/programs/axle/why.h"
#include "sql.gen.h"

/* A record of the customer, on a walk in breadth from the left one. */
struct place {
    struct one one;
    const struct place *before; /* NULL: not reached yet */
    int32_t weight;             /* of the edge from there */
};

struct walk {
    struct arena *arena;
    struct map places; /* by record id */
    struct place **list;
    size_t count;
};

static bool load_places(const struct why *why, struct walk *walk, struct error *err)
{
    struct rows rows;
    if (!db_run(why->arena, why->hub->db, &SQL_CUSTOMER_MEMBERS,
                PARAMS(db_uuid(why->arena, why->left->customer)), &rows, err))
        return false;
    walk->list = NEW_ARRAY(why->arena, struct place *, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        struct place *place = NEW(why->arena, struct place);
        place->one = (struct one){.name = {rows_int(&rows, i, 0), rows_text(&rows, i, 1),
                                           rows_text(&rows, i, 2), rows_text(&rows, i, 3)}};
        map_put(&walk->places, (uint64_t)place->one.name.id, place);
    }
    return true;
}

/* All edges from the places that the last round reached; what they lead to is the next round. */
static bool go_on(const struct why *why, struct walk *walk, size_t from, struct error *err)
{
    struct rows rows;
    size_t count = walk->count - from;
    int32_t match = model_match_weight(why->hub->model, why->step);
    int64_t *ids = NEW_ARRAY(why->arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        ids[i] = walk->list[from + i]->one.name.id;
    if (!db_run(why->arena, why->hub->db, &SQL_EDGE_LIST, PARAMS(db_int8s(why->arena, ids, count)),
                &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct place *place = map_get(&walk->places, (uint64_t)rows_int(&rows, i, 1));
        int32_t weight = (int32_t)rows_int(&rows, i, 2);
        if (!place || place->before || weight < match)
            continue;
        place->before = map_get(&walk->places, (uint64_t)rows_int(&rows, i, 0));
        place->weight = weight;
        walk->list[walk->count++] = place;
    }
    return true;
}

static void take_path(struct why *why, const struct place *start, const struct place *end)
{
    for (const struct place *at = end; at != start; at = at->before)
        why->path_length++;
    why->path = NEW_ARRAY(why->arena, struct stop, why->path_length + 1);
    size_t i = why->path_length;
    for (const struct place *at = end; at != start; at = at->before)
        why->path[--i] = (struct stop){&at->one, at->weight};
}

bool why_path(struct why *why, struct error *err)
{
    struct walk walk = {.arena = why->arena, .places = {.arena = why->arena}};
    if (!load_places(why, &walk, err))
        return false;
    struct place *start = map_get(&walk.places, (uint64_t)why->left->name.id);
    const struct place *end = map_get(&walk.places, (uint64_t)why->right->name.id);
    if (!start || !end)
        return true; /* they have moved meanwhile */
    start->before = start;
    walk.list[walk.count++] = start;
    for (size_t from = 0; from < walk.count && !end->before;) {
        size_t reached = walk.count;
        if (!go_on(why, &walk, from, err))
            return false;
        from = reached;
    }
    if (end->before)
        take_path(why, start, end);
    return true;
}
