/*
 * Sniff: in which format a file is written, by its first bytes.
 *
 * Looks at a sample (the first SNIFF_SAMPLE bytes, unpacked already) and guesses encoding, kind and
 * everything that a mapping's <format> says.  Never fails: what is nothing else is CSV with one column.
 */
#pragma once

#include "hub/base/text.h"

#define SNIFF_SAMPLE ((size_t)4 * 1024 * 1024)

enum sniffed_kind {
    SNIFFED_CSV,
    SNIFFED_FIXED,
    SNIFFED_JSONL,
    SNIFFED_JSON,
    SNIFFED_XML,
    SNIFFED_MIME
};

struct sniffed_field {
    size_t from, to;  /* characters, from 1 */
    const char *name; /* in the header; NULL: it has none */
};

struct sniffed_namespace {
    const char *prefix, *uri;
};

struct sniffed {
    enum sniffed_kind kind;
    const char *encoding;  /* as a mapping says it: "UTF-8", "windows-1252", ... */
    char delimiter, quote; /* csv; quote 0: none */
    bool header;
    const struct sniffed_field *fields; /* fixed width */
    size_t field_count;
    const char *records; /* json: a pointer to the list; xml: the path of the records' element */
    const struct sniffed_namespace *namespaces;
    size_t namespace_count;
};

/* `whole`: the sample is all there is. */
void sniff(struct arena *arena, struct slice sample, bool whole, struct sniffed *sniffed);

/* Packed by gzip? */
bool sniff_gzip(struct slice bytes);
/* The name of an encoding that the bytes are in as far as can be seen. */
const char *sniff_encoding(struct slice sample, bool whole);
/* The records of a JSON document, "" when it is the list itself or one record; false when it is none. */
bool sniff_json(struct arena *arena, struct slice sample, const char **records);
/* The records of an XML document; false when it is none. */
bool sniff_xml(struct arena *arena, struct slice sample, struct sniffed *sniffed);
/* Fixed-width columns, named by the first line if that is a header; false when lines differ in length or no blanks line up. */
bool sniff_fixed(struct arena *arena, struct slice sample, struct sniffed *sniffed);
/* Delimiter, quote and header; false when no delimiter makes more than one column of the lines, or the
 * lines do not agree on how many. */
bool sniff_csv(struct arena *arena, struct slice sample, struct sniffed *sniffed);
