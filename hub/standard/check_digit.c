#include "hub/standard/check_digit.h"

#include <ctype.h>

#include "hub/base/text.h"

#define VIN_SIZE 17
#define VIN_CHECK 8 /* from 0 */

static bool is_digits(const char *text)
{
    return strspn(text, "0123456789") == strlen(text);
}

/* What a letter counts: A to H are 1 to 8, J to R 1 to 9, S to Z 2 to 9. */
static int vin_value(char c)
{
    static const char values[] = "12345678-12345-7-923456789"; /* A to Z */
    return isdigit((unsigned char)c) ? c - '0' : values[c - 'A'] - '0';
}

static bool is_vin(const char *text)
{
    static const int weights[VIN_SIZE] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    if (strlen(text) != VIN_SIZE || strspn(text, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789") != VIN_SIZE)
        return false;
    if (!strchr("12345L", *text))
        return true;
    for (size_t i = 0; i < VIN_SIZE; i++)
        sum += weights[i] * vin_value(text[i]);
    return text[VIN_CHECK] == "0123456789X"[sum % 11];
}

static bool is_luhn(const char *text)
{
    int sum = 0;
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i++) {
        int digit = (text[size - 1 - i] - '0') * (i % 2 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return size > 1 && is_digits(text) && sum % 10 == 0;
}

static bool is_mod11(const char *text)
{
    size_t size = strlen(text);
    int sum = 0;
    if (size < 2 || strspn(text, "0123456789") + (text[size - 1] == 'X') != size)
        return false;
    for (size_t i = 0; i + 1 < size; i++)
        sum = (sum + (text[i] - '0')) * 2 % 11;
    int last = text[size - 1] == 'X' ? 10 : text[size - 1] - '0';
    return (sum + last) % 11 == 1;
}

static bool is_mod97(const char *text)
{
    unsigned rest = 0;
    for (const char *at = text; *at; at++) {
        if (isdigit((unsigned char)*at))
            rest = (rest * 10 + (unsigned)(*at - '0')) % 97;
        else if (isupper((unsigned char)*at))
            rest = (rest * 100 + (unsigned)(*at - 'A' + 10)) % 97;
        else
            return false;
    }
    return strlen(text) > 2 && rest == 1;
}

static bool is_ean(const char *text)
{
    size_t size = strlen(text);
    int sum = 0;
    if (!is_digits(text) || (size != 8 && (size < 12 || size > 14)))
        return false;
    for (size_t i = 0; i < size; i++)
        sum += (text[size - 1 - i] - '0') * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
}

static const struct {
    const char *name;
    bool (*agrees)(const char *text);
} checks[] = {
    {"vin", is_vin}, {"luhn", is_luhn}, {"mod11", is_mod11}, {"mod97", is_mod97}, {"ean", is_ean},
};

bool check_digit_agrees(const char *check, const char *text)
{
    for (size_t i = 0; i < COUNT_OF(checks); i++)
        if (text_equal(checks[i].name, check))
            return checks[i].agrees(text);
    return true;
}

bool check_digit_knows(const char *check)
{
    for (size_t i = 0; i < COUNT_OF(checks); i++)
        if (text_equal(checks[i].name, check))
            return true;
    return false;
}
