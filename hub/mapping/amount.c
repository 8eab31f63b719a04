#include "hub/mapping/amount.h"

#include <ctype.h>
#include <unicode/uchar.h>

#define DIGITS_MOST 60

/* What signs can mean; longer ones first. */
static const struct {
    const char *sign, *codes;
} currencies[] = {
    {"US$", "USD"},
    {"A$", "AUD"},
    {"AU$", "AUD"},
    {"C$", "CAD"},
    {"NZ$", "NZD"},
    {"R$", "BRL"},
    {"HK$", "HKD"},
    {"S$", "SGD"},
    {"€", "EUR"},
    {"£", "GBP"},
    {"$", "USD AUD CAD NZD SGD HKD MXN"},
    {"¥", "JPY CNY"},
    {"₹", "INR"},
    {"₩", "KRW"},
    {"₽", "RUB"},
    {"zł", "PLN"},
    {"Kč", "CZK"},
    {"kr", "SEK NOK DKK ISK"},
    {"Fr", "CHF"},
    {"R", "ZAR"},
};

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == 0xa0 || c == 0x202f || c == 0x2009;
}

/* Digits that are grouped stand in threes before the decimals, in twos before those (India). */
struct digits {
    struct buffer whole, decimals;
    size_t group; /* digits since the last group sign */
    bool grouped, has_decimal;
};

static bool add_group(struct digits *digits)
{
    bool first = !digits->grouped;
    bool fits =
        first ? digits->group >= 1 && digits->group <= 3 : digits->group == 2 || digits->group == 3;
    digits->grouped = true;
    digits->group = 0;
    return fits && !digits->has_decimal;
}

static bool is_group(const struct amount_form *form, uint32_t c)
{
    return form->group && (form->group == ' '    ? is_blank(c)
                           : form->group == '\'' ? c == '\'' || c == 0x2019
                                                 : c == (uint32_t)form->group);
}

static bool read_digits(const struct amount_form *form, const char *text, struct digits *digits)
{
    while (*text) {
        uint32_t c = text_next(&text);
        if (c >= '0' && c <= '9') {
            buffer_char(digits->has_decimal ? &digits->decimals : &digits->whole, (char)c);
            digits->group += !digits->has_decimal;
        } else if (c == (uint32_t)form->decimal && !digits->has_decimal) {
            digits->has_decimal = true;
        } else if (!is_group(form, c) || !add_group(digits)) {
            return false;
        }
    }
    return (!digits->grouped || digits->group == 3) &&
           digits->whole.length + digits->decimals.length > 0 &&
           digits->whole.length + digits->decimals.length <= DIGITS_MOST;
}

static const char *skip_minus(const char *text)
{
    if (*text == '-')
        return text + 1;
    return text_starts(text, "\u2212") ? text + strlen("\u2212") : NULL;
}

/* The text without its sign. */
static const char *take_sign(struct arena *arena, const char *text, bool *negative)
{
    const char *behind = skip_minus(text);
    size_t length = strlen(text);
    *negative = true;
    if (behind)
        return text_trim(arena, behind);
    if (length > 2 && *text == '(' && text[length - 1] == ')')
        return text_trim(arena, arena_strndup(arena, text + 1, length - 2));
    if (length > 1 && text[length - 1] == '-')
        return text_trim(arena, arena_strndup(arena, text, length - 1));
    *negative = false;
    return *text == '+' ? text_trim(arena, text + 1) : text;
}

static const char *write_number(struct arena *arena, const struct digits *digits, bool negative)
{
    const char *whole = buffer_string(&digits->whole), *decimals = buffer_string(&digits->decimals);
    whole += strspn(whole, "0");
    whole = *whole ? whole : "0";
    bool is_zero = text_equal(whole, "0") && strspn(decimals, "0") == strlen(decimals);
    return arena_printf(arena, "%s%s%s%s", negative && !is_zero ? "-" : "", whole,
                        *decimals ? "." : "", decimals);
}

const char *amount_number(struct arena *arena, const struct amount_form *form, const char *text)
{
    bool negative;
    struct digits digits = {.whole = {.arena = arena}, .decimals = {.arena = arena}};
    text = take_sign(arena, text_trim(arena, text), &negative);
    return read_digits(form, text, &digits) ? write_number(arena, &digits, negative) : NULL;
}

/* Is it a letter or a currency's sign? */
static bool is_currency(uint32_t c)
{
    return u_isalpha((UChar32)c) || u_charType((UChar32)c) == U_CURRENCY_SYMBOL;
}

static bool can_mean(const char *sign, const char *currency)
{
    if (text_same(sign, currency))
        return true;
    for (size_t i = 0; i < COUNT_OF(currencies); i++)
        if (text_same(currencies[i].sign, sign))
            return strstr(currencies[i].codes, currency) != NULL;
    return false;
}

/* Of the run of letters and signs at its start, in bytes. */
static size_t leading(const char *text)
{
    for (const char *at = text, *before; *(before = at);)
        if (!is_currency(text_next(&at)))
            return (size_t)(before - text);
    return strlen(text);
}

/* The run at its end. */
static const char *trailing(const char *text)
{
    const char *end = text;
    while (*text)
        if (!is_currency(text_next(&text)))
            end = text;
    return end;
}

/* The text without the code or sign of a currency at either end; false if there is one at both. */
static bool take_currency(struct arena *arena, const char **text, const char **currency)
{
    size_t size = leading(*text);
    const char *end = trailing(*text + size);
    *currency = size ? arena_strndup(arena, *text, size) : end;
    bool one = !size || !*end;
    *text = text_trim(arena, arena_strndup(arena, *text + size, (size_t)(end - *text) - size));
    return one && strlen(*currency) <= 8;
}

const char *amount_money(struct arena *arena, const struct amount_form *form, const char *text,
                         const char *currency, bool *other)
{
    bool outer, inner = false;
    const char *sign;
    *other = false;
    text = take_sign(arena, text_trim(arena, text), &outer);
    if (!take_currency(arena, &text, &sign))
        return NULL;
    if (!outer)
        text = take_sign(arena, text, &inner);
    if (*sign && currency && !can_mean(sign, currency)) {
        *other = true;
        return NULL;
    }
    const char *number = amount_number(arena, form, text);
    bool negative = outer || inner;
    if (!number || *number == '-')
        return NULL;
    return negative && strspn(number, "0.") < strlen(number) ? arena_printf(arena, "-%s", number)
                                                             : number;
}
