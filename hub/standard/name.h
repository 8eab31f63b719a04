/*
 * Name: what a full name is made of.
 *
 * Reads "John Q. Smith Jr", "Smith, John", "Dr. Mary-Jane van der Berg", "ВАСИЛЬЕВ, Александр Павлович",
 * and says nothing where it would have to guess: one word alone, Chinese or Japanese names
 * without a blank, two people in one name.
 */
#pragma once

#include "hub/base/text.h"

struct name {
    const char *prefix, *given, *middle, *family, *former, *suffix, *nickname; /* NULL: none */
};

/* False when the text is not surely the name of one person in known order. */
bool name_parse(struct arena *arena, const char *full, struct name *name) MUST_CHECK;

/* Does the text carry a legal form ("Pty Ltd", "GmbH", "& Co") or a word that only organisations do? */
bool name_is_organization(const char *text);

/* The standard form of a generation suffix or degree ("Jr.", "junior", "3rd" are "Jr", "Jr", "III"), or
 * NULL when the text is none. */
const char *name_suffix(struct arena *arena, const char *text);
/* Is the text a title that stands before a name (Mr, Dr., Frau)? */
bool name_is_prefix(const char *text);
/* Is the word one that stands before a family name and belongs to it (van, de, mac)? */
bool name_is_particle(const char *word);
