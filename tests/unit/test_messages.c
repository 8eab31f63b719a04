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

/* What <table file="..."/> can name. */
static const char *const tables[][2] = {
    {"t.csv", "code;name\nA;Alpha\nB;Beta\n"},
    {"twice.csv", "code,name\nA,Alpha\na,Other\n"},
    {"bytes.csv", "code,name\nA,\xe9\n"},
    {"broken.csv", "code,name\nA,\"Alpha\n"},
    {"row.csv", "code,name\nA\n"},
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

static void add_line(struct buffer *out, const struct macros *macros, const char *line)
{
    for (size_t i = 0; i < macros->count; i++)
        if (text_starts(line, macros->list[i].name)) {
            buffer_text(out, macros->list[i].text);
            line += strlen(macros->list[i].name);
            break;
        }
    buffer_printf(out, "%s\n", line);
}

/* The cases of one file; what they should say is replaced by what they say, for the file to be written. */
static unsigned check_cases(struct arena *arena, const struct kind *kind, const char *text,
                            struct buffer *anew)
{
    struct macros macros = {0};
    struct buffer file = {.arena = arena}, expected = {.arena = arena};
    const char *title = NULL;
    bool answer = false;
    unsigned wrong = 0;
    size_t count;
    const char **lines = text_split(arena, text, '\n', &count);
    for (size_t i = 0; i <= count; i++) {
        const char *line = i < count ? lines[i] : "### ";
        if (title && text_starts(line, "### ")) {
            const char *now = said(arena, kind, title, buffer_string(&file));
            if (!text_equal(now, buffer_string(&expected))) {
                (void)fprintf(stderr, "%s, %s:\n%s is said instead of\n%s", kind->name, title, now,
                              buffer_string(&expected));
                wrong++;
            }
            buffer_printf(anew, "%s\n", now);
        }
        if (text_starts(line, "### ")) {
            title = line + 4;
            answer = false;
            file = expected = (struct buffer){.arena = arena};
        } else if (!title && *line == '%') {
            add_macro(arena, &macros, line);
        } else if (text_equal(line, "---")) {
            answer = true;
        } else if (answer && *line) {
            buffer_printf(&expected, "%s\n", line);
        } else if (title && !answer) {
            add_line(&file, &macros, line);
        }
        if (i < count && (!answer || text_equal(line, "---")))
            buffer_printf(anew, "%s\n", line);
    }
    return wrong;
}

static void every_mistake_is_said_in_these_words(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct error err;
        struct slice text;
        struct buffer anew = {.arena = process};
        const char *file = arena_printf(process, "tests/unit/messages/%s.txt", kinds[i].name);
        if (!file_read(process, file, FILE_MOST, &text, &err))
            fail_msg("%s", err.text);
        wrong +=
            check_cases(process, &kinds[i],
                        text_trim(process, arena_strndup(process, text.bytes, text.size)), &anew);
        if (getenv("AXLE_WRITE_MESSAGES")) {
            FILE *out = fopen(file, "we");
            assert_non_null(out);
            assert_true(fputs(text_trim(process, buffer_string(&anew)), out) >= 0);
            assert_true(fputs("\n", out) >= 0);
            assert_int_equal(fclose(out), 0);
        }
    }
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
    for (const char *c = format; *c; c++) {
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

static unsigned check_source(const char *path)
{
    ARENA(work);
    struct slice text;
    struct error err;
    unsigned missed = 0;
    assert_true(file_read(work, path, FILE_MOST, &text, &err));
    const char *at = arena_strndup(work, text.bytes, text.size);
    while (*at) {
        if (text_starts(at, "#include") || text_starts(at, "#define"))
            at += strcspn(at, "\n");
        else if (text_starts(at, "/*"))
            at = strstr(at, "*/") + 2;
        else if (*at == '\'')
            at += at[1] == '\\' ? 4 : 3;
        else if (*at != '"')
            at++;
        else {
            struct buffer literal = {.arena = work};
            for (const char *next = at; *next == '"'; next += strspn(next, " \n")) {
                read_literal(&next, &literal);
                at = next;
            }
            if (is_sentence(buffer_string(&literal)) && !is_reached(work, literal.data)) {
                (void)fprintf(stderr, "%s: no case reaches: %s\n", path, literal.data);
                missed++;
            }
        }
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
