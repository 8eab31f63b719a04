/* Cutters: what cuts each kind of stream, behind splitter.c; nobody outside hub/format includes this. */
#pragma once

#include "hub/format/format.h"

/* Where we are in a stream, as people count; it only goes forward. */
struct place {
    struct slice stream;
    size_t offset, line_start;
    unsigned line;
};

struct place place_new(struct slice stream);

/* A cut from `from` to `to`; with a code it is set aside, *reject being filled in. */
struct cutting {
    size_t from, to;
    const char *code, *message;
};
void cut_make(struct place *place, const struct cutting *cutting, struct reject *reject,
              struct cut *cut);

/* Of CSV, JSON lines and fixed width.  Each begins at `from`, behind a byte order mark. */
struct line_cutter;
struct line_cutter *line_cutter(struct arena *arena, const struct format *format,
                                struct slice stream, size_t from);
bool line_cutter_next(struct line_cutter *cutter, struct cut *cut);

/* Of a JSON document. */
struct json_cutter;
struct json_cutter *json_cutter(struct arena *arena, const struct format *format,
                                struct slice stream, size_t from);
bool json_cutter_next(struct json_cutter *cutter, struct cut *cut);

/* Of a message, or of many. */
struct mime_cutter;
struct mime_cutter *mime_cutter(struct arena *arena, struct slice stream, size_t from);
bool mime_cutter_next(struct mime_cutter *cutter, struct cut *cut);

/* Of an XML document. */
struct xml_cutter;
struct xml_cutter *xml_cutter(struct arena *arena, const struct format *format, struct slice stream,
                              size_t from);
bool xml_cutter_next(struct xml_cutter *cutter, struct cut *cut);
