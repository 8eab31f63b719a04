#include "hub/store/posting_holders.h"

#include "hub/base/list.h"
#include "hub/store/posting_page.h"
#include "sql.gen.h"

#define PAGE_LEAST 24 /* postings that a page of a heavy key has on average, at least */
#define TIMES 16      /* as many are asked for where it was too few to know */

/* A posting of a key, and where it stands. */
struct found {
    struct holder holder;
    enum { IN_BASE, ADDED, LEFT } where;
};

struct search {
    const struct posting_query *query;
    struct holders *to;
    int32_t pages_most, since_most; /* asked for */
    int32_t pages, since;           /* seen */
    struct {
        struct found *list;
        size_t count, room;
    } found;
};

struct searches {
    struct search *list;
    size_t count;
    bool refined;
};

static int found_order(const void *left, const void *right)
{
    const struct found *l = left, *r = right;
    if (l->holder.refine != r->holder.refine)
        return l->holder.refine < r->holder.refine ? -1 : 1;
    if (l->holder.record_id != r->holder.record_id)
        return l->holder.record_id < r->holder.record_id ? -1 : 1;
    return (l->where > r->where) - (l->where < r->where);
}

static void read_page(struct arena *arena, struct search *search, bool refined, struct slice packed)
{
    struct posting_page page = posting_page_open(packed);
    struct posting posting;
    search->pages++;
    posting_page_seek(&page, search->query->key);
    while (posting_page_next(&page, &posting) && posting.key == search->query->key)
        if (!refined || posting.refine == search->query->refine)
            LIST_ADD(arena, &search->found,
                     ((struct found){{posting.record_id, posting.refine}, IN_BASE}));
}

static void read_since(struct arena *arena, struct search *search, const struct rows *rows,
                       size_t i)
{
    bool left = rows_bool(rows, i, 4);
    search->since++;
    LIST_ADD(arena, &search->found,
             ((struct found){{rows_int(rows, i, 2), (int32_t)rows_int(rows, i, 3)},
                             left ? LEFT : ADDED}));
}

static bool ask(struct arena *arena, struct db *db, const struct searches *s, struct rows *rows,
                struct error *err)
{
    int64_t *keys = NEW_ARRAY(arena, int64_t, s->count);
    int32_t *refines = NEW_ARRAY(arena, int32_t, s->count);
    int32_t *pages = NEW_ARRAY(arena, int32_t, s->count);
    int32_t *since = NEW_ARRAY(arena, int32_t, s->count);
    for (size_t i = 0; i < s->count; i++) {
        keys[i] = s->list[i].query->key;
        refines[i] = s->list[i].query->refine;
        pages[i] = s->list[i].pages_most;
        since[i] = s->list[i].since_most;
    }
    if (!s->refined)
        return db_run(arena, db, &SQL_POSTING_PAGE_SCAN,
                      PARAMS(db_int8s(arena, keys, s->count), db_int4s(arena, pages, s->count),
                             db_int4s(arena, since, s->count)),
                      rows, err);
    return db_run(arena, db, &SQL_POSTING_PAGE_SCAN_REFINED,
                  PARAMS(db_int8s(arena, keys, s->count), db_int4s(arena, refines, s->count),
                         db_int4s(arena, pages, s->count), db_int4s(arena, since, s->count)),
                  rows, err);
}

/* Not all that came since was seen: more of the base may have left. */
static bool is_cut(const struct search *search)
{
    return search->since >= search->since_most;
}

/* The base, as far as what came since does not outweigh it. */
static void merge(struct arena *arena, struct search *search)
{
    struct found *list = search->found.list;
    size_t count = search->found.count;
    if (search->since || search->pages > 1)
        qsort(list, count, sizeof(*list), found_order);
    *search->to = (struct holders){.list = NEW_ARRAY(arena, struct holder, count + 1)};
    for (size_t i = 0; i < count; i++) {
        const struct found *next = i + 1 < count ? &list[i + 1] : NULL;
        bool again = next && next->holder.record_id == list[i].holder.record_id &&
                     next->holder.refine == list[i].holder.refine;
        bool stands = list[i].where == ADDED || (list[i].where == IN_BASE && !is_cut(search));
        if (!again && stands)
            search->to->list[search->to->count++] = list[i].holder;
    }
}

static bool is_enough(const struct search *search)
{
    return (!is_cut(search) && search->pages <= search->pages_most) ||
           search->to->count >= (size_t)search->query->most;
}

static int32_t more(int32_t number)
{
    return number > INT32_MAX / TIMES ? INT32_MAX : number * TIMES;
}

/* Those of which too little was seen to know enough. */
static struct searches left_over(struct arena *arena, const struct searches *s)
{
    struct searches again = {NEW_ARRAY(arena, struct search, s->count), 0, s->refined};
    for (size_t i = 0; i < s->count; i++) {
        const struct search *one = &s->list[i];
        if (!is_enough(one))
            again.list[again.count++] = (struct search){.query = one->query,
                                                        .to = one->to,
                                                        .pages_most = more(one->pages_most),
                                                        .since_most = more(one->since_most)};
    }
    return again;
}

static bool look(struct arena *arena, struct db *db, const struct searches *s, struct error *err)
{
    struct rows rows;
    if (!ask(arena, db, s, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct search *search = &s->list[rows_int(&rows, i, 0) - 1];
        if (rows_is_null(&rows, i, 1))
            read_since(arena, search, &rows, i);
        else
            read_page(arena, search, s->refined, rows_bytes(&rows, i, 1));
    }
    for (size_t i = 0; i < s->count; i++)
        merge(arena, &s->list[i]);
    return true;
}

bool posting_holders(struct arena *arena, struct db *db, const struct posting_queries *queries,
                     struct holders *holders, struct error *err)
{
    struct searches s = {NEW_ARRAY(arena, struct search, queries->count + 1), queries->count,
                         queries->refined};
    for (size_t i = 0; i < queries->count; i++)
        s.list[i] = (struct search){.query = &queries->list[i],
                                    .to = &holders[i],
                                    .pages_most = queries->list[i].most / PAGE_LEAST + 1,
                                    .since_most = queries->list[i].most};
    for (; s.count; s = left_over(arena, &s))
        if (!look(arena, db, &s, err))
            return false;
    return true;
}
