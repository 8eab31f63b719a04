#include "hub/match/parse.h"

#include "hub/standard/fold.h"
#include "hub/standard/name.h"

static const char *const titles[] = {"mr",   "mrs",  "ms",   "miss", "mx",  "dr",   "prof",
                                     "sir",  "dame", "herr", "frau", "mme", "mlle", "rev",
                                     "dipl", "ing",  "phd",  "md",   "esq"};

static const struct {
    const char *text;
    unsigned suffix;
} suffixes[] = {
    {"senior", 1}, {"sr", 1},  {"i", 1},   {"snr", 1}, {"junior", 2}, {"jr", 2},  {"jnr", 2},
    {"ii", 2},     {"2nd", 2}, {"iii", 3}, {"3rd", 3}, {"iv", 4},     {"4th", 4},
};

/* Words of a surname that stand in front of it. */
static const char *const particles[] = {"van", "von", "de",  "der", "den", "del", "della", "di",
                                        "da",  "dos", "du",  "la",  "le",  "el",  "al",    "bin",
                                        "ben", "ter", "ten", "zu",  "zum", "zur", "mac",   "st"};

static const char *const legal_forms[] = {
    "inc",  "incorporated", "llc",     "llp",     "lp",   "ltd", "limited", "plc",
    "corp", "corporation",  "co",      "company", "gmbh", "ag",  "kg",      "ohg",
    "ug",   "ev",           "mbh",     "sa",      "sarl", "sas", "bv",      "nv",
    "spa",  "srl",          "oy",      "ab",      "as",   "aps", "pty",     "pte",
    "sl",   "doo",          "holding", "the",     "and",  "und", "et",      "y"};

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(word, list[i]))
            return true;
    return false;
}

unsigned parse_suffix(const char *folded)
{
    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        if (text_equal(folded, suffixes[i].text))
            return suffixes[i].suffix;
    return 0;
}

static void add_word(struct buffer *buffer, const char *word)
{
    if (buffer->length)
        buffer_char(buffer, ' ');
    buffer_text(buffer, word);
}

/* A first "i" is an initial, so a suffix needs a word before it. */
const char *parse_name_part(struct arena *arena, const char *folded, unsigned *suffix)
{
    struct buffer kept = {.arena = arena};
    size_t count;
    const char **words = text_split(arena, folded, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        unsigned found = i ? parse_suffix(words[i]) : 0;
        if (found)
            *suffix = found;
        else if (count == 1 || !is_one_of(words[i], titles, COUNT_OF(titles)))
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
    while (from > 1 && is_one_of(words[from - 1], particles, COUNT_OF(particles)))
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

const char *parse_company(struct arena *arena, const char *folded)
{
    struct buffer kept = {.arena = arena};
    size_t count;
    const char **words = text_split(arena, folded, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal(words[i], "p") && i + 1 < count && text_equal(words[i + 1], "l"))
            i++;
        else if (!is_one_of(words[i], legal_forms, COUNT_OF(legal_forms)))
            add_word(&kept, words[i]);
    return kept.length ? buffer_string(&kept) : folded;
}
