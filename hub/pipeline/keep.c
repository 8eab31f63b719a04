#include "hub/pipeline/keep.h"

struct keeping {
    const struct record *before;
    struct record *record; /* the version, with room for all of both */
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

static bool is_lost(const struct lost *lost, const struct record *record)
{
    return (!lost->loss->part || text_equal(lost->loss->part, record->part)) &&
           (lost->why != LOST_UNREADABLE || has_unreadable(record, lost->loss));
}

static bool same_or_none(const char *left, const char *right)
{
    return left && right ? text_equal(left, right) : left == right;
}

static bool is_of(const struct absence *absence, const struct loss *loss)
{
    return text_equal(absence->path, loss->element->path) &&
           same_or_none(absence->kind, loss->kind) && same_or_none(absence->scheme, loss->scheme) &&
           same_or_none(absence->group, loss->group);
}

static const struct absence *find_absence(const struct record *record, const struct loss *loss)
{
    for (size_t i = 0; i < record->absence_count; i++)
        if (is_of(&record->absences[i], loss))
            return &record->absences[i];
    return NULL;
}

static void note_absence(struct record *record, const struct loss *loss, struct rank from)
{
    if (!find_absence(record, loss))
        record->absences[record->absence_count++] = (struct absence){.path = loss->element->path,
                                                                     .kind = loss->kind,
                                                                     .scheme = loss->scheme,
                                                                     .group = loss->group,
                                                                     .from = from};
}

void keep_values(struct arena *arena, const struct hub *hub, const struct delivery *delivery,
                 struct version *version, const struct before *before)
{
    struct error ignored;
    const struct record *now = version->mapped; /* it may be stored at a second attempt */
    struct record old = *now, *record = NEW(arena, struct record);
    old.count = 0;
    if (before->doc &&
        !record_from_json(arena, hub->dictionary, now->class_name, before->doc, &old, &ignored))
        return;
    copy_stated(arena, now, delivery->lost.count * old.count, record);
    record->absences = NEW_ARRAY(arena, struct absence, delivery->lost.count + 1);
    struct keeping keeping = {.before = &old, .record = record};
    for (size_t i = 0; i < delivery->lost.count; i++) {
        const struct lost *lost = &delivery->lost.list[i];
        if (!is_lost(lost, now))
            continue;
        const struct absence *earlier = find_absence(&old, lost->loss);
        note_absence(record, lost->loss, earlier ? earlier->from : before->at);
        keep_old(&keeping, lost->loss, lost->why == LOST_NESTED);
    }
    if (record->absence_count)
        version_make(arena, hub, record, version);
}

static struct loss loss_of(const struct hub *hub, const struct record *record,
                           const struct absence *absence)
{
    return (struct loss){.element =
                             dictionary_path(hub->dictionary, record->class_name, absence->path),
                         .kind = absence->kind,
                         .scheme = absence->scheme,
                         .group = absence->group};
}

/* Does a late version say more of what is absent than the one that it is kept from? */
static bool says_more(const struct absence *absence, const struct late *late)
{
    const struct losses_of_delivery *lost = &late->delivery->lost;
    for (size_t i = 0; i < lost->count && late->record; i++)
        if (is_of(absence, lost->list[i].loss) && is_lost(&lost->list[i], late->record))
            return false;
    return rank_is_after(late->at, absence->from);
}

/* Is it kept, and only for what is known better now? */
static bool is_outdated(const struct hub *hub, const struct record *record, const bool *better,
                        const struct value *value)
{
    bool outdated = false;
    for (size_t i = 0; i < record->absence_count && value->kept; i++) {
        struct loss loss = loss_of(hub, record, &record->absences[i]);
        if (loss_covers(&loss, record, value)) {
            if (!better[i])
                return false;
            outdated = true;
        }
    }
    return outdated;
}

static void remove_outdated(const struct hub *hub, struct record *record, const bool *better)
{
    size_t count = 0;
    for (size_t i = 0; i < record->count; i++)
        if (!is_outdated(hub, record, better, &record->values[i]))
            record->values[count++] = record->values[i];
    record->count = count;
}

static void keep_better(const struct hub *hub, struct record *record, const bool *better,
                        const struct late *late)
{
    struct keeping keeping = {.before = late->record, .record = record};
    for (size_t i = 0; i < record->absence_count; i++) {
        if (!better[i])
            continue;
        struct loss loss = loss_of(hub, record, &record->absences[i]);
        record->absences[i].from = late->at;
        if (late->record)
            keep_old(&keeping, &loss, false);
    }
}

const struct version *keep_late(struct arena *arena, const struct hub *hub,
                                const struct record *record, const char *doc,
                                const struct late *late)
{
    struct error ignored;
    struct record old = *record, *now = NEW(arena, struct record);
    if (!record_from_json(arena, hub->dictionary, record->class_name, doc, &old, &ignored))
        return NULL;
    bool any = false, *better = NEW_ARRAY(arena, bool, old.absence_count + 1);
    for (size_t i = 0; i < old.absence_count; i++) {
        better[i] = says_more(&old.absences[i], late);
        any = any || better[i];
    }
    if (!any)
        return NULL;
    for (size_t i = 0; i < old.count; i++)
        old.values[i].text = old.values[i].standard;
    copy_stated(arena, &old, late->record ? late->record->count * old.absence_count : 0, now);
    remove_outdated(hub, now, better);
    keep_better(hub, now, better, late);
    struct version *version = NEW(arena, struct version);
    version_make(arena, hub, now, version);
    return version;
}
