#include "hub/match/parse.h"

#include "hub/standard/address.h"
#include "hub/standard/fold.h"

static const char *const number_words[] = {"bld", "bldg", "building", "house", "haus", "hse", "nr"};

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(word, list[i]))
            return true;
    return false;
}

/* "No 5" may number the house instead: any one reading serves, if it is the same everywhere. */
static bool is_unit_word(const char *word)
{
    return address_unit_word(word) || text_equal(word, "no");
}

static bool has_digit(const char *word)
{
    return strpbrk(word, "0123456789") != NULL;
}

static bool starts_with_digit(const char *word)
{
    return *word >= '0' && *word <= '9';
}

/* What is being put together; a part that is there is not replaced. */
struct draft {
    struct arena *arena;
    struct buffer number, street, unit, city, postcode;
    bool street_done;
    bool number_last; /* behind the street, as on the Continent: a further number there is a unit */
};

static void add_word(struct buffer *buffer, const char *word)
{
    if (buffer->length)
        buffer_char(buffer, ' ');
    buffer_text(buffer, word);
}

/* Words that go before the name of a street and say no more than that it is one. */
static bool is_street_prefix(const char *word)
{
    static const char *const prefixes[] = {"ul",  "ulica", "ulitsa", "calle", "c",
                                           "rua", "via",   "jl",     "jalan"};
    return is_one_of(word, prefixes, COUNT_OF(prefixes));
}

static void add_street_word(struct draft *draft, const char *word)
{
    size_t size = strlen(word);
    const char *type = address_street_type(word);
    if (!draft->street.length && is_street_prefix(word))
        return;
    /* "St" at the start is a saint. */
    if (type && (draft->street.length || !text_equal(word, "st")))
        add_word(&draft->street, type);
    else if (size > 7 && text_ends(word, "straat"))
        add_word(&draft->street, arena_printf(draft->arena, "%.*s st", (int)(size - 6), word));
    else if (size > 7 && text_ends(word, "strasse"))
        add_word(&draft->street, arena_printf(draft->arena, "%.*s st", (int)(size - 7), word));
    else if (size > 4 && text_ends(word, "str"))
        add_word(&draft->street, arena_printf(draft->arena, "%.*s st", (int)(size - 3), word));
    else
        add_word(&draft->street, word);
}

/* Is it the number, or what stands behind one? */
static bool take_number(struct draft *draft, const char *word)
{
    if (has_digit(word) && !draft->number.length &&
        (starts_with_digit(word) || draft->street.length)) {
        draft->number_last = draft->street.length > 0;
        add_word(&draft->number, word);
        return true;
    }
    if (!draft->number_last || !starts_with_digit(word) || draft->unit.length)
        return false;
    add_word(&draft->unit, word);
    return true;
}

/* A word of the part with the street, which may go on with the town behind the type of the street. */
static void take_street_word(struct draft *draft, const char *word, bool whole)
{
    if (draft->street_done && whole) {
        if (starts_with_digit(word) && strlen(word) >= 4)
            add_word(&draft->postcode, word);
        else if (strlen(word) > 2 && !has_digit(word))
            add_word(&draft->city, word);
        return;
    }
    if (take_number(draft, word))
        return;
    if (!address_directional(word) && !is_one_of(word, number_words, COUNT_OF(number_words)))
        add_street_word(draft, word);
    draft->street_done =
        draft->street_done || (address_street_type(word) && draft->street.length > 3);
}

static bool has_street_type(const char **words, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++)
        if (address_street_type(words[i]))
            return true;
    return false;
}

/* "Rose House 638 Mill Street": so many words in front name the building. */
static size_t building_words(const char **words, size_t count)
{
    size_t at = 0;
    while (at < count && !starts_with_digit(words[at]))
        at++;
    bool named = at && at < count && !is_unit_word(words[at - 1]) &&
                 !has_street_type(words, 0, at) &&
                 has_street_type(words, at + 2 < count ? at + 2 : count, count);
    return named ? at : 0;
}

static void take_street(struct draft *draft, const char *folded, bool whole)
{
    size_t count;
    const char **words = text_split(draft->arena, folded, ' ', &count);
    for (size_t i = building_words(words, count); i < count; i++) {
        bool unit = is_unit_word(words[i]) && i + 1 < count &&
                    (has_digit(words[i + 1]) || !words[i + 1][1]);
        if (text_equal(words[i], "po") && i + 1 < count && text_equal(words[i + 1], "box"))
            add_word(&draft->street, "pobox"), i++;
        else if (unit)
            add_word(&draft->unit, words[++i]);
        else
            take_street_word(draft, words[i], whole);
    }
}

/* Does a part between commas look like the one with street and number? */
static bool is_street_part(struct arena *arena, const char *folded)
{
    size_t count, digits = 0, letters = 0;
    const char **words = text_split(arena, folded, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        bool unit = is_unit_word(words[i]);
        if (unit && i + 1 < count && has_digit(words[i + 1]))
            i++;
        else if (has_digit(words[i]))
            digits++;
        else
            letters++;
    }
    return digits && letters;
}

/* A part behind the street: a town, and a postcode with it. */
static void take_area(struct draft *draft, const char *folded)
{
    size_t count;
    const char **words = text_split(draft->arena, folded, ' ', &count);
    bool city = draft->city.length == 0;
    /* "Calle Mayor, 118": by itself, and too short for a postcode. */
    bool number = count == 1 && has_digit(words[0]) && strlen(words[0]) <= 3;
    for (size_t i = 0; i < count; i++) {
        if (has_digit(words[i])) {
            if (!(number && !draft->number.length) &&
                (strlen(words[i]) >= 3 || draft->postcode.length))
                add_word(&draft->postcode, words[i]);
            else if (!draft->number.length)
                add_word(&draft->number, words[i]);
        } else if (city && strlen(words[i]) > 2)
            add_word(&draft->city, words[i]);
    }
}

static bool starts_with_unit(struct arena *arena, const char *folded)
{
    size_t count;
    const char **words = text_split(arena, folded, ' ', &count);
    return is_unit_word(words[0]);
}

static void take_line(struct draft *draft, const char *line)
{
    size_t count;
    const char **raw = text_split(draft->arena, line, ',', &count);
    const char **parts = NEW_ARRAY(draft->arena, const char *, count);
    size_t street = 0;
    for (size_t i = count; i--;) {
        parts[i] = fold_name(draft->arena, raw[i]);
        if (is_street_part(draft->arena, parts[i]))
            street = i;
    }
    for (size_t i = 0; i < count; i++)
        if (i == street)
            take_street(draft, parts[i], true);
        else if (i > street)
            take_area(draft, parts[i]);
        else if (starts_with_unit(draft->arena, parts[i]))
            take_street(draft, parts[i], false);
}

/* "10/82 Liberty St": the unit stands before the number. */
static const char *cut_unit(struct draft *draft, const char *street)
{
    const char *slash = strchr(street, '/');
    if (!slash || slash == street || slash[1] < '0' || slash[1] > '9' || slash - street > 8)
        return street;
    const char *unit =
        fold_name(draft->arena, arena_strndup(draft->arena, street, (size_t)(slash - street)));
    if (!has_digit(unit) || draft->unit.length)
        return street;
    buffer_text(&draft->unit, unit);
    return slash + 1;
}

/* "U6", "unit 6" and "6" are the same. */
static const char *unit_form(struct arena *arena, const char *folded)
{
    const char *digits = strpbrk(folded, "0123456789");
    if (!digits || digits - folded > 10)
        return folded;
    return arena_strndup(arena, digits, strspn(digits, "0123456789"));
}

static const char *part(struct arena *arena, const char *given, const struct buffer *parsed)
{
    const char *folded = given ? fold_name(arena, given) : "";
    return *folded ? folded : buffer_string(parsed);
}

/* "M1S 1T4" is "m1s1t4"; of nine digits the first five count. */
static const char *postcode_form(struct arena *arena, const char *folded)
{
    char *code = arena_alloc(arena, strlen(folded) + 1), *to = code;
    bool digits = true;
    for (; *folded; folded++)
        if (*folded != ' ') {
            digits = digits && *folded >= '0' && *folded <= '9';
            *to++ = *folded;
        }
    if (digits && to - code == 9)
        code[5] = '\0';
    return code;
}

struct postal_address parse_address(struct arena *arena, const struct address_parts *parts)
{
    struct draft draft = {.arena = arena};
    draft.number.arena = draft.street.arena = draft.unit.arena = arena;
    draft.city.arena = draft.postcode.arena = arena;
    if (parts->number) /* so that no number is looked for in the street */
        buffer_text(&draft.number, fold_name(arena, parts->number));
    if (parts->street && strchr(parts->street, ','))
        take_line(&draft, cut_unit(&draft, parts->street));
    else if (parts->street)
        take_street(&draft, fold_name(arena, cut_unit(&draft, parts->street)), false);
    if (parts->line && !draft.street.length)
        take_line(&draft, cut_unit(&draft, parts->line));
    if (!draft.number.length && draft.unit.length && !parts->unit) { /* "Street 128, No 321" */
        draft.number = draft.unit;
        draft.unit = (struct buffer){.arena = arena};
    }
    return (struct postal_address){
        .number = buffer_string(&draft.number),
        .street = buffer_string(&draft.street),
        .unit = unit_form(arena, part(arena, parts->unit, &draft.unit)),
        .city = part(arena, parts->city, &draft.city),
        .postcode = postcode_form(arena, part(arena, parts->postcode, &draft.postcode)),
    };
}
