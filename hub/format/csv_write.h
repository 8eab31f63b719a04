/*
 * Csv writer: lines as RFC 4180 has them, a field in quotes only where it must be, '\n' as line end.
 *
 *     struct csv_writer csv = {.out = {.arena = work}};
 *     csv_write(&csv, "Lee, Ann");
 *     csv_write(&csv, NULL);
 *     csv_write_end(&csv);
 */
#pragma once

#include "hub/base/text.h"

struct csv_writer {
    struct buffer out;
    size_t fields; /* of the line that is open */
    size_t start;  /* of that line in `out` */
};

/* The next field of the line; NULL is an empty one. */
void csv_write(struct csv_writer *writer, const char *text);
/* End the line.  One empty field alone is written "", for a blank line would be passed over. */
void csv_write_end(struct csv_writer *writer);
