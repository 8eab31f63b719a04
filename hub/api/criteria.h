/*
 * Criteria: what a search asks for, in the forms in which the hub keeps it; all of them must hold.
 */
#pragma once

#include "hub/api/api.h"

struct texts {
    const char **list;
    size_t count;
};

struct criteria {
    const char *email, *birth_date, *postcode, *scheme;
    struct texts phones;          /* as the regions of the sources would write it */
    const char *phone_digits;     /* of any way of writing it; at least seven, or NULL */
    const char *identifier;       /* as a whole */
    const char *identifier_value; /* what stands behind "scheme:", or NULL */
    const char *name;             /* folded */
    const char *name_given;       /* as it was asked */
    bool nothing;                 /* no customer can hold it */
};

/* Read the parameters.  False either with err filled in, or, its kind being ERROR_NONE, with the call
 * answered. */
bool criteria_read(struct call *call, struct criteria *criteria, struct error *err) MUST_CHECK;

/* Blocking keys of which a customer that fits holds at least one; none when only a scan can tell. */
const int64_t *criteria_keys(struct call *call, const struct criteria *criteria, size_t *count);
/* The part of a golden document that is asked for, as far as it can be said so; or NULL. */
const char *criteria_fragment(struct call *call, const struct criteria *criteria);

/* Does a golden fit? */
bool criteria_hold(struct arena *work, const struct criteria *criteria, const char *display_name,
                   const struct json *doc);
