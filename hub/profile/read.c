#include "hub/profile/read.h"

#define WATCH_EVERY 1000

struct pass {
    struct profiler *profiler;
    void (*each)(struct profiler *profiler, const struct fields *fields);
    const struct profile_watch *watch;
    struct profile_rejects *rejects;
};

/* Once through the file. */
static void read_all(struct arena *arena, const struct format *format, struct slice content,
                     const struct pass *pass)
{
    ARENA(scratch);
    struct splitter *splitter = splitter_new(scratch, format, content);
    struct slice header = {.bytes = "", .size = 0};
    struct profile_rejects *rejects = pass->rejects;
    struct cut cut;
    *rejects = (struct profile_rejects){0};
    for (size_t i = 0; splitter_next(splitter, &cut); i++) {
        ARENA(work);
        struct reject reject;
        if (i % WATCH_EVERY == 0)
            pass->watch->progress(pass->watch->to, cut.offset);
        if (cut.is_header && !cut.reject) {
            header = cut.raw;
            continue;
        }
        const struct fields *fields =
            cut.reject ? NULL : format_decode(work, format, header, cut.raw, cut.line, &reject);
        if (fields) {
            pass->each(pass->profiler, fields);
        } else if (!rejects->count++) {
            const struct reject *why = cut.reject ? cut.reject : &reject;
            rejects->first = arena_printf(arena, "line %u: %s", cut.line, why->message);
        }
    }
}

const struct profile *profile_read(struct arena *arena, const struct witness *witness,
                                   const struct format *format, struct slice content,
                                   const struct profile_watch *watch,
                                   struct profile_rejects *rejects)
{
    struct pass pass = {profiler_new(arena, witness), profiler_learn, watch, rejects};
    if (format->kind == FORMAT_XML)
        read_all(arena, format, content, &pass);
    pass.each = profiler_add;
    read_all(arena, format, content, &pass);
    return profiler_end(pass.profiler);
}

static void take_columns(struct arena *arena, const struct sniffed *sniffed, struct format *format)
{
    struct format_column *columns = NEW_ARRAY(arena, struct format_column, sniffed->field_count);
    for (size_t i = 0; i < sniffed->field_count; i++)
        columns[i] = (struct format_column){.name = sniffed->fields[i].name
                                                        ? sniffed->fields[i].name
                                                        : arena_printf(arena, "%zu", i + 1),
                                            .from = (unsigned)sniffed->fields[i].from,
                                            .to = (unsigned)sniffed->fields[i].to};
    format->columns = columns;
    format->column_count = sniffed->field_count;
}

static void take_namespaces(struct arena *arena, const struct sniffed *sniffed,
                            struct format *format)
{
    struct format_namespace *namespaces =
        NEW_ARRAY(arena, struct format_namespace, sniffed->namespace_count + 1);
    for (size_t i = 0; i < sniffed->namespace_count; i++)
        namespaces[i] =
            (struct format_namespace){sniffed->namespaces[i].prefix, sniffed->namespaces[i].uri};
    format->namespaces = namespaces;
    format->namespace_count = sniffed->namespace_count;
}

bool sniffed_format(struct arena *arena, const struct sniffed *sniffed, struct format *format,
                    struct error *err)
{
    static const enum format_kind kinds[] = {
        [SNIFFED_CSV] = FORMAT_CSV,     [SNIFFED_FIXED] = FORMAT_FIXED,
        [SNIFFED_JSONL] = FORMAT_JSONL, [SNIFFED_JSON] = FORMAT_JSON,
        [SNIFFED_XML] = FORMAT_XML,     [SNIFFED_MIME] = FORMAT_MIME};
    const char *fault;
    *format = (struct format){.kind = kinds[sniffed->kind],
                              .encoding = sniffed->kind == SNIFFED_XML ? NULL : sniffed->encoding,
                              .delimiter = sniffed->delimiter,
                              .quote = sniffed->quote,
                              .header = sniffed->header,
                              .records = sniffed->records};
    if (sniffed->kind == SNIFFED_FIXED)
        take_columns(arena, sniffed, format);
    if (sniffed->kind == SNIFFED_XML)
        take_namespaces(arena, sniffed, format);
    return format_open(arena, format, &fault) ||
           error_set(err, ERROR_FATAL, "its format cannot be read: %s", fault);
}

const char *xml_attribute_text(struct arena *arena, const char *text)
{
    struct buffer out = {.arena = arena};
    for (; *text; text++) {
        if (*text == '&' || *text == '<' || *text == '"')
            buffer_text(&out, *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : "&quot;");
        else if ((unsigned char)*text < ' ')
            buffer_char(&out, ' ');
        else
            buffer_char(&out, *text);
    }
    return buffer_string(&out);
}

static const char *attribute(struct arena *arena, char sign)
{
    return sign == '\t'  ? "tab"
           : sign == 0   ? "none"
           : sign == '"' ? "&quot;"
           : sign == '&' ? "&amp;"
           : sign == '<' ? "&lt;"
                         : arena_printf(arena, "%c", sign);
}

const char *format_element(struct arena *arena, const struct format *format)
{
    struct buffer out = {.arena = arena};
    const char *encoding = text_or_null(format->encoding);
    const char *other = encoding && !text_equal(encoding, "UTF-8")
                            ? arena_printf(arena, " encoding=\"%s\"", encoding)
                            : "";
    switch (format->kind) {
    case FORMAT_CSV:
        return arena_printf(arena,
                            "<csv delimiter=\"%s\" quote=\"%s\" encoding=\"%s\" header=\"%s\"/>",
                            attribute(arena, format->delimiter), attribute(arena, format->quote),
                            encoding ? encoding : "UTF-8", format->header ? "yes" : "no");
    case FORMAT_JSONL:
        return arena_printf(arena, "<jsonl%s/>", other);
    case FORMAT_JSON:
        return arena_printf(arena, "<json records=\"%s\"%s/>",
                            xml_attribute_text(arena, format->records), other);
    case FORMAT_FIXED:
        buffer_printf(&out, "<fixed encoding=\"%s\"%s>", encoding ? encoding : "UTF-8",
                      format->header ? " header=\"yes\"" : "");
        for (size_t i = 0; i < format->column_count; i++)
            buffer_printf(&out, "\n    <field name=\"%s\" from=\"%u\" to=\"%u\"/>",
                          xml_attribute_text(arena, format->columns[i].name),
                          format->columns[i].from, format->columns[i].to);
        buffer_text(&out, "\n  </fixed>");
        return buffer_string(&out);
    case FORMAT_XML:
        buffer_printf(&out, "<xml records=\"%s\">", format->records);
        for (size_t i = 0; i < format->namespace_count; i++)
            buffer_printf(&out, "\n    <namespace prefix=\"%s\" uri=\"%s\"/>",
                          format->namespaces[i].prefix, format->namespaces[i].uri);
        buffer_text(&out, "\n  </xml>");
        return buffer_string(&out);
    case FORMAT_MIME:
        return "<mime/>";
    case FORMAT_LOG:
        return arena_printf(arena, "<log pattern=\"%s\"%s/>",
                            xml_attribute_text(arena, format->pattern), other);
    }
    return "";
}
