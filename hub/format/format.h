/*
 * Format: how a source's bytes become named fields, in two steps that may run in different processes.
 *
 * A connector cuts a stream of bytes into raw records (splitter) and puts those into the inbox as they
 * are; a worker decodes one raw record into fields (format_decode).  A record that cannot be cut or
 * decoded costs itself only: cutting goes on behind it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "hub/base/error.h"
#include "hub/base/text.h"
#include "hub/record/reject.h"

enum format_kind { FORMAT_CSV, FORMAT_JSONL };

#define FORMAT_RECORD_MOST 1048576 /* bytes of a raw record; a longer one is a reject */
#define FORMAT_FIELDS_MOST 2000    /* fields of a record */

struct format {
    const char *encoding; /* as ICU names it; NULL or "" is UTF-8 */
    enum format_kind kind;
    char delimiter; /* csv */
    char quote;     /* csv; 0: no quoting */
    bool header;    /* csv: the first record names the columns; otherwise they are "1", "2", ... */
};

/* Can text in this encoding be cut and decoded?  Only where each ASCII byte is its own character in any
 * place that matters, which is all but UTF-16, UTF-32, EBCDIC and their like. */
bool format_encoding_known(const char *encoding);

/* What cutting yields: one raw record, or one that is set aside. */
struct cut {
    struct slice raw; /* without its line end; of a rejected one at most the first 64 KiB */
    size_t length;    /* its whole length in bytes, also where raw is shorter */
    unsigned line;    /* where it starts, from 1 */
    size_t offset;    /* where it starts, in bytes from the start of the stream */
    bool is_header;   /* the first record of a CSV with a header: give it to format_decode() */
    const struct reject *reject; /* NULL: fine */
};

/*
 * Cuts a whole stream that is in memory (a mapped file).  A quote that never closes, or closes
 * with something behind it, costs the line it starts in; cutting goes on in the next line.  Blank lines
 * and a byte order mark are passed over.
 */
struct splitter;
struct splitter *splitter_new(struct arena *arena, const struct format *format,
                              struct slice stream);
/* The next one, false at the end.  *cut lives until the next call (its raw: as long as the stream). */
bool splitter_next(struct splitter *splitter, struct cut *cut);

/*
 * The fields of one raw record.  `header` is the raw header record of its stream (CSV; empty slice for
 * the others and where the header was set aside), `line` where the record starts, for the reject's
 * place.  NULL with *reject filled in (in the arena) when it cannot be decoded: stage "size" with code
 * "too-long", or stage "decode" with code "nul", "encoding", "quote", "lines", "fields", "header" or
 * "json".  Columns count bytes.
 *
 * Column names are trimmed; a column without one is named by its number.
 */
struct fields;
const struct fields *format_decode(struct arena *arena, const struct format *format,
                                   struct slice header, struct slice raw, unsigned line,
                                   struct reject *reject);

/*
 * A field's text by its name: a column (CSV) or a JSON Pointer (JSON lines).  NULL when it is absent; a
 * JSON null is absent.  Numbers and booleans come as written; an object or array as its JSON text.
 * *flag (may be NULL) is NULL, or says what is wrong: "unreadable" with no text where a value stands that
 * no text can carry; "repeated" with the last value where the name stands more than once.
 */
const char *fields_text(const struct fields *fields, const char *name, const char **flag);

/* The items of a list field (JSON array), each as fields of its own, for each="..."; 0 when none. */
size_t fields_each(struct arena *arena, const struct fields *fields, const char *name,
                   const struct fields *const **items);

/* Names of all top-level fields, each once and as a mapping would write them, for drift and profiles;
 * ends with NULL. */
const char *const *fields_names(struct arena *arena, const struct fields *fields);
/* Can a mapping's `from` be read by this format (a JSON Pointer is "" or starts with '/')? */
bool format_knows(const struct format *format, const char *from);
