/* axle profile: what stands in the columns of a file, without a database. */
#include "hub/base/json.h"
#include "hub/programs/axle/look.h"

#define WIDTH 120
#define NAME_WIDTH 24
#define SHAPES_SHOWN 5
#define VALUES_SHOWN 20

/* A text in a column of the table: cut to its width, blanks behind (or before) it. */
static void put_cell(struct buffer *line, const char *text, size_t width, bool right)
{
    size_t length = text_length(text), shown = length > width ? width - 1 : length;
    if (right)
        buffer_printf(line, "%*s", (int)(width - (length > width ? width : length)), "");
    const char *at = text;
    for (size_t i = 0; i < shown; i++) {
        uint32_t c = text_next(&at);
        buffer_code_point(line, c < ' ' ? ' ' : c);
    }
    if (length > width)
        buffer_text(line, "\xe2\x80\xa6");
    else if (!right)
        buffer_printf(line, "%*s", (int)(width - length), "");
}

static const char *share(struct arena *arena, size_t part, size_t all)
{
    size_t tenths = all ? (part * 1000 + all / 2) / all : 0;
    if (part && part < all && (tenths == 0 || tenths == 1000))
        return tenths ? "<100 %" : "<0.1 %";
    return tenths == 1000 ? "100 %" : arena_printf(arena, "%zu.%zu %%", tenths / 10, tenths % 10);
}

static void print_line(struct buffer *line)
{
    while (line->length && line->data[line->length - 1] == ' ')
        line->data[--line->length] = '\0';
    (void)puts(buffer_string(line));
    line->length = 0;
}

static const char *examples(struct arena *arena, const struct column *column)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < COUNT_OF(column->examples) && column->examples[i]; i++)
        buffer_printf(&out, "%s%s", i ? " | " : "", column->examples[i]);
    return buffer_string(&out);
}

static const char *details(struct arena *arena, const struct column *column)
{
    struct buffer out = {.arena = arena};
    if (!column->texts)
        return "";
    if (column->each)
        buffer_printf(&out, "each of %s; ", column->each);
    buffer_printf(&out, "longest %zu; shapes", column->longest);
    for (size_t i = 0; i < column->shape_count && i < SHAPES_SHOWN; i++)
        buffer_printf(&out, "%s %s %s", i ? "," : "", column->shapes[i].text,
                      share(arena, column->shapes[i].count, column->texts));
    buffer_printf(&out, "; from '%s' to '%s'", column->least, column->greatest);
    return buffer_string(&out);
}

static void print_column(struct arena *arena, const struct look *look, const struct column *column)
{
    struct buffer line = {.arena = arena};
    bool is_long = text_length(column->label) > NAME_WIDTH;
    if (is_long) /* a path, which is of no use when it is cut */
        (void)puts(column->label);
    put_cell(&line, is_long ? "" : column->label, NAME_WIDTH, false);
    put_cell(&line, arena_printf(arena, "%zu", column->filled), 10, true);
    put_cell(&line, share(arena, column->filled, look->profile->records), 8, true);
    put_cell(&line, arena_printf(arena, "%s%zu", column->exact ? "" : "~", column->distinct), 10,
             true);
    buffer_text(&line, "  ");
    put_cell(
        &line,
        column_kind(arena, look->site.dictionary, column, look->region, look->profile->records), 26,
        false);
    buffer_text(&line, "  ");
    put_cell(&line, examples(arena, column), WIDTH - 82, false);
    print_line(&line);
    if (column->texts) {
        buffer_text(&line, "    ");
        put_cell(&line, details(arena, column), WIDTH - 4, false);
        print_line(&line);
    }
}

static void print_table(struct arena *arena, const struct look *look)
{
    const struct profile *profile = look->profile;
    struct buffer line = {.arena = arena};
    (void)printf("%zu records, %zu columns; %s\n\n", profile->records, profile->count,
                 look_format_text(arena, look));
    put_cell(&line, "column", NAME_WIDTH, false);
    put_cell(&line, "filled", 18, true);
    put_cell(&line, "distinct", 10, true);
    buffer_text(&line, "  ");
    put_cell(&line, "holds", 28, false);
    buffer_text(&line, "examples");
    print_line(&line);
    for (size_t i = 0; i < profile->count; i++) {
        ARENA(work);
        print_column(work, look, &profile->columns[i]);
    }
}

static void json_tallies(struct json_writer *json, const char *name, const char *text,
                         const struct tally *tallies, size_t count)
{
    json_name(json, name);
    json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, '{');
        json_member(json, text, tallies[i].text);
        json_member_int(json, "count", (int64_t)tallies[i].count);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_traits(struct json_writer *json, const struct column *column)
{
    json_name(json, "types");
    json_open(json, '[');
    for (unsigned t = 0; t < TRAITS; t++) {
        if (!column->share[t])
            continue;
        json_open(json, '{');
        json_member(json, "type", trait_names[t]);
        json_member_int(json, "per_thousand", column->share[t]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_dates(struct arena *arena, struct json_writer *json, const struct look *look,
                       const struct column *column)
{
    bool unsure, mixed;
    if (column->share[TRAIT_DATE] < 500)
        return;
    json_name(json, "date");
    json_open(json, '{');
    json_member(json, "forms", column_date(arena, column, look->region, &unsure, &mixed));
    json_member_int(json, "day_first", (int64_t)column->day_first);
    json_member_int(json, "month_first", (int64_t)column->month_first);
    json_member_int(json, "either", (int64_t)column->both);
    json_name(json, "ambiguous");
    json_bool(json, unsure);
    json_close(json, '}');
}

static void json_column(struct arena *arena, struct json_writer *json, const struct look *look,
                        const struct column *column)
{
    size_t shapes = column->shape_count < SHAPES_SHOWN ? column->shape_count : SHAPES_SHOWN;
    size_t values = column->value_count < VALUES_SHOWN ? column->value_count : VALUES_SHOWN;
    json_open(json, '{');
    json_member(json, "name", column->name);
    json_member(json, "each", column->each);
    json_member_int(json, "filled", (int64_t)column->filled);
    json_member_int(json, "texts", (int64_t)column->texts);
    json_member_int(json, "distinct", (int64_t)column->distinct);
    json_name(json, "exact");
    json_bool(json, column->exact);
    json_name(json, "unique");
    json_bool(json, column->unique);
    json_member(
        json, "kind",
        column_kind(arena, look->site.dictionary, column, look->region, look->profile->records));
    json_traits(json, column);
    json_dates(arena, json, look, column);
    json_tallies(json, "shapes", "shape", column->shapes, shapes);
    json_tallies(json, "values", "value", column->values, column->more_values ? 0 : values);
    if (column->texts) {
        json_member(json, "least", column->least);
        json_member(json, "greatest", column->greatest);
    }
    json_member_int(json, "longest", (int64_t)column->longest);
    json_name(json, "examples");
    json_open(json, '[');
    for (size_t i = 0; i < COUNT_OF(column->examples) && column->examples[i]; i++)
        json_text(json, column->examples[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void print_json(struct arena *arena, const struct look *look)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '{');
    json_member_int(&json, "records", (int64_t)look->profile->records);
    json_member_int(&json, "rejects", (int64_t)look->rejects.count);
    json_member(&json, "format", look_format_text(arena, look));
    json_name(&json, "columns");
    json_open(&json, '[');
    for (size_t i = 0; i < look->profile->count; i++)
        json_column(arena, &json, look, &look->profile->columns[i]);
    json_close(&json, ']');
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

static enum exit_status profile(const struct call *call, struct error *err)
{
    struct look look;
    if (!look_open(call, call_text(call, "mapping", NULL), call_text(call, "region", ""), &look,
                   err))
        return EXIT_WRONG;
    if (call_has(call, "json"))
        print_json(call->arena, &look);
    else
        print_table(call->arena, &look);
    look_warn(&look);
    return EXIT_DONE;
}

const struct command command_profile = {
    .name = "profile",
    .usage = "FILE [--mapping M] [--region R] [--json]",
    .summary = "show what stands in the columns of a file",
    .help =
        "For each column: in how many records it is filled, how many different texts stand in it\n"
        "(~ where that is estimated), what it holds, examples; then its longest text, the most\n"
        "frequent shapes (9 a digit, a and A letters, Aa+ a word), the least and greatest. The\n"
        "format is found from the file unless a mapping says it. Needs no database.",
    .options =
        (const struct option[]){{"mapping", "M", "read it as this mapping file or source does"},
                                {"region", "R", "the country that it is from, such as AU"},
                                {"json", NULL, "the same for programs, and more of it"},
                                {0}},
    .least = 1,
    .most = 1,
    .run = profile,
};
