#include "hub/standard/iso_date.h"

#include <ctype.h>
#include <time.h>

#include "hub/base/calendar.h"
#include "hub/standard/clean.h"
#include "hub/standard/unicode.h"

#define YEAR_LEAST 1850
#define YEAR_MOST 2200 /* of what is to come */

/* The number that `count` digits at `text` make, or -1. */
static int digits(const char *text, size_t count)
{
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isdigit((unsigned char)text[i]))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

static int year_most(void)
{
    time_t now = time(NULL);
    struct tm utc;
    return gmtime_r(&now, &utc) ? utc.tm_year + 1900 + 1 : 9999;
}

/* "T10:15:00Z" and the like, which says nothing about the day. */
static bool is_time(const char *text)
{
    return (*text == 'T' || *text == 't' || *text == ' ') && digits(text + 1, 2) >= 0 &&
           strspn(text + 1, "0123456789:.,+-Zz ") == strlen(text + 1);
}

static bool ends_day(const char *text)
{
    return !*text || is_time(text);
}

static const char *read_date(struct arena *arena, const char *text, int most)
{
    text = clean_text(arena, text);
    if (!text_is_ascii(text))
        text = unicode_plain(arena, text);
    size_t size = strlen(text);
    int year = digits(text, 4), month = -1, day = -1;
    if (year < YEAR_LEAST || year > most)
        return NULL;
    if (size == 4)
        return arena_printf(arena, "%04d", year);
    bool dashed = text[4] == '-';
    month = digits(text + 4 + dashed, 2);
    if (month < 1 || month > 12)
        return NULL;
    if (dashed && size == 7)
        return arena_printf(arena, "%04d-%02d", year, month);
    if (dashed && text[7] != '-')
        return NULL;
    day = digits(text + (dashed ? 8 : 6), 2);
    if (day < 1 || day > calendar_days(year, month) || !ends_day(text + (dashed ? 10 : 8)))
        return NULL;
    return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
}

const char *iso_date_read(struct arena *arena, const char *text)
{
    return read_date(arena, text, year_most());
}

const char *iso_date_read_planned(struct arena *arena, const char *text)
{
    return read_date(arena, text, YEAR_MOST);
}
