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
#include <stdint.h>

#include "hub/base/error.h"
#include "hub/base/text.h"
#include "hub/record/reject.h"

enum format_kind {
    FORMAT_CSV,
    FORMAT_JSONL,
    FORMAT_FIXED,
    FORMAT_JSON,
    FORMAT_XML,
    FORMAT_LOG,
    FORMAT_MIME,
};

#define FORMAT_RECORD_MOST 1048576             /* bytes of a raw record; a longer one is a reject */
#define FORMAT_MESSAGE_MOST ((size_t)25 << 20) /* of a message, with all that is in it */
#define FORMAT_REJECT_KEPT 65536               /* bytes of a record that is set aside */
#define FORMAT_FIELDS_MOST 2000                /* fields of a record */

/* Fixed width: the characters `from` to `to` of a line, both counted from 1. */
struct format_column {
    const char *name;
    unsigned from, to;
};

/* XML: what a prefix stands for in this mapping, whatever prefixes its documents use. */
struct format_namespace {
    const char *prefix, *uri;
};

/* How many bytes a raw record of that format may have. */
struct format;
size_t format_record_most(const struct format *format);

struct xml_reader;
struct log_pattern;

struct format {
    const char *encoding; /* as ICU names it; NULL or "" is UTF-8, or what an XML document says */
    enum format_kind kind;
    char delimiter; /* csv */
    char quote;     /* csv; 0: no quoting */
    bool header;    /* csv: the first record names the columns; otherwise they are "1", "2", ...
                            fixed: the first line is none of the records */
    const char
        *records; /* json: a JSON Pointer to their list, or to the only one; xml: their path */
    const char *schema;                        /* xml: the text of an XSD; NULL: none */
    const char *pattern;                       /* log: text with fields in it, "{status}" */
    const struct format_column *columns;       /* fixed */
    const struct format_namespace *namespaces; /* xml */
    size_t column_count, namespace_count;
    struct xml_reader *reader; /* xml: made by format_open() */
    struct log_pattern *log;   /* log: the same */
};

/*
 * Get a format ready, once all else in it is filled in; XML and logs need it, for others it only checks.  False
 * with *fault when `records` or `pattern` cannot be read.  What it keeps lives in the arena, and an XML format is
 * used by one thread at a time.
 */
bool format_open(struct arena *arena, struct format *format, const char **fault) MUST_CHECK;

/* The pattern of a kind of access log (common, combined, nginx, vhost); NULL: there is no such kind. */
const char *format_log_pattern(const char *kind);

/* Can text in this encoding be cut and decoded?  Where each ASCII byte is its own character in any place
 * that matters, and UTF-16, which unpack() makes UTF-8; but not UTF-32, EBCDIC and their like. */
bool format_encoding_known(const char *encoding);

/* What cutting yields: one raw record, or one that is set aside. */
struct cut {
    struct slice raw; /* without its line end; of a rejected one at most the first 64 KiB */
    size_t length;    /* its whole length in bytes, also where raw is shorter */
    unsigned line;    /* where it starts, from 1 */
    size_t offset;    /* where it starts, in bytes from the start of the stream */
    bool
        is_header; /* not a record, but what format_decode() needs to read those behind it: the line
                         that names the columns, the namespaces around a stream's XML elements */
    const struct reject *reject; /* NULL: fine */
};

/*
 * Cuts a whole stream that is in memory (a mapped file; see unpack.h for what comes packed).  What is
 * wrong costs as little as can be told: a quote that never closes the line it starts in, a malformed item
 * or element itself; where the structure around the records is broken, a reject (code "structure") says
 * where, and all behind it is not read.  Blank lines and a byte order mark are passed over.
 *
 * Of XML, a record's raw may differ from the stream: declarations of namespaces are put into its start
 * tag where those around it are not those of the stream's header.
 */
struct splitter;
struct splitter *splitter_new(struct arena *arena, const struct format *format,
                              struct slice stream);
/* The next one, false at the end.  *cut lives until the next call (its raw: as long as the stream and
 * the arena). */
bool splitter_next(struct splitter *splitter, struct cut *cut);

/*
 * The fields of one raw record.  `header` is the raw header record of its stream (empty slice where there
 * is none or it was set aside), `line` where the record starts, for the reject's
 * place.  NULL with *reject filled in (in the arena) when it cannot be decoded: stage "size" with code
 * "too-long", or stage "decode" with code "nul", "encoding", "quote", "lines", "fields", "header",
 * "json", "xml", "doctype" or "log", and of a message "mime" or "costs"; or stage "validate" with code
 * "schema".  Columns count bytes, in its first line from where the record starts.
 *
 * CSV column names are trimmed; a column without one is named by its number.
 */
struct fields;
const struct fields *format_decode(struct arena *arena, const struct format *format,
                                   struct slice header, struct slice raw, unsigned line,
                                   struct reject *reject);

/*
 * A field's text by its name: a column (CSV, fixed width, logs), a JSON Pointer, an XPath 1.0 relative to
 * the record's element, or what mappings/README.md calls it (messages).  NULL when it is absent; a JSON null is absent, and so is what a line of fixed
 * width is too short for.  Numbers and booleans come as written; an object or array as its JSON text; an
 * element as all text in it; what an XPath function gives as XPath writes it (but no NaN).
 * *flag (may be NULL) is NULL, or says what is wrong: "unreadable" with no text where a value stands that
 * no text can carry, or the XPath costs too much; "repeated" where the name stands more than once: with
 * the last value, of XML with the first.
 */
const char *fields_text(const struct fields *fields, const char *name, const char **flag);

/* The items of a list field, each as fields of its own, for each="...": of a JSON array, or the nodes
 * that an XPath gives; 0 when none. */
size_t fields_each(struct arena *arena, const struct fields *fields, const char *name,
                   const struct fields *const **items);

/*
 * Names of all fields, each once and as a mapping would write them, for drift and profiles; ends with
 * NULL, FORMAT_FIELDS_MOST at most.  Of JSON those of all values within objects, however deep ("/name/given"); a
 * list is one field.  Of XML those of all elements without elements in them, and of all attributes
 * ("r:owner/r:name", "@id"); "{uri}name" where the mapping declares no prefix, which no XPath can be.
 */
const char *const *fields_names(struct arena *arena, const struct fields *fields);

/* NULL when a mapping's `from` can be read by this format; otherwise what it must be.  What an XPath
 * compiles to is kept. */
const char *format_fault(struct arena *arena, const struct format *format, const char *from);
/* The same for the field of a <drop>: it must be such that it can be found in the bytes as they are. */
const char *format_drop_fault(struct arena *arena, const struct format *format, const char *field);
/* Are there lists in it, for each="..."? */
bool format_has_lists(const struct format *format);

/* What kind of value stands in a field. */
enum field_kind {
    FIELD_ABSENT,
    FIELD_EMPTY, /* blank text, or a JSON null */
    FIELD_TEXT,
    FIELD_NUMBER,
    FIELD_BOOLEAN,
    FIELD_NESTED, /* a JSON object or list, an XML element with elements in it */
};
enum field_kind fields_kind(const struct fields *fields, const char *name);
/* A hash of which fields a record has: records of one shape have the same names. */
uint64_t fields_shape(const struct fields *fields);
