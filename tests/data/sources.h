/* Sources: a card in the shape of the file it is written to. */
#pragma once

#include "hub/base/text.h"
#include "tests/data/card.h"

struct source_row {
    const char *name, *file;
    const char *head; /* first line of the file, or NULL */
    const char *(*key)(struct arena *work, unsigned number);
    void (*write)(struct buffer *out, struct dice *dice, const char *key, const struct card *card);
};
extern const struct source_row source_rows[SOURCE_COUNT];
