#include "hub/match/tables.h"

#include "hub/base/hash.h"
#include "hub/match/fixed.h"

/* The next line as two fields; the header is passed over by starting behind it. */
struct row {
    struct slice name, rest;
};

static bool next_row(struct slice *table, struct row *row)
{
    while (table->size) {
        const char *line = table->bytes, *end = memchr(line, '\n', table->size);
        size_t size = end ? (size_t)(end - line) : table->size;
        table->bytes += end ? size + 1 : size;
        table->size -= end ? size + 1 : size;
        const char *comma = memchr(line, ',', size);
        if (!comma)
            continue;
        size_t name = (size_t)(comma - line);
        *row = (struct row){{line, name}, {comma + 1, size - name - 1}};
        return true;
    }
    return false;
}

bool table_frequencies(struct arena *arena, struct slice table, struct map *rarities,
                       struct error *err)
{
    struct row row;
    (void)next_row(&table, &row);
    while (next_row(&table, &row)) {
        struct ratio share;
        char *number = arena_strndup(arena, row.rest.bytes, row.rest.size);
        if (!ratio_read(number, &share) || share.numerator > 100000 * share.denominator)
            return error_set(err, ERROR_FATAL,
                             "the table gives '%.*s' no share between 0 and 100000",
                             (int)row.name.size, row.name.bytes);
        int32_t *rarity = NEW(arena, int32_t);
        share.denominator *= 1000000;
        *rarity = -ratio_log2(share);
        map_put(rarities, hash64(row.name.bytes, row.name.size), rarity);
    }
    return true;
}

uint64_t nickname_pair(struct slice left, struct slice right)
{
    uint64_t a = hash64(left.bytes, left.size), b = hash64(right.bytes, right.size);
    return a < b ? hash64_mix(a, b) : hash64_mix(b, a);
}

static size_t cut_forms(struct slice text, struct slice *forms, size_t most)
{
    size_t count = 0;
    for (size_t at = 0; at < text.size && count < most;) {
        const char *blank = memchr(text.bytes + at, ' ', text.size - at);
        size_t size = blank ? (size_t)(blank - text.bytes) - at : text.size - at;
        if (size)
            forms[count++] = (struct slice){text.bytes + at, size};
        at += size + 1;
    }
    return count;
}

static int32_t rarity_of(const struct map *rarities, struct slice name)
{
    const int32_t *rarity = map_get(rarities, hash64(name.bytes, name.size));
    return rarity ? *rarity : INT32_MAX;
}

/* A name that is in the table by itself stands for itself, unless a far more frequent one has it as
 * a form. */
static void keep_commoner(struct arena *arena, struct slice form, struct slice name,
                          const struct map *rarities, struct map *formal)
{
    uint64_t id = hash64(form.bytes, form.size);
    const struct slice *known = map_get(formal, id);
    if (known && rarity_of(rarities, *known) <= rarity_of(rarities, name))
        return;
    struct slice *kept = NEW(arena, struct slice);
    *kept = name;
    map_put(formal, id, kept);
}

void table_nicknames(struct arena *arena, struct slice table, const struct map *rarities,
                     struct map *pairs, struct map *formal)
{
    enum { FORMS_MOST = 64 };
    struct slice forms[FORMS_MOST];
    struct row row;
    (void)next_row(&table, &row);
    while (next_row(&table, &row)) {
        forms[0] = row.name;
        size_t count = 1 + cut_forms(row.rest, forms + 1, FORMS_MOST - 1);
        for (size_t i = 0; i < count; i++) {
            keep_commoner(arena, forms[i], row.name, rarities, formal);
            for (size_t j = i + 1; j < count; j++)
                map_put(pairs, nickname_pair(forms[i], forms[j]), pairs);
        }
    }
}
