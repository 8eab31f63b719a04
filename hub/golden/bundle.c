#include "hub/golden/bundle.h"

#include "hub/standard/address.h"

#define LINE "line" /* the part that repeats what the others may say */

static const char *text_of(const struct value *value)
{
    return value ? value->standard : NULL;
}

static bool is_derived(const struct value *value)
{
    return value && value->derived;
}

/* "J", "J." */
static bool is_initial(const char *given)
{
    return text_length(given) == 1 || (text_length(given) == 2 && text_ends(given, "."));
}

static void judge_person(struct arena *arena, const struct span *span, struct candidate *candidate)
{
    const struct value *given = gather_part(span, candidate, "given");
    const struct value *family = gather_part(span, candidate, "family");
    const struct value *full = gather_part(span, candidate, "full");
    if (given && family) {
        candidate->text = gather_pair(arena, given->standard, ' ', family->standard);
        candidate->key = gather_pair(arena, gather_fold(arena, given->standard), '\t',
                                     gather_fold(arena, family->standard));
        candidate->wholeness = is_initial(given->standard) ? 3 : 4;
    } else if (given || family) {
        candidate->text = text_of(given ? given : family);
        candidate->key =
            gather_pair(arena, given ? candidate->text : "", '\t', given ? "" : candidate->text);
        candidate->wholeness = 2;
    } else if (full) {
        candidate->text = full->standard;
        candidate->key = gather_fold(arena, full->standard);
        candidate->wholeness = 1;
    }
    candidate->derived = is_derived(given) || is_derived(family);
}

static void judge_organization(struct arena *arena, const struct span *span,
                               struct candidate *candidate)
{
    const struct value *organization = gather_part(span, candidate, "organization");
    const struct value *full = gather_part(span, candidate, "full");
    const struct value *name = organization ? organization : full;
    if (!name) {
        judge_person(arena, span, candidate);
        candidate->wholeness = 0;
        return;
    }
    candidate->text = name->standard;
    candidate->key = gather_fold(arena, name->standard);
    candidate->wholeness = organization ? 2 : 1;
    candidate->derived = name->derived;
}

static void judge_lead(struct arena *arena, const struct span *span, struct candidate *candidate)
{
    const struct value *lead = candidate->values[0];
    (void)span;
    if (!lead)
        return;
    candidate->text = lead->standard;
    candidate->key = gather_fold(arena, lead->standard);
    candidate->wholeness = 1;
    candidate->derived = lead->derived;
}

static const struct {
    const char *group, *kind;
    void (*judge)(struct arena *arena, const struct span *span, struct candidate *candidate);
} judges[] = {
    {"name", "organization", judge_organization},
    {"name", NULL, judge_person},
    {NULL, NULL, judge_lead},
};

struct candidates bundle_names(const struct members *members, const struct span *span,
                               const char *group, const char *kind)
{
    struct candidates found = gather_spans(members, span);
    size_t rule = 0;
    while ((judges[rule].group && !text_equal(judges[rule].group, group)) ||
           (judges[rule].kind && !text_equal(judges[rule].kind, kind)))
        rule++;
    for (size_t i = 0; i < found.count; i++)
        judges[rule].judge(members->arena, span, &found.list[i]);
    return found;
}

static bool is_line(const struct span *span, size_t part)
{
    return text_equal(gather_name(span->elements[part]), LINE);
}

static const char *join(struct arena *arena, const struct span *span,
                        const struct candidate *candidate, bool with_line)
{
    struct buffer text = {.arena = arena};
    for (size_t i = 0; i < span->count; i++)
        if (candidate->values[i] && (with_line || !is_line(span, i))) {
            buffer_text(&text, candidate->values[i]->standard);
            buffer_char(&text, ' ');
        }
    return buffer_string(&text);
}

struct candidates bundle_composites(const struct members *members, const struct span *span)
{
    struct candidates found = gather_spans(members, span);
    for (size_t i = 0; i < found.count; i++) {
        struct candidate *candidate = &found.list[i];
        const struct value *street = gather_part(span, candidate, "street");
        const char *parts = join(members->arena, span, candidate, false);
        const char *all = join(members->arena, span, candidate, true);
        candidate->text = street ? street->standard : all; /* codes are capitals anyway */
        candidate->key = gather_fold(members->arena, *parts ? parts : all);
        candidate->wholeness = street || gather_part(span, candidate, LINE) ? 1 : 0;
        candidate->derived = is_derived(street);
    }
    return found;
}

/* What of a composite is compared: its folded parts, NULL where it has none. */
struct parts {
    const char **folded;
    size_t count; /* parts besides the line */
};

/* Sources abbreviate as they like: "Carwell St" and "Carwell Street" are one. */
static const char *fold_part(struct arena *arena, const struct element *element, const char *text)
{
    const char *folded = gather_fold(arena, text);
    if (!text_equal(gather_name(element), "street"))
        return folded;
    size_t count;
    struct buffer out = {.arena = arena};
    const char **words = text_split(arena, folded, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        const char *type = address_street_type(words[i]);
        const char *word = type ? type : address_directional(words[i]);
        buffer_text(&out, i ? " " : "");
        buffer_text(&out, word ? word : words[i]);
    }
    return buffer_string(&out);
}

static struct parts parts_of(struct arena *arena, const struct span *span,
                             const struct candidate *candidate)
{
    struct parts parts = {.folded = NEW_ARRAY(arena, const char *, span->count)};
    for (size_t i = 0; i < span->count; i++) {
        if (!candidate->values[i])
            continue;
        parts.folded[i] = fold_part(arena, span->elements[i], candidate->values[i]->standard);
        parts.count += !is_line(span, i);
    }
    return parts;
}

/* Does `whole` say all that `part` says?  A line counts only where there is nothing else. */
static bool contains(const struct span *span, const struct parts *whole, const struct parts *part)
{
    for (size_t i = 0; i < span->count; i++) {
        if (!part->folded[i] || (part->count && is_line(span, i)))
            continue;
        if (!whole->folded[i] || !text_equal(whole->folded[i], part->folded[i]))
            return false;
    }
    return true;
}

static const char *kind_of(const struct span *span, const struct candidate *candidate)
{
    for (size_t i = 0; i < span->count; i++)
        if (candidate->values[i] && *candidate->values[i]->kind)
            return candidate->values[i]->kind;
    return "";
}

struct distinct {
    struct arena *arena;
    const struct span *span;
    struct composite_item *items;
    struct parts *parts;
    size_t count;
};

/* The fuller candidate takes the place of item `at`, and whatever else it contains goes. */
static void put_fuller(struct distinct *distinct, size_t at, struct composite_item item,
                       struct parts parts)
{
    size_t kept = at + 1;
    if (!*item.kind)
        item.kind = distinct->items[at].kind;
    distinct->items[at] = item;
    distinct->parts[at] = parts;
    for (size_t i = at + 1; i < distinct->count; i++) {
        if (contains(distinct->span, &parts, &distinct->parts[i]))
            continue;
        distinct->items[kept] = distinct->items[i];
        distinct->parts[kept++] = distinct->parts[i];
    }
    distinct->count = kept;
}

static void add_distinct(struct distinct *distinct, const struct candidate *candidate)
{
    struct composite_item item = {candidate, kind_of(distinct->span, candidate)};
    struct parts parts = parts_of(distinct->arena, distinct->span, candidate);
    for (size_t i = 0; i < distinct->count; i++) {
        if (contains(distinct->span, &distinct->parts[i], &parts)) {
            if (!*distinct->items[i].kind)
                distinct->items[i].kind = item.kind;
            return;
        }
        if (contains(distinct->span, &parts, &distinct->parts[i])) {
            put_fuller(distinct, i, item, parts);
            return;
        }
    }
    distinct->items[distinct->count] = item;
    distinct->parts[distinct->count++] = parts;
}

size_t bundle_distinct(struct arena *arena, const struct span *span,
                       const struct candidates *sorted, struct composite_item **items)
{
    struct distinct distinct = {
        .arena = arena,
        .span = span,
        .items = NEW_ARRAY(arena, struct composite_item, sorted->count + 1),
        .parts = NEW_ARRAY(arena, struct parts, sorted->count + 1),
    };
    for (size_t i = 0; i < sorted->count; i++)
        add_distinct(&distinct, &sorted->list[survive_spelling(sorted, i)]);
    *items = distinct.items;
    return distinct.count;
}
