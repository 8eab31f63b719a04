#include "hub/programs/axle/look.h"

#include <limits.h>
#include <unistd.h>

#include "hub/base/mapped.h"
#include "hub/base/nearest.h"
#include "hub/format/unpack.h"
#include "hub/programs/axle/findings.h"
#include "hub/programs/axle/progress.h"

/* The source that a mapping file is for: its name without folder and ending. */
static const char *source_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return arena_strndup(arena, name, strlen(name) - strlen(".xml"));
}

static const char *find_mapping(const struct call *call, const char *given, struct error *err)
{
    struct nearest nearest = {.word = given};
    if (strchr(given, '/') || text_ends(given, ".xml")) {
        if (access(given, R_OK) == 0)
            return given;
        (void)error_set(err, ERROR_FATAL, "cannot read the mapping '%s': %m", given);
        return NULL;
    }
    for (const char *const *file = site_mappings(call->arena, call->instance); *file; file++) {
        const char *source = source_of(call->arena, *file);
        if (text_same(source, given))
            return *file;
        nearest_offer(&nearest, source);
    }
    (void)error_set(err, ERROR_FATAL, "no mapping for a source '%s' in '%s/mappings'%s", given,
                    call->instance->site,
                    nearest.best ? nearest_hint(call->arena, nearest.best)
                                 : "; give its name or the path of a mapping file");
    return NULL;
}

const struct mapping *look_mapping(const struct call *call, const char *given, struct site *site,
                                   struct error *err)
{
    struct findings findings = {.arena = call->arena};
    const char *file = find_mapping(call, given, err);
    if (!file)
        return NULL;
    if (!site->dictionary)
        site_read(call->arena, call->instance, site, &findings);
    const struct mapping *mapping =
        site->dictionary
            ? mapping_load(call->arena, site->dictionary, site->source_schema, file, &findings)
            : NULL;
    if (!mapping) {
        findings_print(&findings, true, stderr);
        (void)error_set(err, ERROR_FATAL, "'%s' cannot be used: see the mistakes above", file);
    }
    return mapping;
}

static struct slice sample_of(struct slice content)
{
    size_t size = content.size < SNIFF_SAMPLE ? content.size : SNIFF_SAMPLE;
    return (struct slice){.bytes = content.bytes, .size = size};
}

bool look_read(struct arena *arena, const char *path, struct looked *looked, struct error *err)
{
    char real[PATH_MAX];
    struct reject reject;
    struct slice *content = &looked->content;
    struct format format = {.kind = FORMAT_CSV};
    *looked = (struct looked){.gzip = false};
    if (!mapped_open(arena, realpath(path, real) ? real : path, content, err))
        return false;
    looked->gzip = sniff_gzip(*content);
    if (!unpack(arena, &format, &(struct unpack_room){0}, content, &reject, err))
        return error_wrap(err, "%s", path);
    format.encoding = sniff_encoding(sample_of(*content), content->size <= SNIFF_SAMPLE);
    if (!text_starts(format.encoding, "UTF-16"))
        return true;
    looked->encoding = format.encoding;
    return unpack(arena, &format, &(struct unpack_room){0}, content, &reject, err) ||
           error_wrap(err, "%s", path);
}

static bool open_site(const struct call *call, struct site *site, struct error *err)
{
    struct findings findings = {.arena = call->arena};
    site_read(call->arena, call->instance, site, &findings);
    if (site->dictionary && site->model)
        return true;
    findings_print(&findings, true, stderr);
    return error_set(err, ERROR_FATAL, "the dictionary or the model cannot be used: see above");
}

struct watching {
    struct progress_line line;
    size_t all;
};

static void progress(void *to, size_t done)
{
    struct watching *watching = to;
    progress_show(&watching->line, (int64_t)(done / 1024), (int64_t)(watching->all / 1024));
}

bool look_open(const struct call *call, const char *mapping, const char *region, struct look *look,
               struct error *err)
{
    *look = (struct look){.path = call->arguments[0], .region = region};
    if (!open_site(call, &look->site, err) ||
        !look_read(call->arena, look->path, &look->file, err) ||
        (mapping && !(look->mapping = look_mapping(call, mapping, &look->site, err))))
        return false;
    if (look->mapping) {
        look->format = look->mapping->format;
        look->region = look->mapping->region;
    } else {
        struct slice sample = sample_of(look->file.content);
        sniff(call->arena, sample, sample.size == look->file.content.size, &look->sniffed);
        if (look->file.encoding)
            look->sniffed.encoding = look->file.encoding;
        if (!sniffed_format(call->arena, &look->sniffed, &look->format, err))
            return false;
    }
    struct witness witness = {look->site.dictionary, look->site.model, look->region};
    struct watching watching = {{.what = "reading", .unit = "KiB"}, look->file.content.size};
    look->profile = profile_read(call->arena, &witness, &look->format, look->file.content,
                                 &(struct profile_watch){progress, &watching}, &look->rejects);
    progress_end(&watching.line);
    return true;
}

const char *look_format_text(struct arena *arena, const struct look *look)
{
    const struct format *format = &look->format;
    const char *encoding = text_or_null(format->encoding) ? format->encoding : "UTF-8";
    const char *packed = look->file.gzip ? ", packed by gzip" : "";
    switch (look->format.kind) {
    case FORMAT_CSV:
        return arena_printf(arena, "CSV, delimiter %s, %s, %s%s",
                            format->delimiter == '\t' ? "tab" : (char[]){format->delimiter, 0},
                            format->header ? "a header" : "no header", encoding, packed);
    case FORMAT_FIXED:
        return arena_printf(arena, "fixed width, %s%s", encoding, packed);
    case FORMAT_JSONL:
        return arena_printf(arena, "JSON lines%s", packed);
    case FORMAT_JSON:
        return arena_printf(arena, "JSON, records '%s'%s", format->records, packed);
    case FORMAT_XML:
        return arena_printf(arena, "XML, records %s%s", format->records, packed);
    case FORMAT_MIME:
        return arena_printf(arena, "messages%s", packed);
    case FORMAT_LOG:
        return arena_printf(arena, "log lines %s%s", format->pattern, packed);
    }
    return "";
}

void look_warn(const struct look *look)
{
    if (look->rejects.count)
        (void)fprintf(stderr, "axle: %zu records cannot be read; the first, %s\n",
                      look->rejects.count, look->rejects.first);
    if (!look->mapping && look->format.kind == FORMAT_CSV && look->profile->count == 1)
        (void)fputs("axle: nothing divides its lines; where a field has its place in the line, say "
                    "so in a\n"
                    "axle: mapping with <fixed>, and give it with --mapping (mappings/README.md)\n",
                    stderr);
    if (look->profile->more)
        (void)fprintf(stderr, "axle: only the first %d columns are shown\n", COLUMNS_MOST);
}
