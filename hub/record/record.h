/*
 * Record: what flows through the hub: dictionary elements, their values, and where they came from.
 *
 * One record is one *part* of what a source calls a record: (source, key, part) names it, and its id
 * is a hash of that, the same wherever and whenever it arrives.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/error.h"
#include "hub/base/json.h"
#include "hub/dictionary/dictionary.h"

/*
 * A value on its way: `raw` is what the source wrote, `text` what the mapping's transforms made of it
 * and `standard` the form that is published and compared.  A value that cannot be read keeps its raw
 * text, has no standard form and says why in `flag` (a code: "date", "email", "phone", "code", ...).
 */
struct value {
    const struct element *element;
    const char *raw;
    const char *text;     /* NULL once read back from the store */
    const char *standard; /* NULL: unreadable, or not standardised yet */
    const char *flag;     /* NULL: nothing wrong */
    /* "" where the mapping says nothing: */
    const char *group;  /* values of a composite (an address) with the same group belong together */
    const char *kind;   /* home, work, mobile, ... */
    const char *scheme; /* of identifiers and social accounts: loyalty, passport, ... */
    const char *country; /* of identifiers: ISO 3166-1 alpha-2 once standardised */
    bool verified;
    bool
        evidence; /* only what points to somebody, such as the number a call came from: never published */
    bool derived;   /* hub/standard read it out of another value: never stated by the source */
    bool kept;      /* of an earlier version: the source does not send its field any more (drift) */
    bool trusted;   /* its mapping gives it a trust of its own: */
    unsigned trust; /* 0-100 */
};

/* What a record is to another one, which may be of another source or not have come yet. */
struct relation {
    const char *role; /* customer, spouse, member, product, campaign, ... */
    const char *source, *key, *part;
};

/* Where a version of a record stands among the others, for rank_is_after(). */
struct rank {
    const char *order; /* what its source gives to order them by, or NULL */
    int64_t seq;       /* the delivery that states it; 0: before all others */
};

/* An element that a version cannot state, for its source drifted; kept is what another version has. */
struct absence {
    const char *path;
    const char *kind, *scheme, *group; /* only values with these; NULL: with any */
    struct rank from; /* the version that was the last to state it, or to be deleted */
};

struct record {
    int64_t id;
    const char *class_name, *source, *key, *part;
    struct value *values;
    size_t count;
    const char *region;    /* ISO 3166-1 alpha-2: how to read phones and the like; "" if unknown */
    const char *effective; /* ISO 8601 time that the source gives for this version, or NULL */
    const struct relation *relations;
    size_t relation_count;
    struct absence *absences;
    size_t absence_count;
    /* What the source gives to order the versions of a record by, for record_order_compare(); NULL: the
     * order in which they come. */
    const char *order;
    /* What the source says about the version as a whole and cannot be read: "version", "effective" or
     * "version effective"; NULL: nothing.  It counts as not said. */
    const char *flag;
    bool deleted; /* the source says that it is gone, all its parts; there are no values then */
};

/* The id of a record: never 0. */
int64_t record_id(const char *source, const char *key, const char *part);

/* Which of two orders comes first: negative, 0 or positive.  Whole numbers (of any length) by their
 * value, and before other texts; those, which are times in one form, as text. */
int record_order_compare(const char *left, const char *right);
/* By order where both have one and these differ, otherwise by seq. */
bool rank_is_after(struct rank left, struct rank right);

/* The first value of an element by its path ("name.family") that has a standard form, or NULL. */
const struct value *record_value(const struct record *record, const char *path);
const char *record_text(const struct record *record, const char *path);

/*
 * The stored document: {"name.family":[{"v":"Lee","r":"LEE "}],...}: v standard form, r raw (only
 * where it differs), f flag, g group, k kind, s scheme, c country, y verified, w evidence, d derived, t trust of its
 * own.  Elements stand in dictionary order, values in theirs, so that equal records have equal documents.
 * Behind them stand, if there are any, the relations, "~":[{"role":"customer","source":"shop","key":"17",
 * "part":""}], the record's own flag: "!":"version", and what it cannot state: "?":[{"e":"birth_date","o":"2",
 * "q":17}]: e element, k s g as above, o and q the rank that it is kept from.
 */
const char *record_to_json(struct arena *arena, const struct record *record);
/* The relations alone, as a member of the object that is being written; nothing where there are none. */
void record_write_relations(struct json_writer *writer, const char *name,
                            const struct record *record);
/* Fills values, relations, absences and the flag; elements that the dictionary no longer has are passed over. */
bool record_from_json(struct arena *arena, const struct dictionary *dictionary,
                      const char *class_name, const char *json, struct record *record,
                      struct error *err) MUST_CHECK;
