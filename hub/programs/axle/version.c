#include "hub/programs/axle/version.h"

#include <signal.h>
#include <stdlib.h>

#include "hub/base/hash.h"
#include "hub/pipeline/refresh.h"
#include "hub/store/copy.h"
#include "hub/store/hold.h"
#include "sql.gen.h"

#define TICK_ROWS 65536

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

bool version_open(const struct call *call, struct version_desk *desk, struct error *err)
{
    *desk = (struct version_desk){.call = call};
    (void)signal(SIGINT, interrupt);
    (void)signal(SIGTERM, interrupt);
    return desk_open(call, &desk->desk, err);
}

static bool tick(void *to, const char *doing, size_t done, size_t all)
{
    struct version_desk *desk = to;
    if (!desk->line.what || !text_equal(desk->line.what, doing)) {
        progress_end(&desk->line);
        desk->line = (struct progress_line){.what = doing, .unit = "records"};
    }
    progress_show(&desk->line, (int64_t)done, (int64_t)all);
    return !interrupted;
}

/* Vectors on their way to whoever wants them. */
struct vectors {
    struct version_desk *desk;
    struct trainer *trainer;
    struct resolver *resolver;
    size_t count;
};

static bool take_vector(void *context, const struct copied *row, struct error *err)
{
    struct vectors *vectors = context;
    int64_t id = copied_int(row, 0);
    struct slice packed = copied_bytes(row, 2);
    if (++vectors->count % TICK_ROWS == 0 && !tick(vectors->desk, "reading", vectors->count, 0))
        return error_set(err, ERROR_RETRY, "interrupted: nothing was changed");
    return vectors->trainer ? trainer_add(vectors->trainer, id, packed, err)
                            : resolver_add(vectors->resolver, id, packed, err);
}

bool version_read(struct version_desk *desk, struct trainer *trainer, struct error *err)
{
    struct vectors vectors = {.desk = desk, .trainer = trainer};
    bool done = copy_out(desk->desk.hub.db, &SQL_VECTOR_READ, take_vector, &vectors, err);
    progress_end(&desk->line);
    return done;
}

/* A record's cluster then, and its customer now. */
struct member {
    uint64_t cluster, customer;
};

struct members {
    const struct resolved *resolved;
    struct member *list;
};

static int by_id(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static bool take_link(void *context, const struct copied *row, struct error *err)
{
    struct members *members = context;
    const struct resolved *resolved = members->resolved;
    int64_t id = copied_int(row, 0);
    struct uuid customer = copied_uuid(row, 1);
    (void)err;
    const int64_t *at = resolved->count ? bsearch(&id, resolved->records, resolved->count,
                                                  sizeof(*resolved->records), by_id)
                                        : NULL;
    if (at)
        members->list[at - resolved->records].customer =
            hash64(customer.bytes, sizeof(customer.bytes));
    return true;
}

static int by_cluster(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    if (a->cluster != b->cluster)
        return a->cluster < b->cluster ? -1 : 1;
    return (a->customer > b->customer) - (a->customer < b->customer);
}

static int by_customer(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    if (a->customer != b->customer)
        return a->customer < b->customer ? -1 : 1;
    return (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

static void count_joins(struct member *list, size_t count, struct rehearsal *rehearsal)
{
    if (count)
        qsort(list, count, sizeof(*list), by_cluster);
    for (size_t from = 0, end; from < count; from = end) {
        size_t customers = 0;
        for (end = from; end < count && list[end].cluster == list[from].cluster; end++)
            customers +=
                list[end].customer && (end == from || list[end].customer != list[end - 1].customer);
        rehearsal->clusters++;
        rehearsal->joining += customers > 1;
        rehearsal->joined += customers > 1 ? customers : 0;
        if (end - from > rehearsal->largest)
            rehearsal->largest = end - from;
    }
}

static void count_splits(struct member *list, size_t count, struct rehearsal *rehearsal)
{
    if (count)
        qsort(list, count, sizeof(*list), by_customer);
    for (size_t from = 0, end; from < count; from = end) {
        for (end = from; end < count && list[end].customer == list[from].customer;)
            end++;
        rehearsal->customers += list[from].customer != 0;
        rehearsal->splitting += list[from].customer && list[end - 1].cluster != list[from].cluster;
    }
}

bool version_resolve(struct version_desk *desk, struct arena *arena, const struct model *model,
                     struct resolved *resolved, struct error *err)
{
    const struct instance *instance = desk->call->instance;
    struct resolver_settings settings = {
        .threads = instance->cores,
        .memory = instance->memory << 20,
        .scratch = arena_printf(arena, "%s/run", instance->home),
    };
    struct vectors vectors = {.desk = desk, .resolver = resolver_new(arena, model, &settings)};
    bool read = copy_out(desk->desk.hub.db, &SQL_VECTOR_READ, take_vector, &vectors, err);
    progress_end(&desk->line);
    return read && resolver_run(vectors.resolver, resolved, err);
}

bool version_rehearse(struct version_desk *desk, const struct model *model,
                      struct rehearsal *rehearsal, struct error *err)
{
    ARENA(work);
    struct resolved resolved;
    *rehearsal = (struct rehearsal){.records = 0};
    if (!version_resolve(desk, work, model, &resolved, err))
        return false;
    struct members members = {&resolved, NEW_ARRAY(work, struct member, resolved.count + 1)};
    for (size_t i = 0; i < resolved.count; i++)
        members.list[i].cluster = resolved.clusters[i];
    if (!copy_out(desk->desk.hub.db, &SQL_LINK_READ, take_link, &members, err))
        return false;
    rehearsal->records = resolved.count;
    rehearsal->figures = resolved.figures;
    count_joins(members.list, resolved.count, rehearsal);
    count_splits(members.list, resolved.count, rehearsal);
    return true;
}

static bool set_active(struct version_desk *desk, const struct model *model, struct error *err)
{
    ARENA(work);
    return db_run(work, desk->desk.hub.db, &SQL_MODEL_SET, PARAMS(db_text(model_hash(model))), NULL,
                  err) &&
           desk_follow(&desk->desk, err);
}

/* While nobody else works.  Whatever becomes of this process, a note stays until all is settled. */
static bool settle(struct version_desk *desk, const struct model *model, struct error *err)
{
    const struct instance *instance = desk->call->instance;
    struct db *db = desk->desk.hub.db;
    struct settle_settings settings = {
        .dsn = instance->dsn,
        .scratch = arena_printf(desk->call->arena, "%s/run", instance->home),
        .cores = instance->cores,
        .memory = instance->memory << 20,
        .tick = tick,
        .to = desk,
    };
    struct error left;
    bool broken_off;
    if (!hold_begin(db, &broken_off, err))
        return false;
    if (broken_off)
        return hold_leave(db, err) &&
               error_set(err, ERROR_CONFLICT,
                         "a load broke off here, and its end comes first: try again soon");
    bool done = set_active(desk, model, err) && settle_all(&desk->desk.hub, &settings, err);
    progress_end(&desk->line);
    if (done)
        return hold_end(db, err);
    (void)!hold_leave(db, &left); /* if that fails, the connection is gone, and the lock with it */
    return false;
}

bool version_adopt(struct version_desk *desk, const struct model *model, bool *later,
                   struct error *err)
{
    const struct model *now = desk->desk.hub.model;
    *later = false;
    if (text_equal(model_hash(now), model_hash(model)))
        return true;
    if (text_equal(model_form(now), model_form(model)))
        return settle(desk, model, err);
    return refresh_model(desk->desk.hub.db, model, later, err);
}
