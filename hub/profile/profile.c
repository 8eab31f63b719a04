#include "hub/profile/profile.h"

#include <ctype.h>

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/profile/distinct.h"

struct drawn {
    size_t ordinal; /* among the texts of its column */
    char *text;
    size_t room;
};

struct counting {
    struct tally *list;
    size_t count, room;
    bool more;
};

struct gathering {
    struct column column;
    struct distinct distinct;
    struct counting shapes, values;
    struct drawn *drawn;
    char least[COLUMN_TEXT], greatest[COLUMN_TEXT], first[COLUMN_TEXT], last[COLUMN_TEXT];
    size_t last_record;
    uint64_t *rows;
};

struct profiler {
    struct arena *arena;
    const struct witness *witness;
    struct gathering **list;
    size_t count, room;
    struct map by_label, lists; /* paths of XML that stand in a record more than once */
    size_t records;
    bool more;
};

struct profiler *profiler_new(struct arena *arena, const struct witness *witness)
{
    struct profiler *profiler = NEW(arena, struct profiler);
    *profiler = (struct profiler){.arena = arena,
                                  .witness = witness,
                                  .by_label = {.arena = arena},
                                  .lists = {.arena = arena}};
    return profiler;
}

/* As much as is shown of a text. */
static void clip(char to[COLUMN_TEXT], const char *text)
{
    size_t length = strlen(text);
    if (length < COLUMN_TEXT) {
        (void)snprintf(to, COLUMN_TEXT, "%s", text);
        return;
    }
    length = COLUMN_TEXT - sizeof("\xe2\x80\xa6");
    while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    (void)snprintf(to, COLUMN_TEXT, "%.*s\xe2\x80\xa6", (int)length, text);
}

/* Decimal text by size, without rounding. */
static int compare_numbers(const char *left, const char *right)
{
    bool minus = *left == '-';
    if (minus != (*right == '-'))
        return minus ? -1 : 1;
    left += strspn(left, "+-0");
    right += strspn(right, "+-0");
    size_t l = strspn(left, "0123456789"), r = strspn(right, "0123456789");
    int order = l != r ? (l < r ? -1 : 1) : strcmp(left, right);
    return minus ? -order : order;
}

static bool is_plain_number(const char *text)
{
    text += *text == '-' || *text == '+';
    size_t whole = strspn(text, "0123456789");
    if (!whole || !text[whole])
        return whole > 0;
    size_t part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    return part && !text[whole + 1 + part];
}

static void count_tally(struct arena *arena, struct counting *counting, const char *text,
                        size_t most)
{
    for (size_t i = 0; i < counting->count; i++)
        if (text_equal(counting->list[i].text, text)) {
            counting->list[i].count++;
            return;
        }
    if (counting->count == most)
        counting->more = true;
    else
        LIST_ADD(arena, counting, ((struct tally){arena_strdup(arena, text), 1}));
}

/* a/b/year: which of the two can only be the day? */
static void weigh_order(struct column *column, const char *text)
{
    int part[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        size_t digits = strspn(text, "0123456789");
        if (digits < 1 || digits > 2 || !text[digits] || !strchr("/.-", text[digits]))
            return;
        part[i] = digits == 1 ? text[0] - '0' : (text[0] - '0') * 10 + (text[1] - '0');
        text += digits + 1;
    }
    size_t year = strspn(text, "0123456789");
    if ((year != 2 && year != 4) || isdigit((unsigned char)text[year]) || part[0] > 31 ||
        part[1] > 31)
        return;
    column->day_first += part[0] > 12 && part[1] <= 12;
    column->month_first += part[1] > 12 && part[0] <= 12;
    column->both += part[0] <= 12 && part[1] <= 12;
}

static void keep(struct arena *arena, struct drawn *drawn, size_t ordinal, const char *text)
{
    size_t length = strlen(text) < 200 ? strlen(text) : 200;
    while (length == 200 && length && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    if (drawn->room <= length) {
        drawn->room = length + 24;
        drawn->text = arena_alloc(arena, drawn->room);
    }
    memcpy(drawn->text, text, length);
    drawn->text[length] = '\0';
    drawn->ordinal = ordinal;
}

/* Each text is in the sample with the same chance; the chance is a hash, so that it is the same again. */
static void draw(struct arena *arena, struct gathering *gathering, const char *text)
{
    size_t ordinal = gathering->column.texts - 1;
    if (!gathering->drawn)
        gathering->drawn = NEW_ARRAY(arena, struct drawn, COLUMN_SAMPLE);
    size_t at =
        ordinal < COLUMN_SAMPLE ? ordinal : (size_t)(hash64_mix(17, ordinal) % (ordinal + 1));
    if (at < COLUMN_SAMPLE)
        keep(arena, &gathering->drawn[at], ordinal, text);
}

static void extend(struct gathering *gathering, const char *text)
{
    struct column *column = &gathering->column;
    bool first = column->texts == 1;
    if (first || (column->numeric && !is_plain_number(text)))
        column->numeric = first && is_plain_number(text);
    int least =
        column->numeric ? compare_numbers(text, gathering->least) : strcmp(text, gathering->least);
    int greatest = column->numeric ? compare_numbers(text, gathering->greatest)
                                   : strcmp(text, gathering->greatest);
    if (first || least < 0)
        clip(gathering->least, text);
    if (first || greatest > 0)
        clip(gathering->greatest, text);
}

static void gather(struct profiler *profiler, struct gathering *gathering, const char *text)
{
    char shape[SHAPE_MOST], shown[COLUMN_TEXT];
    struct column *column = &gathering->column;
    uint64_t hash = hash64_text(text);
    size_t length = text_length(text);
    column->texts++;
    if (gathering->last_record != profiler->records)
        column->filled++;
    gathering->last_record = profiler->records;
    distinct_add(&gathering->distinct, hash);
    if (profiler->records <= ROWS_KEPT) {
        if (!gathering->rows)
            gathering->rows = NEW_ARRAY(profiler->arena, uint64_t, ROWS_KEPT);
        gathering->rows[profiler->records - 1] = hash ? hash : 1;
    }
    column->longest = length > column->longest ? length : column->longest;
    shape_of(text, shape);
    count_tally(profiler->arena, &gathering->shapes, shape, COLUMN_SHAPES);
    clip(shown, text);
    if (!gathering->values.more)
        count_tally(profiler->arena, &gathering->values, shown, COLUMN_VALUES);
    weigh_order(column, text);
    extend(gathering, text);
    draw(profiler->arena, gathering, text);
    memcpy(column->texts == 1 ? gathering->first : gathering->last, shown, sizeof(shown));
}

/* As people read it: of a list in JSON with a star for each item, of XML the path. */
static const char *label_of(struct arena *arena, const char *each, const char *name)
{
    if (!each)
        return name;
    if (!*name || *name == '/')
        return arena_printf(arena, "%s/*%s", each, name);
    return text_equal(name, ".") ? each : arena_printf(arena, "%s/%s", each, name);
}

static struct gathering *gathering_of(struct profiler *profiler, const char *each, const char *name)
{
    ARENA(scratch);
    const char *label = label_of(scratch, each, name);
    struct gathering *gathering = map_get_text(&profiler->by_label, label);
    if (gathering)
        return gathering;
    if (profiler->count == COLUMNS_MOST) {
        profiler->more = true;
        return NULL;
    }
    struct arena *arena = profiler->arena;
    gathering = NEW(arena, struct gathering);
    gathering->distinct.arena = arena;
    gathering->column.each = each ? arena_strdup(arena, each) : NULL;
    gathering->column.name = arena_strdup(arena, name);
    gathering->column.label = arena_strdup(arena, label);
    LIST_ADD(arena, profiler, gathering);
    map_put_text(&profiler->by_label, gathering->column.label, gathering);
    return gathering;
}

static void add_text(struct profiler *profiler, const char *each, const char *name,
                     const char *text)
{
    ARENA(scratch);
    struct gathering *gathering = gathering_of(profiler, each, name);
    const char *trimmed = text ? text_trim(scratch, text) : "";
    if (gathering && *trimmed)
        gather(profiler, gathering, trimmed);
}

static const char *escaped(struct arena *arena, const char *pointer, const char *name)
{
    struct buffer out = {.arena = arena};
    buffer_text(&out, pointer);
    buffer_char(&out, '/');
    for (; *name; name++) {
        if (*name == '~' || *name == '/')
            buffer_text(&out, *name == '~' ? "~0" : "~1");
        else
            buffer_char(&out, *name);
    }
    return buffer_string(&out);
}

/* The steps of a path from the outermost on; *end: bytes up to the next one, 0 to begin with. */
static const char *next_step(struct arena *arena, const char *path, size_t *end)
{
    if (*end && !path[*end])
        return NULL;
    *end += *end ? 1 : 0;
    *end += strcspn(path + *end, "/");
    return arena_strndup(arena, path, *end);
}

void profiler_learn(struct profiler *profiler, const struct fields *fields)
{
    ARENA(scratch);
    const struct fields *const *items;
    for (const char *const *name = fields_names(scratch, fields); *name; name++) {
        const char *flag = NULL, *step;
        size_t end = 0;
        (void)fields_text(fields, *name, &flag);
        if (!flag || !text_equal(flag, "repeated") || strchr("/{", **name))
            continue;
        while ((step = next_step(scratch, *name, &end)))
            if (fields_each(scratch, fields, step, &items) > 1)
                break;
        if (step && !map_get_text(&profiler->lists, step)) {
            char *list = arena_strdup(profiler->arena, step);
            map_put_text(&profiler->lists, list, list);
        }
    }
}

/* The outermost list that a path of XML is in, or NULL. */
static const char *list_of(const struct profiler *profiler, const char *name)
{
    ARENA(scratch);
    const char *list = NULL, *step;
    size_t end = 0;
    if (!profiler->lists.count || strchr("/{", *name))
        return NULL;
    while (!list && (step = next_step(scratch, name, &end)))
        list = map_get_text(&profiler->lists, step);
    return list;
}

/* A list of the elements themselves, or of those around them. */
static void add_list(struct profiler *profiler, const struct fields *fields, const char *path,
                     const char *each)
{
    ARENA(scratch);
    const struct fields *const *items;
    const char *leaf = text_equal(each, path) ? "." : path + strlen(each) + 1;
    size_t count = fields_each(scratch, fields, each, &items);
    for (size_t i = 0; i < count; i++)
        add_text(profiler, each, leaf, fields_text(items[i], leaf, NULL));
}

/* Members of objects, and items of lists, down to the texts; a list within a list stays a text. */
static void add_json(struct profiler *profiler, const char *each, const char *pointer,
                     const struct json *value)
{
    ARENA(scratch);
    if (value->type == JSON_OBJECT) {
        for (const struct json *member = value->first; member; member = member->next)
            add_json(profiler, each, escaped(scratch, pointer, text_or_empty(member->name)),
                     member);
        return;
    }
    if (value->type == JSON_ARRAY && !each) {
        for (const struct json *item = value->first; item; item = item->next)
            add_json(profiler, pointer, "", item);
        return;
    }
    struct json_writer writer = {.out = {.arena = scratch}};
    if (value->type == JSON_ARRAY)
        json_value(&writer, value);
    const char *text = value->type == JSON_ARRAY   ? buffer_string(&writer.out)
                       : value->type == JSON_TRUE  ? "true"
                       : value->type == JSON_FALSE ? "false"
                                                   : value->text;
    add_text(profiler, each, pointer, text);
}

void profiler_add(struct profiler *profiler, const struct fields *fields)
{
    ARENA(scratch);
    struct json_fault fault;
    profiler->records++;
    for (const char *const *name = fields_names(scratch, fields); *name; name++) {
        const char *each = list_of(profiler, *name);
        const char *text = fields_text(fields, *name, NULL);
        bool nested = **name == '/' && text && (*text == '{' || *text == '[');
        const struct json *value = nested ? json_parse(scratch, text, strlen(text), &fault) : NULL;
        if (each)
            add_list(profiler, fields, *name, each);
        else if (value)
            add_json(profiler, NULL, *name, value);
        else
            add_text(profiler, NULL, *name, text);
    }
}

static int by_count(const void *left, const void *right)
{
    const struct tally *l = left, *r = right;
    return l->count != r->count ? (l->count < r->count ? 1 : -1) : strcmp(l->text, r->text);
}

static int by_ordinal(const void *left, const void *right)
{
    const struct drawn *l = left, *r = right;
    return l->ordinal < r->ordinal ? -1 : l->ordinal > r->ordinal;
}

static void sort_tallies(struct counting *counting)
{
    if (counting->count)
        qsort(counting->list, counting->count, sizeof(*counting->list), by_count);
}

static void choose_examples(struct profiler *profiler, struct gathering *gathering)
{
    struct column *column = &gathering->column;
    const char *wanted[3] = {gathering->first, column->sample[column->sample_count / 2],
                             gathering->last};
    size_t count = 0;
    for (size_t i = 0; i < column->sample_count + 3 && count < 3; i++) {
        const char *text = i < 3 ? wanted[i] : column->sample[i - 3];
        if (!*text)
            continue;
        char shown[COLUMN_TEXT];
        bool known = false;
        clip(shown, text);
        for (size_t j = 0; j < count; j++)
            known |= text_equal(column->examples[j], shown);
        if (!known)
            column->examples[count++] = arena_strdup(profiler->arena, shown);
    }
}

static void judge(struct profiler *profiler, struct column *column)
{
    const struct dictionary *dictionary = profiler->witness->dictionary;
    unsigned *codes = NEW_ARRAY(profiler->arena, unsigned, dictionary->domain_count + 1);
    for (size_t i = 0; i < column->sample_count; i++) {
        ARENA(work);
        const char *text = column->sample[i];
        uint32_t traits = traits_of(work, profiler->witness, text);
        uint32_t forms = trait_in(traits, TRAIT_DATE) ? date_forms_of(work, text) : 0;
        for (unsigned t = 0; t < TRAITS; t++)
            column->share[t] += trait_in(traits, t);
        for (unsigned f = 0; f < 32; f++)
            column->forms[f] += forms >> f & 1;
        for (size_t d = 0; d < dictionary->domain_count; d++)
            codes[d] += dictionary->domains[d]->permitted &&
                        domain_code(dictionary->domains[d], text) != NULL;
    }
    unsigned all = column->sample_count ? (unsigned)column->sample_count : 1;
    for (unsigned t = 0; t < TRAITS; t++)
        column->share[t] = column->share[t] * 1000 / all;
    for (unsigned f = 0; f < 32; f++)
        column->forms[f] = column->forms[f] * 1000 / all;
    for (size_t d = 0; d < dictionary->domain_count; d++)
        codes[d] = codes[d] * 1000 / all;
    column->codes = codes;
}

static void finish(struct profiler *profiler, struct gathering *gathering)
{
    struct arena *arena = profiler->arena;
    struct column *column = &gathering->column;
    column->sample_count = column->texts < COLUMN_SAMPLE ? column->texts : COLUMN_SAMPLE;
    const char **sample = NEW_ARRAY(arena, const char *, column->sample_count + 1);
    if (column->sample_count)
        qsort(gathering->drawn, column->sample_count, sizeof(*gathering->drawn), by_ordinal);
    for (size_t i = 0; i < column->sample_count; i++)
        sample[i] = gathering->drawn[i].text;
    column->sample = sample;
    column->distinct = distinct_count(&gathering->distinct);
    if (column->distinct > column->texts)
        column->distinct = column->texts;
    column->exact = distinct_is_exact(&gathering->distinct);
    column->unique = column->texts > 0 && !gathering->distinct.repeats;
    column->least = gathering->least;
    column->greatest = gathering->greatest;
    sort_tallies(&gathering->shapes);
    sort_tallies(&gathering->values);
    column->shapes = gathering->shapes.list;
    column->shape_count = gathering->shapes.count;
    column->more_shapes = gathering->shapes.more;
    column->values = gathering->values.list;
    column->value_count = gathering->values.count;
    column->more_values = gathering->values.more;
    column->rows = gathering->rows;
    if (!column->texts) {
        column->codes = NEW_ARRAY(arena, unsigned, profiler->witness->dictionary->domain_count + 1);
        return;
    }
    choose_examples(profiler, gathering);
    judge(profiler, column);
}

const struct profile *profiler_end(struct profiler *profiler)
{
    struct profile *profile = NEW(profiler->arena, struct profile);
    struct column *columns = NEW_ARRAY(profiler->arena, struct column, profiler->count + 1);
    for (size_t i = 0; i < profiler->count; i++) {
        finish(profiler, profiler->list[i]);
        columns[i] = profiler->list[i]->column;
    }
    *profile = (struct profile){.records = profiler->records,
                                .columns = columns,
                                .count = profiler->count,
                                .more = profiler->more};
    return profile;
}
