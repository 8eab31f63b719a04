/*
 * naive: what a first attempt at matching reaches on generated customers.
 *
 * Fellegi-Sunter with independent comparisons, m and u from the armchair, one threshold and connected
 * components: no households, no placeholders, no frequencies, no vetoes.  See README.md.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/map.h"
#include "hub/format/format.h"
#include "hub/match/kernels.h"

#define FILE_MOST ((size_t)4 << 30)
#define PROBABILITY 0.95

enum element { GIVEN, FAMILY, BIRTH, EMAIL, PHONE, STREET, POSTCODE, ELEMENT_COUNT };

struct row {
    const char *value[ELEMENT_COUNT]; /* "" when missing */
    uint64_t entity;
    size_t cluster; /* a row of the same cluster; the first one points to itself */
};

struct rows {
    struct arena *process;
    struct row *row;
    size_t count, room;
    struct map entities; /* by "source,key" */
};

/* Where a source keeps what; NULL: nowhere. */
static const struct shape {
    const char *source, *file;
    struct format format;
    const char *key, *full_name, *value[ELEMENT_COUNT];
    bool day_first; /* dates are DD/MM/YYYY */
} shapes[] = {
    {"mail",
     "mail.jsonl",
     {.kind = FORMAT_JSONL, .encoding = "UTF-8"},
     "/message_id",
     "/from/name",
     {[EMAIL] = "/from/address",
      [PHONE] = "/signature/phone",
      [STREET] = "/signature/street",
      [POSTCODE] = "/signature/postcode"},
     false},
    {"callcenter",
     "callcenter.csv",
     {.kind = FORMAT_CSV, .delimiter = ',', .quote = '"', .encoding = "UTF-8", .header = true},
     "case_id",
     "caller_name",
     {[BIRTH] = "dob", [PHONE] = "phone", [STREET] = "address"},
     true},
    {"web",
     "web.jsonl",
     {.kind = FORMAT_JSONL, .encoding = "UTF-8"},
     "/account",
     NULL,
     {"/profile/first", "/profile/last", "/profile/dob", "/profile/email", "/profile/phones/0",
      "/address/street", "/address/postcode"},
     false},
    {"warranty",
     "warranty.csv",
     {.kind = FORMAT_CSV, .delimiter = ';', .quote = '"', .encoding = "UTF-8", .header = true},
     "card_no",
     NULL,
     {"given", "surname", "birth", "email", "mobile", "street", "postcode"},
     false},
};

static const struct weight {
    double equal_m, equal_u, close_m, close_u;
} weights[ELEMENT_COUNT] = {
    [GIVEN] = {.80, .01, .10, .01},      [FAMILY] = {.85, .006, .07, .008},
    [BIRTH] = {.93, .0001, .04, .01},    [EMAIL] = {.75, .00002, .03, .0005},
    [PHONE] = {.60, .00003, .05, .001},  [STREET] = {.70, .0002, .15, .005},
    [POSTCODE] = {.80, .004, .05, .004},
};

static const char *only_digits(struct arena *process, const char *text)
{
    struct buffer out = {.arena = process};
    for (const char *c = text; *c; c++)
        if (isdigit((unsigned char)*c))
            buffer_char(&out, *c);
    return buffer_string(&out);
}

static const char *clean(struct arena *process, enum element element, const char *text,
                         bool day_first)
{
    if (element == BIRTH) {
        const char *digits = only_digits(process, text);
        if (!day_first || strlen(digits) != 8)
            return digits;
        return arena_printf(process, "%s%.2s%.2s", digits + 4, digits + 2, digits);
    }
    if (element == PHONE) {
        const char *digits = only_digits(process, text);
        return text_starts(digits, "61") ? arena_printf(process, "0%s", digits + 2) : digits;
    }
    return text_lower_ascii(process, text_trim(process, text));
}

/* "Family, Given" or "Given Family". */
static void split_name(struct arena *process, const char *name, struct row *row)
{
    const char *lower = text_lower_ascii(process, name);
    const char *comma = strchr(lower, ',');
    const char *blank = strchr(lower, ' ');
    if (comma) {
        row->value[FAMILY] = arena_strndup(process, lower, (size_t)(comma - lower));
        row->value[GIVEN] = text_trim(process, comma + 1);
    } else if (blank) {
        row->value[GIVEN] = arena_strndup(process, lower, (size_t)(blank - lower));
        row->value[FAMILY] = text_trim(process, blank + 1);
    } else {
        row->value[GIVEN] = lower;
    }
}

static struct row *add_row(struct rows *rows)
{
    if (rows->count == rows->room) {
        size_t room = rows->room ? rows->room * 2 : 1024;
        struct row *row = NEW_ARRAY(rows->process, struct row, room);
        if (rows->count)
            memcpy(row, rows->row, rows->count * sizeof(*row));
        rows->row = row;
        rows->room = room;
    }
    struct row *row = &rows->row[rows->count];
    *row = (struct row){.cluster = rows->count++};
    for (size_t i = 0; i < ELEMENT_COUNT; i++)
        row->value[i] = "";
    return row;
}

static void read_row(struct rows *rows, const struct shape *shape, const struct fields *fields)
{
    struct row *row = add_row(rows);
    for (size_t i = 0; i < ELEMENT_COUNT; i++) {
        const char *text = shape->value[i] ? fields_text(fields, shape->value[i], NULL) : NULL;
        if (text)
            row->value[i] = clean(rows->process, (enum element)i, text, shape->day_first);
    }
    const char *name = shape->full_name ? fields_text(fields, shape->full_name, NULL) : NULL;
    if (name)
        split_name(rows->process, name, row);
    size_t length = strlen(row->value[STREET]);
    if (!shape->value[POSTCODE] && length > 4)
        row->value[POSTCODE] = only_digits(rows->process, row->value[STREET] + length - 4);
    ARENA(work);
    const char *key = fields_text(fields, shape->key, NULL);
    const char *id = arena_printf(work, "%s,%s", shape->source, key ? key : "");
    const char *entity = map_get_text(&rows->entities, id);
    row->entity = entity ? hash64_text(entity) : 0;
}

static bool read_file(struct rows *rows, const struct shape *shape, const char *directory,
                      struct error *err)
{
    ARENA(work);
    struct slice content;
    const char *path = arena_printf(work, "%s/%s", directory, shape->file);
    if (!file_read(work, path, FILE_MOST, &content, err))
        return false;
    struct splitter *splitter = splitter_new(work, &shape->format, content);
    struct slice header = {0};
    struct cut cut;
    while (splitter_next(splitter, &cut)) {
        ARENA(record);
        struct reject reject = {0};
        if (cut.is_header) {
            header = cut.raw;
            continue;
        }
        const struct fields *fields =
            cut.reject ? NULL
                       : format_decode(record, &shape->format, header, cut.raw, cut.line, &reject);
        if (!fields)
            return error_set(err, ERROR_FATAL, "%s:%u: cannot be read", path, cut.line);
        read_row(rows, shape, fields);
    }
    return true;
}

static bool read_truth(struct rows *rows, const char *directory, struct error *err)
{
    ARENA(work);
    struct slice content;
    const char *path = arena_printf(work, "%s/truth.csv", directory);
    if (!file_read(work, path, FILE_MOST, &content, err))
        return false;
    for (const char *line = content.bytes; *line;) {
        const char *end = strchrnul(line, '\n');
        const char *comma = memrchr(line, ',', (size_t)(end - line));
        if (comma) {
            const char *id = arena_strndup(rows->process, line, (size_t)(comma - line));
            char *entity = arena_strndup(rows->process, comma + 1, (size_t)(end - comma - 1));
            map_put_text(&rows->entities, id, entity);
        }
        line = *end ? end + 1 : end;
    }
    return true;
}

static double compare(const char *left, const char *right, const struct weight *weight)
{
    if (!*left || !*right)
        return 0;
    if (strcmp(left, right) == 0)
        return log2(weight->equal_m / weight->equal_u);
    struct slice one = {left, strlen(left)}, other = {right, strlen(right)};
    if (jaro_winkler(one, other) >= 900)
        return log2(weight->close_m / weight->close_u);
    return log2((1 - weight->equal_m - weight->close_m) / (1 - weight->equal_u - weight->close_u));
}

static double score(const struct rows *rows, size_t left, size_t right)
{
    double bits = log2(1.0 / (double)rows->count);
    for (size_t i = 0; i < ELEMENT_COUNT; i++)
        bits += compare(rows->row[left].value[i], rows->row[right].value[i], &weights[i]);
    return bits;
}

static size_t cluster_of(struct rows *rows, size_t at)
{
    while (rows->row[at].cluster != at) {
        rows->row[at].cluster = rows->row[rows->row[at].cluster].cluster;
        at = rows->row[at].cluster;
    }
    return at;
}

struct key {
    uint64_t hash;
    size_t row;
};

static int by_hash(const void *left, const void *right)
{
    const struct key *one = left, *other = right;
    if (one->hash != other->hash)
        return one->hash < other->hash ? -1 : 1;
    return one->row < other->row ? -1 : one->row > other->row;
}

/* The blocking keys; NULL where the row has not all it takes. */
static const char *blocking_key(struct arena *work, const struct row *row, size_t pass)
{
    const char *const *value = row->value;
    switch (pass) {
    case 0:
        return *value[EMAIL] ? value[EMAIL] : NULL;
    case 1:
        return *value[PHONE] ? value[PHONE] : NULL;
    case 2:
        return *value[BIRTH] && *value[FAMILY]
                   ? arena_printf(work, "%s %c", value[BIRTH], value[FAMILY][0])
                   : NULL;
    default:
        return *value[FAMILY] && *value[GIVEN]
                   ? arena_printf(work, "%s %s", value[FAMILY], value[GIVEN])
                   : NULL;
    }
}

static void join_block(struct rows *rows, const struct key *key, size_t count, double threshold)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            size_t left = cluster_of(rows, key[i].row), right = cluster_of(rows, key[j].row);
            if (left != right && score(rows, key[i].row, key[j].row) >= threshold)
                rows->row[left].cluster = right;
        }
}

static void run_pass(struct rows *rows, size_t pass, double threshold)
{
    ARENA(work);
    struct key *keys = NEW_ARRAY(work, struct key, rows->count);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const char *text = blocking_key(work, &rows->row[i], pass);
        if (text)
            keys[count++] = (struct key){hash64_text(text), i};
    }
    qsort(keys, count, sizeof(*keys), by_hash);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && keys[end].hash == keys[start].hash;)
            end++;
        join_block(rows, keys + start, end - start, threshold);
    }
}

/* Pairs within groups of equal values. */
static double pairs_within(struct key *keys, size_t count)
{
    double pairs = 0;
    qsort(keys, count, sizeof(*keys), by_hash);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && keys[end].hash == keys[start].hash;)
            end++;
        pairs += (double)(end - start) * (double)(end - start - 1) / 2;
    }
    return pairs;
}

static double report(struct rows *rows)
{
    ARENA(work);
    struct key *found = NEW_ARRAY(work, struct key, rows->count);
    struct key *real = NEW_ARRAY(work, struct key, rows->count);
    struct key *both = NEW_ARRAY(work, struct key, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        size_t cluster = cluster_of(rows, i);
        found[i] = (struct key){cluster, i};
        real[i] = (struct key){rows->row[i].entity, i};
        both[i] = (struct key){hash64_mix(rows->row[i].entity, cluster), i};
    }
    double right = pairs_within(both, rows->count);
    double precision = right / pairs_within(found, rows->count);
    double recall = right / pairs_within(real, rows->count);
    double f1 = 2 * precision * recall / (precision + recall);
    printf("records %zu precision %.4f recall %.4f f1 %.4f\n", rows->count, precision, recall, f1);
    return f1;
}

static bool run(struct rows *rows, const char *directory, double *f1, struct error *err)
{
    if (!read_truth(rows, directory, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        if (!read_file(rows, &shapes[i], directory, err))
            return false;
    for (size_t pass = 0; pass < 4; pass++)
        run_pass(rows, pass, log2(PROBABILITY / (1 - PROBABILITY)));
    *f1 = report(rows);
    return true;
}

int main(int argc, char **argv)
{
    ARENA(process);
    struct rows rows = {.process = process, .entities = {.arena = process}};
    struct error err = {0};
    int64_t most = 1000;
    double f1 = 0;
    if (argc < 2 || argc > 3 || (argc == 3 && !text_to_int(argv[2], 0, 1000, &most))) {
        (void)fputs("usage: naive DIRECTORY [F1-IN-THOUSANDTHS-AT-MOST]\n", stderr);
        return 2;
    }
    if (!run(&rows, argv[1], &f1, &err)) {
        (void)fprintf(stderr, "naive: %s\n", err.text);
        return 2;
    }
    if (f1 * 1000 > (double)most) {
        (void)fprintf(stderr, "naive: f1 is over %.3f: the data has become too kind\n",
                      (double)most / 1000);
        return 1;
    }
    return 0;
}
