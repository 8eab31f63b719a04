/*
 * Mapping speed: records a second on one core (user time), of 300-byte records with twelve elements in each
 * format, from the bytes of a stream to values, without a database.  Beside each stage the same as a
 * multiple of one pass over the same bytes (memchr for the line ends, and a copy), for other machines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "hub/mapping/mapping.h"
#include "hub/standard/standard.h"

#define RECORD_SIZE 300
#define BATCH 500 /* records that share an arena, as in a worker */

enum stage { STAGE_PASS, STAGE_CUT, STAGE_DECODE, STAGE_MAP, STAGE_STANDARDISE, STAGES };

struct style {
    const char *name, *format;
    const char *before, *behind; /* of the stream; NULL: a header stands before */
    const char *prefix;          /* of a field in the mapping */
    unsigned floor, aim;         /* records a second, decoded and mapped; 0: none is set */
};

/* The fields, in the order in which `record` prints them; f fills the record up. */
#define FIELDS 13
static const char *const fields[FIELDS] = {"id",      "given",  "family", "born",   "email",
                                           "tel",     "street", "city",   "region", "postcode",
                                           "country", "card",   "f"};
static const char *const elements[FIELDS] = {NULL,
                                             "name.given",
                                             "name.family",
                                             "birth_date",
                                             "email",
                                             "phone",
                                             "address.street",
                                             "address.city",
                                             "address.region",
                                             "address.postcode",
                                             "address.country",
                                             "identifier",
                                             "employer"};
static const unsigned widths[FIELDS] = {9, 10, 12, 10, 30, 14, 24, 14, 4, 6, 3, 14, 150};

static const struct style styles[] = {
    {"csv", "<csv/>", NULL, "", "", 300000, 300000},
    {"fixed", NULL, "", "", "", 0, 0},
    {"jsonl", "<jsonl/>", "", "", "/", 100000, 300000},
    {"json", "<json records='/items'/>", "{\"items\":[\n", "{}]}\n", "/", 0, 0},
    {"xml", "<xml records='//r'/>", "<list>\n", "</list>\n", "", 60000, 60000},
};

/* Tags are as short as they can be, or there would be no room for values. */
static const char *const tags[FIELDS] = {"i", "g", "n", "b", "e", "t", "s",
                                         "c", "r", "p", "o", "l", "f"};

struct run {
    const struct style *style;
    const struct mapping *mapping;
    struct slice stream, header;
    struct cut *cuts;
    size_t count;
    double seconds[STAGES];
};

static const char *name_of(const struct style *style, size_t field)
{
    return text_equal(style->name, "xml") ? tags[field] : fields[field];
}

static double user_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static const char *value(struct arena *arena, size_t field, size_t i)
{
    static const char *const given[] = {"Margaret", "Bilal", "Giulia", "Tomasz", "Xin"};
    static const char *const family[] = {"Featherstone", "Nguyen", "Papadopoulos", "Lee", "Okafor"};
    const char *g = given[i % 5], *f = family[i / 5 % 5];
    switch (field) {
    case 0:
        return arena_printf(arena, "%09zu", i);
    case 1:
        return g;
    case 2:
        return f;
    case 3:
        return arena_printf(arena, "%02zu/%02zu/19%02zu", i % 28 + 1, i % 12 + 1, 30 + i % 70);
    case 4:
        return arena_printf(arena, "%c.%s%zu@example.org", *g, f, i % 1000);
    case 5:
        return arena_printf(arena, "04%02zu %03zu %03zu", i % 100, i % 997, i % 991);
    case 6:
        return arena_printf(arena, "%zu Collins Street", i % 400 + 1);
    case 7:
        return "Melbourne";
    case 8:
        return "VIC";
    case 9:
        return arena_printf(arena, "3%03zu", i % 1000);
    case 10:
        return "AU";
    case 11:
        return arena_printf(arena, "LC-%08zu", i);
    default:
        return "";
    }
}

enum form { FORM_CSV, FORM_FIXED, FORM_JSON, FORM_XML };

static enum form form_of(const struct style *style)
{
    if (!style->format)
        return FORM_FIXED;
    if (*style->prefix == '/')
        return FORM_JSON;
    return text_equal(style->name, "xml") ? FORM_XML : FORM_CSV;
}

static void write_field(const struct style *style, struct buffer *out, size_t field,
                        const char *text, size_t width)
{
    const char *name = name_of(style, field);
    switch (form_of(style)) {
    case FORM_CSV:
        buffer_printf(out, "%s%s", field ? "," : "", text);
        break;
    case FORM_FIXED:
        buffer_printf(out, "%-*s", (int)width, text);
        break;
    case FORM_JSON:
        buffer_printf(out, "%s\"%s\":\"%s\"", field ? "," : "{", name, text);
        break;
    case FORM_XML:
        buffer_printf(out, "%s<%s>%s</%s>", field ? "" : "<r>", name, text, name);
        break;
    }
}

/* One record, its last field so long. */
static void write_record(const struct style *style, struct buffer *out, size_t i, size_t fill)
{
    static const char words[] =
        "Amalgamated Foundries and Engine Works of the Southern Districts and the "
        "Department of Spare Parts with Returns and Repairs and of all Else that is Sent Back";
    static const char *const ends[] = {"\n", "\n", "}\n", "</r>\n"};
    for (size_t field = 0; field + 1 < FIELDS; field++)
        write_field(style, out, field, value(out->arena, field, i), widths[field]);
    write_field(style, out, FIELDS - 1, arena_printf(out->arena, "%.*s", (int)fill, words), fill);
    buffer_text(out, text_equal(style->name, "json") ? "},\n" : ends[form_of(style)]);
}

static void write_stream(struct arena *arena, struct run *run)
{
    const struct style *style = run->style;
    struct buffer out = {.arena = arena};
    for (size_t field = 0; !style->before && field < FIELDS; field++)
        buffer_printf(&out, "%s%s", fields[field], field + 1 < FIELDS ? "," : "\n");
    buffer_text(&out, text_or_empty(style->before));
    for (size_t i = 0; i < run->count; i++) {
        ARENA(work);
        struct buffer bare = {.arena = work}, filled = {.arena = work};
        write_record(style, &bare, i, 0);
        write_record(style, &filled, i, bare.length < RECORD_SIZE ? RECORD_SIZE - bare.length : 0);
        buffer_add(&out, filled.data, filled.length);
    }
    buffer_text(&out, style->behind);
    run->stream = (struct slice){out.data, out.length};
}

static void read_mapping(struct arena *arena, const struct dictionary *dictionary, struct run *run)
{
    const struct style *style = run->style;
    struct findings findings = {.arena = arena};
    struct buffer text = {.arena = arena};
    unsigned from = 1;
    buffer_text(&text, "<source xmlns='urn:axle:source:1' name='s' connector='web' region='AU'>"
                       "<from><push/></from><format>");
    for (size_t i = 0; i < FIELDS && !style->format; from += widths[i++])
        buffer_printf(&text, "%s<field name='%s' from='%u' width='%u'/>", i ? "" : "<fixed>",
                      fields[i], from, widths[i]);
    buffer_printf(&text, "%s</format><record class='customer' key='%s%s'>",
                  style->format ? style->format : "</fixed>", style->prefix, name_of(style, 0));
    for (size_t i = 1; i < FIELDS; i++)
        buffer_printf(&text, "<value of='customer.%s' from='%s%s'%s/>", elements[i], style->prefix,
                      name_of(style, i),
                      text_equal(fields[i], "born")   ? " date='DD/MM/YYYY'"
                      : text_equal(fields[i], "card") ? " scheme='loyalty'"
                                                      : "");
    buffer_text(&text, "</record></source>");
    run->mapping = mapping_read(arena, dictionary, "schemas/source.xsd", "s.xml",
                                (struct slice){text.data, text.length}, &findings);
    if (run->mapping)
        return;
    (void)fprintf(stderr, "%s\n", finding_first(arena, &findings));
    exit(2);
}

/* What any reader of the bytes does at least. */
static void pass_over(const struct run *run)
{
    static char copy[RECORD_SIZE * 4];
    const char *at = run->stream.bytes, *end = at + run->stream.size;
    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        size_t size = line ? (size_t)(line - at) + 1 : (size_t)(end - at);
        memcpy(copy, at, size < sizeof(copy) ? size : sizeof(copy));
        __asm__ volatile("" : : "r"(copy) : "memory"); /* so that the copy is made */
        at += size;
    }
}

static void cut(struct arena *arena, struct run *run)
{
    struct splitter *splitter = splitter_new(arena, &run->mapping->format, run->stream);
    struct cut cut;
    size_t n = 0;
    while (splitter_next(splitter, &cut) && n < run->count)
        if (cut.is_header)
            run->header = cut.raw;
        else
            run->cuts[n++] = cut;
    run->count = n;
}

static void work(const struct run *run, enum stage stage, const struct dictionary *dictionary)
{
    for (size_t start = 0; start < run->count; start += BATCH) {
        ARENA(batch);
        size_t end = start + BATCH < run->count ? start + BATCH : run->count;
        for (size_t i = start; i < end; i++) {
            struct reject reject = {.message = "not all its values are there"};
            struct mapped mapped;
            const struct fields *read = format_decode(batch, &run->mapping->format, run->header,
                                                      run->cuts[i].raw, run->cuts[i].line, &reject);
            if (!read || (stage >= STAGE_MAP &&
                          (!mapping_apply(batch, run->mapping, read, &mapped, &reject) ||
                           mapped.count != 1 || mapped.records[0]->count != FIELDS - 1))) {
                (void)fprintf(stderr, "%s: a record cannot be mapped: %s\n", run->style->name,
                              reject.message);
                exit(2);
            }
            if (stage == STAGE_STANDARDISE)
                standard_record(batch, dictionary, mapped.records[0]);
        }
    }
}

static void measure(struct run *run, const struct dictionary *dictionary)
{
    ARENA(arena);
    size_t wanted = run->count;
    read_mapping(arena, dictionary, run);
    write_stream(arena, run);
    run->cuts = NEW_ARRAY(arena, struct cut, run->count + 1);
    for (enum stage stage = STAGE_PASS; stage < STAGES; stage++) {
        double from = user_seconds();
        if (stage == STAGE_PASS)
            for (int i = 0; i < 10; i++)
                pass_over(run);
        else if (stage == STAGE_CUT)
            cut(arena, run);
        else
            work(run, stage, dictionary);
        run->seconds[stage] = (user_seconds() - from) / (stage == STAGE_PASS ? 10 : 1);
    }
    if (run->count == wanted)
        return;
    (void)fprintf(stderr, "%s: %zu of %zu records were cut\n", run->style->name, run->count,
                  wanted);
    exit(2);
}

static const char *verdict(struct arena *arena, const struct style *style, double rate)
{
    if (!style->floor)
        return "";
    return arena_printf(arena, "floor %u %s, aim %u %s", style->floor,
                        rate >= style->floor ? "met" : "NOT MET", style->aim,
                        rate >= style->aim ? "met" : "not met");
}

int main(int argc, char **argv)
{
    ARENA(process);
    struct findings findings = {.arena = process};
    int64_t count = 100000;
    const struct dictionary *dictionary = dictionary_load(
        process, "schemas/dictionary.xsd", "schemas/dictionary.xml", NULL, &findings);
    if (!dictionary || argc > 2 || (argc == 2 && !text_to_int(argv[1], 1, 100000000, &count))) {
        (void)fputs("usage: mapping [RECORDS]\n", stderr);
        return 2;
    }
    (void)printf("%-6s %11s   %s   %s\n", "format", "records/s",
                 "multiples of one pass: cut decode map standardise", "decoded and mapped");
    for (size_t i = 0; i < COUNT_OF(styles); i++) {
        struct run run = {.style = &styles[i], .count = (size_t)count};
        measure(&run, dictionary);
        const double *s = run.seconds;
        double all = s[STAGE_CUT] + s[STAGE_MAP], rate = (double)count / all;
        (void)printf("%-6s %11.0f   %23s %5.1f %6.1f %5.1f %7.1f   %s\n", styles[i].name, rate, "",
                     s[STAGE_CUT] / s[STAGE_PASS], s[STAGE_DECODE] / s[STAGE_PASS],
                     (s[STAGE_MAP] - s[STAGE_DECODE]) / s[STAGE_PASS],
                     (s[STAGE_STANDARDISE] - s[STAGE_MAP]) / s[STAGE_PASS],
                     verdict(process, &styles[i], rate));
    }
    return 0;
}
