/* Decode: what the readers of single formats share; nobody outside hub/format includes this. */
#pragma once

#include "hub/base/json.h"
#include "hub/format/format.h"

struct fields {
    struct arena *arena;
    const struct json *root; /* JSON lines; NULL: the columns below */
    const char *const *names, *const *texts;
    size_t count;
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

/* Make the text UTF-8 without NUL bytes, or refuse it. */
bool encoding_decode(struct decoding *decoding);

const struct fields *csv_decode(const struct decoding *decoding, struct slice header);

const struct fields *jsonl_decode(const struct decoding *decoding);
const char *jsonl_text(const struct fields *fields, const char *pointer, const char **flag);
size_t jsonl_each(struct arena *arena, const struct fields *fields, const char *pointer,
                  const struct fields *const **items);
const char *const *jsonl_names(struct arena *arena, const struct fields *fields);
