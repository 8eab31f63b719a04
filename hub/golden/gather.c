#include "hub/golden/gather.h"

#include "hub/standard/fold.h"

/* Candidates are few: they are moved as they grow. */
static struct candidate *add(struct arena *arena, struct candidates *candidates)
{
    size_t count = candidates->count;
    if ((count & (count - 1)) == 0) {
        struct candidate *larger = NEW_ARRAY(arena, struct candidate, count ? count * 2 : 1);
        for (size_t i = 0; i < count; i++)
            larger[i] = candidates->list[i];
        candidates->list = larger;
    }
    return &candidates->list[candidates->count++];
}

static bool is_offered(const struct value *value, const struct element *element)
{
    return value->element == element && value->standard && *value->standard && !value->evidence;
}

const char *gather_fold(struct arena *arena, const char *text)
{
    const char *folded = fold_name(arena, text);
    return *folded ? folded : text;
}

const char *gather_pair(struct arena *arena, const char *left, char between, const char *right)
{
    struct buffer text = {.arena = arena};
    buffer_text(&text, left);
    buffer_char(&text, between);
    buffer_text(&text, right);
    return buffer_string(&text);
}

const char *gather_name(const struct element *element)
{
    const char *dot = strrchr(element->path, '.');
    return dot ? dot + 1 : element->path;
}

static unsigned trust_of(const struct member *member, const struct value *value)
{
    return value->trusted ? value->trust : member->trust;
}

static void add_value(const struct members *members, struct candidates *candidates,
                      const struct member *member, const struct value *value)
{
    struct candidate *candidate = add(members->arena, candidates);
    const struct value **values = NEW_ARRAY(members->arena, const struct value *, 1);
    values[0] = value;
    *candidate = (struct candidate){
        .member = member,
        .values = values,
        .text = value->standard,
        .trust = trust_of(member, value),
        .derived = value->derived,
        .verified = value->verified,
        .order = (size_t)(value - member->record->values),
    };
}

static struct candidates gather(const struct members *members, const struct element *element)
{
    struct candidates found = {0};
    for (size_t m = 0; m < members->count; m++) {
        const struct record *record = members->list[m].record;
        for (size_t i = 0; i < record->count; i++)
            if (is_offered(&record->values[i], element))
                add_value(members, &found, &members->list[m], &record->values[i]);
    }
    return found;
}

struct candidates gather_values(const struct members *members, const struct element *element)
{
    struct candidates found = gather(members, element);
    for (size_t i = 0; i < found.count; i++)
        found.list[i].key = gather_fold(members->arena, found.list[i].text);
    return found;
}

struct candidates gather_many(const struct members *members, const struct element *element)
{
    struct candidates found = gather(members, element);
    for (size_t i = 0; i < found.count; i++)
        found.list[i].key = gather_pair(members->arena, found.list[i].values[0]->scheme, '\t',
                                        text_lower_ascii(members->arena, found.list[i].text));
    return found;
}

static size_t position(const struct span *span, const struct element *element)
{
    size_t i = 0;
    while (i < span->count && span->elements[i] != element)
        i++;
    return i;
}

/* The record's candidate of that group label, from `first` on; a new one unless there is one. */
static struct candidate *find_group(struct arena *arena, struct candidates *found, size_t first,
                                    const char *group)
{
    for (size_t i = first; i < found->count; i++)
        if (text_equal(found->list[i].text, group))
            return &found->list[i];
    return add(arena, found);
}

static void gather_record(const struct members *members, const struct span *span,
                          const struct member *member, struct candidates *found)
{
    size_t first = found->count;
    for (size_t i = 0; i < member->record->count; i++) {
        const struct value *value = &member->record->values[i];
        size_t at = position(span, value->element);
        if (at == span->count || !is_offered(value, value->element))
            continue;
        struct candidate *candidate = find_group(members->arena, found, first, value->group);
        if (!candidate->values)
            *candidate = (struct candidate){
                .member = member,
                .values = NEW_ARRAY(members->arena, const struct value *, span->count),
                .text = value->group, /* until all are found */
                .trust = trust_of(member, value),
                .verified = true,
                .order = i,
            };
        if (candidate->values[at])
            continue;
        candidate->values[at] = value;
        candidate->verified = candidate->verified && value->verified;
        if (candidate->trust > trust_of(member, value))
            candidate->trust = trust_of(member, value);
    }
}

struct candidates gather_spans(const struct members *members, const struct span *span)
{
    struct candidates found = {0};
    for (size_t m = 0; m < members->count; m++)
        gather_record(members, span, &members->list[m], &found);
    for (size_t i = 0; i < found.count; i++)
        found.list[i].text = "";
    return found;
}

const struct value *gather_part(const struct span *span, const struct candidate *candidate,
                                const char *part)
{
    for (size_t i = 0; i < span->count; i++)
        if (candidate->values[i] && text_equal(gather_name(span->elements[i]), part))
            return candidate->values[i];
    return NULL;
}
