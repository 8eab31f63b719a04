#include "hub/golden/thing.h"

#include <stdlib.h>

#include "hub/base/decimal.h"
#include "hub/base/hash.h"
#include "hub/standard/fold.h"
#include "hub/standard/placeholder.h"

/* Does it name anything?  A number may well be 0. */
static bool names_something(struct arena *arena, const struct element *element, const char *text)
{
    const char *folded = fold_name(arena, text);
    return element->domain->kind == DOMAIN_TEXT ? !placeholder_is_filler(folded)
                                                : !placeholder_is_word(folded);
}

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

/* 0 where the record lacks one of the elements, or has nothing but a placeholder. */
static int64_t key_of(struct arena *arena, const struct identity *identity,
                      const struct record *record)
{
    uint64_t hash = hash64_text(record->class_name);
    for (size_t i = 0; i < identity->count; i++) {
        const char *text = record_text(record, identity->of[i]->path);
        if (!text || !names_something(arena, identity->of[i], text))
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

static uint64_t value_hash(const struct value *value)
{
    const char *const texts[] = {value->element->path, value->standard, value->group,
                                 value->kind,          value->scheme,   value->country};
    uint64_t hash = (value->verified ? 1U : 0U) | (value->derived ? 2U : 0U) |
                    (value->kept ? 4U : 0U) | (value->evidence ? 1024U : 0U) |
                    (value->trusted ? (value->trust + 1U) << 3 : 0U);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        hash = hash64_mix(hash, hash64_text(text_or_empty(texts[i])));
    return hash;
}

/* Values of one element stand in an order, elements do not. */
static uint64_t place_of(const struct record *record, size_t at)
{
    uint64_t place = 0;
    for (size_t i = 0; i < at; i++)
        place += record->values[i].element == record->values[at].element;
    return place;
}

/* Its own source record's part is there whenever it is; another may never have come. */
static bool is_near(const struct record *record, const struct relation *relation)
{
    return text_equal(record->source, relation->source) && text_equal(record->key, relation->key);
}

static bool is_like(const struct record *record, size_t left, size_t right)
{
    const struct relation *l = &record->relations[left], *r = &record->relations[right];
    return text_equal(l->role, r->role) && is_near(record, l) == is_near(record, r);
}

/* Which roles there are, each once. */
static uint64_t roles_hash(const struct record *record)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < record->relation_count; i++) {
        size_t first = 0;
        while (!is_like(record, first, i))
            first++;
        if (first == i)
            sum += hash64_mix(hash64_text(record->relations[i].role),
                              is_near(record, &record->relations[i]));
    }
    return sum;
}

int64_t thing_statement(struct arena *arena, const struct dictionary *dictionary,
                        const struct record *record)
{
    const struct thing_key *keys;
    size_t count = thing_keys(arena, dictionary, record, &keys);
    uint64_t hash = hash64_mix(hash64_text(record->source), hash64_text(record->class_name)),
             sum = 0;
    if (!count)
        return record->id;
    for (size_t i = 0; i < count; i++)
        hash = hash64_mix(hash, (uint64_t)keys[i].key + keys[i].identity);
    for (size_t i = 0; i < record->count; i++)
        if (record->values[i].standard)
            sum += hash64_mix(value_hash(&record->values[i]), place_of(record, i));
    hash = hash64_mix(hash, sum);
    /* To whom it belongs is not what it says; that it says so decides who is asked. */
    return (int64_t)hash64_mix(hash, roles_hash(record));
}

/* ---- whose it is, and what it is to others */

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

/* By what is published of it. */
static void find_visitor(struct arena *arena, const struct dictionary *dictionary,
                         struct thing *thing)
{
    const struct object_class *class = dictionary_class(dictionary, thing->class_name);
    struct json_fault fault;
    if (!class || !class->visitor)
        return;
    const struct json *doc = json_parse(arena, thing->doc, strlen(thing->doc), &fault);
    const char *visitor = doc ? json_get_text(doc, class->visitor->path) : NULL;
    if (!visitor || !names_something(arena, class->visitor, visitor))
        return;
    thing->visitor = (int64_t)hash64_text(visitor);
    thing->moment = "";
    for (size_t i = 0; i < class->moment_count && !*thing->moment; i++)
        thing->moment = text_or_empty(json_get_text(doc, class->moments[i]->path));
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
    find_visitor(arena, dictionary, thing);
}
