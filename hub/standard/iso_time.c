#include "hub/standard/iso_time.h"

#include <ctype.h>

#include "hub/base/calendar.h"
#include "hub/standard/clean.h"
#include "hub/standard/unicode.h"

#define YEAR_LEAST 1850
#define YEAR_MOST 2200

struct moment {
    int year, month, day, hour, minute, second;
    int offset; /* minutes that its clock is ahead of UTC */
};

/* Take that many digits, which make a number within [least, most]. */
static bool take(const char **at, size_t count, int least, int most, int *number)
{
    int read = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isdigit((unsigned char)(*at)[i]))
            return false;
        read = read * 10 + ((*at)[i] - '0');
    }
    *at += count;
    *number = read;
    return read >= least && read <= most;
}

static bool take_char(const char **at, const char *any)
{
    bool there = **at && strchr(any, **at);
    *at += there;
    return there;
}

static bool take_day(const char **at, struct moment *to)
{
    if (!take(at, 4, YEAR_LEAST, YEAR_MOST, &to->year))
        return false;
    bool dashed = take_char(at, "-");
    return take(at, 2, 1, 12, &to->month) && take_char(at, "-") == dashed &&
           take(at, 2, 1, calendar_days(to->year, to->month), &to->day);
}

static bool take_clock(const char **at, struct moment *to)
{
    if (!take(at, 2, 0, 23, &to->hour))
        return false;
    bool colon = take_char(at, ":");
    if (!take(at, 2, 0, 59, &to->minute))
        return false;
    bool seconds = colon ? take_char(at, ":") : isdigit((unsigned char)**at);
    if (seconds && !take(at, 2, 0, 60, &to->second))
        return false;
    to->second -= to->second == 60; /* a leap second has no number of its own in UTC's calendar */
    if (!seconds || !take_char(at, ".,"))
        return true;
    size_t fraction = strspn(*at, "0123456789");
    *at += fraction;
    return fraction;
}

static bool take_offset(const char **at, struct moment *to)
{
    int hours, minutes = 0;
    *at += strspn(*at, " ");
    if (!**at || text_same(*at, "Z") || text_same(*at, "UTC") || text_same(*at, "GMT"))
        return true;
    int sign = **at == '-' ? -1 : 1;
    if (!take_char(at, "+-") || !take(at, 2, 0, 14, &hours))
        return false;
    (void)take_char(at, ":");
    if (**at && !take(at, 2, 0, 59, &minutes))
        return false;
    to->offset = sign * (hours * 60 + minutes);
    return !**at;
}

static void next_day(struct moment *moment)
{
    if (++moment->day <= calendar_days(moment->year, moment->month))
        return;
    moment->day = 1;
    if (++moment->month <= 12)
        return;
    moment->month = 1;
    moment->year++;
}

static void day_before(struct moment *moment)
{
    if (--moment->day >= 1)
        return;
    if (--moment->month < 1) {
        moment->month = 12;
        moment->year--;
    }
    moment->day = calendar_days(moment->year, moment->month);
}

static void to_utc(struct moment *moment)
{
    int minutes = moment->hour * 60 + moment->minute - moment->offset;
    if (minutes < 0)
        day_before(moment);
    else if (minutes >= 24 * 60)
        next_day(moment);
    minutes = (minutes + 24 * 60) % (24 * 60);
    moment->hour = minutes / 60;
    moment->minute = minutes % 60;
}

const char *iso_time_read(struct arena *arena, const char *text)
{
    struct moment moment = {.year = 0};
    text = clean_text(arena, text);
    if (!text_is_ascii(text))
        text = unicode_plain(arena, text);
    if (!take_day(&text, &moment))
        return NULL;
    if (!*text)
        return arena_printf(arena, "%04d-%02d-%02d", moment.year, moment.month, moment.day);
    if (!take_char(&text, "Tt ") || !take_clock(&text, &moment) || !take_offset(&text, &moment))
        return NULL;
    to_utc(&moment);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", moment.year, moment.month,
                        moment.day, moment.hour, moment.minute, moment.second);
}

/* Of the Gregorian calendar, since 1970 (the era counts from March, so that leap days come last). */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

bool iso_time_us(const char *standard, int64_t *unix_us)
{
    struct moment m = {0};
    const char *at = standard;
    if (!take_day(&at, &m) ||
        (take_char(&at, "T") && (!take_clock(&at, &m) || !take_char(&at, "Z"))) || *at)
        return false;
    int64_t minutes = (days_since_1970(m.year, m.month, m.day) * 24 + m.hour) * 60 + m.minute;
    *unix_us = (minutes * 60 + m.second) * 1000000;
    return true;
}
