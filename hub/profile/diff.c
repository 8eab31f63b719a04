#include "hub/profile/diff.h"

#include "hub/base/list.h"
#include "hub/format/drop.h"
#include "hub/standard/standard.h"

/* One of the two mappings on its way through the file. */
struct side {
    const struct mapping *mapping;
    struct splitter *splitter;
    struct slice header;
    struct cut cut;
    bool more;
    struct mapped mapped; /* of the record at hand */
    struct reject reject;
    bool rejected;
};

struct comparing {
    struct arena *arena;
    const struct dictionary *dictionary;
    struct side left, right;
    struct diff *diff;
    unsigned line;
    bool differs;
};

/* The next record; headers are kept. */
static void advance(struct side *side)
{
    while ((side->more = splitter_next(side->splitter, &side->cut)) && side->cut.is_header &&
           !side->cut.reject)
        side->header = side->cut.raw;
}

static void start(struct arena *arena, struct side *side, const struct mapping *mapping,
                  struct slice content)
{
    *side = (struct side){.mapping = mapping,
                          .splitter = splitter_new(arena, &mapping->format, content),
                          .header = {.bytes = "", .size = 0}};
    advance(side);
}

static void map_side(struct arena *work, const struct dictionary *dictionary, struct side *side,
                     bool at_hand)
{
    const struct mapping *mapping = side->mapping;
    side->mapped = (struct mapped){.count = 0};
    side->rejected = false;
    if (!at_hand)
        return;
    format_drop(work, &mapping->format, side->header, mapping->drops, &side->cut);
    const struct fields *fields = NULL;
    if (side->cut.reject)
        side->reject = *side->cut.reject;
    else
        fields = format_decode(work, &mapping->format, side->header, side->cut.raw, side->cut.line,
                               &side->reject);
    side->rejected = !fields || !mapping_apply(work, mapping, fields, &side->mapped, &side->reject);
    if (side->rejected)
        side->mapped = (struct mapped){.count = 0};
    for (size_t i = 0; i < side->mapped.count; i++)
        standard_record(work, dictionary, side->mapped.records[i]);
}

static struct diff_count *count_of(struct arena *arena, struct diff_counts *counts,
                                   const char *name)
{
    for (size_t i = 0; i < counts->count; i++)
        if (text_equal(counts->list[i].name, name))
            return &counts->list[i];
    LIST_ADD(arena, counts, ((struct diff_count){.name = arena_strdup(arena, name)}));
    return &counts->list[counts->count - 1];
}

static const char *keep(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

/* Count a difference, and show it if it is one of the first. */
static void note(struct comparing *comparing, struct diff_counts *counts, const char *name,
                 const struct diff_example *example)
{
    struct arena *arena = comparing->arena;
    struct diff_count *count = count_of(arena, counts, name);
    comparing->differs = true;
    count->left += example->left && !example->right;
    count->right += example->right && !example->left;
    count->changed += example->left && example->right;
    if (count->example_count == DIFF_EXAMPLES)
        return;
    count->examples[count->example_count++] =
        (struct diff_example){.line = comparing->line,
                              .key = keep(arena, example->key),
                              .part = keep(arena, example->part),
                              .left = keep(arena, example->left),
                              .right = keep(arena, example->right)};
}

/* All there is to a value, as a text. */
static const char *value_text(struct arena *work, const struct value *value)
{
    struct buffer out = {.arena = work};
    const char *const words[] = {value->kind, value->scheme, value->country, value->group};
    buffer_text(&out, value->standard ? value->standard : value->raw);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text_or_null(words[i]))
            buffer_printf(&out, " (%s)", words[i]);
    if (value->flag)
        buffer_printf(&out, " [%s]", value->flag);
    if (value->verified)
        buffer_text(&out, " (verified)");
    if (value->evidence)
        buffer_text(&out, " (evidence)");
    return buffer_string(&out);
}

/* The texts of an element that the other record does not have, in one; NULL when there are none. */
static const char *texts_beyond(struct arena *work, const struct record *record,
                                const struct record *other, const struct element *element)
{
    struct buffer out = {.arena = work};
    for (size_t i = 0; i < record->count; i++) {
        if (record->values[i].element != element)
            continue;
        const char *text = value_text(work, &record->values[i]);
        bool known = false;
        for (size_t j = 0; j < other->count && !known; j++)
            known = other->values[j].element == element &&
                    text_equal(text, value_text(work, &other->values[j]));
        if (!known)
            buffer_printf(&out, "%s%s", out.length ? " | " : "", text);
    }
    return out.length ? buffer_string(&out) : NULL;
}

static bool stands_before(const struct record *record, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (record->values[i].element == record->values[at].element)
            return true;
    return false;
}

static bool has_element(const struct record *record, const struct element *element)
{
    for (size_t i = 0; i < record->count; i++)
        if (record->values[i].element == element)
            return true;
    return false;
}

/* Elements of `record`; those that the other has too only once. */
static void compare_elements(struct comparing *comparing, struct arena *work,
                             const struct record *left, const struct record *right, bool from_left)
{
    const struct record *record = from_left ? left : right, *other = from_left ? right : left;
    for (size_t i = 0; i < record->count; i++) {
        const struct element *element = record->values[i].element;
        if (stands_before(record, i) || (!from_left && has_element(other, element)))
            continue;
        struct diff_example example = {.key = record->key,
                                       .part = record->part,
                                       .left = texts_beyond(work, left, right, element),
                                       .right = texts_beyond(work, right, left, element)};
        if (example.left || example.right)
            note(comparing, &comparing->diff->values, element->name, &example);
    }
}

static const struct record *find(const struct mapped *mapped, const struct record *like)
{
    for (size_t i = 0; i < mapped->count; i++) {
        const struct record *record = mapped->records[i];
        if (text_equal(record->class_name, like->class_name) &&
            text_equal(record->key, like->key) && text_equal(record->part, like->part))
            return record;
    }
    return NULL;
}

static void note_record(struct comparing *comparing, const struct record *record, bool left)
{
    struct diff_example example = {.key = record->key,
                                   .part = record->part,
                                   .left = left ? "" : NULL,
                                   .right = left ? NULL : ""};
    note(comparing, &comparing->diff->records, record->class_name, &example);
}

static void compare_records(struct comparing *comparing, struct arena *work)
{
    const struct mapped *left = &comparing->left.mapped, *right = &comparing->right.mapped;
    for (size_t i = 0; i < left->count; i++) {
        const struct record *record = left->records[i], *other = find(right, record);
        if (!other || other->deleted != record->deleted) {
            note_record(comparing, record, true);
            continue;
        }
        compare_elements(comparing, work, record, other, true);
        compare_elements(comparing, work, record, other, false);
    }
    for (size_t i = 0; i < right->count; i++) {
        const struct record *other = find(left, right->records[i]);
        if (!other || other->deleted != right->records[i]->deleted)
            note_record(comparing, right->records[i], false);
    }
}

static void compare_rejects(struct comparing *comparing)
{
    const struct side *left = &comparing->left, *right = &comparing->right;
    bool same = left->rejected == right->rejected &&
                (!left->rejected || text_equal(left->reject.code, right->reject.code));
    struct diff_example example = {.left = left->rejected ? left->reject.message : NULL,
                                   .right = right->rejected ? right->reject.message : NULL};
    if (!same)
        note(comparing, &comparing->diff->rejects,
             left->rejected ? left->reject.code : right->reject.code, &example);
}

const struct diff *diff_mappings(struct arena *arena, const struct dictionary *dictionary,
                                 const struct mapping *left, const struct mapping *right,
                                 struct slice content)
{
    ARENA(scratch);
    struct comparing comparing = {.arena = arena, .dictionary = dictionary};
    comparing.diff = NEW(arena, struct diff);
    start(scratch, &comparing.left, left, content);
    start(scratch, &comparing.right, right, content);
    while (comparing.left.more || comparing.right.more) {
        ARENA(work);
        struct side *l = &comparing.left, *r = &comparing.right;
        /* Where they cut differently, what starts earlier comes first. */
        bool at_left = l->more && (!r->more || l->cut.line <= r->cut.line);
        bool at_right = r->more && (!l->more || r->cut.line <= l->cut.line);
        comparing.line = at_left ? l->cut.line : r->cut.line;
        comparing.differs = false;
        map_side(work, dictionary, l, at_left);
        map_side(work, dictionary, r, at_right);
        compare_rejects(&comparing);
        compare_records(&comparing, work);
        comparing.diff->compared++;
        comparing.diff->same += !comparing.differs;
        if (at_left)
            advance(l);
        if (at_right)
            advance(r);
    }
    return comparing.diff;
}
