/* Try: what a mapping makes of a file, without a hub: `axle map`. */
#pragma once

#include "hub/mapping/mapping.h"

/*
 * Cut, decode, map and standardise all of `file`.  `line` gets a JSON object for every record
 * (`axle help map`), `reject` one for every record that is set aside, both in the order of the file and
 * without a line end; the texts live until the call returns.  A value is its standard form or, where
 * there is none, what the source wrote; "flags" then says why.
 */
enum try_form {
    TRY_LINES,
    TRY_TRACED, /* each object has a member "trace": every step of each value */
    TRY_TEXT,   /* the same as text, several lines a record, the last line end left out */
};
struct try_output {
    void (*line)(void *to, const char *json);
    void (*reject)(void *to, const char *json);
    void *to;
    enum try_form form;
    size_t most; /* records of the file to try; 0: all */
};
void mapping_try(const struct dictionary *dictionary, const struct mapping *mapping,
                 struct slice file, const struct try_output *output);
/* The line of a reject that concerns a file as a whole. */
void mapping_try_refuse(const struct reject *reject, const struct try_output *output);
