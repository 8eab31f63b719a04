#include "hub/standard/phone.h"

#include <ctype.h>

#include "hub/standard/clean.h"
#include "hub/standard/phonenumber.h"
#include "hub/standard/unicode.h"

#define DIGITS_LEAST 5
#define DIGITS_MOST 15

/* Numbering plans: what is dialled before a national number, before an international one, and how many
 * digits a number has without either. */
static const struct plan {
    const char *region, *code, *trunk, *abroad;
    unsigned least, most;
} plans[] = {
    {"AE", "971", "0", "00", 8, 9},  {"AR", "54", "0", "00", 10, 11},
    {"AT", "43", "0", "00", 4, 13},  {"AU", "61", "0", "0011", 9, 10},
    {"BE", "32", "0", "00", 8, 9},   {"BR", "55", "0", "00", 10, 11},
    {"CA", "1", "1", "011", 10, 10}, {"CH", "41", "0", "00", 9, 9},
    {"CL", "56", "", "00", 9, 9},    {"CN", "86", "0", "00", 10, 11},
    {"CO", "57", "", "00", 10, 10},  {"CZ", "420", "", "00", 9, 9},
    {"DE", "49", "0", "00", 6, 11},  {"DK", "45", "", "00", 8, 8},
    {"EG", "20", "0", "00", 8, 10},  {"ES", "34", "", "00", 9, 9},
    {"FI", "358", "0", "00", 5, 12}, {"FR", "33", "0", "00", 9, 9},
    {"GB", "44", "0", "00", 9, 10},  {"GR", "30", "", "00", 10, 10},
    {"HK", "852", "", "001", 8, 8},  {"HU", "36", "06", "00", 8, 9},
    {"ID", "62", "0", "001", 8, 12}, {"IE", "353", "0", "00", 7, 9},
    {"IL", "972", "0", "00", 8, 9},  {"IN", "91", "0", "00", 10, 10},
    {"IT", "39", "", "00", 6, 11},   {"JP", "81", "0", "010", 9, 10},
    {"KR", "82", "0", "001", 8, 10}, {"MX", "52", "", "00", 10, 10},
    {"MY", "60", "0", "00", 8, 10},  {"NL", "31", "0", "00", 9, 9},
    {"NO", "47", "", "00", 8, 8},    {"NZ", "64", "0", "00", 8, 10},
    {"PH", "63", "0", "00", 8, 10},  {"PL", "48", "", "00", 9, 9},
    {"PR", "1", "1", "011", 10, 10}, {"PT", "351", "", "00", 9, 9},
    {"RU", "7", "8", "810", 10, 10}, {"SA", "966", "0", "00", 9, 9},
    {"SE", "46", "0", "00", 7, 9},   {"SG", "65", "", "000", 8, 8},
    {"TH", "66", "0", "001", 8, 9},  {"TR", "90", "0", "00", 10, 10},
    {"TW", "886", "0", "002", 8, 9}, {"UA", "380", "0", "00", 9, 9},
    {"US", "1", "1", "011", 10, 10}, {"VN", "84", "0", "00", 9, 10},
    {"ZA", "27", "0", "00", 9, 9},
};

static const struct plan *plan_of_region(const char *region)
{
    for (size_t i = 0; i < COUNT_OF(plans); i++)
        if (text_same(plans[i].region, region))
            return &plans[i];
    return NULL;
}

/* The country whose calling code the digits start with: no code is the start of another. */
static const struct plan *plan_of_number(const char *digits)
{
    for (size_t i = 0; i < COUNT_OF(plans); i++)
        if (text_starts(digits, plans[i].code))
            return &plans[i];
    return NULL;
}

/* "ext. 12", "x12", "#12", ";ext=12" at the end. */
static size_t length_without_extension(const char *text)
{
    static const char *const marks[] = {"extension", "extn", "ext", "x", "#"};
    size_t size = strlen(text), end = size;
    while (end && isdigit((unsigned char)text[end - 1]))
        end--;
    if (end == size || size - end > 7)
        return size;
    while (end && strchr(" .:=", text[end - 1]))
        end--;
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        size_t mark = strlen(marks[i]);
        if (end > mark + DIGITS_LEAST && strncasecmp(text + end - mark, marks[i], mark) == 0)
            return end - mark;
    }
    return size;
}

/* The digit of a letter on the keypad. */
static char keypad(char letter)
{
    static const char digits[] = "22233344455566677778889999";
    return digits[tolower((unsigned char)letter) - 'a'];
}

/* What a text is made of: '+' first when it is written internationally, then digits alone. */
struct number {
    bool plus;
    struct buffer digits;
    size_t letters; /* behind the first digit, outside parentheses */
};

/* A group in parentheses: "(0)" behind a country code is not dialled, "(home)" is no number. */
static const char *skip_group(const struct number *number, const char *at)
{
    size_t size = strcspn(at, ")");
    if (!at[size])
        return NULL;
    if (number->plus && size == 2 && at[1] == '0')
        return at + size;
    for (size_t i = 1; i < size; i++)
        if (isdigit((unsigned char)at[i]))
            return NULL;
    return number->digits.length ? at + size : NULL;
}

static bool scan(const char *text, size_t size, struct number *number)
{
    for (const char *at = text; at < text + size; at++) {
        const char *behind = *at == '(' ? skip_group(number, at) : NULL;
        if (behind) {
            at = behind;
        } else if (isdigit((unsigned char)*at)) {
            buffer_char(&number->digits, *at);
        } else if (*at == '+') {
            if (number->digits.length || number->plus)
                return false;
            number->plus = true;
        } else if (isalpha((unsigned char)*at) && number->digits.length) {
            number->letters++;
            buffer_char(&number->digits, keypad(*at));
        } else if ((*at & 0x80) && number->digits.length) {
            return false;
        }
    }
    return true;
}

/* Letters are digits of a keypad only where they make a whole North American number. */
static bool spells_number(const struct number *number, const struct plan *plan)
{
    size_t length = number->digits.length;
    return (!plan || text_equal(plan->code, "1")) && number->letters >= 3 &&
           (length == 10 || length == 11);
}

/* A word behind the number ("0255501234 home") rather than in it. */
static size_t length_without_word(const char *text, size_t size)
{
    size_t end = size;
    while (end && !isdigit((unsigned char)text[end - 1]))
        end--;
    return end ? end : size;
}

static bool dissect(struct arena *arena, const char *text, const struct plan *plan,
                    struct number *number)
{
    size_t size = length_without_extension(text);
    if (size > 2 && text_equal(text + size - 2, ".0") && strspn(text, "0123456789") == size - 2)
        size -= 2; /* a spreadsheet took it for a fraction */
    *number = (struct number){.digits = {.arena = arena}};
    if (!scan(text, size, number))
        return false;
    if (number->letters && !spells_number(number, plan)) {
        *number = (struct number){.digits = {.arena = arena}};
        if (!scan(text, length_without_word(text, size), number) || number->letters)
            return false;
    }
    return true;
}

/* Digits that begin as one dials abroad are international, without the '+'. */
static void read_prefix(struct number *number, const struct plan *plan)
{
    const char *digits = buffer_string(&number->digits), *abroad = plan ? plan->abroad : "00";
    size_t size = strlen(abroad);
    if (number->plus || !text_starts(digits, abroad) || number->digits.length < size + 9 ||
        digits[size] == '0')
        return;
    struct buffer rest = {.arena = number->digits.arena};
    buffer_text(&rest, digits + size);
    number->plus = true;
    number->digits = rest;
}

static bool fits(const struct plan *plan, const char *digits)
{
    size_t length = strlen(digits);
    return length >= plan->least && length <= plan->most;
}

static const char *without_trunk(const struct plan *plan, const char *digits)
{
    size_t trunk = strlen(plan->trunk);
    return trunk && text_starts(digits, plan->trunk) && fits(plan, digits + trunk) ? digits + trunk
                                                                                   : digits;
}

static const char *international(struct arena *arena, const char *digits)
{
    const struct plan *plan = plan_of_number(digits);
    if (!plan)
        return arena_printf(arena, "+%s", digits);
    const char *national = digits + strlen(plan->code);
    /* Some keep the trunk prefix behind the country code; a code of North America is none. */
    if (!text_equal(plan->code, "1"))
        national = without_trunk(plan, national);
    return arena_printf(arena, "+%s%s", plan->code, national);
}

static const char *national(struct arena *arena, const struct plan *plan, const char *digits)
{
    const char *bare = without_trunk(plan, digits);
    size_t code = strlen(plan->code);
    if (bare == digits && !fits(plan, digits) && text_starts(digits, plan->code) &&
        fits(plan, digits + code))
        bare = digits + code;
    if (!fits(plan, bare))
        return arena_strdup(arena, digits);
    return arena_printf(arena, "+%s%s", plan->code, bare);
}

static const char *by_library(struct arena *arena, const struct number *number, const char *region)
{
#ifdef HAVE_PHONENUMBER
    char e164[PHONENUMBER_ROOM];
    const char *written =
        arena_printf(arena, "%s%s", number->plus ? "+" : "", buffer_string(&number->digits));
    if ((number->plus || *region) && phonenumber_read(written, region, e164))
        return arena_strdup(arena, e164);
#else
    (void)arena, (void)number, (void)region;
#endif
    return NULL;
}

static const char *read_number(struct arena *arena, const char *text, const char *region,
                               bool use_library)
{
    ARENA(scratch);
    const struct plan *plan = plan_of_region(region);
    struct number number;
    text = clean_text(scratch, text);
    if (!text_is_ascii(text))
        text = unicode_plain(scratch, text);
    if (!dissect(scratch, text, plan, &number))
        return NULL;
    read_prefix(&number, plan);
    size_t length = number.digits.length;
    if (length < DIGITS_LEAST || length > DIGITS_MOST)
        return NULL;
    const char *digits = buffer_string(&number.digits);
    const char *known = use_library ? by_library(arena, &number, region) : NULL;
    if (known)
        return known;
    if (number.plus)
        return international(arena, digits);
    return plan ? national(arena, plan, digits) : arena_strdup(arena, digits);
}

const char *phone_read(struct arena *arena, const char *text, const char *region)
{
    return read_number(arena, text, region, true);
}

const char *phone_read_by_rules(struct arena *arena, const char *text, const char *region)
{
    return read_number(arena, text, region, false);
}
