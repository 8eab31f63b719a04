/*
 * Features, inside: the values of a record that comparison reads, folded and cut into their parts.
 * Only hub/match includes this; others see hub/match/match.h.
 */
#pragma once

#include "hub/match/match.h"

/*
 * Where a value belongs.  Slots that describe one thing together stand aligned: the i-th given, middle
 * and family name are of one name, the i-th number .. country of one address, the i-th scheme, country
 * and value of one identifier; what is missing there is "".
 */
enum slot {
    SLOT_GIVEN,
    SLOT_MIDDLE,
    SLOT_FAMILY,
    SLOT_ORGANIZATION,
    SLOT_EMPLOYER,
    SLOT_BIRTH, /* digits: 19781112, 197811 or 1978 */
    SLOT_EMAIL,
    SLOT_PHONE, /* digits */
    SLOT_NUMBER,
    SLOT_STREET,
    SLOT_UNIT,
    SLOT_CITY,
    SLOT_POSTCODE,
    SLOT_SCHEME,
    SLOT_COUNTRY, /* of an identifier */
    SLOT_IDENTIFIER,
    SLOTS
};

enum {
    TERM_FORMER = 1,   /* a name borne earlier */
    TERM_WEAK = 2,     /* a reading of another script: different names often read alike */
    TERM_ROLE = 4,     /* a mailbox of an office, not of a person */
    TERM_VERIFIED = 8, /* an identifier that its source vouches for */
    TERM_MOBILE = 16,  /* a telephone that one person carries */
    TERM_EVIDENCE = 32 /* the number that a call came from: perhaps not the caller's own */
};

struct term {
    const char *text;
    uint8_t size, flags;
};

enum kind { KIND_UNKNOWN, KIND_PERSON, KIND_ORGANIZATION };
enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER };

struct features {
    int64_t record;
    enum kind kind;
    enum sex sex;
    unsigned suffix; /* generation: 0 none, 1 the elder, 2 junior, 3 the third, ... */
    const struct term *terms;
    uint8_t
        first[SLOTS + 1]; /* the terms of slot s are terms[first[s]] .. terms[first[s + 1] - 1] */
};

static inline unsigned term_count(const struct features *features, enum slot slot)
{
    return (unsigned)features->first[slot + 1] - features->first[slot];
}

static inline const struct term *term_at(const struct features *features, enum slot slot,
                                         unsigned index)
{
    return &features->terms[features->first[slot] + index];
}

static inline struct slice term_slice(const struct term *term)
{
    return (struct slice){term->text, term->size};
}

static inline bool term_same(const struct term *a, const struct term *b)
{
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}
