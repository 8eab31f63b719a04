#include "hub/golden/golden.h"

#include <assert.h>

#include "hub/golden/bundle.h"

/* A published value (of many, the first), where it came from and why. */
struct pick {
    const struct value *value;
    const struct member *member;
    const char *rule;
};

/* Elements of one composite or, when that is NULL, the single ones of a group. */
struct bundle {
    const char *composite, *group;
    struct span span;
};

struct build {
    struct members members;
    const struct element *elements; /* of the class, in dictionary order */
    size_t count;
    const char *kind;
    struct pick *picks;      /* in step with the elements */
    struct bundle **bundles; /* likewise; NULL: a value by itself */
    struct json_writer doc, lineage;
};

static void pick(struct build *build, const struct value *value, const struct candidate *from,
                 const char *rule)
{
    build->picks[value->element - build->elements] = (struct pick){value, from->member, rule};
}

/* A partial date that another, of the same trust, says in full. */
static size_t find_fuller_date(const struct element *element, const struct candidates *sorted)
{
    const struct candidate *best = &sorted->list[0];
    if (!element->standardiser || !text_equal(element->standardiser, "date"))
        return 0;
    for (size_t i = 1; i < sorted->count; i++) {
        const struct candidate *other = &sorted->list[i];
        if (other->trust == best->trust && text_starts(other->text, best->text) &&
            other->text[strlen(best->text)] == '-')
            return i;
    }
    return 0;
}

static void pick_value(struct build *build, const struct element *element)
{
    struct candidates found = gather_values(&build->members, element);
    const struct strategy *strategy = survive_strategy(element->survivorship);
    if (!found.count)
        return;
    survive_sort(build->members.arena, strategy, &found);
    size_t fuller = find_fuller_date(element, &found);
    size_t at = fuller ? fuller : survive_spelling(&found, 0);
    pick(build, found.list[at].values[0], &found.list[at],
         fuller ? "fuller"
         : at   ? "spelling"
                : survive_name(strategy));
}

static bool is_same_text(const char *left, const char *right)
{
    return left == right || (left && right && text_equal(left, right));
}

static bool belongs(const struct bundle *bundle, const struct element *element)
{
    return bundle->composite ? is_same_text(bundle->composite, element->composite)
                             : !element->composite && is_same_text(bundle->group, element->group);
}

/* What stands together, each element in one bundle at most. */
static void bundle_elements(struct build *build)
{
    struct arena *arena = build->members.arena;
    struct bundle *bundles = NEW_ARRAY(arena, struct bundle, build->count);
    size_t count = 0;
    build->bundles = NEW_ARRAY(arena, struct bundle *, build->count);
    for (size_t i = 0; i < build->count; i++) {
        const struct element *element = &build->elements[i];
        if (!element->composite && (!element->group || element->many))
            continue;
        struct bundle *bundle = bundles;
        while (bundle < bundles + count && !belongs(bundle, element))
            bundle++;
        if (bundle == bundles + count) {
            *bundle = (struct bundle){.composite = element->composite, .group = element->group};
            bundle->span.elements = NEW_ARRAY(arena, const struct element *, build->count - i);
            count++;
        }
        bundle->span.elements[bundle->span.count++] = element;
        build->bundles[i] = bundle;
    }
}

/* All from the best record; what it lacks from those that agree with it about the rest. */
static void pick_group(struct build *build, const struct bundle *bundle)
{
    const struct span *span = &bundle->span;
    const struct strategy *strategy = survive_strategy(span->elements[0]->survivorship);
    struct candidates found = bundle_names(&build->members, span, bundle->group, build->kind);
    if (!found.count)
        return;
    survive_sort(build->members.arena, strategy, &found);
    size_t at = survive_spelling(&found, 0);
    const struct candidate *best = &found.list[at];
    for (size_t part = 0; part < span->count; part++) {
        if (best->values[part]) {
            pick(build, best->values[part], best, at ? "spelling" : survive_name(strategy));
            continue;
        }
        for (size_t i = 0; i < found.count; i++) {
            if (!found.list[i].values[part] || !survive_agree(best, &found.list[i]))
                continue;
            pick(build, found.list[i].values[part], &found.list[i], "completed");
            break;
        }
    }
}

/* Is it the first of its group or composite, in dictionary order? */
static bool leads(const struct build *build, size_t i)
{
    return build->bundles[i]->span.elements[0] == &build->elements[i];
}

static void pick_singles(struct build *build)
{
    for (size_t i = 0; i < build->count; i++) {
        const struct element *element = &build->elements[i];
        if (element->composite || element->many)
            continue;
        if (!build->bundles[i])
            pick_value(build, element);
        else if (leads(build, i))
            pick_group(build, build->bundles[i]);
    }
}

static const char *picked(const struct build *build, const char *path)
{
    for (size_t i = 0; i < build->count; i++)
        if (text_equal(build->elements[i].path, path))
            return build->picks[i].value ? build->picks[i].value->standard : NULL;
    return NULL;
}

static bool has_any(const struct build *build, const char *path)
{
    for (size_t i = 0; i < build->members.count; i++)
        if (record_value(build->members.list[i].record, path))
            return true;
    return false;
}

/* What the records say, or else what their names look like. */
static const char *find_kind(struct build *build)
{
    for (size_t i = 0; i < build->count; i++)
        if (text_equal(build->elements[i].path, "kind"))
            pick_value(build, &build->elements[i]);
    const char *kind = picked(build, "kind");
    if (kind)
        return kind;
    bool named = has_any(build, "name.given") || has_any(build, "name.family");
    return !named && has_any(build, "name.organization") ? "organization" : "person";
}

static void write_lineage(struct build *build, const struct member *member, const char *rule)
{
    json_open(&build->lineage, '[');
    json_text(&build->lineage, text_from_int(build->members.arena, member->record->id));
    json_text(&build->lineage, rule);
    json_close(&build->lineage, ']');
}

static void write_single(struct build *build, size_t i)
{
    const struct element *element = &build->elements[i];
    const struct pick *pick = &build->picks[i];
    if (!pick->value)
        return;
    json_member(&build->doc, element->path, pick->value->standard);
    json_name(&build->lineage, element->path);
    json_open(&build->lineage, '[');
    write_lineage(build, pick->member, pick->rule);
    json_close(&build->lineage, ']');
}

static void open_array(struct build *build, const char *name)
{
    json_name(&build->doc, name);
    json_open(&build->doc, '[');
    json_name(&build->lineage, name);
    json_open(&build->lineage, '[');
}

static void close_array(struct build *build)
{
    json_close(&build->doc, ']');
    json_close(&build->lineage, ']');
}

/* One of many values: what its best record leaves out, another that agrees may say. */
struct many_item {
    const struct candidate *candidate;
    const char *kind, *country, *rule;
};

static bool is_same_country(const char *left, const char *right)
{
    return !*left || !*right || text_equal(left, right);
}

static void add_many(struct many_item *items, size_t *count, const struct candidates *sorted,
                     size_t at, const char *rule)
{
    const struct candidate *candidate = &sorted->list[at];
    const struct value *value = candidate->values[0];
    for (size_t i = 0; i < *count; i++) {
        if (!survive_agree(items[i].candidate, candidate) ||
            !is_same_country(items[i].country, value->country))
            continue;
        items[i].kind = *items[i].kind ? items[i].kind : value->kind;
        items[i].country = *items[i].country ? items[i].country : value->country;
        return;
    }
    size_t better = survive_spelling(sorted, at);
    items[(*count)++] = (struct many_item){&sorted->list[better], value->kind, value->country,
                                           better == at ? rule : "spelling"};
}

static void write_many(struct build *build, const struct element *element)
{
    struct candidates found = gather_many(&build->members, element);
    const struct strategy *strategy = survive_strategy(element->survivorship);
    struct many_item *items = NEW_ARRAY(build->members.arena, struct many_item, found.count + 1);
    size_t count = 0;
    if (!found.count)
        return;
    survive_sort(build->members.arena, strategy, &found);
    for (size_t i = 0; i < found.count; i++)
        add_many(items, &count, &found, i, survive_name(strategy));
    pick(build, items[0].candidate->values[0], items[0].candidate, items[0].rule);

    open_array(build, element->path);
    for (size_t i = 0; i < count; i++) {
        json_open(&build->doc, '{');
        json_member(&build->doc, "value", items[i].candidate->text);
        json_member(&build->doc, "kind", text_or_null(items[i].kind));
        json_member(&build->doc, "scheme", text_or_null(items[i].candidate->values[0]->scheme));
        json_member(&build->doc, "country", text_or_null(items[i].country));
        json_close(&build->doc, '}');
        write_lineage(build, items[i].candidate->member, items[i].rule);
    }
    close_array(build);
}

/* What the best record says, all of it and in its order: the lines of an order are never stitched from
 * two.  `found` is sorted. */
static size_t all_of_best(struct arena *arena, const struct candidates *found,
                          struct composite_item **items)
{
    const struct member *best = found->list[0].member;
    size_t count = 0;
    *items = NEW_ARRAY(arena, struct composite_item, found->count);
    for (size_t i = 0; i < found->count; i++) {
        size_t at = count;
        if (found->list[i].member != best)
            continue;
        for (; at && (*items)[at - 1].candidate->order > found->list[i].order; at--)
            (*items)[at] = (*items)[at - 1];
        (*items)[at] = (struct composite_item){.candidate = &found->list[i], .kind = ""};
        count++;
    }
    return count;
}

static void write_composite(struct build *build, const struct bundle *bundle)
{
    struct arena *arena = build->members.arena;
    const struct span *span = &bundle->span;
    struct candidates found = bundle_composites(&build->members, span);
    const struct strategy *strategy = survive_strategy(span->elements[0]->survivorship);
    bool each = text_equal(survive_name(strategy), "union");
    struct composite_item *items;
    if (!found.count)
        return;
    survive_sort(arena, strategy, &found);
    size_t count =
        each ? bundle_distinct(arena, span, &found, &items) : all_of_best(arena, &found, &items);

    open_array(build, bundle->composite);
    for (size_t i = 0; i < count; i++) {
        const struct candidate *candidate = items[i].candidate;
        json_open(&build->doc, '{');
        for (size_t part = 0; part < span->count; part++)
            if (candidate->values[part])
                json_member(&build->doc, gather_name(span->elements[part]),
                            candidate->values[part]->standard);
        json_member(&build->doc, "kind", text_or_null(items[i].kind));
        json_close(&build->doc, '}');
        write_lineage(build, candidate->member, survive_name(strategy));
    }
    close_array(build);
}

static void write_all(struct build *build)
{
    json_open(&build->doc, '{');
    json_open(&build->lineage, '{');
    for (size_t i = 0; i < build->count; i++) {
        const struct element *element = &build->elements[i];
        if (element->composite && leads(build, i))
            write_composite(build, build->bundles[i]);
        else if (element->many && !element->composite)
            write_many(build, element);
        else if (!element->composite)
            write_single(build, i);
    }
    json_close(&build->doc, '}');
    json_close(&build->lineage, '}');
}

/* The first row whose elements are all there names the customer. */
static const struct {
    const char *kind; /* NULL: any */
    const char *paths[2];
} displayed[] = {
    {"person", {"name.given", "name.family"}},
    {"organization", {"name.organization", NULL}},
    {NULL, {"name.full", NULL}},
    {NULL, {"name.given", "name.family"}},
    {NULL, {"name.family", NULL}},
    {NULL, {"name.given", NULL}},
    {NULL, {"name.nickname", NULL}},
    {NULL, {"name.organization", NULL}},
    {NULL, {"email", NULL}},
    {NULL, {"phone", NULL}},
};

/* For a customer of whom nothing else is known: the key of its most trusted record. */
static const char *best_key(const struct build *build)
{
    const struct member *best = build->members.list;
    for (size_t i = 1; i < build->members.count; i++) {
        const struct member *other = &build->members.list[i];
        if (other->trust > best->trust ||
            (other->trust == best->trust && other->record->id < best->record->id))
            best = other;
    }
    return best->record->key;
}

static const char *display_name(struct arena *arena, const struct build *build)
{
    for (size_t i = 0; i < COUNT_OF(displayed); i++) {
        if (displayed[i].kind && !text_equal(displayed[i].kind, build->kind))
            continue;
        const char *first = picked(build, displayed[i].paths[0]);
        const char *second = displayed[i].paths[1] ? picked(build, displayed[i].paths[1]) : NULL;
        if (first && second)
            return arena_printf(arena, "%s %s", first, second);
        if (first && !displayed[i].paths[1])
            return arena_strdup(arena, first);
    }
    return arena_strdup(arena, best_key(build));
}

void golden_build(struct arena *arena, const struct dictionary *dictionary,
                  const struct member *members, size_t count, struct golden *golden)
{
    assert(count);
    ARENA(scratch);
    const struct object_class *class = dictionary_class(dictionary, members[0].record->class_name);
    struct build build = {
        .members = {.arena = scratch, .list = members, .count = count},
        .elements = &dictionary->elements[class->first],
        .count = class->count,
        .picks = NEW_ARRAY(scratch, struct pick, class->count),
        .doc.out.arena = arena,
        .lineage.out.arena = arena,
    };
    bundle_elements(&build);
    build.kind = find_kind(&build);
    pick_singles(&build);
    write_all(&build);
    *golden = (struct golden){
        .kind = arena_strdup(arena, build.kind),
        .display_name = display_name(arena, &build),
        .doc = buffer_string(&build.doc.out),
        .lineage = buffer_string(&build.lineage.out),
    };
}
