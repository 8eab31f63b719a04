#include "hub/match/tables.h"

#include "hub/base/hash.h"
#include "hub/match/fixed.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next word, or nothing at the end. */
static struct slice next_word(struct slice *text)
{
    size_t from = 0, end;
    while (from < text->size && is_blank(text->bytes[from]))
        from++;
    for (end = from; end < text->size && !is_blank(text->bytes[end]);)
        end++;
    struct slice word = {text->bytes + from, end - from};
    *text = (struct slice){text->bytes + end, text->size - end};
    return word;
}

/* Up to a sign, which is passed over. */
static struct slice next_until(struct slice *text, char sign)
{
    const char *end = text->size ? memchr(text->bytes, sign, text->size) : NULL;
    struct slice row = {text->bytes, end ? (size_t)(end - text->bytes) : text->size};
    size_t past = row.size + (end ? 1 : 0);
    *text = (struct slice){text->bytes + past, text->size - past};
    return row;
}

void table_inline(struct buffer *to, struct slice csv, bool nicknames)
{
    (void)next_until(&csv, '\n');
    while (csv.size) {
        struct slice rest = next_until(&csv, '\n'), name = next_until(&rest, ',');
        if (!rest.size)
            continue;
        buffer_add(to, name.bytes, name.size);
        for (struct slice word = next_word(&rest); word.size; word = next_word(&rest)) {
            buffer_char(to, ' ');
            buffer_add(to, word.bytes, word.size);
        }
        buffer_text(to, nicknames ? ", " : " ");
    }
}

static void keep(struct arena *arena, struct map *rarities, struct slice name, int32_t rarity)
{
    char *text = arena_strndup(arena, name.bytes, name.size);
    for (size_t i = 0; i < name.size; i++)
        if (text[i] == '_')
            text[i] = ' ';
    int32_t *kept = NEW(arena, int32_t);
    *kept = rarity;
    map_put(rarities, hash64(text, name.size), kept);
}

bool table_frequencies(struct arena *arena, struct slice table, struct map *rarities,
                       struct error *err)
{
    for (struct slice name = next_word(&table); name.size; name = next_word(&table)) {
        struct ratio share;
        struct slice number = next_word(&table);
        if (!ratio_read(arena_strndup(arena, number.bytes, number.size), &share) ||
            share.numerator > 100000 * share.denominator)
            return error_set(err, ERROR_FATAL,
                             "the table gives '%.*s' no share between 0 and 100000", (int)name.size,
                             name.bytes);
        share.denominator *= 1000000;
        if (rarities)
            keep(arena, rarities, name, -ratio_log2(share));
    }
    return true;
}

uint64_t nickname_pair(struct slice left, struct slice right)
{
    uint64_t a = hash64(left.bytes, left.size), b = hash64(right.bytes, right.size);
    return a < b ? hash64_mix(a, b) : hash64_mix(b, a);
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

static void mark(uint64_t *sieve, struct slice left, struct slice right)
{
    unsigned at = (uint16_t)(hash64(left.bytes, left.size) ^ hash64(right.bytes, right.size));
    sieve[at / 64] |= UINT64_C(1) << at % 64;
}

void table_nicknames(struct arena *arena, struct slice table, const struct map *rarities,
                     struct map *pairs, struct map *formal, uint64_t *sieve)
{
    enum { FORMS_MOST = 64 };
    struct slice forms[FORMS_MOST];
    while (table.size) {
        struct slice row = next_until(&table, ',');
        size_t count = 0;
        for (struct slice form = next_word(&row); form.size && count < FORMS_MOST;
             form = next_word(&row))
            forms[count++] = form;
        for (size_t i = 0; i < count; i++) {
            keep_commoner(arena, forms[i], forms[0], rarities, formal);
            for (size_t j = i + 1; j < count; j++) {
                map_put(pairs, nickname_pair(forms[i], forms[j]), pairs);
                mark(sieve, forms[i], forms[j]);
            }
        }
    }
}
