/*
 * Keyring: the blocking keys of some records, and how the hub has each: for explaining and searching, which
 * read what resolving wrote and lock nothing.
 */
#pragma once

#include "hub/pipeline/hub.h"

/* Holders of a key that too many share are counted up to so many. */
#define KEYRING_COUNTED 10000

struct keyhold {
    struct blocking_key key;
    const char *name; /* "phone", "name-year", ... */
    bool generic;     /* too many hold it */
    bool skipped;     /* it brings no candidates: generic, also with the same refine */
    bool by_refine;   /* generic, but those with the same refine meet */
    int64_t *holders; /* after keyring_holders() */
    size_t count;
    bool more; /* than were counted */
};

struct keyring {
    const struct hub *hub;
    struct keyhold *list; /* each key with each refine once */
    size_t count;
    struct generic_keys generic; /* for compare_records() of any of the records */
    struct map by_key;           /* struct keyhold, by key and refine */
};

bool keyring_load(struct arena *arena, const struct hub *hub, const struct features *const *records,
                  size_t count, struct keyring *keyring, struct error *err) MUST_CHECK;
/* NULL: of none of the records. */
struct keyhold *keyring_find(const struct keyring *keyring, struct blocking_key key);

/* Does a key that both hold bring them together?  Either may be first. */
static inline bool keyhold_meets(const struct keyhold *one, const struct keyhold *other)
{
    return !one->skipped && !other->skipped &&
           (!one->by_refine || one->key.refine == other->key.refine);
}

/* Who holds some of its keys: of one that brings candidates all, of one that is skipped at most
 * KEYRING_COUNTED. */
bool keyring_holders(struct arena *arena, const struct keyring *keyring,
                     struct keyhold *const *keys, size_t count, struct error *err) MUST_CHECK;
