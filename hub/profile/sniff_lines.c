/* What the lines of a table are split by: signs, or places. */
#include <ctype.h>

#include "hub/base/list.h"
#include "hub/format/format.h"
#include "hub/profile/shape.h"
#include "hub/profile/sniff.h"

#define LINES 1000
#define WIDTH_MOST 4000

struct rows {
    const char ***list; /* cells, each ending with NULL */
    size_t count, room;
};

/* How well a delimiter and a quote fit. */
struct fit {
    char delimiter, quote;
    size_t fields; /* that most records have */
    size_t even;   /* records with so many */
    size_t records, rejects;
    struct rows rows;
};

static const char **cells(struct arena *arena, const struct fields *fields)
{
    size_t count = 0;
    const char *const *names = fields_names(arena, fields);
    while (names[count])
        count++;
    const char **cells = NEW_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        cells[i] = text_or_empty(fields_text(fields, names[i], NULL));
    return cells;
}

static size_t cell_count(const char *const *cells)
{
    size_t count = 0;
    while (cells[count])
        count++;
    return count;
}

static void count_even(struct arena *arena, struct fit *fit)
{
    size_t *by_count = NEW_ARRAY(arena, size_t, FORMAT_FIELDS_MOST + 1);
    for (size_t i = 0; i < fit->rows.count; i++) {
        size_t count = cell_count(fit->rows.list[i]);
        if (++by_count[count] > fit->even) {
            fit->even = by_count[count];
            fit->fields = count;
        }
    }
}

static struct fit try_fit(struct arena *arena, struct slice sample, const char *encoding,
                          char delimiter, char quote)
{
    struct fit fit = {.delimiter = delimiter, .quote = quote};
    struct format format = {
        .encoding = encoding, .kind = FORMAT_CSV, .delimiter = delimiter, .quote = quote};
    struct splitter *splitter = splitter_new(arena, &format, sample);
    struct slice none = {.bytes = "", .size = 0};
    struct reject reject;
    struct cut cut;
    while (fit.records < LINES && splitter_next(splitter, &cut)) {
        fit.records++;
        const struct fields *fields =
            cut.reject ? NULL : format_decode(arena, &format, none, cut.raw, cut.line, &reject);
        if (fields)
            LIST_ADD(arena, &fit.rows, cells(arena, fields));
        else
            fit.rejects++;
    }
    count_even(arena, &fit);
    return fit;
}

/* More fields only count when lines agree on them. */
static bool is_better(const struct fit *fit, const struct fit *best)
{
    if ((fit->fields > 1) != (best->fields > 1))
        return fit->fields > 1 && fit->even * 2 > fit->records;
    size_t here = fit->even * 1000 / (fit->records + 1),
           there = best->even * 1000 / (best->records + 1);
    if (here + 50 < there || there + 50 < here)
        return here > there;
    return fit->fields > best->fields;
}

/* Is the cell one that names no column: a number, a date, an address? */
static bool is_datum(const char *cell)
{
    ARENA(scratch);
    size_t digits =
        strcspn(cell, "0123456789") < strlen(cell) ? strspn(cell, "0123456789.,-+/: ") : 0;
    return strchr(cell, '@') || (digits && !cell[digits]) || date_forms_of(scratch, cell) ||
           text_length(cell) > 60;
}

/* Does the first row name the columns?  Its cells are filled, differ, are no data, and stand in no other
 * row of their column. */
static bool has_header(const struct rows *rows)
{
    const char *const *first = rows->list[0];
    size_t count = cell_count(first), filled = 0, again = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        if (is_datum(first[i]))
            return false;
        filled += !text_is_blank(first[i]);
        for (size_t j = 0; j < i; j++)
            if (!text_is_blank(first[i]) && text_same(first[i], first[j]))
                return false;
        for (size_t r = 1; r < rows->count && !seen && !text_is_blank(first[i]); r++)
            seen = cell_count(rows->list[r]) > i && text_same(rows->list[r][i], first[i]);
        again += seen;
    }
    return filled * 5 >= count * 4 && again * 5 <= count;
}

/* Every field in single quotes, and hardly any in double ones? */
static bool has_single_quotes(const struct fit *fit)
{
    size_t single = 0, all = 0;
    for (size_t r = 0; r < fit->rows.count; r++)
        for (const char *const *cell = fit->rows.list[r]; *cell; cell++) {
            all += **cell != '\0';
            single += strlen(*cell) > 1 && **cell == '\'' && text_ends(*cell, "'");
        }
    return all && single * 10 >= all * 3;
}

bool sniff_csv(struct arena *arena, struct slice sample, struct sniffed *sniffed)
{
    static const char delimiters[] = {',', ';', '\t', '|'};
    struct fit best = {.delimiter = ',', .quote = '"'};
    for (size_t i = 0; i < sizeof(delimiters); i++) {
        struct fit fit = try_fit(arena, sample, sniffed->encoding, delimiters[i], '"');
        if (is_better(&fit, &best))
            best = fit;
    }
    if (has_single_quotes(&best))
        best = try_fit(arena, sample, sniffed->encoding, best.delimiter, '\'');
    if (best.rejects * 20 > best.records) {
        struct fit bare = try_fit(arena, sample, sniffed->encoding, best.delimiter, 0);
        if (bare.even > best.even && bare.fields == best.fields)
            best = bare;
    }
    sniffed->delimiter = best.delimiter;
    sniffed->quote = best.quote;
    sniffed->header = !best.rows.count || has_header(&best.rows);
    bool even = best.rows.count && cell_count(best.rows.list[0]) == best.fields &&
                best.even * 10 >= best.records * 8;
    return best.fields > 1 && even;
}

struct width {
    struct slice lines[LINES];
    size_t count, width;
};

/* All lines (but the last one, perhaps) of one length, in bytes; a header may lack blanks at its end. */
static bool even_lines(struct slice sample, struct width *width)
{
    const char *at = sample.bytes, *end = at + sample.size, *feed;
    while (width->count < LINES && (feed = memchr(at, '\n', (size_t)(end - at)))) {
        size_t length = (size_t)(feed - at);
        length -= length && at[length - 1] == '\r';
        bool header = width->count == 1 && width->width < length;
        if (length == 0 || length > WIDTH_MOST ||
            (width->count && !header && length != width->width))
            return false;
        width->width = length;
        width->lines[width->count++] = (struct slice){at, length};
        at = feed + 1;
    }
    return width->count >= 3;
}

static int sign_at(const struct slice *line, size_t at)
{
    return at < line->size ? line->bytes[at] : ' ';
}

static bool is_blank_column(const struct width *width, size_t at)
{
    for (size_t i = 0; i < width->count; i++)
        if (sign_at(&width->lines[i], at) != ' ')
            return false;
    return true;
}

static size_t blanks_in(const struct width *width)
{
    size_t blanks = 0;
    for (size_t i = 0; i < width->count; i++)
        for (size_t j = 0; j < width->width; j++)
            blanks += sign_at(&width->lines[i], j) == ' ';
    return blanks;
}

struct sniffed_fields {
    struct sniffed_field *list;
    size_t count, room;
};

/* The cells of the lines, as those of a table are. */
static struct rows cut_rows(struct arena *arena, const struct width *width,
                            const struct sniffed_fields *fields)
{
    struct rows rows = {.count = 0};
    for (size_t i = 0; i < width->count; i++) {
        const char **row = NEW_ARRAY(arena, const char *, fields->count + 1);
        for (size_t f = 0; f < fields->count; f++) {
            size_t from = fields->list[f].from - 1, to = fields->list[f].to;
            const struct slice *line = &width->lines[i];
            to = to < line->size ? to : line->size;
            row[f] = from < to
                         ? text_trim(arena, arena_strndup(arena, line->bytes + from, to - from))
                         : "";
        }
        LIST_ADD(arena, &rows, row);
    }
    return rows;
}

/* Names of a header that can be a field's: all there, no signs that a template would take for its own. */
static bool are_names(const char *const *cells)
{
    for (; *cells; cells++)
        if (!**cells || strpbrk(*cells, "{}\"<>&"))
            return false;
    return true;
}

/* A word of the first line that, behind two blanks, stands in no field of its own: texts fill the field
 * before it to its end. */
static bool starts_in_header(const struct width *width, size_t at)
{
    const struct slice *header = &width->lines[0];
    return at >= 2 && sign_at(header, at) != ' ' && sign_at(header, at - 1) == ' ' &&
           sign_at(header, at - 2) == ' ' && isalpha((unsigned char)sign_at(header, at));
}

static void find_fields(struct arena *arena, const struct width *width, bool header,
                        struct sniffed_fields *fields)
{
    bool blank = true;
    for (size_t i = 0; i < width->width; i++) {
        bool now = is_blank_column(width, i);
        if ((blank && !now) || (header && starts_in_header(width, i)))
            LIST_ADD(arena, fields, ((struct sniffed_field){.from = i + 1}));
        blank = now;
    }
    for (size_t i = 0; i < fields->count; i++)
        fields->list[i].to = i + 1 < fields->count ? fields->list[i + 1].from - 1 : width->width;
}

/* Blanks that happen to stand in one place of all texts, such as of telephone numbers, end no field. */
static void join_unnamed(const struct width *width, struct sniffed_fields *fields)
{
    size_t count = 0;
    for (size_t i = 0; i < fields->count; i++) {
        struct sniffed_field field = fields->list[i];
        bool named = false;
        for (size_t at = field.from - 1; at < field.to; at++)
            named |= sign_at(&width->lines[0], at) != ' ';
        if (named || count == 0)
            fields->list[count++] = field;
        else
            fields->list[count - 1].to = field.to;
    }
    fields->count = count;
}

/* With a header fields start where its words do as well, if that makes it name them all. */
static bool named_fields(struct arena *arena, const struct width *width,
                         struct sniffed_fields *fields)
{
    find_fields(arena, width, true, fields);
    join_unnamed(width, fields);
    if (fields->count < 2)
        return false;
    struct rows rows = cut_rows(arena, width, fields);
    if (!rows.count || !are_names(rows.list[0]) || !has_header(&rows))
        return false;
    for (size_t i = 0; i < fields->count; i++)
        fields->list[i].name = rows.list[0][i];
    return true;
}

/* Fields start where, behind a blank in all lines, some line has a text. */
bool sniff_fixed(struct arena *arena, struct slice sample, struct sniffed *sniffed)
{
    ARENA(scratch);
    struct width *width = NEW(scratch, struct width);
    *width = (struct width){.count = 0};
    struct sniffed_fields fields = {.count = 0};
    if (!even_lines(sample, width) || blanks_in(width) * 8 < width->count * width->width)
        return false;
    bool header = named_fields(arena, width, &fields);
    if (!header) {
        fields = (struct sniffed_fields){.count = 0};
        find_fields(arena, width, false, &fields);
    }
    if (fields.count < 2)
        return false;
    sniffed->header = header;
    sniffed->fields = fields.list;
    sniffed->field_count = fields.count;
    return true;
}
