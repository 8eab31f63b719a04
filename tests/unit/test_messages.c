/*
 * Messages: every class of mistake in a configuration file, with what is said about it, word for word.
 *
 * tests/unit/messages/NAME.txt holds the cases: "### title", the file, "---", what is said.  "%word" at the
 * start of a line stands for what "%word = ..." at the head says.  With AXLE_WRITE_MESSAGES=1 the files are
 * written anew from what is said now: for reading the difference.  Every sentence in the readers' sources
 * must be reached by some case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fnmatch.h>
#include <glob.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/list.h"
#include "hub/mapping/mapping.h"
#include "hub/match/match.h"

#define FILE_MOST 1048576
#define FOLDER "/tmp/axle-messages-XXXXXX"

static struct arena *process;
static const struct dictionary *dictionary;
static const char *folder;
static struct {
    const char **list;
    size_t count, room;
} all_said; /* every message of every case */

static void write_file(const char *name, const char *bytes, size_t size)
{
    FILE *out = fopen(arena_printf(process, "%s/%s", folder, name), "we");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

/* What <table file="..."/> and <xml schema="..."/> can name. */
static const char *const tables[][2] = {
    {"t.csv", "code;name\nA;Alpha\nB;Beta\n"},
    {"twice.csv", "code,name\nA,Alpha\na,Other\n"},
    {"bytes.csv", "code,name\nA,\xe9\n"},
    {"broken.csv", "code,name\nA,\"Alpha\n"},
    {"row.csv", "code,name\nA\n"},
    {"card.xsd", "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='card'/>"
                 "</xs:schema>"},
};

/* A site's dictionary, for mappings: with an element that is retired. */
static const char extension[] =
    "<dictionary xmlns='urn:axle:dictionary:1'><class name='customer'>"
    "<element name='telex' label='Telex' domain='short' sensitivity='personal'"
    " survivorship='trust' status='retired'><definition>Number of a telex.</definition></element>"
    "</class></dictionary>";

static int open_all(void **state)
{
    (void)state;
    process = arena_new();
    struct findings findings = {.arena = process};
    char *name = arena_strdup(process, FOLDER);
    folder = mkdtemp(name);
    if (!folder)
        return -1;
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        write_file(tables[i][0], tables[i][1], strlen(tables[i][1]));
    write_file("site.xml", extension, strlen(extension));
    dictionary = dictionary_load(process, "schemas/dictionary.xsd", "schemas/dictionary.xml",
                                 arena_printf(process, "%s/site.xml", folder), &findings);
    return dictionary ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    glob_t found;
    if (glob(arena_printf(process, "%s/*", folder), 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            (void)unlink(found.gl_pathv[i]);
    globfree(&found);
    (void)rmdir(folder);
    arena_free(process);
    return 0;
}

/* Each reads the file; `whole` is for a file that stands in for the shipped one. */
static void read_mapping(struct arena *arena, const char *file, bool whole,
                         struct findings *findings)
{
    (void)whole;
    (void)mapping_load(arena, dictionary, "schemas/source.xsd", file, findings);
}

static void read_dictionary(struct arena *arena, const char *file, bool whole,
                            struct findings *findings)
{
    (void)dictionary_load(arena, "schemas/dictionary.xsd", whole ? file : "schemas/dictionary.xml",
                          whole ? NULL : file, findings);
}

static void read_matching(struct arena *arena, const char *file, bool whole,
                          struct findings *findings)
{
    (void)model_load(arena, "schemas/matching.xsd", whole ? file : "schemas/matching.xml",
                     whole ? NULL : file, findings);
}

static const struct kind {
    const char *name;
    void (*read)(struct arena *arena, const char *file, bool whole, struct findings *findings);
} kinds[] = {
    {"xml", read_mapping},
    {"mapping", read_mapping},
    {"dictionary", read_dictionary},
    {"matching", read_matching},
};

static const char *replace(struct arena *arena, const char *text, const char *what,
                           const char *with)
{
    struct buffer out = {.arena = arena};
    for (const char *at; (at = strstr(text, what)); text = at + strlen(what)) {
        buffer_add(&out, text, (size_t)(at - text));
        buffer_text(&out, with);
    }
    buffer_text(&out, text);
    return buffer_string(&out);
}

/* What is said about a file, a line each, without the folder's name. */
static const char *said(struct arena *arena, const struct kind *kind, const char *title,
                        const char *text)
{
    struct findings findings = {.arena = process};
    struct buffer out = {.arena = arena};
    write_file("s.xml", text, strlen(text));
    kind->read(arena, arena_printf(arena, "%s/s.xml", folder), text_starts(title, "whole: "),
               &findings);
    for (const struct finding *f = findings.first; f; f = f->next) {
        LIST_ADD(process, &all_said, f->message);
        buffer_printf(&out, "%s%s\n", f->warning ? "warning: " : "", finding_text(arena, f));
    }
    return replace(arena, buffer_string(&out), arena_printf(arena, "%s/", folder), "");
}

struct macro {
    const char *name, *text;
};

struct macros {
    struct macro *list;
    size_t count, room;
};

static void add_macro(struct arena *arena, struct macros *macros, const char *line)
{
    const char *equals = strstr(line, " = ");
    assert_non_null(equals);
    LIST_ADD(arena, macros,
             ((struct macro){arena_strndup(arena, line, (size_t)(equals - line)), equals + 3}));
}

/* A file of cases while it is read, and as it is written anew. */
struct reading {
    struct arena *arena;
    const struct kind *kind;
    struct macros macros;
    const char *title; /* of the case; NULL at the head */
    bool answer;       /* behind its "---" */
    struct buffer file, expected, anew;
    unsigned wrong;
};

static void add_line(struct reading *reading, const char *line)
{
    for (size_t i = 0; i < reading->macros.count; i++)
        if (text_starts(line, reading->macros.list[i].name)) {
            buffer_text(&reading->file, reading->macros.list[i].text);
            line += strlen(reading->macros.list[i].name);
            break;
        }
    buffer_printf(&reading->file, "%s\n", line);
}

static void end_case(struct reading *reading)
{
    if (!reading->title)
        return;
    const char *now =
        said(reading->arena, reading->kind, reading->title, buffer_string(&reading->file));
    const char *expected = buffer_string(&reading->expected);
    buffer_printf(&reading->anew, "%s\n", now);
    if (text_equal(now, expected))
        return;
    (void)fprintf(stderr, "%s, %s:\n%s is said instead of\n%s", reading->kind->name, reading->title,
                  now, expected);
    reading->wrong++;
}

static void read_line(struct reading *reading, const char *line)
{
    if (text_starts(line, "### ")) {
        end_case(reading);
        reading->title = line + 4;
        reading->answer = false;
        reading->file = reading->expected = (struct buffer){.arena = reading->arena};
    } else if (text_equal(line, "---")) {
        reading->answer = true;
    } else if (reading->answer) {
        if (*line)
            buffer_printf(&reading->expected, "%s\n", line);
        return;
    } else if (reading->title) {
        add_line(reading, line);
    } else if (*line == '%') {
        add_macro(reading->arena, &reading->macros, line);
    }
    buffer_printf(&reading->anew, "%s\n", line);
}

static void write_anew(const char *file, const struct reading *reading)
{
    FILE *out = fopen(file, "we");
    assert_non_null(out);
    assert_true(fprintf(out, "%s\n", text_trim(process, buffer_string(&reading->anew))) > 0);
    assert_int_equal(fclose(out), 0);
}

static unsigned check_kind(const struct kind *kind)
{
    struct error err;
    struct slice text;
    struct reading reading = {.arena = process, .kind = kind, .anew = {.arena = process}};
    size_t count;
    const char *file = arena_printf(process, "tests/unit/messages/%s.txt", kind->name);
    if (!file_read(process, file, FILE_MOST, &text, &err))
        fail_msg("%s", err.text);
    const char **lines = text_split(
        process, text_trim(process, arena_strndup(process, text.bytes, text.size)), '\n', &count);
    for (size_t i = 0; i < count; i++)
        read_line(&reading, lines[i]);
    end_case(&reading);
    if (getenv("AXLE_WRITE_MESSAGES"))
        write_anew(file, &reading);
    return reading.wrong;
}

static void every_mistake_is_said_in_these_words(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        wrong += check_kind(&kinds[i]);
    assert_int_equal(wrong, 0);
}

/* Sources in which every sentence is a message, except these: what the messages cannot show here. */
static const char *const sources[] = {
    "hub/base/xml_message.c",  "hub/mapping/check.c",         "hub/mapping/mapping.c",
    "hub/mapping/read*.c",     "hub/mapping/table.c",         "hub/mapping/template.c",
    "hub/mapping/date.c",      "hub/mapping/transform*.c",    "hub/dictionary/[!d]*.c",
    "hub/dictionary/domain.c", "hub/dictionary/dictionary.c", "hub/match/model.c",
};
static const char *const unreachable[] = {
    /* limits that only a file of thousands of elements meets */
    "is one too many; a dictionary has at most *",
    "the element '*' is one too many; of one class * single ones can be published",
    "the class '*' is one too many; a dictionary has at most *",
    "the domain '*' has more than * codes",
    "'*' has more than * synonyms",
    "'*' has too many synonyms; fewer than * can stand",
    /* the schema lets none through */
    "it is empty",
    "there is no transform <*>",
    /* only of a copy that the hub keeps */
    "the file '*' is not kept with this mapping",
    /* what is looked for in what libxml2 says */
    "Missing child",
    "The attribute '",
    "The value '",
    "the set {",
    "the pattern '",
    "value allowed ('",
    "allowed maximum length of '",
    "has a length of '",
    "minimum length",
    "' is not a valid value",
    "atomic type '",
    "Element '",
    "content type is empty",
    "Character content",
    /* no message: forms that a time has */
    "YYYY-MM-DD|YYYY-MM-DDThh:mm:ssZ*",
};

/* A C string literal without its quotes and escapes; *at moves behind it. */
static void read_literal(const char **at, struct buffer *out)
{
    for (++*at; **at && **at != '"'; ++*at) {
        *at += **at == '\\';
        buffer_char(out, **at);
    }
    *at += **at == '"';
}

/* A format as a pattern: what it fills in may be anything. */
static const char *pattern_of(struct arena *arena, const char *format)
{
    struct buffer out = {.arena = arena};
    for (const char *c = text_or_empty(format); *c; c++) {
        if (*c == '%' && c[1] == '%') {
            buffer_char(&out, *c++);
        } else if (*c == '%') {
            c += strcspn(c, "sduzxc");
            c += *c == 'z';
            buffer_char(&out, '*');
        } else {
            if (strchr("*?[\\", *c))
                buffer_char(&out, '\\');
            buffer_char(&out, *c);
        }
    }
    return buffer_string(&out);
}

static bool is_reached(struct arena *arena, const char *format)
{
    const char *pattern = pattern_of(arena, format);
    for (size_t i = 0; i < COUNT_OF(unreachable); i++)
        if (fnmatch(unreachable[i], replace(arena, pattern, "\\", ""), 0) == 0)
            return true;
    pattern = arena_printf(arena, "*%s*", pattern);
    for (size_t i = 0; i < all_said.count; i++)
        if (fnmatch(pattern, all_said.list[i], 0) == 0)
            return true;
    return false;
}

static bool is_sentence(const char *literal)
{
    const char *blank = strchr(literal, ' ');
    return blank && blank[1] && strlen(literal) > 8;
}

/* Behind a comment, an #include or #define, or a character: NULL where none of these stands. */
static const char *pass(const char *at)
{
    if (text_starts(at, "#include") || text_starts(at, "#define"))
        return at + strcspn(at, "\n");
    if (text_starts(at, "/*"))
        return strstr(at, "*/") + 2;
    if (*at == '\'')
        return at + (at[1] == '\\' ? 4 : 3);
    return *at == '"' ? NULL : at + 1;
}

/* A literal, and those that stand behind it with nothing between. */
static const char *read_literals(struct arena *arena, const char **at)
{
    struct buffer literal = {.arena = arena};
    for (const char *next = *at; *next == '"'; next += strspn(next, " \n")) {
        read_literal(&next, &literal);
        *at = next;
    }
    return buffer_string(&literal);
}

static unsigned check_source(const char *path)
{
    ARENA(work);
    struct slice text;
    struct error err;
    unsigned missed = 0;
    assert_true(file_read(work, path, FILE_MOST, &text, &err));
    const char *at = arena_strndup(work, text.bytes, text.size);
    while (*at) {
        const char *behind = pass(at);
        if (behind) {
            at = behind;
            continue;
        }
        const char *literal = read_literals(work, &at);
        if (!is_sentence(literal) || is_reached(work, literal))
            continue;
        (void)fprintf(stderr, "%s: no case reaches: %s\n", path, literal);
        missed++;
    }
    return missed;
}

static void every_sentence_is_reached(void **state)
{
    (void)state;
    unsigned missed = 0;
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        glob_t found;
        assert_int_equal(glob(sources[i], 0, NULL, &found), 0);
        for (size_t f = 0; f < found.gl_pathc; f++)
            missed += check_source(found.gl_pathv[f]);
        globfree(&found);
    }
    assert_int_equal(missed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_is_said_in_these_words),
        cmocka_unit_test(every_sentence_is_reached),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
