#include "hub/load/whole.h"

#include "hub/base/list.h"
#include "hub/pipeline/resolve.h"
#include "hub/store/copy.h"
#include "sql.gen.h"

#define TICK_ROWS 65536

struct ids {
    int64_t *list;
    size_t count, room;
};

struct links {
    struct linked {
        int64_t record;
        struct uuid customer;
    } * list;
    size_t count, room;
};

struct far_edges {
    struct match_edge *list;
    size_t count, room;
};

struct reading {
    struct whole *whole;
    struct arena *scratch;
    size_t rows;
    const char *doing;
    struct ids old, jobs;
    /* Of records that are gone: their places are known only when all have been seen. */
    struct links lost_links;
    struct far_edges lost_edges;
};

bool whole_tick(const struct whole *whole, const char *doing, size_t done, size_t all,
                struct error *err)
{
    const struct settle_settings *s = whole->settings;
    return !s->tick || s->tick(s->to, doing, done, all) ||
           error_set(err, ERROR_RETRY, "interrupted");
}

int64_t whole_id(const struct whole *whole, uint32_t place)
{
    return place < whole->now.count ? whole->now.records[place]
                                    : whole->gone.ids[place - whole->now.count];
}

uint32_t whole_cluster(const struct whole *whole, uint32_t place)
{
    return place < whole->now.count ? whole->now.clusters[place] : NO_PLACE;
}

static bool count_row(struct reading *reading, struct error *err)
{
    return ++reading->rows % TICK_ROWS ||
           whole_tick(reading->whole, reading->doing, reading->rows, 0, err);
}

static bool take_vector(void *context, const struct copied *row, struct error *err)
{
    struct reading *reading = context;
    int64_t id = copied_int(row, 0);
    if (copied_int(row, 1) > 1 && !reading->whole->fresh) /* or no id was ever retired */
        LIST_ADD(reading->scratch, &reading->old, id);
    return resolver_add(reading->whole->resolver, id, copied_bytes(row, 2), err) &&
           count_row(reading, err);
}

static bool take_job(void *context, const struct copied *row, struct error *err)
{
    struct reading *reading = context;
    if (copied_int(row, 1) <= reading->whole->last_job)
        LIST_ADD(reading->scratch, &reading->jobs, copied_int(row, 0));
    return count_row(reading, err);
}

static bool take_link(void *context, const struct copied *row, struct error *err)
{
    struct reading *reading = context;
    struct whole *whole = reading->whole;
    struct linked link = {copied_int(row, 0), copied_uuid(row, 1)};
    uint32_t place = place_of(&whole->places, link.record);
    if (place == NO_PLACE)
        LIST_ADD(reading->scratch, &reading->lost_links, link);
    else
        whole->before[place] = link.customer;
    whole->linked += place != NO_PLACE;
    return count_row(reading, err);
}

static bool take_edge(void *context, const struct copied *row, struct error *err)
{
    struct reading *reading = context;
    struct whole *whole = reading->whole;
    struct match_edge edge = {copied_int(row, 0), copied_int(row, 1), (int32_t)copied_int(row, 2)};
    uint32_t left = place_of(&whole->places, edge.left);
    uint32_t right = place_of(&whole->places, edge.right);
    if (left == NO_PLACE || right == NO_PLACE)
        LIST_ADD(reading->scratch, &reading->lost_edges, edge);
    else
        LIST_ADD(whole->arena, &whole->edges, ((struct resolver_edge){left, right, edge.weight}));
    return count_row(reading, err);
}

static int by_number(const void *left, const void *right)
{
    int64_t l = *(const int64_t *)left, r = *(const int64_t *)right;
    return (l > r) - (l < r);
}

static int by_ends(const void *left, const void *right)
{
    const struct resolver_edge *l = left, *r = right;
    if (l->left != r->left)
        return l->left < r->left ? -1 : 1;
    return (l->right > r->right) - (l->right < r->right);
}

static void note_lost(struct arena *arena, struct ids *lost, const struct places *places,
                      int64_t id)
{
    if (place_of(places, id) == NO_PLACE)
        LIST_ADD(arena, lost, id);
}

/* Records that are gone get places behind all others. */
static void find_gone(struct reading *reading)
{
    struct whole *whole = reading->whole;
    struct ids lost = {0};
    size_t n = 0;
    for (size_t i = 0; i < reading->lost_links.count; i++)
        LIST_ADD(reading->scratch, &lost, reading->lost_links.list[i].record);
    for (size_t i = 0; i < reading->lost_edges.count; i++) {
        note_lost(reading->scratch, &lost, &whole->places, reading->lost_edges.list[i].left);
        note_lost(reading->scratch, &lost, &whole->places, reading->lost_edges.list[i].right);
    }
    if (lost.count)
        qsort(lost.list, lost.count, sizeof(*lost.list), by_number);
    int64_t *gone = NEW_ARRAY(whole->arena, int64_t, lost.count + 1);
    for (size_t i = 0; i < lost.count; i++)
        if (!n || gone[n - 1] != lost.list[i])
            gone[n++] = lost.list[i];
    whole->gone = places_of(whole->arena, gone, n);
    whole->count = whole->now.count + n;
}

static uint32_t any_place(const struct whole *whole, int64_t id)
{
    uint32_t place = place_of(&whole->places, id);
    return place != NO_PLACE ? place : place_of(&whole->gone, id) + (uint32_t)whole->now.count;
}

/* What was known only by id gets its place. */
static void place_lost(struct reading *reading)
{
    struct whole *whole = reading->whole;
    struct uuid *before = NEW_ARRAY(whole->arena, struct uuid, whole->count + 1);
    if (whole->now.count)
        memcpy(before, whole->before, whole->now.count * sizeof(*before));
    whole->before = before;
    for (size_t i = 0; i < reading->lost_links.count; i++)
        before[any_place(whole, reading->lost_links.list[i].record)] =
            reading->lost_links.list[i].customer;
    for (size_t i = 0; i < reading->lost_edges.count; i++) {
        const struct match_edge *edge = &reading->lost_edges.list[i];
        uint32_t one = any_place(whole, edge->left), other = any_place(whole, edge->right);
        LIST_ADD(whole->arena, &whole->edges,
                 ((struct resolver_edge){one < other ? one : other, one < other ? other : one,
                                         edge->weight}));
    }
}

static void mark(const struct whole *whole, const struct ids *ids, unsigned char with)
{
    for (size_t i = 0; i < ids->count; i++) {
        uint32_t place = place_of(&whole->places, ids->list[i]);
        if (place != NO_PLACE)
            whole->marks[place] |= with;
    }
}

static bool read_stored(struct reading *reading, struct error *err)
{
    struct whole *whole = reading->whole;
    struct db *db = whole->hub.db;
    reading->rows = 0;
    reading->doing = "comparing";
    whole->places = places_of(whole->arena, whole->now.records, whole->now.count);
    whole->before = NEW_ARRAY(whole->arena, struct uuid, whole->now.count + 1);
    if (!copy_out(db, &SQL_LINK_READ, take_link, reading, err) ||
        !copy_out(db, &SQL_EDGE_READ, take_edge, reading, err) ||
        !copy_out(db, &SQL_JOB_READ, take_job, reading, err))
        return false;
    find_gone(reading);
    if (whole->gone.count)
        place_lost(reading);
    if (whole->edges.count)
        qsort(whole->edges.list, whole->edges.count, sizeof(*whole->edges.list), by_ends);
    whole->marks = NEW_ARRAY(whole->arena, unsigned char, whole->count + 1);
    mark(whole, &reading->old, MARK_OLD);
    mark(whole, &reading->jobs, MARK_JOB);
    return true;
}

/* No number is on its way to a job that is not there yet: so all up to the newest are seen. */
static bool read_state(struct whole *whole, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct tx *tx = tx_begin(work, whole->hub.db, err);
    if (!tx || !db_script(whole->hub.db, "lock table hub.job in share mode", err) ||
        !db_run(work, whole->hub.db, &SQL_SETTLE_STATE, NO_PARAMS, &rows, err))
        return false;
    if (!text_equal(rows_text(&rows, 0, 0), model_hash(whole->hub.model)))
        return error_set(err, ERROR_RETRY,
                         "the hub works with another model version than this program has read");
    whole->step = (unsigned)rows_int(&rows, 0, 1);
    whole->last_job = rows_int(&rows, 0, 2);
    whole->fresh = !rows_bool(&rows, 0, 3);
    return tx_commit(tx, err);
}

bool whole_read(struct whole *whole, struct error *err)
{
    ARENA(scratch);
    const struct settle_settings *settings = whole->settings;
    struct reading reading = {.whole = whole, .scratch = scratch, .doing = "reading"};
    struct resolver_settings resolving = {
        .threads = settings->cores, .memory = settings->memory, .scratch = settings->scratch};
    whole->resolver = resolver_new(whole->arena, whole->hub.model, &resolving);
    return read_state(whole, err) &&
           copy_out(whole->hub.db, &SQL_VECTOR_READ, take_vector, &reading, err) &&
           whole_tick(whole, "resolving", 0, reading.rows, err) &&
           resolver_run(whole->resolver, &whole->now, err) && read_stored(&reading, err);
}
