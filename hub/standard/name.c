#include "hub/standard/name.h"

#include <ctype.h>

#include "hub/standard/fold.h"
#include "hub/standard/unicode.h"

#define WORDS_MOST 8

static const char *const prefixes[] = {
    "mr",    "mrs",       "ms",   "miss",  "mx",   "master",  "dr",       "doctor",
    "prof",  "professor", "sir",  "dame",  "lady", "lord",    "rev",      "reverend",
    "fr",    "father",    "hon",  "judge", "capt", "captain", "col",      "colonel",
    "major", "maj",       "lt",   "sgt",   "gen",  "general", "sen",      "senator",
    "rabbi", "imam",      "herr", "frau",  "mme",  "mlle",    "monsieur", "madame",
    "senor", "senora",    "srta", "sra",   "sig",  "dhr",     "mevr",     "dipl ing",
    "ing",   "mag",       "pan",  "pani",  NULL,
};

static const struct {
    const char *written, *standard;
} suffixes[] = {
    {"jr", "Jr"},     {"jnr", "Jr"},      {"junior", "Jr"}, {"sr", "Sr"},   {"snr", "Sr"},
    {"senior", "Sr"}, {"ii", "II"},       {"2nd", "II"},    {"iii", "III"}, {"3rd", "III"},
    {"iv", "IV"},     {"4th", "IV"},      {"md", "MD"},     {"phd", "PhD"}, {"dds", "DDS"},
    {"esq", "Esq"},   {"esquire", "Esq"}, {"cpa", "CPA"},   {"mba", "MBA"}, {"jd", "JD"},
    {"rn", "RN"},     {"dvm", "DVM"},     {"obe", "OBE"},   {"mbe", "MBE"}, {"cbe", "CBE"},
};

/* Belong to the family name behind them. */
static const char *const particles[] = {
    "van",  "von", "der", "den", "de",    "del", "della", "di",  "da", "dos", "das", "du",  "la",
    "le",   "les", "ter", "ten", "zu",    "zum", "zur",   "vom", "am", "al",  "el",  "bin", "ibn",
    "bint", "abu", "ben", "st",  "saint", "san", "santa", "mac", "mc", "af",  "av",  NULL,
};

/* Of organisations wherever they stand. */
static const char *const organization_words[] = {
    "pty",        "ltd",         "limited",     "gmbh",         "inc",         "incorporated",
    "llc",        "llp",         "plc",         "corp",         "corporation", "company",
    "ohg",        "mbh",         "sarl",        "srl",          "pte",         "bhd",
    "sdn",        "aps",         "ooo",         "oao",          "zao",         "pao",
    "kgaa",       "pllc",        "cooperative", "cie",          "services",    "solutions",
    "holdings",   "enterprises", "industries",  "technologies", "systems",     "consulting",
    "university", "hospital",    "foundation",  "association",  "institute",   "ministry",
    "department", "associates",  "plumbing",    "restaurant",   "pharmacy",    "bakery",
    "clinic",     "logistics",   "electronics", "insurance",    "universitat", "verein",
    "stiftung",   "properties",  "investments", "trading",      "supplies",    "constructions",
    NULL,
};

/* Legal forms that are also words or names: only in capitals, at the end. */
static const char *const final_forms[] = {
    "AG", "KG", "AB", "AS",  "SA",  "NV", "BV", "SE",
    "OY", "LP", "UG", "SAS", "SPA", "EV", "PC", NULL,
};

static const char *const cjk_forms[] = {"株式会社", "有限会社", "有限公司",
                                        "公司",     "주식회사", NULL};

static bool is_among(const char *text, const char *const *list)
{
    for (; *list; list++)
        if (text_equal(text, *list))
            return true;
    return false;
}

static const char *without_dots(struct arena *arena, const char *text)
{
    char *copy = arena_alloc(arena, strlen(text) + 1), *to = copy;
    for (; *text; text++)
        if (*text != '.' && *text != ',')
            *to++ = *text;
    *to = '\0';
    return copy;
}

/* A word as the tables have it. */
static const char *key_of(struct arena *arena, const char *word)
{
    return fold_name(arena, without_dots(arena, word));
}

bool name_is_prefix(const char *text)
{
    ARENA(scratch);
    return is_among(key_of(scratch, text), prefixes);
}

bool name_is_particle(const char *word)
{
    ARENA(scratch);
    return is_among(key_of(scratch, word), particles);
}

static const char *suffix_of(const char *word)
{
    ARENA(scratch);
    const char *key = key_of(scratch, word);
    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        if (text_equal(key, suffixes[i].written))
            return suffixes[i].standard;
    return NULL;
}

const char *name_suffix(struct arena *arena, const char *text)
{
    struct buffer out = {.arena = arena};
    size_t count;
    const char **words = text_split(arena, text, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        const char *suffix = suffix_of(words[i]);
        if (!suffix)
            return NULL;
        if (out.length)
            buffer_char(&out, ' ');
        buffer_text(&out, suffix);
    }
    return out.length ? buffer_string(&out) : NULL;
}

static bool is_and(const char *word)
{
    return text_equal(word, "&") || text_same(word, "and") || text_equal(word, "+") ||
           text_same(word, "und");
}

bool name_is_organization(const char *text)
{
    ARENA(scratch);
    for (size_t i = 0; cjk_forms[i]; i++)
        if (strstr(text, cjk_forms[i]))
            return true;
    size_t count;
    const char **words = text_split(scratch, text, ' ', &count);
    if (count < 2)
        return false;
    for (size_t i = 0; i < count; i++)
        if (is_among(key_of(scratch, words[i]), organization_words))
            return true;
    const char *last = without_dots(scratch, words[count - 1]);
    if (text_same(last, "co"))
        return count > 2 || is_and(words[count - 2]);
    return is_among(last, final_forms) &&
           !text_equal(text, unicode_upper(scratch, text)); /* capitals say nothing there */
}

struct words {
    const char *word[WORDS_MOST];
    size_t count;
};

static bool cut_words(struct arena *arena, const char *text, struct words *words)
{
    size_t count;
    const char **pieces = text_split(arena, text, ' ', &count);
    words->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!*pieces[i])
            continue;
        if (words->count == WORDS_MOST)
            return false;
        words->word[words->count++] = pieces[i];
    }
    return true;
}

static void drop_first(struct words *words)
{
    words->count--;
    memmove(words->word, words->word + 1, words->count * sizeof(*words->word));
}

/* Words from..to-1 with blanks between; NULL when there are none. */
static const char *joined(struct arena *arena, const struct words *words, size_t from, size_t to)
{
    struct buffer out = {.arena = arena};
    for (size_t i = from; i < to; i++) {
        if (out.length)
            buffer_char(&out, ' ');
        buffer_text(&out, words->word[i]);
    }
    return out.length ? buffer_string(&out) : NULL;
}

static const char *with(struct arena *arena, const char *first, const char *second)
{
    return first && second ? arena_printf(arena, "%s %s", first, second) : first ? first : second;
}

static void take_prefixes(struct arena *arena, struct words *words, struct name *name)
{
    while (words->count > 1 && name_is_prefix(words->word[0])) {
        name->prefix = with(arena, name->prefix, words->word[0]);
        drop_first(words);
    }
}

static void take_suffixes(struct arena *arena, struct words *words, struct name *name)
{
    while (words->count > 1 && suffix_of(words->word[words->count - 1]))
        name->suffix = with(arena, suffix_of(words->word[--words->count]), name->suffix);
}

static bool is_in_capitals(const char *word)
{
    size_t letters = 0;
    while (*word) {
        uint32_t c = text_next(&word);
        if (unicode_is_letter(c) && !unicode_is_upper(c))
            return false;
        letters += unicode_is_letter(c);
    }
    return letters > 2;
}

/* Where the family name starts: its particles belong to it. */
static size_t family_start(const struct words *words)
{
    size_t start = words->count - 1;
    while (start > 1 && name_is_particle(words->word[start - 1]))
        start--;
    return start;
}

/* "VASILYEV Aleksandr Pavlovich": capitals say that the family name comes first. */
static bool is_family_first(const struct words *words)
{
    return is_in_capitals(words->word[0]) && !is_in_capitals(words->word[1]) &&
           !is_in_capitals(words->word[words->count - 1]);
}

static bool parse_natural(struct arena *arena, const char *text, struct name *name)
{
    struct words words;
    if (!cut_words(arena, text, &words) || !words.count)
        return false;
    take_prefixes(arena, &words, name);
    take_suffixes(arena, &words, name);
    if (words.count == 1) {
        name->family = name->prefix ? words.word[0] : NULL;
        return name->family != NULL;
    }
    bool family_first = is_family_first(&words);
    size_t given = family_first ? 1 : 0;
    size_t end = family_first ? words.count : family_start(&words);
    name->given = words.word[given];
    name->middle = joined(arena, &words, given + 1, end);
    name->family = family_first ? words.word[0] : joined(arena, &words, end, words.count);
    return true;
}

/* "Smith Jr, Dr. John Q." */
static bool parse_inverted(struct arena *arena, const char *family, const char *rest,
                           struct name *name)
{
    struct words words;
    if (!cut_words(arena, rest, &words) || !words.count)
        return false;
    take_prefixes(arena, &words, name);
    take_suffixes(arena, &words, name);
    name->given = words.word[0];
    size_t end = words.count;
    while (end > 1 && name_is_particle(words.word[end - 1]))
        end--; /* "Berg, Jan van den" */
    name->middle = joined(arena, &words, 1, end);
    const char *particle = joined(arena, &words, end, words.count);
    if (!cut_words(arena, family, &words) || !words.count)
        return false;
    take_suffixes(arena, &words, name);
    name->family = with(arena, particle, joined(arena, &words, 0, words.count));
    return true;
}

/* "née Smith", "geb. Schmidt" within parentheses: NULL where it is no such thing. */
static const char *former_in(struct arena *arena, const char *inside)
{
    static const char *const words[] = {"nee", "ne", "geb", "geborene", "born", "formerly", NULL};
    const char *gap = strchr(inside, ' ');
    if (!gap || text_is_blank(gap))
        return NULL;
    const char *word = arena_strndup(arena, inside, (size_t)(gap - inside));
    return is_among(key_of(arena, word), words) ? text_trim(arena, gap) : NULL;
}

/* William "Bill" Smith, William (Bill) Smith, Mary Jones (née Smith) */
static const char *take_other_name(struct arena *arena, const char *text, struct name *name)
{
    static const char *const pairs[] = {"\"\"", "()", NULL};
    for (size_t i = 0; pairs[i]; i++) {
        const char *open = strchr(text, pairs[i][0]);
        const char *close = open ? strchr(open + 1, pairs[i][1]) : NULL;
        if (!close || open == text || open[-1] != ' ')
            continue;
        const char *inside = arena_strndup(arena, open + 1, (size_t)(close - open - 1));
        name->former = former_in(arena, inside);
        if (!name->former && *inside)
            name->nickname = inside;
        return arena_printf(arena, "%.*s%s", (int)(open - text), text, close + 1);
    }
    return text;
}

static bool holds_one_person(struct arena *arena, const char *text)
{
    size_t count;
    const char **words = text_split(arena, text, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (is_and(words[i]))
            return false;
    for (const char *at = text; *at;) {
        uint32_t c = text_next(&at);
        if (c == '@' || c == '/' || c == ';' || unicode_is_cjk(c))
            return false;
    }
    return true;
}

bool name_parse(struct arena *arena, const char *full, struct name *name)
{
    *name = (struct name){0};
    if (!holds_one_person(arena, full) || name_is_organization(full))
        return false;
    full = take_other_name(arena, full, name);
    size_t count;
    const char **pieces = text_split(arena, full, ',', &count);
    for (const char *suffix;
         count > 1 && (suffix = name_suffix(arena, text_trim(arena, pieces[count - 1]))); count--)
        name->suffix = with(arena, suffix, name->suffix);
    for (size_t i = 0; i < count; i++)
        if (text_is_blank(pieces[i]) || strpbrk(pieces[i], "0123456789"))
            return false;
    if (count == 1)
        return parse_natural(arena, pieces[0], name);
    return count == 2 && parse_inverted(arena, pieces[0], pieces[1], name);
}
