/*
 * Csv: one field after another (RFC 4180), for the splitter, which wants to know where records end,
 * and for the decoder, which wants the fields.
 */
#pragma once

#include "hub/format/format.h"

struct csv_scan {
    const char *at, *end;
    char delimiter, quote; /* quote 0: none */
};

/* What stands behind a field. */
enum csv_stop {
    CSV_DELIMITER, /* passed over: the scan is at the next field */
    CSV_LINE_END,  /* the scan is at it */
    CSV_END,
    CSV_UNCLOSED, /* the text ends within quotes */
    CSV_GARBAGE,  /* something else follows the closing quote: the scan is at it */
};

struct csv_field {
    struct slice text; /* within the quotes; doubled quotes are still doubled */
    const char *start; /* of the field, with its quote */
    bool doubled;
};

enum csv_stop csv_next(struct csv_scan *scan, struct csv_field *field);
/* The same for a scan that starts within quotes. */
enum csv_stop csv_next_inside(struct csv_scan *scan, struct csv_field *field);
