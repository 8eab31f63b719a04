#include "hub/golden/thing.h"

#include <stdlib.h>

#include "hub/base/decimal.h"
#include "hub/base/hash.h"

/* Amounts are the same however many zeros end them. */
static const char *plain(struct arena *arena, const struct element *element, const char *text)
{
    enum domain_kind kind = element->domain->kind;
    const char *end = text + strlen(text);
    if ((kind != DOMAIN_MONEY && kind != DOMAIN_NUMBER) || !decimal_check(text) ||
        !strchr(text, '.'))
        return text_lower_ascii(arena, text);
    while (end[-1] == '0')
        end--;
    return arena_strndup(arena, text, (size_t)(end - text) - (end[-1] == '.'));
}

/* 0 where the record lacks one of the elements. */
static int64_t key_of(struct arena *arena, const struct identity *identity,
                      const struct record *record)
{
    uint64_t hash = hash64_text(record->class_name);
    for (size_t i = 0; i < identity->count; i++) {
        const char *text = record_text(record, identity->of[i]->path);
        if (!text)
            return 0;
        hash = hash64_mix(hash, hash64_text(identity->of[i]->path));
        hash = hash64_mix(hash, hash64_text(plain(arena, identity->of[i], text)));
    }
    return hash ? (int64_t)hash : 1;
}

size_t thing_keys(struct arena *arena, const struct dictionary *dictionary,
                  const struct record *record, const struct thing_key **keys)
{
    const struct object_class *class = dictionary_class(dictionary, record->class_name);
    size_t count = 0, most = class ? class->identity_count : 0;
    struct thing_key *list = NEW_ARRAY(arena, struct thing_key, most + 1);
    for (size_t i = 0; i < most; i++) {
        int64_t key = key_of(arena, &class->identities[i], record);
        if (key)
            list[count++] = (struct thing_key){.identity = (unsigned)i, .key = key};
    }
    *keys = list;
    return count;
}

/* ---- whose it is, and what it is to others */

/* Its own source record's part is there whenever it is; another may never have come. */
static bool is_near(const struct record *record, const struct relation *relation)
{
    return text_equal(record->source, relation->source) && text_equal(record->key, relation->key);
}

/* The record that this role names: the lead's word before that of others, and parts of one delivery
 * before references; 0 when nobody says. */
static int64_t related(const struct member *const *ordered, size_t count, const char *role)
{
    for (int near = 1; near >= 0; near--)
        for (size_t m = 0; m < count; m++) {
            const struct record *record = ordered[m]->record;
            for (size_t i = 0; i < record->relation_count; i++) {
                const struct relation *relation = &record->relations[i];
                if (text_equal(relation->role, role) && is_near(record, relation) == near)
                    return record_id(relation->source, relation->key, relation->part);
            }
        }
    return 0;
}

static int compare_members(const void *left, const void *right)
{
    const struct member *l = *(const struct member *const *)left;
    const struct member *r = *(const struct member *const *)right;
    if (l->trust != r->trust)
        return l->trust > r->trust ? -1 : 1;
    int order = strcmp(text_or_empty(r->record->effective), text_or_empty(l->record->effective));
    return order ? order : (l->record->id > r->record->id) - (l->record->id < r->record->id);
}

static void relate(struct arena *arena, const struct dictionary *dictionary,
                   const struct member *const *ordered, size_t count, struct thing *thing)
{
    struct thing_relation *relations =
        NEW_ARRAY(arena, struct thing_relation, dictionary->class_count + 1);
    for (size_t i = 0; i < dictionary->class_count; i++) {
        const char *role = dictionary->classes[i].name;
        int64_t to = text_equal(role, "customer") ? 0 : related(ordered, count, role);
        if (to)
            relations[thing->relation_count++] = (struct thing_relation){.role = role, .to_id = to};
    }
    thing->relations = relations;
    thing->customer_record_id = related(ordered, count, "customer");
    if (!thing->customer_record_id)
        thing->customer_record_id = related(ordered, count, "member");
}

void thing_build(struct arena *arena, const struct dictionary *dictionary,
                 const struct member *members, size_t count, struct thing *thing)
{
    struct golden golden;
    const struct member **ordered = NEW_ARRAY(arena, const struct member *, count);
    for (size_t i = 0; i < count; i++)
        ordered[i] = &members[i];
    qsort(ordered, count, sizeof(const struct member *), compare_members);
    golden_build(arena, dictionary, members, count, &golden);
    *thing = (struct thing){.class_name = members[0].record->class_name,
                            .lead = ordered[0],
                            .doc = golden.doc,
                            .lineage = golden.lineage};
    relate(arena, dictionary, ordered, count, thing);
}
