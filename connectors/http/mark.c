#include "connectors/http/mark.h"

#include <ctype.h>

#include "hub/base/calendar.h"
#include "hub/base/decimal.h"
#include "hub/base/text.h"

#define DAY_MS 86400000LL
#define NONE SIZE_MAX

/* An ISO 8601 time, and where its parts stand. */
struct iso {
    size_t year, month, day, hour, minute, second; /* offsets in the text; NONE: not there */
    int64_t local_ms;                              /* as written, without its offset */
    int64_t offset_ms;
    int64_t step_ms; /* what its last part counts */
    bool zoned;
};

enum kind { KIND_TEXT, KIND_NUMBER, KIND_TIME };

static bool digits(const char *text, size_t at, size_t count, int *number)
{
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isdigit((unsigned char)text[at + i]))
            return false;
        *number = *number * 10 + (text[at + i] - '0');
    }
    return true;
}

/* Days since 1970 of a Gregorian date. */
static int64_t days_of(int year, int month, int day)
{
    int64_t before = year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;
    for (int m = 1; m < month; m++)
        days += calendar_days(year, m);
    return days + day - 1;
}

static bool read_date(const char *text, struct iso *iso, size_t *at)
{
    int year, month, day;
    if (!digits(text, 0, 4, &year))
        return false;
    size_t dash = text[4] == '-';
    *iso = (struct iso){.month = 4 + dash, .day = 6 + 2 * dash, .hour = NONE, .minute = NONE};
    iso->second = NONE;
    if (!digits(text, iso->month, 2, &month) || (dash && text[7] != '-') ||
        !digits(text, iso->day, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > calendar_days(year, month))
        return false;
    iso->local_ms = days_of(year, month, day) * DAY_MS;
    iso->step_ms = DAY_MS;
    *at = iso->day + 2;
    return true;
}

/* hh, then mm, ss and a fraction where they are there. */
static bool read_clock(const char *text, struct iso *iso, size_t *at)
{
    size_t *const parts[] = {&iso->hour, &iso->minute, &iso->second};
    static const int64_t ms[] = {3600000, 60000, 1000};
    static const int most[] = {24, 59, 60};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        int number;
        size_t start = *at + (i > 0 && text[*at] == ':');
        if (!isdigit((unsigned char)text[start]))
            return i > 1;
        if (!digits(text, start, 2, &number) || number > most[i])
            return false;
        *parts[i] = start;
        iso->local_ms += number * ms[i];
        iso->step_ms = ms[i];
        *at = start + 2;
    }
    if (text[*at] != '.' && text[*at] != ',')
        return true;
    int64_t unit = 100;
    for (++*at; isdigit((unsigned char)text[*at]); ++*at, unit /= 10)
        iso->local_ms += (text[*at] - '0') * unit;
    return true;
}

static bool read_zone(const char *text, struct iso *iso)
{
    int hours, minutes = 0;
    while (*text == ' ')
        text++;
    iso->zoned = *text;
    if (!*text || text_same(text, "Z") || text_same(text, "UTC") || text_same(text, "GMT"))
        return true;
    if ((*text != '+' && *text != '-') || !digits(text, 1, 2, &hours))
        return false;
    const char *rest = text + 3 + (text[3] == ':');
    if (*rest && (!digits(rest, 0, 2, &minutes) || rest[2]))
        return false;
    iso->offset_ms = (hours * 60 + minutes) * 60000LL * (*text == '-' ? -1 : 1);
    return true;
}

static bool read_iso(const char *text, struct iso *iso)
{
    size_t at;
    if (!read_date(text, iso, &at))
        return false;
    if (!text[at])
        return true;
    if (!strchr("Tt ", text[at]))
        return false;
    at++;
    return read_clock(text, iso, &at) && read_zone(text + at, iso);
}

/* What one of it is worth, where a number counts since 1970: as fractions of a millisecond or many. */
static bool epoch_unit(const char *text, int64_t *ms, int64_t *per_ms)
{
    static const struct {
        size_t digits;
        int64_t ms, per_ms;
    } units[] = {{10, 1000, 1}, {13, 1, 1}, {16, 1, 1000}, {19, 1, 1000000}};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        *ms = units[i].ms;
        *per_ms = units[i].per_ms;
        if (decimal_check(text) && strspn(text, "0123456789") == units[i].digits && *text != '0')
            return true;
    }
    return false;
}

static bool whole_part(const char *text, int64_t *number)
{
    ARENA(scratch);
    return text_to_int(arena_strndup(scratch, text, strcspn(text, ".")), 0, INT64_MAX, number);
}

bool mark_time(const char *mark, int64_t *ms, bool *zoned)
{
    struct iso iso;
    int64_t unit, per_ms, number;
    if (epoch_unit(mark, &unit, &per_ms) && whole_part(mark, &number)) {
        *ms = number / per_ms * unit;
        if (zoned)
            *zoned = true;
        return true;
    }
    if (decimal_check(mark) || !read_iso(mark, &iso))
        return false;
    *ms = iso.local_ms - iso.offset_ms;
    if (zoned)
        *zoned = iso.zoned;
    return true;
}

static enum kind kind_of(const char *mark)
{
    struct iso iso;
    if (decimal_check(mark))
        return KIND_NUMBER;
    return read_iso(mark, &iso) ? KIND_TIME : KIND_TEXT;
}

bool mark_behind(const char *left, const char *right)
{
    enum kind kind = kind_of(left), other = kind_of(right);
    int64_t left_ms = 0, right_ms = 0;
    if (kind != other)
        return other > kind;
    switch (kind) {
    case KIND_NUMBER:
        return decimal_compare(left, right) < 0;
    case KIND_TIME:
        (void)mark_time(left, &left_ms, NULL);
        (void)mark_time(right, &right_ms, NULL);
        return left_ms != right_ms ? left_ms < right_ms : strcmp(left, right) < 0;
    case KIND_TEXT:
        return strcmp(left, right) < 0;
    }
    return false;
}

static void put_digits(char *text, size_t at, size_t count, int64_t number)
{
    if (at == NONE)
        return;
    for (size_t i = count; i-- > 0; number /= 10)
        text[at + i] = (char)('0' + number % 10);
}

/* Write a moment over the parts of a time; its fraction and its offset stay. */
static void put_iso(char *text, const struct iso *iso, int64_t local_ms)
{
    int64_t days = local_ms / DAY_MS, left = local_ms % DAY_MS;
    if (left < 0)
        days--, left += DAY_MS;
    int year = (int)(1969 + days / (days < 0 ? 365 : 366)), month = 1;
    while (days_of(year + 1, 1, 1) <= days)
        year++;
    days -= days_of(year, 1, 1);
    for (; days >= calendar_days(year, month); month++)
        days -= calendar_days(year, month);
    put_digits(text, iso->year, 4, year);
    put_digits(text, iso->month, 2, month);
    put_digits(text, iso->day, 2, days + 1);
    put_digits(text, iso->hour, 2, left / 3600000);
    put_digits(text, iso->minute, 2, left / 60000 % 60);
    put_digits(text, iso->second, 2, left / 1000 % 60);
}

static int64_t round_up(int64_t ms, int64_t step)
{
    return (ms + step - 1) / step * step;
}

const char *mark_back(struct arena *arena, const char *mark, int64_t ms)
{
    struct iso iso;
    int64_t unit, per_ms, number;
    if (ms <= 0)
        return mark;
    if (epoch_unit(mark, &unit, &per_ms) && whole_part(mark, &number)) {
        int64_t less = round_up(ms, unit) / unit * per_ms;
        return arena_printf(arena, "%lld%s", (long long)(number > less ? number - less : 0),
                            mark + strcspn(mark, "."));
    }
    if (decimal_check(mark) || !read_iso(mark, &iso))
        return mark;
    int64_t earlier = iso.local_ms - round_up(ms, iso.step_ms);
    if (earlier < days_of(1, 1, 1) * DAY_MS)
        return mark;
    char *text = arena_strdup(arena, mark);
    put_iso(text, &iso, earlier);
    return text;
}
