/*
 * Golden: one unified customer, or thing of another class, from the records that are linked to it.
 *
 * Pure: a golden is a function of its records and the dictionary, whatever the order in which they
 * are given.  Every value has its lineage.  Effective times are compared as text: give them all in one
 * form, in UTC, as hub.iso() writes them.
 */
#pragma once

#include "hub/record/record.h"

struct member {
    const struct record *record;
    unsigned trust; /* of its source, 0-100 */
};

struct golden {
    const char *kind; /* person, organization; of customers only, as is the display name */
    const char
        *display_name; /* never empty: falls back to an e-mail, a phone, or the source's key */
    /*
     * The values, as stored and published: {"name.family":"Lee","birth_date":"1978-11-12",
     * "email":[{"value":"ann@example.org","kind":"work"},...],"address":[{"street":..,"city":..}],...}.
     * Elements with many values are arrays with the best first; a composite's items hold its elements
     * by their last name part; where a composite survives as a whole (not "union"), they are those of one
     * record, in its order.
     */
    const char *doc;
    /*
     * Packed lineage: {"name.family":[[record, "rule"]],"email":[[record,"union"],...]}: for every
     * published value, in doc's order, the id of the record it came from (as text) and the rule that chose it.
     * Runners-up are computed from the records when somebody asks.
     */
    const char *lineage;
};

/* From at least one record; all of one class. */
void golden_build(struct arena *arena, const struct dictionary *dictionary,
                  const struct member *members, size_t count, struct golden *golden);
/* Is there a survivorship strategy of this name?  (Asked by `axle check`.) */
bool golden_knows(const char *strategy);
