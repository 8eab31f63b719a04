#include <libxml/HTMLparser.h>

#include "hub/mail/message.h"

#define DEPTH_MOST 1000 /* of elements; libxml2 looks through all of them at each end tag */
#define CHUNK 16384

enum gap { GAP_NONE, GAP_BLANK, GAP_LINE, GAP_CELL };

struct showing {
    struct buffer out;
    size_t most;
    unsigned hidden; /* script, style and the like that we are in */
    unsigned quoted;
    int depth;
    enum gap gap; /* before the next text */
    bool in_row;  /* something of the row stands there already */
    bool done;
};

/* What an element means for lines. */
static const struct {
    const char *name;
    bool hidden, quoted, line, row, cell;
} elements[] = {
    {"script", .hidden = true},   {"style", .hidden = true},
    {"title", .hidden = true},    {"noscript", .hidden = true},
    {"template", .hidden = true}, {"blockquote", .quoted = true, .line = true},
    {"p", .line = true},          {"div", .line = true},
    {"br", .line = true},         {"li", .line = true},
    {"ul", .line = true},         {"ol", .line = true},
    {"h1", .line = true},         {"h2", .line = true},
    {"h3", .line = true},         {"h4", .line = true},
    {"h5", .line = true},         {"h6", .line = true},
    {"hr", .line = true},         {"pre", .line = true},
    {"table", .line = true},      {"address", .line = true},
    {"section", .line = true},    {"dl", .line = true},
    {"tr", .row = true},          {"dt", .row = true},
    {"td", .cell = true},         {"th", .cell = true},
    {"dd", .cell = true},
};

static size_t find_element(const xmlChar *name)
{
    size_t i = 0;
    while (i < COUNT_OF(elements) && !text_same(elements[i].name, (const char *)name))
        i++;
    return i;
}

/* A line ends; within a cell where nothing stands yet it does not. */
static void end_line(struct showing *showing)
{
    if (showing->gap != GAP_CELL)
        showing->gap = GAP_LINE;
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct showing *showing = context;
    size_t i = find_element(name);
    (void)attributes;
    showing->done = showing->done || ++showing->depth > DEPTH_MOST;
    if (i == COUNT_OF(elements))
        return;
    showing->hidden += elements[i].hidden;
    showing->quoted += elements[i].quoted;
    if (elements[i].row) {
        showing->gap = GAP_LINE;
        showing->in_row = false;
    } else if (elements[i].cell) {
        showing->gap = showing->in_row ? GAP_CELL : GAP_LINE;
    } else if (elements[i].line) {
        end_line(showing);
    }
}

static void on_end(void *context, const xmlChar *name)
{
    struct showing *showing = context;
    size_t i = find_element(name);
    showing->depth -= showing->depth > 0;
    if (i == COUNT_OF(elements))
        return;
    showing->hidden -= elements[i].hidden && showing->hidden;
    if (elements[i].line || elements[i].row)
        end_line(showing);
    showing->quoted -= elements[i].quoted && showing->quoted;
}

static void add_gap(struct showing *showing)
{
    static const char *const gaps[] = {"", " ", "\n", "\t"};
    bool first = !showing->out.length;
    bool begins = first || showing->gap == GAP_LINE;
    if (!first)
        buffer_text(&showing->out, gaps[showing->gap]);
    if (begins && showing->quoted)
        buffer_text(&showing->out, "> ");
    showing->gap = GAP_NONE;
}

static void on_text(void *context, const xmlChar *text, int length)
{
    struct showing *showing = context;
    if (showing->hidden || showing->done)
        return;
    for (int i = 0; i < length; i++) {
        bool blank = text[i] <= ' ' || (text[i] == 0xc2 && i + 1 < length && text[i + 1] == 0xa0);
        i += blank && text[i] == 0xc2;
        if (blank) {
            showing->gap = showing->gap ? showing->gap : GAP_BLANK;
            continue;
        }
        if (showing->gap || !showing->out.length)
            add_gap(showing);
        buffer_char(&showing->out, (char)text[i]);
        showing->in_row = true;
    }
    showing->done = showing->done || showing->out.length >= showing->most;
}

static void close_parser(void *parser)
{
    htmlFreeParserCtxt(parser);
}

const char *html_text(struct arena *arena, const char *html, size_t most)
{
    ARENA(scratch);
    struct showing showing = {.out = {.arena = arena}, .most = most};
    htmlSAXHandler sax = {.startElement = on_start, .endElement = on_end, .characters = on_text};
    htmlParserCtxt *parser =
        htmlCreatePushParserCtxt(&sax, &showing, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (!parser)
        return "";
    arena_defer(scratch, close_parser, parser);
    (void)htmlCtxtUseOptions(parser, HTML_PARSE_IGNORE_ENC | HTML_PARSE_NOERROR |
                                         HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    size_t size = strlen(html);
    for (size_t at = 0, end; at < size && !showing.done; at = end) {
        end = size - at < CHUNK ? size : at + CHUNK;
        while (end < size && ((unsigned char)html[end] & 0xc0) == 0x80)
            end++; /* a character is never cut */
        (void)htmlParseChunk(parser, html + at, (int)(end - at), 0);
    }
    if (!showing.done)
        (void)htmlParseChunk(parser, "", 0, 1);
    buffer_char(&showing.out, '\n');
    return charset_text(arena, (struct slice){showing.out.data, showing.out.length}, "utf-8");
}
