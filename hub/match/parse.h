/*
 * Parse, inside: names and addresses cut into their parts.
 */
#pragma once

#include "hub/base/text.h"

/* Folded; "" where a part is missing. */
struct person_name {
    const char *given, *middle, *family;
    unsigned suffix; /* as in struct features */
};
/* Of a whole name as people write it: "Dr. Mary A. Smith Jr", "Smith, Mary". */
struct person_name parse_name(struct arena *arena, const char *full);
/* Take titles and generation suffixes out of a folded name; *suffix is set when one is found. */
const char *parse_name_part(struct arena *arena, const char *folded, unsigned *suffix);
/* A folded suffix by itself: "jr", "junior", "iii"; 0 when it is none. */
unsigned parse_suffix(const char *folded);
/* Does a text where a person's name is looked for name a company? */
bool parse_is_company(struct arena *arena, const char *text);
/* A folded name of a company without its legal form. */
const char *parse_company(struct arena *arena, const char *folded);

/* Folded; "" where a part is missing. */
struct postal_address {
    const char *number, *street, *unit, *city, *postcode;
};
/* `line` may hold the whole of it, `street` number and unit as well; parts that are given by
 * themselves win.  Types of streets come out in their short form. */
struct address_parts {
    const char *line, *street, *number, *unit, *city, *postcode; /* as written, or NULL */
};
struct postal_address parse_address(struct arena *arena, const struct address_parts *parts);
