#include "hub/match/parse.h"

#include "hub/standard/fold.h"
#include "hub/standard/name.h"

/* Generations, by the standard form of their suffix. */
static const struct {
    const char *text;
    unsigned suffix;
} generations[] = {{"Sr", 1}, {"Jr", 2}, {"II", 2}, {"III", 3}, {"IV", 4}};

/* Also in two letters or more of one: "s a r l" is read as "sarl". */
static const char *const legal_forms[] = {
    "inc",      "incorporated", "llc",     "llp",     "lp",        "ltd",  "limited", "plc",
    "corp",     "corporation",  "co",      "company", "unlimited", "pllc", "gmbh",    "ag",
    "kg",       "kgaa",         "ohg",     "gbr",     "ug",        "ev",   "ek",      "eg",
    "mbh",      "se",           "sa",      "sarl",    "sasu",      "eurl", "sas",     "snc",
    "scs",      "sci",          "cie",     "bv",      "nv",        "vof",  "cv",      "vzw",
    "asbl",     "bvba",         "spa",     "srl",     "sapa",      "soc",  "sl",      "slu",
    "sociedad", "anonima",      "lda",     "ltda",    "eireli",    "oy",   "oyj",     "ab",
    "hb",       "as",           "asa",     "aps",     "ans",       "hf",   "ehf",     "pty",
    "pte",      "pvt",          "private", "bhd",     "sdn",       "tbk",  "doo",     "dd",
    "ooo",      "zao",          "oao",     "pao",     "kft",       "zrt",  "nyrt",    "sro",
    "spzoo",    "jsc",          "fzco",    "fze",     "wll",       "kk",   "gk",      "sti",
    "holding",  "the",          "and",     "und",     "et",        "y",
};

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(word, list[i]))
            return true;
    return false;
}

unsigned parse_suffix(const char *folded)
{
    ARENA(scratch);
    const char *standard = text_equal(folded, "i") ? "Sr" : name_suffix(scratch, folded);
    for (size_t i = 0; standard && i < COUNT_OF(generations); i++)
        if (text_equal(standard, generations[i].text))
            return generations[i].suffix;
    return 0;
}

static void add_word(struct buffer *buffer, const char *word)
{
    if (buffer->length)
        buffer_char(buffer, ' ');
    buffer_text(buffer, word);
}

/* A first "i" is an initial, so a suffix needs a word before it.  Titles stand before the name, degrees
 * behind it. */
const char *parse_name_part(struct arena *arena, const char *folded, unsigned *suffix)
{
    struct buffer kept = {.arena = arena};
    size_t count;
    const char **words = text_split(arena, folded, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        unsigned found = i ? parse_suffix(words[i]) : 0;
        if (found)
            *suffix = found;
        else if (count == 1 ||
                 !(kept.length ? name_suffix(arena, words[i]) != NULL : name_is_prefix(words[i])))
            add_word(&kept, words[i]);
    }
    return buffer_string(&kept);
}

/* Given names first; the last word, with the particles in front of it, is the family name. */
static void in_order(struct arena *arena, const char **words, size_t count,
                     struct person_name *name)
{
    struct buffer middle = {.arena = arena}, family = {.arena = arena};
    size_t from = count > 1 ? count - 1 : 1;
    while (from > 1 && name_is_particle(words[from - 1]))
        from--;
    name->given = words[0];
    for (size_t i = 1; i < from; i++)
        add_word(&middle, words[i]);
    for (size_t i = from; i < count; i++)
        add_word(&family, words[i]);
    name->middle = buffer_string(&middle);
    name->family = buffer_string(&family);
}

static const char *folded(struct arena *arena, const char *text)
{
    return text ? fold_name(arena, text) : "";
}

struct person_name parse_name(struct arena *arena, const char *full)
{
    struct person_name name = {"", "", "", 0};
    struct name parsed;
    if (name_parse(arena, full, &parsed)) {
        name.given = folded(arena, parsed.given);
        name.middle = folded(arena, parsed.middle);
        name.family = folded(arena, parsed.family);
        name.suffix = parse_suffix(folded(arena, parsed.suffix));
        return name;
    }
    const char *plain = parse_name_part(arena, fold_name(arena, full), &name.suffix);
    size_t count;
    const char **words = text_split(arena, plain, ' ', &count);
    if (*plain)
        in_order(arena, words, count, &name);
    return name;
}

bool parse_is_company(struct arena *arena, const char *text)
{
    return name_is_organization(text) || strchr(text, '&') ||
           text_ends(fold_name(arena, text), " p l");
}

/* Letters one by one are an abbreviation: from..*end-1. */
static const char *letters_joined(struct arena *arena, const char **words, size_t count,
                                  size_t from, size_t *end)
{
    struct buffer joined = {.arena = arena};
    for (*end = from; *end < count && !words[*end][1]; ++*end)
        buffer_char(&joined, words[*end][0]);
    return *end > from + 1 ? buffer_string(&joined) : words[(*end = from + 1) - 1];
}

const char *parse_company(struct arena *arena, const char *folded)
{
    struct buffer kept = {.arena = arena};
    size_t count, end;
    const char **words = text_split(arena, folded, ' ', &count);
    for (size_t i = 0; i < count; i = end) {
        const char *word = letters_joined(arena, words, count, i, &end);
        if (!text_equal(word, "pl") && !is_one_of(word, legal_forms, COUNT_OF(legal_forms)))
            add_word(&kept, word);
    }
    return kept.length ? buffer_string(&kept) : folded;
}
