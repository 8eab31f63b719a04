/* Decode: what the readers of single formats share; nobody outside hub/format includes this. */
#pragma once

#include <libxml/tree.h>

#include "hub/base/json.h"
#include "hub/format/format.h"

struct fields {
    struct arena *arena;
    const struct json *root; /* JSON; NULL: */
    bool is_message; /* of MIME: its members bear the fields' names, which are no pointers */
    xmlNode *node;   /* XML; NULL: the columns below */
    struct xml_reader *reader;
    const char *const *names, *const *texts;
    size_t count;
    bool steady; /* its format names its fields: what is not there is empty */
};

/* One record being decoded. */
struct decoding {
    struct arena *arena;
    const struct format *format;
    struct slice text; /* UTF-8 once encoding_decode() has passed it */
    unsigned line;
    struct reject *reject;
};

/* Fill in the reject, placed where `offset` of the text lies; always NULL. */
const struct fields *decode_refuse(const struct decoding *decoding, const char *code, size_t offset,
                                   const char *message);

bool encoding_is_utf16(const char *encoding);
/* Make the text UTF-8 without NUL bytes, or refuse it. */
bool encoding_decode(struct decoding *decoding);

const struct fields *csv_decode(const struct decoding *decoding, struct slice header);

const struct fields *fixed_decode(const struct decoding *decoding);
bool fixed_has_column(const struct format *format, const char *name);
/* Where each of the record's characters begins, and where the last one ends; their number, or -1 when
 * they are not of the encoding. */
int64_t encoding_offsets(struct arena *arena, const char *encoding, struct slice raw,
                         const size_t **offsets);

const struct fields *json_decode(const struct decoding *decoding);
const char *json_field_text(const struct fields *fields, const char *pointer, const char **flag);
size_t json_field_each(struct arena *arena, const struct fields *fields, const char *pointer,
                       const struct fields *const **items);
const char *const *json_field_names(struct arena *arena, const struct fields *fields);
bool json_is_pointer(const char *from);
/* NULL when records can be there. */
const char *json_records_fault(const char *pointer);

const struct fields *mime_decode(const struct decoding *decoding);
/* NULL where the message says nothing of it. */
const struct json *mime_field(const struct json *object, const char *name);
const char *const *mime_field_names(struct arena *arena, const struct fields *fields);
const char *mime_field_fault(struct arena *arena, const char *from);
