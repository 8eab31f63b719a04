#include "hub/standard/duration.h"

#include <ctype.h>

#include "hub/standard/clean.h"
#include "hub/standard/unicode.h"

#define MS 1000
#define MOST ((int64_t)100 * 365 * 86400 * MS) /* a century */

static const struct {
    const char *name;
    int64_t seconds;
} units[] = {
    {"", 1},         {"s", 1},        {"sec", 1},       {"secs", 1},       {"second", 1},
    {"seconds", 1},  {"sek", 1},      {"m", 60},        {"min", 60},       {"mins", 60},
    {"minute", 60},  {"minutes", 60}, {"h", 3600},      {"hr", 3600},      {"hrs", 3600},
    {"std", 3600},   {"hour", 3600},  {"hours", 3600},  {"d", 86400},      {"day", 86400},
    {"days", 86400}, {"w", 604800},   {"week", 604800}, {"weeks", 604800},
};

/* A number of thousandths: digits, and up to three more behind a point or comma. */
static bool take_number(const char **at, int64_t *thousandths)
{
    int64_t number = 0;
    size_t digits = strspn(*at, "0123456789");
    if (!digits || digits > 12)
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (*(*at)++ - '0');
    *thousandths = number * MS;
    if (**at != '.' && **at != ',')
        return true;
    ++*at;
    if (!isdigit((unsigned char)**at))
        return false;
    for (int64_t worth = MS / 10; isdigit((unsigned char)**at); worth /= 10)
        *thousandths += worth * (*(*at)++ - '0');
    return true;
}

static bool take_unit(const char **at, int64_t *seconds)
{
    char word[10];
    size_t size = 0;
    for (; isalpha((unsigned char)**at) && size + 1 < sizeof(word); ++*at)
        word[size++] = (char)tolower((unsigned char)**at);
    word[size] = '\0';
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (text_equal(units[i].name, word)) {
            *seconds = units[i].seconds;
            return true;
        }
    return false;
}

/* "1:30", "00:01:30": sixty of each make one of the next. */
static bool read_clock(const char *text, int64_t *total)
{
    int64_t part, sum = 0;
    for (unsigned parts = 1; take_number(&text, &part); parts++) {
        if (parts > 1 && part >= (int64_t)60 * MS)
            return false;
        sum = sum * 60 + part;
        if (sum > MOST)
            return false;
        if (!*text && parts > 1 && parts <= 3) {
            *total = sum;
            return true;
        }
        if (*text++ != ':' || parts == 3)
            return false;
    }
    return false;
}

/* "1m30s", "2 hours, 5 min", "90": the greater unit first, so that "m" within a date is minutes. */
static bool read_units(const char *text, int64_t *total)
{
    int64_t number, seconds, before = INT64_MAX;
    for (*total = 0; *text; text += strspn(text, " ,.")) {
        if (!take_number(&text, &number) || number > MOST)
            return false;
        text += strspn(text, " ");
        if (!take_unit(&text, &seconds) || seconds >= before || number > MOST / seconds)
            return false;
        *total += number * seconds;
        before = seconds;
    }
    return before != INT64_MAX;
}

/* ISO 8601: in front of the T a day is the least unit, behind it an hour the greatest. */
static bool read_iso(struct arena *arena, const char *text, int64_t *total)
{
    int64_t days = 0, time = 0;
    const char *mark = strpbrk(text, "Tt");
    const char *front = mark ? arena_strndup(arena, text, (size_t)(mark - text)) : text;
    *total = 0;
    if (strpbrk(front, "YyMmHhSs") || (mark && (!mark[1] || strpbrk(mark, "DdWw"))))
        return false;
    if (*front && (!read_units(front, &days) || isdigit((unsigned char)front[strlen(front) - 1])))
        return false;
    if (mark && (!read_units(mark + 1, &time) || isdigit((unsigned char)text[strlen(text) - 1])))
        return false;
    *total = days + time;
    return *front || mark;
}

const char *duration_read(struct arena *arena, const char *text)
{
    int64_t total;
    text = clean_text(arena, text);
    if (!text_is_ascii(text))
        text = unicode_plain(arena, text);
    bool read = *text == 'P' || *text == 'p' ? read_iso(arena, text + 1, &total)
                                             : read_clock(text, &total) || read_units(text, &total);
    if (!read || total > MOST)
        return NULL;
    return arena_printf(arena, "%lld", (long long)((total + MS / 2) / MS));
}
