/*
 * Standard: the standard form of a value, by its element's standardiser.
 *
 * The standard form is what is published and what comparison starts from: phone E.164 where the region
 * is known, e-mail folded, dates ISO 8601 (also partial: 1978, 1978-11), country ISO 3166-1 alpha-2,
 * codes of a code list, other text with its blanks in order and in Unicode NFC.  Case and spelling of
 * names stay as the source wrote them: folding is the business of hub/match.
 */
#pragma once

#include "hub/record/record.h"

/*
 * Fill in `standard` (or `flag`) of every value that has a text and no flag yet; then add, behind the
 * given values, the parts that can be read out of them (`derived`): of a full name its given and
 * family name, of an address line its street, city and postcode, and the kind of customer.  What the
 * source states itself is never overridden.
 */
void standard_record(struct arena *arena, const struct dictionary *dictionary,
                     struct record *record);

/* Is there a standardiser of this name?  (Asked by `axle check`.) */
bool standard_knows(const char *standardiser);
