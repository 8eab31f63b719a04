/*
 * Thing: what records of other classes than customer speak of: a product, a transaction, a household.
 *
 * Pure, as golden.h.  Records are the same thing when they share what the dictionary says identifies
 * things of their class (a VIN; a serial number and no other maker); what they share is found by keys.
 */
#pragma once

#include "hub/golden/golden.h"

/* By which identity of the class (its place there) a record is found, and with which value. */
struct thing_key {
    unsigned identity;
    int64_t key; /* the same for the same values, whichever source gives them */
};

/* At most one for each identity of the record's class; none for a record that is a thing of its own.  Placeholders ("unknown",
 * "0000") are no values here. */
size_t thing_keys(struct arena *arena, const struct dictionary *dictionary,
                  const struct record *record, const struct thing_key **keys);

/*
 * What a record states: the same for all records of a source that say the same of what identifies them,
 * whatever they are called and whomever they belong to.  One of them can stand for all: the one with the
 * latest effective time, then the smallest id.  Where nothing identifies it, its own id.
 */
int64_t thing_statement(struct arena *arena, const struct dictionary *dictionary,
                        const struct record *record);

/* The most statements that a key identifies.  One that more have is somebody's word for "not known". */
#define THING_KEY_MOST 500

/*
 * Which records are one thing: clusters[i] is the smallest record id of the thing of records[i].  The
 * outcome depends neither on their order nor on records that share no key with them.  Where a key's
 * holders contradict each other in an element that the identity wants to agree, they fall into several
 * things; a record that does not say belongs to none of them then, as long as there are several.  Keys
 * that `generic` has (NULL: none) identify nothing.
 */
void thing_partition(const struct dictionary *dictionary, const struct record *const *records,
                     size_t count, const struct map *generic, int64_t *clusters);

/* What a thing is to another record: a registration's product. */
struct thing_relation {
    const char *role;
    int64_t to_id;
};

struct thing {
    const char *class_name;
    const struct member *lead;  /* which names it: the most trusted, then the latest */
    int64_t customer_record_id; /* the customer's record that it belongs to; 0: nobody's */
    /* One for each role that is the name of a class. */
    const struct thing_relation *relations;
    size_t relation_count;
    const char *doc, *lineage; /* as a golden's */
    /* Of a thing whose class has a visitor, and that names one: a hash of him, and when it was, "" if nobody
     * says.  0 and NULL otherwise. */
    int64_t visitor;
    const char *moment;
};

/* From at least one record, all of one class. */
void thing_build(struct arena *arena, const struct dictionary *dictionary,
                 const struct member *members, size_t count, struct thing *thing);
