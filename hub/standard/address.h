/*
 * Address: what a line of a postal address is made of, and the words that addresses are written with.
 *
 * Reads "123 Main Street, Las Vegas NV 89132", "6/22 High St, Carlton VIC 3053", "Hardenbergstraße 87,
 * 10623 Berlin" as far as it is sure; what it cannot tell stays out.
 */
#pragma once

#include "hub/dictionary/dictionary.h"

struct address {
    const char *unit;                               /* "Suite 900", "6" */
    const char *street;                             /* with its number, as written */
    const char *city, *region, *postcode, *country; /* country: as `countries` codes it */
};

/*
 * `region` says where the address is likely to be (ISO 3166-1 alpha-2 or ""); `countries` is the code list
 * of countries, or NULL.  False when nothing could be told.
 */
bool address_parse(struct arena *arena, const char *text, const char *region,
                   const struct domain *countries, struct address *address) MUST_CHECK;

/*
 * Words of addresses in one form each, for comparing: "street" and "str" are "st", "north" is "n",
 * "apartment" is "apt".  The word is one token of fold_name(); NULL when it is none.
 */
const char *address_street_type(const char *folded);
const char *address_directional(const char *folded);
const char *address_unit_word(const char *folded);

/* The code of a state or territory of the US, Canada or Australia by its code or name ("Nevada" is
 * "NV"), within a country or, when that is "", anywhere; NULL when it is none.  Case does not matter. */
const char *address_region_code(const char *text, const char *country);
/* The one country where a code stands for a state ("NSW": "AU"), or NULL when it is several's. */
const char *address_region_country(const char *code);
