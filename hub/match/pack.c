#include "hub/match/features.h"

/*
 * Packed: version, kind, sex, suffix, the number of terms in each slot, then each term as flags, size
 * and text with a NUL behind it.
 */
#define PACK_VERSION 1
enum { PACK_HEAD = 4 + SLOTS };

struct slice features_pack(struct arena *arena, const struct features *features)
{
    size_t size = PACK_HEAD, count = features->first[SLOTS];
    for (size_t i = 0; i < count; i++)
        size += 3 + (size_t)features->terms[i].size;
    char *bytes = arena_alloc(arena, size), *to = bytes;
    *to++ = PACK_VERSION;
    *to++ = (char)features->kind;
    *to++ = (char)features->sex;
    *to++ = (char)features->suffix;
    for (int slot = 0; slot < SLOTS; slot++)
        *to++ = (char)(features->first[slot + 1] - features->first[slot]);
    for (size_t i = 0; i < count; i++) {
        const struct term *term = &features->terms[i];
        *to++ = (char)term->flags;
        *to++ = (char)term->size;
        memcpy(to, term->text, term->size);
        to += term->size;
        *to++ = '\0';
    }
    return (struct slice){bytes, size};
}

static bool read_terms(struct slice packed, struct term *terms, size_t count)
{
    const char *at = packed.bytes + PACK_HEAD, *end = packed.bytes + packed.size;
    for (size_t i = 0; i < count; i++) {
        if (end - at < 3)
            return false;
        struct term *term = &terms[i];
        *term = (struct term){at + 2, (uint8_t)at[1], (uint8_t)at[0]};
        if (end - term->text <= term->size || term->text[term->size])
            return false;
        at = term->text + term->size + 1;
    }
    return at == end;
}

/* What comparison relies on, whoever wrote the bytes. */
static bool is_aligned(const struct features *f)
{
    unsigned names = term_count(f, SLOT_GIVEN), addresses = term_count(f, SLOT_NUMBER);
    unsigned identifiers = term_count(f, SLOT_SCHEME);
    return term_count(f, SLOT_MIDDLE) == names && term_count(f, SLOT_FAMILY) == names &&
           term_count(f, SLOT_STREET) == addresses && term_count(f, SLOT_UNIT) == addresses &&
           term_count(f, SLOT_CITY) == addresses && term_count(f, SLOT_POSTCODE) == addresses &&
           term_count(f, SLOT_COUNTRY) == identifiers &&
           term_count(f, SLOT_IDENTIFIER) == identifiers;
}

static bool are_dates(const struct features *f)
{
    for (unsigned i = 0; i < term_count(f, SLOT_BIRTH); i++) {
        const struct term *date = term_at(f, SLOT_BIRTH, i);
        if (date->size != 4 && date->size != 6 && date->size != 8)
            return false;
        for (unsigned j = 0; j < date->size; j++)
            if (date->text[j] < '0' || date->text[j] > '9')
                return false;
    }
    return true;
}

size_t features_room(struct slice packed)
{
    size_t count = 0;
    if (packed.size < PACK_HEAD || packed.bytes[0] != PACK_VERSION)
        return 0;
    for (int slot = 0; slot < SLOTS; slot++)
        count += (unsigned char)packed.bytes[4 + slot];
    return count <= UINT8_MAX ? sizeof(struct features) + count * sizeof(struct term) : 0;
}

const struct features *features_place(void *room, int64_t record_id, struct slice packed)
{
    struct features *features = room;
    struct term *terms = (struct term *)(features + 1);
    features->record = record_id;
    features->kind = (enum kind)packed.bytes[1];
    features->sex = (enum sex)packed.bytes[2];
    features->suffix = (unsigned char)packed.bytes[3];
    features->terms = terms;
    unsigned count = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
        features->first[slot] = (uint8_t)count;
        count += (unsigned char)packed.bytes[4 + slot];
    }
    features->first[SLOTS] = (uint8_t)count;
    bool intact = read_terms(packed, terms, count) && is_aligned(features) && are_dates(features);
    return intact ? features : NULL;
}

const struct features *features_unpack(struct arena *arena, int64_t record_id, struct slice packed,
                                       struct error *err)
{
    size_t room = features_room(packed);
    if (packed.size < PACK_HEAD || packed.bytes[0] != PACK_VERSION) {
        (void)error_set(err, ERROR_FATAL, "features of another version; rebuild them");
        return NULL;
    }
    const struct features *features =
        room ? features_place(arena_alloc(arena, room), record_id, packed) : NULL;
    if (!features)
        (void)error_set(err, ERROR_FATAL, "features that are cut short or out of order");
    return features;
}
