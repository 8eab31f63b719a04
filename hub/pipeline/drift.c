#include "hub/pipeline/drift.h"

#include "hub/base/list.h"
#include "hub/pipeline/drift_known.h"
#include "hub/pipeline/keep.h"
#include "sql.gen.h"

#define ALWAYS 5           /* records that had a field: from then on it is missed */
#define READABLE 5         /* records whose field could be read: from then on it must be */
#define UNREADABLE_LEAST 2 /* one alone is a slip of somebody's pen */

enum { KIND_NESTED = 1 << FIELD_NESTED };

struct count {
    const char *field, *kind;
    int32_t records;
};

struct learned {
    const char *field;
    int32_t kinds, seen, readable, optional, gone;
};

/* The deliveries of one source in a batch. */
struct watch {
    struct arena *work;
    const struct hub *hub;
    const struct source *source;
    struct known *known;
    bool columns;  /* the header says which fields there are */
    bool replayed; /* seen before: nothing is counted or learned again */
    struct delivery **list;
    size_t count, room;
    enum field_kind *all_kinds; /* by input, and of each by delivery */
    enum field_kind *kinds;     /* of the input that is looked at */
    bool *unreadable;           /* of each delivery: some value has no standard form */
    struct counts {
        struct count *list;
        size_t count, room;
    } counts;
    struct learnings {
        struct learned *list;
        size_t count, room;
    } learnings;
};

static void count_records(struct watch *watch, const char *field, const char *kind, int32_t records)
{
    for (size_t i = 0; i < watch->counts.count; i++) {
        struct count *count = &watch->counts.list[i];
        if (text_equal(count->field, field) && text_equal(count->kind, kind)) {
            count->records += records;
            return;
        }
    }
    LIST_ADD(watch->work, &watch->counts, ((struct count){field, kind, records}));
}

/* Fields that the mapping does not know. */
static void look_for_new(struct watch *watch)
{
    struct {
        struct shape **list;
        size_t count, room;
    } shapes = {0};
    for (size_t i = 0; i < watch->count; i++) {
        struct shape *shape = drift_shape(watch->known, watch->list[i]->fields);
        if (!shape->records++)
            LIST_ADD(watch->work, &shapes, shape);
    }
    for (size_t i = 0; i < shapes.count; i++) {
        struct shape *shape = shapes.list[i];
        for (const char *const *name = shape->unknown; *name; name++)
            count_records(watch, *name, "new", shape->records);
        for (const char *const *name = shape->ignored; *name; name++)
            count_records(watch, *name, "ignored", shape->records);
        shape->records = 0;
    }
}

static void lose(struct watch *watch, size_t at, const struct input *input, enum lost_why why)
{
    struct delivery *delivery = watch->list[at];
    for (size_t i = 0; i < input->loss_count; i++) {
        LIST_ADD(watch->work, &delivery->lost, ((struct lost){&input->losses[i], why}));
        delivery->lost_parts = delivery->lost_parts || input->losses[i].with_part;
    }
}

/* Where a JSON or XML field stood last in the batch; what lacks it before that shows that it is optional. */
static size_t last_present(const struct watch *watch, struct learned *learned)
{
    size_t last = 0, present = 0;
    for (size_t i = 0; i < watch->count; i++)
        if (watch->kinds[i] != FIELD_ABSENT) {
            last = i + 1;
            present++;
        }
    learned->seen = (int32_t)present;
    if (present < last && !watch->columns && !watch->replayed)
        learned->optional = true;
    return last;
}

static void look_for_missing(struct watch *watch, const struct input *input,
                             struct learned *learned)
{
    int32_t missing = 0;
    size_t last = last_present(watch, learned);
    bool always = input->seen + learned->seen >= ALWAYS;
    if (!watch->columns && !watch->replayed &&
        ((input->gone && last) || (last < watch->count && !always)))
        learned->optional = true;
    if (learned->optional || (!watch->columns && !always))
        return;
    for (size_t i = 0; i < watch->count; i++)
        if (watch->kinds[i] == FIELD_ABSENT) {
            missing++;
            lose(watch, i, input, LOST_ABSENT);
        }
    learned->gone = missing && !watch->columns;
    if (missing)
        count_records(watch, input->name, "missing", missing);
}

/* Has a field with such values so far this kind of value now?  Few values say little of its kind. */
static bool is_other_kind(int32_t kinds, int32_t seen, int32_t kind)
{
    if (!kinds || (kinds & kind))
        return false;
    bool nests = (kind == KIND_NESTED) != (kinds == KIND_NESTED);
    return (nests && !(kinds & KIND_NESTED && kind == KIND_NESTED)) || seen >= SEEN_MOST;
}

static void look_for_other_kinds(struct watch *watch, const struct input *input,
                                 struct learned *learned)
{
    int32_t others = 0, kinds = input->kinds, seen = input->seen;
    for (size_t i = 0; i < watch->count; i++) {
        int32_t kind = 1 << watch->kinds[i];
        if (watch->kinds[i] == FIELD_ABSENT || watch->kinds[i] == FIELD_EMPTY)
            continue;
        if (is_other_kind(kinds, seen, kind)) {
            others++;
            lose(watch, i, input, kind == KIND_NESTED ? LOST_NESTED : LOST_ABSENT);
            continue;
        }
        kinds |= kind;
        seen++;
    }
    learned->kinds = kinds;
    if (others)
        count_records(watch, input->name, "retyped", others);
}

enum reading { READING_NONE, READING_DONE, READING_FAILED };

/* Asked of every value: mostly it is another element. */
static inline bool covers(const struct loss *loss, const struct record *record,
                          const struct value *value)
{
    return loss->element == value->element && loss_covers(loss, record, value);
}

static enum reading reading_of(const struct delivery *delivery, const struct input *input)
{
    enum reading reading = READING_NONE;
    for (size_t v = 0; v < delivery->count; v++) {
        const struct record *record = delivery->versions[v].record;
        for (size_t i = 0; i < record->count; i++)
            for (size_t l = 0; l < input->loss_count; l++)
                if (covers(&input->losses[l], record, &record->values[i])) {
                    if (!record->values[i].standard)
                        return READING_FAILED;
                    reading = READING_DONE;
                }
    }
    return reading;
}

/* Until it is known that they can be read, so many more were. */
static size_t learn_readable(const struct watch *watch, const struct input *input,
                             struct learned *learned)
{
    size_t known = 0;
    for (int32_t readable = input->readable; known < watch->count && readable < READABLE; known++)
        readable += reading_of(watch->list[known], input) == READING_DONE;
    for (size_t i = 0; i < watch->count && input->readable + learned->readable < SEEN_MOST; i++)
        learned->readable += reading_of(watch->list[i], input) == READING_DONE;
    return known;
}

/* Values that could be read, and mostly cannot any more: a date in another form, say. */
static void look_for_unreadable(struct watch *watch, const struct input *input,
                                struct learned *learned)
{
    int32_t failed = 0, done = 0;
    size_t from = input->readable < SEEN_MOST ? learn_readable(watch, input, learned) : 0;
    for (size_t i = from; i < watch->count; i++)
        failed += watch->unreadable[i] && reading_of(watch->list[i], input) == READING_FAILED;
    if (failed < UNREADABLE_LEAST)
        return;
    for (size_t i = from; i < watch->count && failed > done; i++)
        done += reading_of(watch->list[i], input) == READING_DONE;
    if (failed <= done)
        return;
    for (size_t i = from; i < watch->count; i++)
        if (watch->unreadable[i] && reading_of(watch->list[i], input) == READING_FAILED)
            lose(watch, i, input, LOST_UNREADABLE);
    count_records(watch, input->name, "retyped", failed);
}

static void look_at_input(struct watch *watch, const struct input *input)
{
    struct learned learned = {.field = input->name, .optional = input->optional};
    watch->kinds = watch->all_kinds + (size_t)(input - watch->known->inputs) * watch->count;
    size_t retyped = watch->counts.count;
    look_for_missing(watch, input, &learned);
    look_for_other_kinds(watch, input, &learned);
    if (watch->counts.count == retyped)
        look_for_unreadable(watch, input, &learned);
    if ((learned.kinds | input->kinds) != input->kinds || learned.optional != input->optional ||
        learned.gone != input->gone || (learned.seen && input->seen < SEEN_MOST) ||
        (learned.readable && input->readable < SEEN_MOST))
        LIST_ADD(watch->work, &watch->learnings, learned);
}

static void read_kinds(struct watch *watch)
{
    const struct known *known = watch->known;
    watch->all_kinds = NEW_ARRAY(watch->work, enum field_kind, known->count * watch->count + 1);
    for (size_t i = 0; i < known->count; i++)
        for (size_t d = 0; d < watch->count; d++)
            watch->all_kinds[i * watch->count + d] =
                fields_kind(watch->list[d]->fields, known->inputs[i].name);
}

/* Does a field lack that others may have found to be optional meanwhile? */
static bool may_be_missing(const struct watch *watch)
{
    for (size_t i = 0; i < watch->known->count && !watch->columns; i++)
        for (size_t d = 0; d < watch->count && !watch->known->inputs[i].optional; d++)
            if (watch->all_kinds[i * watch->count + d] == FIELD_ABSENT)
                return true;
    return false;
}

static bool has_unreadable(const struct delivery *delivery)
{
    for (size_t v = 0; v < delivery->count; v++) {
        const struct record *record = delivery->versions[v].record;
        for (size_t i = 0; i < record->count; i++)
            if (!record->values[i].standard)
                return true;
    }
    return false;
}

static bool write_learned(struct watch *watch, struct error *err)
{
    struct arena *work = watch->work;
    struct learnings *l = &watch->learnings;
    watch->known->stale = l->count > 0;
    return !l->count || db_run(work, watch->hub->db, &SQL_FIELD_LEARN,
                               PARAMS(db_int(work, watch->source->id), DB_COLUMN(work, l, field),
                                      DB_COLUMN(work, l, kinds), DB_COLUMN(work, l, seen),
                                      DB_COLUMN(work, l, readable), DB_COLUMN(work, l, optional),
                                      DB_COLUMN(work, l, gone)),
                               NULL, err);
}

static bool write_counts(struct watch *watch, struct error *err)
{
    struct arena *work = watch->work;
    struct counts *c = &watch->counts;
    return !c->count ||
           db_run(work, watch->hub->db, &SQL_DRIFT_ADD,
                  PARAMS(db_int(work, watch->source->id), db_int(work, watch->source->mapping_id),
                         DB_COLUMN(work, c, field), DB_COLUMN(work, c, kind),
                         DB_COLUMN(work, c, records)),
                  NULL, err);
}

static bool look_at_source(struct watch *watch, struct error *err)
{
    struct drift *drift = watch->hub->drift;
    watch->columns = watch->source->mapping->format.kind == FORMAT_CSV ||
                     watch->source->mapping->format.kind == FORMAT_FIXED;
    watch->known = drift_known(drift, watch->hub->db, watch->source, false, err);
    if (!watch->known)
        return false;
    read_kinds(watch);
    if (may_be_missing(watch)) /* the same inputs: they follow from the mapping */
        watch->known = drift_known(drift, watch->hub->db, watch->source, true, err);
    if (!watch->known)
        return false;
    watch->unreadable = NEW_ARRAY(watch->work, bool, watch->count);
    for (size_t i = 0; i < watch->count; i++)
        watch->unreadable[i] = has_unreadable(watch->list[i]);
    if (watch->source->mapping->format.kind != FORMAT_LOG) /* its pattern names them all */
        look_for_new(watch);
    for (size_t i = 0; i < watch->known->count; i++)
        look_at_input(watch, &watch->known->inputs[i]);
    return watch->replayed || (write_learned(watch, err) && write_counts(watch, err));
}

bool drift_watch(struct arena *work, const struct hub *hub, struct delivery *deliveries,
                 size_t count, struct error *err)
{
    const struct sources *sources = hub->sources;
    if (hub->drift)
        drift_follow(hub->drift, sources);
    /* Source by source in the order of their numbers: so nobody waits for two in different orders. */
    for (size_t s = 0; s < 2 * sources->count && hub->drift; s++) {
        struct watch watch = {
            .work = work, .hub = hub, .source = &sources->list[s / 2], .replayed = s % 2};
        for (size_t i = 0; i < count; i++)
            if (deliveries[i].source == watch.source && deliveries[i].fields &&
                deliveries[i].replayed == watch.replayed)
                LIST_ADD(work, &watch, &deliveries[i]);
        if (watch.count && !look_at_source(&watch, err))
            return false;
    }
    return true;
}
