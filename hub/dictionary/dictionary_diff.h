/*
 * Dictionary diff: what another dictionary would change, element by element.
 *
 * Pure: it compares two dictionaries and looks at no data.  What a domain loses or gains is told for each
 * element that has the domain, so that whoever applies it knows whose stored values to look at.
 */
#pragma once

#include "hub/dictionary/dictionary.h"

enum dictionary_change_kind {
    CHANGE_CLASS_ADDED,
    CHANGE_CLASS_REMOVED,
    CHANGE_IDENTITY, /* what names a thing of the class */
    CHANGE_ELEMENT_ADDED,
    CHANGE_ELEMENT_REMOVED,
    CHANGE_ELEMENT_RETYPED, /* another kind of values, or many for one, or the other way round */
    CHANGE_DOMAIN_NARROWED, /* stored values may not be permitted any more */
    CHANGE_DOMAIN_WIDENED,
    CHANGE_CODE_REMOVED, /* `before` is the code */
    CHANGE_CODE_ADDED,   /* `after` is the code */
    CHANGE_TREATMENT,    /* standardiser, comparator, survivorship, group */
    CHANGE_REGISTER,     /* sensitivity, steward, status, version, retention, purpose */
    CHANGE_TEXT,         /* label, definition, synonyms */
};

struct dictionary_change {
    enum dictionary_change_kind kind;
    const char *name;           /* "customer.status", or of a class: "customer" */
    const char *what;           /* what of it: "domain", "label", ...; "" when all of it */
    const char *before, *after; /* in words; NULL: there was, or there will be, none */
    /* NULL where there is none, and for classes; each in its own dictionary */
    const struct element *element_before, *element_after;
    bool risky; /* stored values must be looked at before this is applied */
};

/* The changes, in the order of the classes and elements, removed ones last of their class. */
const struct dictionary_change *dictionary_diff(struct arena *arena,
                                                const struct dictionary *before,
                                                const struct dictionary *after, size_t *count);
/* "element removed", "code added", ... */
const char *dictionary_change_word(enum dictionary_change_kind kind);
