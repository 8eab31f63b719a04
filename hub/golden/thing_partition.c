#include <stdlib.h>

#include "hub/base/list.h"
#include "hub/golden/gather.h"
#include "hub/golden/thing.h"

/* A record, as a member of the thing that grows around it. */
struct piece {
    const struct record *record;
    struct piece *root; /* the thing's first member, by id */
    struct piece *next; /* the members of a thing, from its root on */
    struct piece *last; /* of a root */
    size_t place;       /* among the records as they were given */
};

/* A piece holds a key. */
struct holding {
    struct thing_key key;
    struct piece *piece;
};

struct partition {
    struct arena *arena;
    struct piece *pieces;
    size_t count;
    struct holdings {
        struct holding *list;
        size_t count, room;
    } holdings;
};

static int by_id(const void *left, const void *right)
{
    const struct piece *l = left, *r = right;
    return (l->record->id > r->record->id) - (l->record->id < r->record->id);
}

/* Stronger identities first; then the order is any that does not depend on who came first. */
static int by_key(const void *left, const void *right)
{
    const struct holding *l = left, *r = right;
    if (l->key.identity != r->key.identity)
        return l->key.identity < r->key.identity ? -1 : 1;
    if (l->key.key != r->key.key)
        return l->key.key < r->key.key ? -1 : 1;
    return (l->piece > r->piece) - (l->piece < r->piece);
}

/* What the members of a thing say of an element. */
static bool says(const struct piece *root, const struct element *element)
{
    for (const struct piece *piece = root; piece; piece = piece->next)
        if (record_text(piece->record, element->path))
            return true;
    return false;
}

static bool share_word(struct arena *arena, const struct piece *left, const struct piece *right,
                       const struct element *element)
{
    for (const struct piece *l = left; l; l = l->next)
        for (const struct piece *r = right; r; r = r->next) {
            const char *one = record_text(l->record, element->path);
            const char *other = record_text(r->record, element->path);
            if (one && other && text_equal(gather_fold(arena, one), gather_fold(arena, other)))
                return true;
        }
    return false;
}

static bool contradict(struct arena *arena, const struct identity *identity,
                       const struct piece *left, const struct piece *right)
{
    for (size_t i = 0; i < identity->agree_count; i++)
        if (says(left, identity->agree[i]) && says(right, identity->agree[i]) &&
            !share_word(arena, left, right, identity->agree[i]))
            return true;
    return false;
}

static void unite(struct piece *left, struct piece *right)
{
    struct piece *first = left < right ? left : right, *second = left < right ? right : left;
    first->last->next = second;
    first->last = second->last;
    for (struct piece *piece = second; piece; piece = piece->next)
        piece->root = first;
}

struct roots {
    struct root {
        struct piece *piece;
        size_t known; /* elements that should agree, of which it says something */
    } * list;
    size_t count, room;
};

static int by_known(const void *left, const void *right)
{
    const struct root *l = left, *r = right;
    if (l->known != r->known)
        return l->known > r->known ? -1 : 1;
    return (l->piece > r->piece) - (l->piece < r->piece);
}

/* The things that hold one key, each once. */
static struct roots roots_of(struct arena *arena, const struct identity *identity,
                             const struct holding *holdings, size_t count)
{
    struct roots roots = {0};
    struct map seen = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        struct piece *root = holdings[i].piece->root;
        if (map_get(&seen, (uint64_t)root->record->id))
            continue;
        map_put(&seen, (uint64_t)root->record->id, root);
        struct root one = {.piece = root};
        for (size_t e = 0; e < identity->agree_count; e++)
            one.known += says(root, identity->agree[e]);
        LIST_ADD(arena, &roots, one);
    }
    if (roots.count)
        qsort(roots.list, roots.count, sizeof(*roots.list), by_known);
    return roots;
}

/* Those that say most come first; whoever fits exactly one of the things so far joins it, whoever fits
 * none is another one, and whoever fits several stays alone. */
static void join(struct arena *arena, const struct identity *identity,
                 const struct holding *holdings, size_t count)
{
    struct roots all = roots_of(arena, identity, holdings, count), things = {0};
    for (size_t i = 0; i < all.count; i++) {
        struct root *fits = NULL;
        size_t fitting = 0;
        for (size_t t = 0; t < things.count && fitting < 2; t++)
            if (!contradict(arena, identity, things.list[t].piece->root, all.list[i].piece)) {
                fits = &things.list[t];
                fitting++;
            }
        if (fitting == 1)
            unite(fits->piece->root, all.list[i].piece);
        else if (!fitting)
            LIST_ADD(arena, &things, all.list[i]);
    }
}

static void take(struct partition *p, const struct dictionary *dictionary,
                 const struct record *const *records, const struct map *generic)
{
    for (size_t i = 0; i < p->count; i++)
        p->pieces[i] = (struct piece){.record = records[i], .place = i};
    qsort(p->pieces, p->count, sizeof(*p->pieces), by_id);
    for (size_t i = 0; i < p->count; i++) {
        struct piece *piece = &p->pieces[i];
        const struct thing_key *keys;
        size_t count = thing_keys(p->arena, dictionary, piece->record, &keys);
        piece->root = piece->last = piece;
        for (size_t k = 0; k < count; k++)
            if (!generic || !map_get(generic, (uint64_t)keys[k].key))
                LIST_ADD(p->arena, &p->holdings, ((struct holding){keys[k], piece}));
    }
    if (p->holdings.count)
        qsort(p->holdings.list, p->holdings.count, sizeof(*p->holdings.list), by_key);
}

void thing_partition(const struct dictionary *dictionary, const struct record *const *records,
                     size_t count, const struct map *generic, int64_t *clusters)
{
    ARENA(work);
    struct partition p = {
        .arena = work, .count = count, .pieces = NEW_ARRAY(work, struct piece, count + 1)};
    take(&p, dictionary, records, generic);
    const struct holding *list = p.holdings.list;
    for (size_t first = 0, end; first < p.holdings.count; first = end) {
        for (end = first + 1; end < p.holdings.count; end++)
            if (list[end].key.key != list[first].key.key ||
                list[end].key.identity != list[first].key.identity)
                break;
        const char *class_name = list[first].piece->record->class_name;
        const struct object_class *class = dictionary_class(dictionary, class_name);
        if (end - first > 1)
            join(work, &class->identities[list[first].key.identity], &list[first], end - first);
    }
    for (size_t i = 0; i < count; i++)
        clusters[p.pieces[i].place] = p.pieces[i].root->record->id;
}
