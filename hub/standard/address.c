#include "hub/standard/address.h"

#include <ctype.h>

#include "hub/base/text.h"
#include "hub/standard/fold.h"

#define PIECES_MOST 10
#define WORDS_MOST 16

/* What stands between two commas. */
struct piece {
    const char *word[WORDS_MOST];
    size_t count;
};

struct reading {
    struct arena *arena;
    struct piece piece[PIECES_MOST];
    size_t count;
    const char *region;
    const struct domain *countries;
    struct address *address;
};

static bool cut_piece(struct arena *arena, const char *text, struct piece *piece)
{
    size_t count;
    const char **words = text_split(arena, text, ' ', &count);
    piece->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!*words[i])
            continue;
        if (piece->count == WORDS_MOST)
            return false;
        piece->word[piece->count++] = words[i];
    }
    return true;
}

static bool cut(struct reading *reading, const char *text)
{
    size_t count;
    const char **pieces = text_split(reading->arena, text, ',', &count);
    for (size_t i = 0; i < count; i++) {
        if (reading->count == PIECES_MOST)
            return false;
        if (!cut_piece(reading->arena, pieces[i], &reading->piece[reading->count]))
            return false;
        reading->count += reading->piece[reading->count].count > 0;
    }
    return reading->count > 0;
}

static void remove_words(struct reading *reading, size_t at, size_t from, size_t count)
{
    struct piece *piece = &reading->piece[at];
    piece->count -= count;
    memmove(piece->word + from, piece->word + from + count,
            (piece->count - from) * sizeof(*piece->word));
    if (piece->count)
        return;
    reading->count--;
    memmove(piece, piece + 1, (reading->count - at) * sizeof(*piece));
}

/* Words from..to-1 with blanks between; "" when there are none. */
static const char *words_of(const struct reading *reading, const struct piece *piece, size_t from,
                            size_t to)
{
    struct buffer out = {.arena = reading->arena};
    for (size_t i = from; i < to; i++) {
        if (i > from)
            buffer_char(&out, ' ');
        buffer_text(&out, piece->word[i]);
    }
    return buffer_string(&out);
}

static const char *whole(const struct reading *reading, size_t at)
{
    return words_of(reading, &reading->piece[at], 0, reading->piece[at].count);
}

static const char *joined(const struct reading *reading, const struct piece *piece, size_t from,
                          size_t to)
{
    return from < to ? words_of(reading, piece, from, to) : NULL;
}

static const char *folded(const struct reading *reading, const char *word)
{
    return fold_name(reading->arena, word);
}

static bool is_street_type(const struct reading *reading, const char *word)
{
    return address_street_type(folded(reading, word)) != NULL;
}

static bool is_unit_word(const struct reading *reading, const char *word)
{
    return address_unit_word(folded(reading, word)) != NULL;
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

static bool is_digits(const char *text, size_t least, size_t most)
{
    size_t size = strlen(text);
    return size >= least && size <= most && strspn(text, "0123456789") == size;
}

/* "Hardenbergstraße" */
static bool is_german_street(const struct reading *reading, const char *word)
{
    static const char *const ends[] = {"strasse", "str",   "weg",  "platz",
                                       "allee",   "gasse", "damm", "ufer"};
    const char *text = folded(reading, word);
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (strlen(text) > strlen(ends[i]) + 2 && text_ends(text, ends[i]))
            return true;
    return false;
}

/* A country's name behind the last comma; two letters are more often a state's. */
static void take_country(struct reading *reading)
{
    if (!reading->countries || reading->address->country || reading->count < 2)
        return;
    const char *text = whole(reading, reading->count - 1);
    if (strlen(text) < 3 && !text_equal(text, "UK") && !text_equal(text, "US"))
        return;
    const char *code = domain_code(reading->countries, text);
    if (!code || address_region_code(text, ""))
        return;
    reading->address->country = code;
    reading->region = code;
    reading->count--;
}

static bool is_in(const struct reading *reading, const char *country)
{
    return !*reading->region || text_equal(reading->region, country);
}

/* Does the word have the shape, A for a letter and 9 for a digit? */
static bool has_shape(const char *word, const char *shape)
{
    for (; *word && *shape; word++, shape++)
        if (*shape == 'A'   ? !isalpha((unsigned char)*word)
            : *shape == '9' ? !isdigit((unsigned char)*word)
                            : *word != *shape)
            return false;
    return !*word && !*shape;
}

static bool has_some_shape(const char *word, const char *const *shapes)
{
    for (; *shapes; shapes++)
        if (has_shape(word, *shapes))
            return true;
    return false;
}

/* How many words at the end of the piece are a postcode. */
static size_t postcode_words(const struct reading *reading, const struct piece *piece)
{
    static const char *const outward[] = {"A9", "A99", "AA9", "AA99", "A9A", "AA9A", NULL};
    static const char *const inward[] = {"9AA", NULL};
    const char *last = piece->word[piece->count - 1];
    const char *before = piece->count > 1 ? piece->word[piece->count - 2] : "";
    if (has_some_shape(before, outward) && has_some_shape(last, inward))
        return 2;
    if (has_shape(before, "A9A") && has_shape(last, "9A9"))
        return 2;
    if (is_in(reading, "US") && (is_digits(last, 5, 5) || has_shape(last, "99999-9999")))
        return 1;
    if (is_digits(last, 4, 4) && address_region_code(before, "AU"))
        return 1;
    if (text_equal(reading->region, "AU") && is_digits(last, 4, 4))
        return 1;
    return is_digits(last, 5, 6) ? 1 : 0;
}

/* "66879 Berlin", "FL-2198 Triesen", "059413 Singapore": postcode first, city behind. */
static bool take_leading_postcode(struct reading *reading, size_t at)
{
    const struct piece *piece = &reading->piece[at];
    const char *first = piece->word[0], *dash = strchr(first, '-');
    const char *code = dash && dash - first <= 2 ? dash + 1 : first;
    if (!is_digits(code, 4, 6) || piece->count < 2)
        return false;
    for (size_t i = 1; i < piece->count; i++)
        if (has_digit(piece->word[i]) || is_street_type(reading, piece->word[i]))
            return false;
    reading->address->postcode = code;
    reading->address->city = joined(reading, piece, 1, piece->count);
    remove_words(reading, at, 0, piece->count);
    return true;
}

static void take_postcode(struct reading *reading)
{
    if (reading->address->postcode || !reading->count)
        return;
    size_t at = reading->count - 1;
    if (at && take_leading_postcode(reading, at))
        return;
    const struct piece *piece = &reading->piece[at];
    size_t words = postcode_words(reading, piece);
    /* The first word of all is a house number; "Hauptstrasse 10245" and "PO Box 12345" end with one. */
    if (!words || (!at && piece->count < words + 2) ||
        (piece->count > words && text_same(piece->word[piece->count - words - 1], "box")))
        return;
    reading->address->postcode = joined(reading, piece, piece->count - words, piece->count);
    remove_words(reading, at, piece->count - words, words);
}

static bool is_capitals(const char *word)
{
    for (; *word; word++)
        if (!isupper((unsigned char)*word))
            return false;
    return true;
}

/* A state's code or name at the end of the last piece, which may be all of it. */
static void take_region(struct reading *reading)
{
    if (!reading->count)
        return;
    size_t at = reading->count - 1;
    const struct piece *piece = &reading->piece[at];
    const char *country = reading->region;
    for (size_t words = piece->count < 3 ? piece->count : 3; words > 0; words--) {
        size_t from = piece->count - words;
        const char *text = words_of(reading, piece, from, piece->count);
        const char *code = address_region_code(text, country);
        bool alone = at > 0 && from == 0;
        bool sure = reading->address->postcode || is_capitals(text) || (at > 0 && *country);
        /* "Oregon Street" has its state elsewhere; nor does an address consist of a state. */
        if (!code || (!at && from < 2) || (!alone && !sure))
            continue;
        if (strlen(text) > 3 && !alone)
            continue; /* "New York" without its state is the city */
        if (alone && at == 1 && strlen(text) > 3 && !reading->address->postcode)
            continue;
        reading->address->region = code;
        remove_words(reading, at, from, words);
        return;
    }
}

/* A state's code with a postcode of the right length says which country it is. */
static void conclude_country(struct reading *reading)
{
    struct address *address = reading->address;
    if (address->country || !address->region || !address->postcode)
        return;
    const char *country = address_region_country(address->region);
    size_t length = strlen(address->postcode);
    if (country && ((text_equal(country, "US") && length >= 5 && is_in(reading, "US")) ||
                    (text_equal(country, "AU") && length == 4 && is_in(reading, "AU"))))
        address->country = reading->countries ? domain_code(reading->countries, country) : NULL;
}

static bool is_unit_piece(const struct reading *reading, const struct piece *piece)
{
    bool unit = piece->count == 1 && *piece->word[0] == '#';
    for (size_t i = 0; i < piece->count; i++) {
        unit = unit || is_unit_word(reading, piece->word[i]);
        if (i && is_street_type(reading, piece->word[i]))
            return false;
    }
    return unit && piece->count <= 4;
}

static bool is_street_piece(const struct reading *reading, const struct piece *piece)
{
    bool digit = false, type = false;
    for (size_t i = 0; i < piece->count; i++) {
        digit = digit || has_digit(piece->word[i]);
        type = type || (i && is_street_type(reading, piece->word[i])) ||
               is_german_street(reading, piece->word[i]);
    }
    return piece->count > 1 ? digit || type : type;
}

static void add_unit(struct reading *reading, const char *unit)
{
    struct address *address = reading->address;
    address->unit =
        address->unit ? arena_printf(reading->arena, "%s, %s", address->unit, unit) : unit;
}

/* "6/22 High St" and "Unit 6 22 High St", "Suite 900 1450 N City Rd" */
static void take_leading_unit(struct reading *reading, size_t at)
{
    struct piece *piece = &reading->piece[at];
    const char *slash = strchr(piece->word[0], '/');
    bool worded = is_unit_word(reading, piece->word[0]) || *piece->word[0] == '#';
    if (slash && slash > piece->word[0] && isdigit((unsigned char)slash[1])) {
        add_unit(reading,
                 arena_strndup(reading->arena, piece->word[0], (size_t)(slash - piece->word[0])));
        piece->word[0] = slash + 1;
    } else if (worded && piece->count > 2 && (slash = strchr(piece->word[1], '/')) &&
               isdigit((unsigned char)slash[1])) {
        add_unit(reading, arena_printf(reading->arena, "%s %.*s", piece->word[0],
                                       (int)(slash - piece->word[1]), piece->word[1]));
        piece->word[1] = slash + 1;
        remove_words(reading, at, 0, 1);
    } else if (worded) {
        size_t words = *piece->word[0] == '#' && piece->word[0][1] ? 1 : 2;
        if (piece->count > words + 1 && has_digit(piece->word[words])) {
            add_unit(reading, joined(reading, piece, 0, words));
            remove_words(reading, at, 0, words);
        }
    }
}

/* "... Rd Suite 900", "... St #4": never the first words. */
static void take_trailing_unit(struct reading *reading, size_t at)
{
    struct piece *piece = &reading->piece[at];
    for (size_t i = 2; i < piece->count; i++) {
        bool number = *piece->word[i] == '#';
        if (!number && !is_unit_word(reading, piece->word[i]))
            continue;
        size_t words = number && piece->word[i][1] ? 1 : 2;
        if (i + words > piece->count ||
            (!number && !has_digit(piece->word[i + 1]) && strlen(piece->word[i + 1]) > 1))
            continue;
        add_unit(reading, joined(reading, piece, i, i + words));
        remove_words(reading, at, i, words);
        return;
    }
}

/* Is the word at `at` the type of the street, not part of its name ("Upper St Georges Road")? */
static bool ends_street(const struct reading *reading, const struct piece *piece, size_t at)
{
    if (!is_street_type(reading, piece->word[at]))
        return false;
    if (at + 1 < piece->count && is_street_type(reading, piece->word[at + 1]))
        return false;
    if (!text_same(piece->word[at], "st"))
        return true;
    for (size_t i = at + 1; i < piece->count; i++)
        if (is_street_type(reading, piece->word[i]))
            return false;
    return true;
}

/* Where a German street ends, with its number behind it; 0 when it is none. */
static size_t german_end(const struct reading *reading, const struct piece *piece)
{
    for (size_t i = 0; i + 1 < piece->count; i++)
        if (is_german_street(reading, piece->word[i]) &&
            isdigit((unsigned char)*piece->word[i + 1]))
            return i + 2;
    return 0;
}

/* Can what stands behind a street be a city, perhaps with its postcode first? */
static bool is_city(const struct piece *piece, size_t from)
{
    if (from + 1 < piece->count && is_digits(piece->word[from], 4, 6))
        from++;
    for (size_t i = from; i < piece->count; i++)
        if (has_digit(piece->word[i]))
            return false;
    return true;
}

/* How many words of the piece are the street; the rest is a city. */
static size_t street_words(const struct reading *reading, const struct piece *piece)
{
    size_t end = german_end(reading, piece);
    for (size_t i = 2; i < piece->count && !end; i++)
        if (ends_street(reading, piece, i))
            end = i + 1;
    if (!end)
        return piece->count;
    while (end < piece->count && address_directional(folded(reading, piece->word[end])))
        end++;
    return is_city(piece, end) ? end : piece->count;
}

/* Behind the street and without a comma: a city, perhaps with its postcode first. */
static void take_rest(struct reading *reading, const struct piece *piece, size_t from)
{
    struct address *address = reading->address;
    if (from + 1 < piece->count && !address->postcode && is_digits(piece->word[from], 4, 6))
        address->postcode = piece->word[from++];
    if (!address->city)
        address->city = joined(reading, piece, from, piece->count);
}

static void take_street(struct reading *reading, size_t at)
{
    take_leading_unit(reading, at);
    take_trailing_unit(reading, at);
    const struct piece *piece = &reading->piece[at];
    size_t end = street_words(reading, piece);
    reading->address->street = joined(reading, piece, 0, end);
    if (end < piece->count && at + 1 == reading->count)
        take_rest(reading, piece, end);
}

/* Behind the street: units, then the city, then a British county. */
static void take_places(struct reading *reading, size_t street)
{
    struct address *address = reading->address;
    for (size_t i = 0; i < reading->count; i++) {
        const struct piece *piece = &reading->piece[i];
        if (i == street)
            continue;
        if (is_unit_piece(reading, piece))
            add_unit(reading, whole(reading, i));
        else if (i < street || has_digit(whole(reading, i)))
            continue;
        else if (!address->city)
            address->city = whole(reading, i);
        else if (!address->region && text_equal(reading->region, "GB"))
            address->region = whole(reading, i);
    }
}

bool address_parse(struct arena *arena, const char *text, const char *region,
                   const struct domain *countries, struct address *address)
{
    *address = (struct address){0};
    struct reading reading = {
        .arena = arena, .region = region, .countries = countries, .address = address};
    if (!cut(&reading, text))
        return false;
    take_country(&reading);
    take_postcode(&reading);
    take_country(&reading); /* "United Kingdom, LE11 1UU" */
    take_region(&reading);
    conclude_country(&reading);
    size_t street = 0;
    while (street < reading.count && (is_unit_piece(&reading, &reading.piece[street]) ||
                                      !is_street_piece(&reading, &reading.piece[street])))
        street++;
    if (street < reading.count) {
        take_street(&reading, street);
        take_places(&reading, street);
    }
    return address->street || address->postcode;
}
