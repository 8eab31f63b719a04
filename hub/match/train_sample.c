#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/match/trainer.h"

/* So much is enough: an estimate from ten thousand pairs is good to a tenth of a bit where it counts. */
#define PASS_VALUES 25000   /* records a pass */
#define RANDOM_RECORDS 2500 /* between which random pairs are drawn */
#define NAMES 200000        /* records whose names are counted */

static uint64_t below(int64_t wanted, int64_t records)
{
    if (wanted >= records)
        return UINT64_MAX;
    return (uint64_t)(((unsigned __int128)wanted << 64) / (unsigned __int128)records);
}

struct trainer *trainer_new(struct arena *arena, const struct model *model, int64_t records)
{
    struct trainer *trainer = NEW(arena, struct trainer);
    *trainer = (struct trainer){
        .arena = arena,
        .model = model,
        .expected = records > 1 ? records : 1,
        .given.by_hash.arena = arena,
        .family.by_hash.arena = arena,
        .pass_below = below(PASS_VALUES, records),
        .random_below = below(RANDOM_RECORDS, records),
        .names_below = below(NAMES, records),
    };
    return trainer;
}

static void add_value(struct trainer *trainer, enum train_pass pass, uint64_t value, uint64_t order)
{
    value = hash64_mix(value, (uint64_t)pass);
    if (value <= trainer->pass_below)
        LIST_ADD(trainer->arena, &trainer->entries,
                 ((struct train_entry){value, order, (unsigned)trainer->kept.count, pass}));
}

static uint64_t term_hash(const struct features *features, enum slot slot, unsigned index)
{
    const struct term *term = term_at(features, slot, index);
    return hash64(term->text, term->size);
}

static void add_names(struct trainer *trainer, const struct features *f, uint64_t order)
{
    for (unsigned i = 0; i < term_count(f, SLOT_GIVEN); i++)
        if (term_at(f, SLOT_GIVEN, i)->size > 1 && term_at(f, SLOT_FAMILY, i)->size > 1)
            add_value(trainer, PASS_NAME,
                      hash64_mix(term_hash(f, SLOT_GIVEN, i), term_hash(f, SLOT_FAMILY, i)), order);
    for (unsigned i = 0; i < term_count(f, SLOT_ORGANIZATION); i++)
        if (f->kind == KIND_ORGANIZATION)
            add_value(trainer, PASS_COMPANY, term_hash(f, SLOT_ORGANIZATION, i), order);
}

static void add_contacts(struct trainer *trainer, const struct features *f, uint64_t order)
{
    for (unsigned i = 0; i < term_count(f, SLOT_BIRTH); i++)
        if (term_at(f, SLOT_BIRTH, i)->size == 8)
            add_value(trainer, PASS_BIRTH, term_hash(f, SLOT_BIRTH, i), order);
    for (unsigned i = 0; i < term_count(f, SLOT_EMAIL); i++)
        if (!(term_at(f, SLOT_EMAIL, i)->flags & TERM_ROLE))
            add_value(trainer, PASS_EMAIL, term_hash(f, SLOT_EMAIL, i), order);
    for (unsigned i = 0; i < term_count(f, SLOT_PHONE); i++)
        if (!(term_at(f, SLOT_PHONE, i)->flags & TERM_EVIDENCE))
            add_value(trainer, PASS_PHONE, term_hash(f, SLOT_PHONE, i), order);
    for (unsigned i = 0; i < term_count(f, SLOT_IDENTIFIER); i++)
        add_value(trainer, PASS_IDENTIFIER,
                  hash64_mix(term_hash(f, SLOT_SCHEME, i), term_hash(f, SLOT_IDENTIFIER, i)),
                  order);
}

static void add_addresses(struct trainer *trainer, const struct features *f, uint64_t order)
{
    for (unsigned i = 0; i < term_count(f, SLOT_NUMBER); i++) {
        enum slot area = term_at(f, SLOT_POSTCODE, i)->size ? SLOT_POSTCODE : SLOT_CITY;
        if (!term_at(f, SLOT_NUMBER, i)->size || !term_at(f, SLOT_STREET, i)->size ||
            !term_at(f, area, i)->size)
            continue;
        uint64_t place = hash64_mix(term_hash(f, SLOT_NUMBER, i), term_hash(f, SLOT_STREET, i));
        add_value(trainer, PASS_ADDRESS, hash64_mix(place, term_hash(f, area, i)), order);
    }
}

static void count_name(struct trainer *trainer, struct name_counts *names, const struct features *f,
                       enum slot slot)
{
    const struct term *term = term_count(f, slot) ? term_at(f, slot, 0) : NULL;
    if (!term || term->size < 2 || term->flags & TERM_FORMER)
        return;
    uint64_t id = hash64(term->text, term->size);
    struct name_count *name = map_get(&names->by_hash, id);
    if (!name) {
        name = NEW(trainer->arena, struct name_count);
        name->text = arena_strndup(trainer->arena, term->text, term->size);
        map_put(&names->by_hash, id, name);
        LIST_ADD(trainer->arena, names, name);
    }
    name->count++;
    names->all++;
}

bool trainer_add(struct trainer *trainer, int64_t record_id, struct slice packed, struct error *err)
{
    _Alignas(max_align_t) char room[FEATURES_ROOM_MOST];
    const struct features *f =
        features_room(packed) ? features_place(room, record_id, packed) : NULL;
    if (!f)
        return error_set(err, ERROR_FATAL, "features of another version; rebuild them");
    uint64_t order = hash64_mix((uint64_t)record_id, 1);
    size_t before = trainer->entries.count;
    trainer->added++;
    add_names(trainer, f, order);
    add_contacts(trainer, f, order);
    add_addresses(trainer, f, order);
    if (order <= trainer->names_below) {
        count_name(trainer, &trainer->given, f, SLOT_GIVEN);
        count_name(trainer, &trainer->family, f, SLOT_FAMILY);
    }
    bool random = order <= trainer->random_below;
    if (!random && trainer->entries.count == before)
        return true;
    if (random)
        LIST_ADD(trainer->arena, &trainer->randoms, (unsigned)trainer->kept.count);
    struct slice own = {arena_strndup(trainer->arena, packed.bytes, packed.size), packed.size};
    f = features_unpack(trainer->arena, record_id, own, err);
    LIST_ADD(trainer->arena, &trainer->kept, ((struct sampled){order, f}));
    return f != NULL;
}
