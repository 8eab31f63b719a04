#include "hub/standard/couple.h"

#include <ctype.h>

#include "hub/standard/name.h"

#define WORDS_MOST 16

/* Words that only firms put into a name with "and", besides those of name_is_organization(). */
static const char *const trades[] = {
    "co",       "sons",   "son",     "daughters", "bros",          "brothers",   "sisters",
    "partners", "group",  "trust",   "estate",    "lawyers",       "solicitors", "accountants",
    "builders", "motors", "school",  "church",    "club",          "hotel",      "cafe",
    "studio",   "farms",  "foods",   "transport", "engineering",   "engineers",  "architects",
    "the",      "family", "familie", "advokater", "rechtsanwalte", "hijos",      "hermanos",
    "fils",     "freres", "figli",   "fratelli",  "sohne",         "zonen",      "international",
};

/* Between two names; `joins` stand between the two family names of one Spanish, Catalan or Portuguese
 * person, too. */
static const struct {
    const char *word;
    bool joins;
} connectors[] = {
    {"&", false},  {"+", false},  {"/", false},   {"and", false}, {"und", false}, {"et", false},
    {"en", false}, {"og", false}, {"och", false}, {"y", true},    {"e", true},    {"i", true},
};

struct words {
    const char *list[WORDS_MOST];
    size_t count;
};

/* One of the two. */
struct side {
    const char *const *words;
    size_t count;
    size_t titles; /* that many of them, at the start */
};

struct split {
    struct side left, right;
    bool joins;
};

/* "&", "+" and "/" are words of their own, with or without blanks around them. */
static bool read_words(struct arena *arena, const char *text, struct words *words)
{
    while (*text) {
        size_t size = strcspn(text, " \t&+/");
        if (strchr("&+/", *text) && *text)
            size = 1;
        if (size && words->count == WORDS_MOST)
            return false;
        if (size)
            words->list[words->count++] = arena_strndup(arena, text, size);
        text += size;
        text += strspn(text, " \t");
    }
    return true;
}

static int connector_of(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(connectors); i++)
        if (text_same(word, connectors[i].word))
            return (int)i;
    return -1;
}

static bool is_initial(const char *word)
{
    const char *at = word;
    (void)text_next(&at);
    return !*at || (*at == '.' && !at[1]);
}

static size_t count_titles(const char *const *words, size_t count)
{
    size_t titles = 0;
    while (titles < count && name_is_prefix(words[titles]))
        titles++;
    return titles;
}

/* Does nothing in it speak against two people? */
static bool may_be_people(struct arena *arena, const char *text, const struct words *words)
{
    if (text[strcspn(text, "0123456789@()\"")] || name_is_organization(text))
        return false;
    for (size_t i = 0; i < words->count; i++) {
        const char *word = text_lower_ascii(arena, words->list[i]);
        size_t length = strcspn(word, ".,");
        if (text_ends(word, "'s") || text_ends(word, "’s") || text_equal(word, "c"))
            return false;
        for (size_t t = 0; t < COUNT_OF(trades); t++)
            if (strlen(trades[t]) == length && !strncmp(word, trades[t], length))
                return false;
    }
    return true;
}

static bool split(const struct words *words, struct split *split)
{
    size_t at = 0, found = 0;
    for (size_t i = 0; i < words->count; i++)
        if (connector_of(words->list[i]) >= 0) {
            at = i;
            found++;
        }
    if (found != 1 || at == 0 || at + 1 == words->count)
        return false;
    *split = (struct split){
        .left = {.words = words->list, .count = at},
        .right = {.words = words->list + at + 1, .count = words->count - at - 1},
        .joins = connectors[connector_of(words->list[at])].joins,
    };
    split->left.titles = count_titles(split->left.words, split->left.count);
    split->right.titles = count_titles(split->right.words, split->right.count);
    return true;
}

static const char *join(struct arena *arena, const char *const *words, size_t count,
                        const char *behind)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%s%s", i ? " " : "", words[i]);
    if (*behind)
        buffer_printf(&out, " %s", behind);
    return buffer_string(&out);
}

/* Where the family name of a side starts, which has a given name before it. */
static size_t family_of(const struct side *side, bool joins)
{
    size_t first = side->titles + 1, at = joins ? first : side->count - 1;
    for (size_t i = first; i < at; i++)
        if (name_is_particle(side->words[i]))
            return i;
    return at;
}

/* "Smith, John & Mary": the family name stands before all. */
static bool read_inverted(struct arena *arena, const struct split *split, struct couple *couple)
{
    const struct side *left = &split->left;
    size_t comma = 0;
    while (comma < left->count && !text_ends(left->words[comma], ","))
        comma++;
    if (comma + 1 >= left->count)
        return false;
    const char *family = join(arena, left->words, comma + 1, "");
    family = arena_strndup(arena, family, strlen(family) - 1);
    couple->first = join(arena, left->words + comma + 1, left->count - comma - 1, family);
    const struct side *right = &split->right;
    for (size_t i = 0; i < right->count; i++)
        if (text_ends(right->words[i], ",")) { /* and another one before the second */
            family = join(arena, right->words, i + 1, "");
            family = arena_strndup(arena, family, strlen(family) - 1);
            couple->second = join(arena, right->words + i + 1, right->count - i - 1, family);
            return i + 1 < right->count;
        }
    size_t given = right->count - right->titles;
    if (given > 2 || (given == 2 && !is_initial(right->words[right->count - 1])))
        return false; /* may be three: "John, Mary & Bob Smith" */
    couple->second = join(arena, right->words, right->count, family);
    return true;
}

/* "Mr & Mrs John Smith": the given name is his. */
static bool read_titled(struct arena *arena, const struct split *split, struct couple *couple)
{
    const struct side *left = &split->left, *right = &split->right;
    size_t names = right->count - right->titles;
    if (!right->titles || !names)
        return false;
    size_t family = names > 1 ? family_of(right, split->joins) : right->titles;
    couple->first =
        join(arena, left->words, left->count, join(arena, right->words + right->titles, names, ""));
    couple->second = join(arena, right->words, right->titles,
                          join(arena, right->words + family, right->count - family, ""));
    return true;
}

/* "John & Mary Smith", "John Smith & Mary Jones", "Mr. J. and Mrs. M. Smith", "John Smith & Mary". */
static bool read_named(struct arena *arena, const struct split *split, struct couple *couple)
{
    const struct side *left = &split->left, *right = &split->right;
    size_t left_names = left->count - left->titles, right_names = right->count - right->titles;
    bool left_whole = left_names > 1 && !is_initial(left->words[left->count - 1]);
    bool titled = left->titles && right->titles;
    const char *left_family = "", *right_family = "";
    if (!right_names || (right_names == 1 && is_initial(right->words[right->count - 1])))
        return false;
    if (right_names == 1) {
        if (split->joins || (!left_whole && !titled))
            return false;
        if (left_whole && !titled) {
            size_t family = family_of(left, false);
            right_family = join(arena, left->words + family, left->count - family, "");
        }
    } else if (!left_whole) {
        size_t family = family_of(right, split->joins);
        left_family = join(arena, right->words + family, right->count - family, "");
    }
    couple->first = join(arena, left->words, left->count, left_family);
    couple->second = join(arena, right->words, right->count, right_family);
    return true;
}

static bool has_comma(const struct side *side)
{
    for (size_t i = 0; i < side->count; i++)
        if (strchr(side->words[i], ','))
            return true;
    return false;
}

struct couple couple_read(struct arena *arena, const char *text)
{
    struct couple single = {.first = text}, couple = {0};
    struct words words = {.count = 0};
    struct split parts;
    if (!read_words(arena, text, &words) || !split(&words, &parts) ||
        !may_be_people(arena, text, &words))
        return single;
    bool is_couple = false;
    if (has_comma(&parts.left))
        is_couple = read_inverted(arena, &parts, &couple);
    else if (!has_comma(&parts.right))
        is_couple = parts.left.titles == parts.left.count ? read_titled(arena, &parts, &couple)
                                                          : read_named(arena, &parts, &couple);
    return is_couple ? couple : single;
}
