#include "hub/pipeline/makeup.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/match/doubts.h"
#include "sql.gen.h"

/* Of each side of a refusal so many records are asked which of them is in the way. */
#define VETO_LOOK 200

struct making {
    struct makeup *m;
    struct arena *arena;
    int32_t match;
    struct map by_id; /* struct maker */
    struct {
        int64_t *list;
        size_t count, room;
    } ids;
    struct {
        struct match_edge *list;
        size_t count, room;
    } edges;
    struct {
        struct match_join *list;
        size_t count, room;
    } told;
};

static void reach(struct making *g, int64_t id)
{
    if (map_get(&g->by_id, (uint64_t)id))
        return;
    map_put(&g->by_id, (uint64_t)id, g); /* the maker itself comes when all are known */
    LIST_ADD(g->arena, &g->ids, id);
}

static bool start(struct making *g, struct error *err)
{
    for (size_t c = 0; c < g->m->customer_count; c++) {
        struct rows rows;
        if (!db_run(g->arena, g->m->hub->db, &SQL_CUSTOMER_MEMBERS,
                    PARAMS(db_uuid(g->arena, g->m->customers[c])), &rows, err))
            return false;
        if (!rows.count)
            return error_set(err, ERROR_NOT_FOUND, "a customer without records");
        for (size_t i = 0; i < rows.count; i++)
            reach(g, rows_int(&rows, i, 0));
    }
    return true;
}

/* All that matches of what the last round reached is the next round. */
static bool spread(struct making *g, struct error *err)
{
    for (size_t from = 0; from < g->ids.count && !g->m->more;) {
        struct rows rows;
        size_t reached = g->ids.count;
        if (!db_run(g->arena, g->m->hub->db, &SQL_EDGE_LIST,
                    PARAMS(db_int8s(g->arena, g->ids.list + from, reached - from)), &rows, err))
            return false;
        for (size_t i = 0; i < rows.count; i++) {
            struct match_edge edge = {rows_int(&rows, i, 0), rows_int(&rows, i, 1),
                                      (int32_t)rows_int(&rows, i, 2)};
            if (edge.weight < g->match)
                continue;
            reach(g, edge.right);
            if (edge.left < edge.right)
                LIST_ADD(g->arena, &g->edges, edge);
        }
        from = reached;
        g->m->more = g->ids.count > MAKEUP_MOST;
    }
    return true;
}

static bool load_makers(struct making *g, struct error *err)
{
    struct rows rows;
    struct makeup *m = g->m;
    if (!db_run(g->arena, m->hub->db, &SQL_RECORD_INQUIRE,
                PARAMS(db_int8s(g->arena, g->ids.list, g->ids.count)), &rows, err))
        return false;
    m->makers = NEW_ARRAY(g->arena, struct maker, rows.count + 1);
    for (; m->maker_count < rows.count; m->maker_count++) {
        size_t i = m->maker_count;
        struct maker *maker = &m->makers[i];
        *maker = (struct maker){.id = rows_int(&rows, i, 0),
                                .source = rows_text(&rows, i, 1),
                                .key = rows_text(&rows, i, 2),
                                .part = rows_text(&rows, i, 3),
                                .customer = rows_uuid(&rows, i, 4)};
        maker->features = features_unpack(g->arena, maker->id, rows_bytes(&rows, i, 5), err);
        if (!maker->features)
            return false;
    }
    g->by_id = (struct map){.arena = g->arena};
    for (size_t i = 0; i < m->maker_count; i++)
        map_put(&g->by_id, (uint64_t)m->makers[i].id, &m->makers[i]);
    return true;
}

static void tell(void *to, const struct match_join *join)
{
    struct making *g = to;
    LIST_ADD(g->arena, &g->told, *join);
}

static const struct maker *maker_of(const struct making *g, int64_t id)
{
    return map_get(&g->by_id, (uint64_t)id);
}

static bool decide(struct making *g, struct error *err)
{
    struct makeup *m = g->m;
    const struct features **nodes =
        NEW_ARRAY(g->arena, const struct features *, m->maker_count + 1);
    int64_t *clusters = NEW_ARRAY(g->arena, int64_t, m->maker_count + 1);
    for (size_t i = 0; i < m->maker_count; i++)
        nodes[i] = m->makers[i].features;
    cluster_telling(g->arena, m->hub->model,
                    &(struct match_graph){.nodes = nodes,
                                          .node_count = m->maker_count,
                                          .edges = g->edges.list,
                                          .edge_count = g->edges.count},
                    g->match, clusters, &(struct match_listener){tell, g});
    for (size_t i = 0; i < m->maker_count; i++)
        m->makers[i].cluster = clusters[i];
    return keyring_load(g->arena, m->hub, nodes, m->maker_count, &m->keyring, err);
}

static bool is_asked(const struct makeup *m, const struct maker *maker)
{
    for (size_t c = 0; c < m->customer_count; c++)
        if (uuid_compare(m->customers[c], maker->customer) == 0)
            return true;
    return false;
}

static const char *agreement_words(const struct making *g, const struct makeup_join *join)
{
    struct explanation explanation;
    explain_records(g->arena, g->m->hub->model, &g->m->keyring.generic, join->left->features,
                    join->right->features, &explanation);
    return explanation_words(g->arena, &explanation);
}

/* Two records of the two clusters that can never be one. */
static const char *veto_words(const struct making *g, struct makeup_join *join)
{
    const struct makeup *m = g->m;
    for (size_t i = 0, ones = 0; i < m->maker_count && ones < VETO_LOOK; i++) {
        const struct maker *one = &m->makers[i];
        if (one->cluster != join->left->cluster)
            continue;
        ones++;
        for (size_t j = 0, others = 0; j < m->maker_count && others < VETO_LOOK; j++) {
            const struct maker *other = &m->makers[j];
            if (other->cluster != join->right->cluster)
                continue;
            others++;
            const char *words = match_veto(m->hub->model, one->features, other->features);
            if (!words)
                continue;
            join->one = one;
            join->other = other;
            return words;
        }
    }
    return "two of their records can never be one";
}

static const char *element_words(const char *element)
{
    static const char *const words[][2] = {{"given", "a given name"},
                                           {"family", "a surname"},
                                           {"birth_date", "a birth date"},
                                           {"identifier", "an identifier"}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text_equal(words[i][0], element))
            return words[i][1];
    return element;
}

static const char *join_words(const struct making *g, struct makeup_join *join)
{
    switch (join->join->verdict) {
    case JOIN_MADE:
        return agreement_words(g, join);
    case JOIN_VETOED:
        return veto_words(g, join);
    case JOIN_DIVIDED:
        return arena_printf(g->arena, "their records that state %s disagree about it",
                            element_words(join->join->element));
    case JOIN_CONTRADICTED:
        return arena_printf(g->arena,
                            "%u pairs of their records contradict each other, and %u match",
                            join->join->conflicts, join->join->matches);
    case JOIN_FORBIDDEN:
        return "a steward says that two of their records are not the same";
    }
    return "";
}

/* Was a join of the two clusters refused before? */
static bool is_told(const struct makeup *m, const struct makeup_join *join)
{
    for (size_t i = 0; i < m->refused_count; i++) {
        const struct makeup_join *other = &m->refused[i];
        if ((other->left->cluster == join->left->cluster &&
             other->right->cluster == join->right->cluster) ||
            (other->left->cluster == join->right->cluster &&
             other->right->cluster == join->left->cluster))
            return true;
    }
    return false;
}

/* What touches the customers; of two clusters that stay apart the first refusal, by their best match. */
static void choose(struct making *g)
{
    struct makeup *m = g->m;
    m->joins = NEW_ARRAY(g->arena, struct makeup_join, g->told.count + 1);
    m->refused = NEW_ARRAY(g->arena, struct makeup_join, g->told.count + 1);
    for (size_t i = 0; i < g->told.count; i++) {
        const struct match_join *told = &g->told.list[i];
        struct makeup_join join = {
            .join = told,
            .left = maker_of(g, told->edge.left),
            .right = maker_of(g, told->edge.right),
        };
        if (!is_asked(m, join.left) && !is_asked(m, join.right))
            continue;
        if (told->verdict != JOIN_MADE &&
            (join.left->cluster == join.right->cluster || is_told(m, &join)))
            continue;
        join.words = join_words(g, &join);
        if (told->verdict == JOIN_MADE)
            m->joins[m->join_count++] = join;
        else
            m->refused[m->refused_count++] = join;
    }
}

/* A tree that is taken apart leaf by leaf: what is left of a node's joins, and of the matches beside them. */
struct leafing {
    size_t joins,
        join; /* how many, and all of their places in one: of a leaf, that of its only join */
    uint64_t
        beside; /* matches beside the tree that leave what hangs on it, by their names: 0 none */
};

static struct leafing *leaf_of(const struct making *g, struct leafing *leaves, int64_t record)
{
    return &leaves[maker_of(g, record) - g->m->makers];
}

/* Its matches beside the joins go in by both ends, and cancel out where both hang on the same join. */
static struct leafing *leaves_of(const struct making *g, const struct makeup_join *const *tree,
                                 size_t count)
{
    struct leafing *leaves = NEW_ARRAY(g->arena, struct leafing, g->m->maker_count + 1);
    struct map joined = {.arena = g->arena};
    for (size_t i = 0; i < count; i++) {
        const struct match_edge *edge = &tree[i]->join->edge;
        struct leafing *ends[] = {leaf_of(g, leaves, edge->left), leaf_of(g, leaves, edge->right)};
        map_put(&joined, hash64_mix((uint64_t)edge->left, (uint64_t)edge->right), leaves);
        for (size_t end = 0; end < COUNT_OF(ends); end++) {
            ends[end]->joins++;
            ends[end]->join ^= i;
        }
    }
    for (size_t i = 0; i < g->edges.count; i++) {
        const struct match_edge *edge = &g->edges.list[i];
        uint64_t name = hash64_mix((uint64_t)edge->left, (uint64_t)edge->right);
        if (map_get(&joined, name) || !maker_of(g, edge->left) || !maker_of(g, edge->right))
            continue;
        leaf_of(g, leaves, edge->left)->beside ^= name;
        leaf_of(g, leaves, edge->right)->beside ^= name;
    }
    return leaves;
}

/* Joins of a customer without which its records would be in two. */
static size_t count_bridges(const struct making *g, const struct makeup_join *const *tree,
                            size_t count)
{
    struct leafing *leaves = leaves_of(g, tree, count);
    size_t bridges = 0;
    for (size_t i = 0; i < g->m->maker_count; i++)
        for (struct leafing *leaf = &leaves[i]; leaf->joins == 1;) {
            const struct match_edge *edge = &tree[leaf->join]->join->edge;
            struct leafing *left = leaf_of(g, leaves, edge->left);
            struct leafing *next = leaf == left ? leaf_of(g, leaves, edge->right) : left;
            bridges += leaf->beside == 0;
            next->beside ^= leaf->beside;
            next->join ^= leaf->join;
            next->joins--;
            leaf->joins = 0;
            leaf = next;
        }
    return bridges;
}

/* The cluster that the first customer's records are in. */
static int64_t first_cluster(const struct makeup *m)
{
    for (size_t i = 0; i < m->maker_count; i++)
        if (uuid_compare(m->makers[i].customer, m->customers[0]) == 0)
            return m->makers[i].cluster;
    return 0;
}

static void find_shape(const struct making *g)
{
    struct makeup *m = g->m;
    struct makeup_shape *shape = &m->shape;
    int64_t cluster = first_cluster(m);
    size_t count = 0;
    const struct makeup_join **tree =
        NEW_ARRAY(g->arena, const struct makeup_join *, m->join_count + 1);
    for (size_t i = 0; i < m->maker_count; i++) {
        const struct maker *maker = &m->makers[i];
        shape->records += maker->cluster == cluster;
        m->pending = m->pending || (maker->cluster == cluster) !=
                                       (uuid_compare(maker->customer, m->customers[0]) == 0);
    }
    for (size_t i = 0; i < g->edges.count; i++) {
        const struct maker *left = maker_of(g, g->edges.list[i].left);
        const struct maker *right = maker_of(g, g->edges.list[i].right);
        shape->matches += left && right && left->cluster == cluster && right->cluster == cluster;
    }
    for (size_t i = 0; i < m->join_count; i++)
        if (m->joins[i].left->cluster == cluster)
            tree[count++] = &m->joins[i];
    shape->pairs = shape->records * (shape->records - 1) / 2;
    shape->weakest = count ? tree[count - 1] : NULL;
    shape->bridges = count_bridges(g, tree, count);
    shape->oversize = shape->records > DOUBTS_OVERSIZE;
    shape->loose = shape->records >= DOUBTS_LOOSE_SIZE &&
                   shape->matches * 100 < shape->pairs * DOUBTS_LOOSE_PERCENT;
}

bool makeup_find(struct makeup *m, struct error *err)
{
    struct rows state;
    struct making g = {.m = m, .arena = m->arena, .by_id = {.arena = m->arena}};
    if (!db_run(m->arena, m->hub->db, &SQL_INSTANCE_STATE, NO_PARAMS, &state, err))
        return false;
    m->step = (unsigned)rows_int(&state, 0, 1);
    g.match = model_match_weight(m->hub->model, m->step);
    if (!start(&g, err) || !spread(&g, err) || !load_makers(&g, err) || !decide(&g, err))
        return false;
    choose(&g);
    find_shape(&g);
    return true;
}
