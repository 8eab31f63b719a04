#include "hub/profile/shape.h"

#include <ctype.h>

#include "hub/mapping/date.h"
#include "hub/standard/address.h"
#include "hub/standard/email.h"
#include "hub/standard/fold.h"
#include "hub/standard/name.h"
#include "hub/standard/phone.h"
#include "hub/standard/postcode.h"
#include "hub/standard/website.h"

const char *const trait_names[TRAITS] = {
    [TRAIT_INTEGER] = "integer",   [TRAIT_NUMBER] = "number",
    [TRAIT_DATE] = "date",         [TRAIT_TIME] = "time",
    [TRAIT_EMAIL] = "e-mail",      [TRAIT_PHONE] = "phone",
    [TRAIT_POSTCODE] = "postcode", [TRAIT_URL] = "web address",
    [TRAIT_BOOLEAN] = "yes or no", [TRAIT_PREFIX] = "title",
    [TRAIT_GIVEN] = "given name",  [TRAIT_FAMILY] = "family name",
    [TRAIT_PERSON] = "full name",  [TRAIT_COUPLE] = "two people",
    [TRAIT_STREET] = "street",     [TRAIT_ORGANIZATION] = "organization",
    [TRAIT_UNIT] = "unit",         [TRAIT_ADDRESS] = "address",
    [TRAIT_REGION] = "state",      [TRAIT_WORDS] = "words",
    [TRAIT_CODE] = "code",
};

const char *const date_forms[] = {
    "YYYY-MM-DD", "YYYYMMDD",    "D/M/YYYY",   "M/D/YYYY",    "D.M.YYYY",   "D-M-YYYY",
    "M-D-YYYY",   "YYYY/M/D",    "YYYY.M.D",   "YYYY-M-D",    "D-MON-YYYY", "D MON YYYY",
    "D/MON/YYYY", "MON D, YYYY", "MON D YYYY", "D. MON YYYY", "D/M/YY",     "M/D/YY",
    "D.M.YY",     "D-M-YY",      "M-D-YY",     "D-MON-YY",    "D MON YY",   "YYYY-MM",
    "M/YYYY",     "MON YYYY",    NULL,
};
#define FORMS (COUNT_OF(date_forms) - 1)

enum letter { LETTER_NONE, LETTER_SMALL, LETTER_CAPITAL };

/* Letters beyond ASCII count as small ones. */
static enum letter letter_of(uint32_t c)
{
    if (c >= 128)
        return c == 0xa0 ? LETTER_NONE : LETTER_SMALL;
    if (!isalpha((int)c))
        return LETTER_NONE;
    return isupper((int)c) ? LETTER_CAPITAL : LETTER_SMALL;
}

struct shaping {
    char *out;
    size_t length;
};

static void put(struct shaping *shaping, const char *text)
{
    for (; *text && shaping->length < SHAPE_MOST - 2; text++)
        shaping->out[shaping->length++] = *text;
}

static const char *word_shape(size_t letters, size_t capitals, bool first)
{
    static const char *const all[] = {"", "A", "AA", "AAA", "A+"};
    if (capitals == letters)
        return all[letters < COUNT_OF(all) ? letters : COUNT_OF(all) - 1];
    if (letters == 1)
        return "a";
    return first ? "Aa+" : "a+";
}

/* One word of letters; *at moves behind it. */
static void put_word(struct shaping *shaping, const char **at)
{
    size_t letters = 0, capitals = 0;
    bool first = false;
    for (const char *next = *at; *next; letters++) {
        enum letter letter = letter_of(text_next(&next));
        if (letter == LETTER_NONE)
            break;
        capitals += letter == LETTER_CAPITAL;
        first |= letter == LETTER_CAPITAL && letters == 0;
        *at = next;
    }
    put(shaping, word_shape(letters, capitals, first));
}

void shape_of(const char *text, char shape[SHAPE_MOST])
{
    struct shaping shaping = {.out = shape};
    while (*text && shaping.length < SHAPE_MOST - 2) {
        const char *next = text;
        uint32_t c = text_next(&next);
        if (letter_of(c) != LETTER_NONE) {
            put_word(&shaping, &text);
            continue;
        }
        char sign[2] = {(char)(c < 128 ? c : ' '), '\0'};
        put(&shaping, isdigit((unsigned char)*sign) ? "9" : sign);
        text = next;
    }
    if (*text)
        shape[shaping.length++] = '~';
    shape[shaping.length] = '\0';
}

struct counts {
    size_t length, digits, letters, blanks, others;
};

static struct counts count(const char *text)
{
    struct counts counts = {0};
    while (*text) {
        uint32_t c = text_next(&text);
        counts.length++;
        if (c < 128 && isdigit((int)c))
            counts.digits++;
        else if (letter_of(c) != LETTER_NONE)
            counts.letters++;
        else if (c == ' ')
            counts.blanks++;
        else
            counts.others++;
    }
    return counts;
}

static bool is_integer(const char *text)
{
    text += *text == '-' || *text == '+';
    size_t digits = strspn(text, "0123456789");
    return digits && !text[digits];
}

/* Decimal and grouping signs of any country. */
static bool is_number(const char *text, const struct counts *counts)
{
    if (!counts->digits || counts->letters || counts->digits > 15)
        return false;
    text += *text == '-' || *text == '+';
    return isdigit((unsigned char)*text) && !text[strspn(text, "0123456789.,' ")] &&
           counts->others <= 3 && counts->others + counts->blanks > 0;
}

static bool is_time(const char *text)
{
    const char *colon = strchr(text, ':');
    if (!colon || colon == text || !isdigit((unsigned char)colon[-1]) ||
        !isdigit((unsigned char)colon[1]) || !isdigit((unsigned char)colon[2]))
        return false;
    return !text[strspn(text, "0123456789:-/.TZ +amp")];
}

static bool is_boolean(const char *text)
{
    static const char *const words[] = {"yes", "no",  "y",  "n",  "true", "false",
                                        "t",   "f",   "0",  "1",  "ja",   "nein",
                                        "oui", "non", "si", "on", "off"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text_same(text, words[i]))
            return true;
    return false;
}

static bool is_phone(struct arena *arena, const struct witness *witness, const char *text,
                     const struct counts *counts)
{
    bool signs = !text[strspn(text, "0123456789+-()./ extEXT#")];
    if (!signs || counts->digits < 7 || counts->digits > 15 || counts->letters > 3)
        return false;
    bool telling = *text == '+' || *text == '0' || *text == '(' || counts->blanks + counts->others;
    return (telling || counts->digits >= 9) && phone_read_by_rules(arena, text, witness->region);
}

static bool is_postcode(struct arena *arena, const struct witness *witness, const char *text,
                        const struct counts *counts)
{
    bool short_enough = counts->length >= 3 && counts->length <= 10 && counts->digits >= 2;
    if (!short_enough || counts->letters > 5 || counts->blanks > 1)
        return false;
    bool form = counts->letters ? counts->digits <= 4 && counts->letters >= 2
                                : counts->digits >= 4 && counts->digits <= 6;
    bool zip4 = counts->digits == 9 && text[5] == '-';
    return (form || zip4) && postcode_read(arena, text, witness->region);
}

/* How common the folded word is as a given and as a family name. */
static void judge_word(const struct witness *witness, const char *word, bool *given, bool *family)
{
    int32_t as_given = 0, as_family = 0;
    *given = model_given_name(witness->model, word, &as_given);
    *family = model_family_name(witness->model, word, &as_family);
    if (*given && *family && as_given != as_family) {
        *given = as_given < as_family;
        *family = !*given;
    }
}

static uint32_t bit(enum trait trait, bool holds)
{
    return holds ? (uint32_t)1 << trait : 0;
}

static bool is_couple(const char *text)
{
    static const char *const signs[] = {" & ",   " and ", " AND ", " And ", " und ",
                                        " UND ", " et ",  " y ",   " + "};
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (strstr(text, signs[i]))
            return true;
    return false;
}

static uint32_t name_traits(struct arena *arena, const struct witness *witness, const char *text,
                            const struct counts *counts)
{
    struct name name;
    size_t words;
    bool given, family, other_given, other_family;
    if (!counts->letters || counts->digits)
        return 0;
    const char **tokens = text_split(arena, fold_name(arena, text), ' ', &words);
    judge_word(witness, tokens[0], &given, &family);
    judge_word(witness, tokens[words - 1], &other_given, &other_family);
    bool organization = name_is_organization(text);
    bool known = given || family || other_given || other_family;
    bool couple = !organization && words >= 3 && known && is_couple(text);
    bool person = words >= 2 && words <= 6 && !organization && !couple && known &&
                  name_parse(arena, text, &name) && name.given && name.family;
    return bit(TRAIT_GIVEN, given && !organization && words <= 2) |
           bit(TRAIT_FAMILY,
               words <= 3 && !organization && (family || (words > 1 && other_family))) |
           bit(TRAIT_PERSON, person) | bit(TRAIT_COUPLE, couple) |
           bit(TRAIT_ORGANIZATION, organization) |
           bit(TRAIT_PREFIX, words == 1 && name_is_prefix(text));
}

static bool has_word(const char *const *words, size_t count, const char *(*known)(const char *))
{
    for (size_t i = 0; i < count; i++)
        if (known(words[i]))
            return true;
    return false;
}

/* "Hauptstraße" folds to a word that ends so. */
static bool ends_like_street(const char *word)
{
    static const char *const ends[] = {"strasse", "straat", "gasse", "platz", "weg",
                                       "allee",   "gatan",  "vej",   "ring",  "laan"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (strlen(word) > strlen(ends[i]) + 1 && text_ends(word, ends[i]))
            return true;
    return text_ends(word, "str") && strlen(word) > 5;
}

static bool is_street(const char *const *words, size_t count)
{
    static const char *const first[] = {"rue", "via", "calle", "avenida", "rua", "boulevard"};
    bool letters = !isdigit((unsigned char)words[0][0]);
    if (count > 1 && has_word(words + letters, count - letters, address_street_type))
        return true;
    for (size_t i = 0; i < count; i++)
        if (ends_like_street(words[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(first) && count > 1; i++)
        if (text_equal(words[0], first[i]))
            return true;
    return false;
}

static uint32_t address_traits(struct arena *arena, const struct witness *witness, const char *text,
                               const struct counts *counts)
{
    struct address address;
    size_t words;
    if (counts->letters < 2 || counts->length > 200)
        return 0;
    const char **tokens = text_split(arena, fold_name(arena, text), ' ', &words);
    bool street = words <= 8 && is_street(tokens, words);
    bool whole = words >= 4 && counts->digits &&
                 address_parse(arena, text, witness->region, NULL, &address) && address.street &&
                 (address.city || address.postcode);
    return bit(TRAIT_STREET, street && !whole) | bit(TRAIT_ADDRESS, whole) |
           bit(TRAIT_UNIT, words <= 4 && counts->digits && has_word(tokens, 1, address_unit_word)) |
           bit(TRAIT_REGION, words <= 4 && address_region_code(text, witness->region));
}

static bool is_code(const struct counts *counts)
{
    return counts->digits >= 2 && !counts->blanks && counts->length <= 60 &&
           counts->digits * 4 >= counts->letters;
}

uint32_t traits_of(struct arena *arena, const struct witness *witness, const char *text)
{
    struct counts counts = count(text);
    bool date = date_forms_of(arena, text) != 0, integer = is_integer(text),
         at = strchr(text, '@') != NULL;
    bool url = text_starts(text, "http") || text_starts(text, "www.");
    return bit(TRAIT_INTEGER, integer) | bit(TRAIT_NUMBER, integer || is_number(text, &counts)) |
           bit(TRAIT_DATE, date) | bit(TRAIT_TIME, is_time(text)) |
           bit(TRAIT_EMAIL, at && email_read(arena, text)) |
           bit(TRAIT_PHONE, !date && is_phone(arena, witness, text, &counts)) |
           bit(TRAIT_POSTCODE, is_postcode(arena, witness, text, &counts)) |
           bit(TRAIT_URL, url && website_read(arena, text)) |
           bit(TRAIT_BOOLEAN, counts.length <= 5 && is_boolean(text)) |
           bit(TRAIT_WORDS, counts.letters >= 2 && !counts.digits && counts.blanks <= 4 &&
                                counts.others <= 2 && !at) |
           bit(TRAIT_CODE, is_code(&counts)) |
           (at ? 0 : name_traits(arena, witness, text, &counts)) |
           (at ? 0 : address_traits(arena, witness, text, &counts));
}

/* Each form is read once a process. */
static const struct date_form *const *forms(void)
{
    static const struct date_form *read[FORMS];
    static struct arena *process;
    if (!process) {
        const char *fault;
        process = arena_new();
        for (size_t i = 0; i < FORMS; i++)
            read[i] = date_form_read(process, date_forms[i], &fault);
    }
    return read;
}

uint32_t date_forms_of(struct arena *arena, const char *text)
{
    size_t digits = 0, length = strlen(text);
    uint32_t found = 0;
    for (const char *c = text; *c; c++)
        digits += isdigit((unsigned char)*c) != 0;
    if (digits < 3 || digits > 8 || length < 6 || length > 20)
        return 0;
    for (size_t i = 0; i < FORMS; i++)
        if (date_read(arena, forms()[i], text, date_this_year()))
            found |= (uint32_t)1 << i;
    return found;
}
