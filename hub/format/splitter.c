#include "hub/format/cutters.h"

struct splitter {
    struct line_cutter *lines; /* one of these is set */
    struct json_cutter *json;
    struct xml_cutter *xml;
    struct mime_cutter *mime;
};

struct place place_new(struct slice stream)
{
    return (struct place){.stream = stream, .line = 1};
}

/* Go on to an offset; one that lies behind us stays where it is. */
static void move(struct place *place, size_t offset)
{
    const char *bytes = place->stream.bytes, *at = bytes + place->offset;
    if (offset <= place->offset)
        return;
    while ((at = memchr(at, '\n', (size_t)(bytes + offset - at)))) {
        at++;
        place->line++;
        place->line_start = (size_t)(at - bytes);
        if (place->line_start == offset)
            break;
    }
    place->offset = offset;
}

void cut_make(struct place *place, const struct cutting *cutting, struct reject *reject,
              struct cut *cut)
{
    size_t length = cutting->to - cutting->from;
    bool whole = !cutting->code || length <= FORMAT_REJECT_KEPT;
    move(place, cutting->from);
    *cut = (struct cut){
        .raw = {place->stream.bytes + cutting->from, whole ? length : FORMAT_REJECT_KEPT},
        .length = length,
        .line = place->line,
        .offset = cutting->from};
    if (!cutting->code)
        return;
    *reject = (struct reject){.stage = text_equal(cutting->code, "too-long") ? "size" : "decode",
                              .code = cutting->code,
                              .line = place->line,
                              .column = (unsigned)(cutting->from - place->line_start) + 1,
                              .message = cutting->message};
    cut->reject = reject;
}

struct splitter *splitter_new(struct arena *arena, const struct format *format, struct slice stream)
{
    struct splitter *splitter = NEW(arena, struct splitter);
    size_t from = stream.size >= 3 && memcmp(stream.bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    switch (format->kind) {
    case FORMAT_CSV:
    case FORMAT_JSONL:
    case FORMAT_FIXED:
    case FORMAT_LOG:
        splitter->lines = line_cutter(arena, format, stream, from);
        break;
    case FORMAT_JSON:
        splitter->json = json_cutter(arena, format, stream, from);
        break;
    case FORMAT_XML:
        splitter->xml = xml_cutter(arena, format, stream, from);
        break;
    case FORMAT_MIME:
        splitter->mime = mime_cutter(arena, stream, from);
        break;
    }
    return splitter;
}

bool splitter_next(struct splitter *splitter, struct cut *cut)
{
    *cut = (struct cut){0};
    if (splitter->json)
        return json_cutter_next(splitter->json, cut);
    if (splitter->xml)
        return xml_cutter_next(splitter->xml, cut);
    if (splitter->mime)
        return mime_cutter_next(splitter->mime, cut);
    return line_cutter_next(splitter->lines, cut);
}
