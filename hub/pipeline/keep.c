#include "hub/pipeline/keep.h"

struct keeping {
    const struct delivery *delivery;
    const struct record *before;
    struct record *record; /* the version, with room for all of both */
    size_t kept;
};

static bool same_words(const struct value *left, const struct value *right)
{
    return left->element == right->element && text_equal(left->group, right->group) &&
           text_equal(left->kind, right->kind) && text_equal(left->scheme, right->scheme);
}

bool loss_covers(const struct loss *loss, const struct record *record, const struct value *value)
{
    return loss->element == value->element && !value->derived &&
           (!loss->part || text_equal(loss->part, record->part)) &&
           (!loss->kind || text_equal(loss->kind, value->kind)) &&
           (!loss->scheme || text_equal(loss->scheme, value->scheme)) &&
           (!loss->group || text_equal(loss->group, value->group));
}

/* Does the record say the same, or something else where there can be only one? */
static bool is_stated(const struct record *record, const struct value *old)
{
    bool one = !old->element->many || old->element->composite;
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (value->standard && value->element == old->element &&
            (one ? same_words(value, old) : text_equal(value->standard, old->standard)))
            return true;
    }
    return false;
}

static bool has_value(const struct record *record, const struct value *value)
{
    for (size_t i = 0; i < record->count; i++)
        if (same_words(&record->values[i], value) &&
            text_equal(text_or_empty(record->values[i].standard), text_or_empty(value->standard)))
            return true;
    return false;
}

/* An address is never made of two. */
static bool fits(const struct keeping *keeping, const struct value *old)
{
    const struct record *record = keeping->record;
    for (size_t i = 0; i < record->count && old->element->composite; i++) {
        const struct value *value = &record->values[i];
        if (value->element->composite && value->element != old->element && !value->kept &&
            text_equal(value->element->composite, old->element->composite) &&
            text_equal(value->group, old->group) && !has_value(keeping->before, value))
            return false;
    }
    return true;
}

static bool has_unreadable(const struct record *record, const struct loss *loss)
{
    for (size_t i = 0; i < record->count; i++)
        if (!record->values[i].standard && loss_covers(loss, record, &record->values[i]))
            return true;
    return false;
}

/* A list or an object where a text should be is nothing to publish in its place. */
static void remove_nested(struct keeping *keeping, const struct loss *loss)
{
    struct record *record = keeping->record;
    size_t count = 0;
    for (size_t i = 0; i < record->count; i++)
        if (record->values[i].kept || !loss_covers(loss, record, &record->values[i]))
            record->values[count++] = record->values[i];
    record->count = count;
}

static void keep_old(struct keeping *keeping, const struct loss *loss, bool nested)
{
    const struct record *before = keeping->before;
    bool removed = false;
    for (size_t i = 0; i < before->count; i++) {
        const struct value *old = &before->values[i];
        if (!old->standard || !loss_covers(loss, before, old))
            continue;
        if (nested && !removed)
            remove_nested(keeping, loss);
        removed = true;
        if (is_stated(keeping->record, old) || !fits(keeping, old))
            continue;
        struct value *kept = &keeping->record->values[keeping->record->count++];
        *kept = *old;
        kept->text = old->standard;
        kept->kept = true;
        keeping->kept++;
    }
}

/* What the source states itself; the rest is read out of it again. */
static void copy_stated(struct arena *arena, const struct record *from, size_t more,
                        struct record *to)
{
    *to = *from;
    to->values = NEW_ARRAY(arena, struct value, from->count + more + 1);
    to->count = 0;
    for (size_t i = 0; i < from->count; i++)
        if (!from->values[i].derived)
            to->values[to->count++] = from->values[i];
}

void keep_values(struct arena *arena, const struct hub *hub, const struct delivery *delivery,
                 struct version *version, const char *before)
{
    struct error ignored;
    const struct record *now = version->record;
    struct record old = *now, *record = NEW(arena, struct record);
    if (!record_from_json(arena, hub->dictionary, now->class_name, before, &old, &ignored))
        return;
    copy_stated(arena, now, delivery->lost.count * old.count, record);
    struct keeping keeping = {.delivery = delivery, .before = &old, .record = record};
    for (size_t i = 0; i < delivery->lost.count; i++) {
        const struct lost *lost = &delivery->lost.list[i];
        if (lost->why != LOST_UNREADABLE || has_unreadable(now, lost->loss))
            keep_old(&keeping, lost->loss, lost->why == LOST_NESTED);
    }
    if (keeping.kept)
        version_make(arena, hub, record, version);
}
