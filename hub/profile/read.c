#include "hub/profile/read.h"

#define WATCH_EVERY 1000

const struct profile *profile_read(struct arena *arena, const struct witness *witness,
                                   const struct format *format, struct slice content,
                                   const struct profile_watch *watch,
                                   struct profile_rejects *rejects)
{
    ARENA(scratch);
    struct profiler *profiler = profiler_new(arena, witness);
    struct splitter *splitter = splitter_new(scratch, format, content);
    struct slice header = {.bytes = "", .size = 0};
    struct cut cut;
    *rejects = (struct profile_rejects){0};
    for (size_t i = 0; splitter_next(splitter, &cut); i++) {
        ARENA(work);
        struct reject reject;
        if (i % WATCH_EVERY == 0)
            watch->progress(watch->to, cut.offset);
        if (cut.is_header && !cut.reject) {
            header = cut.raw;
            continue;
        }
        const struct fields *fields =
            cut.reject ? NULL : format_decode(work, format, header, cut.raw, cut.line, &reject);
        if (fields) {
            profiler_add(profiler, fields);
        } else if (!rejects->count++) {
            const struct reject *why = cut.reject ? cut.reject : &reject;
            rejects->first = arena_printf(arena, "line %u: %s", cut.line, why->message);
        }
    }
    return profiler_end(profiler);
}

bool sniffed_format(struct arena *arena, const struct sniffed *sniffed, struct format *format,
                    struct error *err)
{
    (void)arena;
    *format = (struct format){.encoding = sniffed->encoding,
                              .delimiter = sniffed->delimiter,
                              .quote = sniffed->quote,
                              .header = sniffed->header};
    switch (sniffed->kind) {
    case SNIFFED_CSV:
        format->kind = FORMAT_CSV;
        return true;
    case SNIFFED_JSONL:
        format->kind = FORMAT_JSONL;
        return true;
    case SNIFFED_FIXED:
    case SNIFFED_JSON:
    case SNIFFED_XML:
        return error_set(err, ERROR_FATAL, "no reader for this format");
    }
    return false;
}
