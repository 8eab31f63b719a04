#include "hub/mapping/date.h"

#include <assert.h>
#include <ctype.h>
#include <strings.h>
#include <time.h>

#include "hub/base/calendar.h"
#include "hub/base/text.h"

#define PARTS_MOST 24
#define TOKENS "YYYY YY MM M DD D MON, or of hh h mm ss SSS AM Z for a time"

enum part_kind {
    PART_SIGN,
    PART_YEAR,
    PART_SHORT_YEAR,
    PART_MONTH,
    PART_MONTH_NAME,
    PART_DAY,
    PART_HOUR,
    PART_MINUTE,
    PART_SECOND,
    PART_FRACTION,
    PART_HALF, /* of the day */
    PART_ZONE,
    PART_KINDS
};

struct part {
    enum part_kind kind;
    size_t least, most; /* digits */
    char sign;
};

struct date_form {
    const struct date_form *next; /* alternative */
    struct part parts[PARTS_MOST];
    size_t count;
};

/* A text being read by one form. */
struct reading {
    const char *at;
    struct moment moment;
    bool has_half, is_afternoon;
    int this_year;
};

/* Longer ones first. */
static const struct {
    const char *token;
    struct part part;
} tokens[] = {
    {"YYYY", {PART_YEAR, 4, 4, 0}},      {"YY", {PART_SHORT_YEAR, 2, 2, 0}},
    {"MON", {PART_MONTH_NAME, 0, 0, 0}}, {"MM", {PART_MONTH, 2, 2, 0}},
    {"M", {PART_MONTH, 1, 2, 0}},        {"DD", {PART_DAY, 2, 2, 0}},
    {"D", {PART_DAY, 1, 2, 0}},          {"hh", {PART_HOUR, 2, 2, 0}},
    {"h", {PART_HOUR, 1, 2, 0}},         {"mm", {PART_MINUTE, 2, 2, 0}},
    {"ss", {PART_SECOND, 2, 2, 0}},      {"SSS", {PART_FRACTION, 1, 9, 0}},
    {"AM", {PART_HALF, 0, 0, 0}},        {"Z", {PART_ZONE, 0, 0, 0}},
    {"T", {PART_SIGN, 0, 0, 'T'}},
};

static const char *const months[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december",
};

static bool is_digits(const struct part *part)
{
    return part->most > 0;
}

static const char *check_time(const int counts[PART_KINDS])
{
    if (counts[PART_HOUR] && !counts[PART_DAY])
        return "it has a time but no day";
    if ((counts[PART_MINUTE] && !counts[PART_HOUR]) || counts[PART_SECOND] > counts[PART_MINUTE] ||
        counts[PART_FRACTION] > counts[PART_SECOND])
        return "a time in it lacks what stands before mm, ss or SSS";
    if ((counts[PART_ZONE] || counts[PART_HALF]) && !counts[PART_HOUR])
        return "AM and Z need a time beside them";
    return NULL;
}

/* Each thing once; a day only with a month; no guessing where digits end. */
static const char *check(const struct date_form *form)
{
    int counts[PART_KINDS] = {0};
    for (size_t i = 0; i < form->count; i++) {
        const struct part *part = &form->parts[i];
        counts[part->kind]++;
        if (part->least < part->most && i + 1 < form->count && is_digits(part + 1))
            return part->kind == PART_HOUR
                       ? "h needs a sign behind it; write hh where there is none"
                       : "M or D needs a sign behind it; write MM or DD where there is none";
    }
    int month = counts[PART_MONTH] + counts[PART_MONTH_NAME];
    if (counts[PART_YEAR] + counts[PART_SHORT_YEAR] != 1)
        return "it needs a year, once (YYYY or YY)";
    if (month > 1 || counts[PART_DAY] > 1)
        return "month and day can stand in it once only";
    for (int kind = PART_HOUR; kind < PART_KINDS; kind++)
        if (counts[kind] > 1)
            return "each part of a time can stand in it once only";
    return counts[PART_DAY] && !month ? "it has a day but no month" : check_time(counts);
}

static const char *read_form(struct arena *arena, const char *text, struct date_form *form)
{
    while (*text) {
        if (form->count == PARTS_MOST)
            return "it is too long";
        struct part *part = &form->parts[form->count++];
        size_t t = 0;
        while (t < COUNT_OF(tokens) && !text_starts(text, tokens[t].token))
            t++;
        if (t < COUNT_OF(tokens)) {
            *part = tokens[t].part;
            text += strlen(tokens[t].token);
        } else if (isalnum((unsigned char)*text) || *text & 0x80) {
            return arena_printf(arena, "'%s' is none of " TOKENS, text);
        } else {
            *part = (struct part){.kind = PART_SIGN, .sign = *text++};
        }
    }
    return check(form);
}

const struct date_form *date_form_read(struct arena *arena, const char *text, const char **fault)
{
    const struct date_form *first = NULL;
    size_t count;
    const char **alternatives = text_split(arena, text, '|', &count);
    for (size_t i = count; i-- > 0;) {
        struct date_form *form = NEW(arena, struct date_form);
        *fault = read_form(arena, text_trim(arena, alternatives[i]), form);
        if (*fault)
            return NULL;
        form->next = first;
        first = form;
    }
    return first;
}

static bool read_digits(const char **at, const struct part *part, int *number)
{
    size_t count = 0;
    *number = 0;
    while (count < part->most && isdigit((unsigned char)**at)) {
        *number = *number * 10 + (**at - '0');
        (*at)++;
        count++;
    }
    return count >= part->least;
}

/* In full, its first three letters, "Sept"; a point may follow. */
static bool read_month_name(const char **at, int *number)
{
    size_t length = 0;
    while (isalpha((unsigned char)(*at)[length]))
        length++;
    for (int m = 0; m < (int)COUNT_OF(months); m++) {
        size_t whole = strlen(months[m]);
        if (length > whole || (length != whole && length != 3 && !(m == 8 && length == 4)))
            continue;
        size_t i = 0;
        while (i < length && tolower((unsigned char)(*at)[i]) == months[m][i])
            i++;
        if (i < length)
            continue;
        *number = m + 1;
        *at += length;
        *at += **at == '.' && length < whole;
        return true;
    }
    return false;
}

static bool read_fraction(const char **at, int *micros)
{
    static const struct part digit = {PART_FRACTION, 1, 1, 0};
    size_t count = 0;
    *micros = 0;
    for (int number; count < 9 && read_digits(at, &digit, &number); count++)
        if (count < 6)
            *micros = *micros * 10 + number;
    for (size_t i = count; i < 6; i++)
        *micros *= 10;
    return count > 0;
}

static bool read_half(struct reading *reading)
{
    reading->has_half = true;
    reading->is_afternoon = strncasecmp(reading->at, "pm", 2) == 0;
    if (!reading->is_afternoon && strncasecmp(reading->at, "am", 2) != 0)
        return false;
    reading->at += 2;
    return true;
}

/* "Z", "+10", "+1000", "+10:00". */
static bool read_zone(struct reading *reading)
{
    static const struct part two = {PART_ZONE, 2, 2, 0};
    char sign = *reading->at++;
    int hours, minutes = 0;
    reading->moment.offset = 0;
    if (sign == 'Z' || sign == 'z')
        return true;
    if ((sign != '+' && sign != '-') || !read_digits(&reading->at, &two, &hours) || hours > 18)
        return false;
    bool colon = *reading->at == ':';
    reading->at += colon;
    if ((colon || isdigit((unsigned char)*reading->at)) &&
        (!read_digits(&reading->at, &two, &minutes) || minutes > 59))
        return false;
    reading->moment.offset = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return true;
}

static bool read_part(struct reading *reading, const struct part *part)
{
    struct moment *moment = &reading->moment;
    switch (part->kind) {
    case PART_SIGN:
        return *reading->at++ == part->sign;
    case PART_YEAR:
        return read_digits(&reading->at, part, &moment->year);
    case PART_SHORT_YEAR:
        if (!read_digits(&reading->at, part, &moment->year))
            return false;
        moment->year += reading->this_year - reading->this_year % 100;
        moment->year -= moment->year > reading->this_year ? 100 : 0;
        return true;
    case PART_MONTH:
        return read_digits(&reading->at, part, &moment->month) && moment->month > 0;
    case PART_MONTH_NAME:
        return read_month_name(&reading->at, &moment->month);
    case PART_DAY:
        return read_digits(&reading->at, part, &moment->day) && moment->day > 0;
    case PART_HOUR:
        return read_digits(&reading->at, part, &moment->hour) && moment->hour < 24;
    case PART_MINUTE:
        return read_digits(&reading->at, part, &moment->minute) && moment->minute < 60;
    case PART_SECOND:
        return read_digits(&reading->at, part, &moment->second) && moment->second < 60;
    case PART_FRACTION:
        return read_fraction(&reading->at, &moment->micros);
    case PART_HALF:
        return read_half(reading);
    case PART_ZONE:
        return read_zone(reading);
    case PART_KINDS:
        break;
    }
    return false;
}

/* 12 AM is midnight. */
static bool settle_half(struct reading *reading)
{
    int *hour = &reading->moment.hour;
    if (!reading->has_half)
        return true;
    if (*hour < 1 || *hour > 12)
        return false;
    *hour = *hour % 12 + (reading->is_afternoon ? 12 : 0);
    return true;
}

static bool read_by(const struct date_form *form, struct reading *reading)
{
    const struct moment *moment = &reading->moment;
    for (size_t i = 0; i < form->count; i++)
        if (!*reading->at || !read_part(reading, &form->parts[i]))
            return false;
    if (*reading->at || moment->year == 0 || moment->month > 12 || !settle_half(reading))
        return false;
    if (!moment->day)
        return true;
    return moment->month > 0 && moment->day <= calendar_days(moment->year, moment->month);
}

bool moment_read(struct arena *arena, const struct date_form *form, const char *text, int this_year,
                 struct moment *moment)
{
    text = text_trim(arena, text);
    for (; form; form = form->next) {
        struct reading reading = {.at = text, .this_year = this_year};
        if (read_by(form, &reading)) {
            *moment = reading.moment;
            return true;
        }
    }
    return false;
}

/* Dates are many, and printf() is slow. */
static char *put_digits(char *to, int number, int count)
{
    for (int i = count; i-- > 0; number /= 10)
        to[i] = (char)('0' + number % 10);
    return to + count;
}

const char *moment_date(struct arena *arena, const struct moment *moment)
{
    char text[sizeof("YYYY-MM-DD")];
    char *end = put_digits(text, moment->year, 4);
    if (moment->month) {
        *end = '-';
        end = put_digits(end + 1, moment->month, 2);
    }
    if (moment->day) {
        *end = '-';
        end = put_digits(end + 1, moment->day, 2);
    }
    return arena_strndup(arena, text, (size_t)(end - text));
}

/* A year whose month is not known may grow by whole years. */
static bool add_months(struct moment *moment, int64_t count)
{
    int64_t all = (int64_t)moment->year * 12 + (moment->month ? moment->month - 1 : 0) + count;
    if (all < 12 || all >= (int64_t)10000 * 12 || (!moment->month && count % 12))
        return false;
    moment->year = (int)(all / 12);
    if (!moment->month)
        return true;
    moment->month = (int)(all % 12) + 1;
    if (moment->day && moment->day > calendar_days(moment->year, moment->month))
        moment->day = calendar_days(moment->year, moment->month);
    return true;
}

static bool add_days(struct moment *moment, int64_t days)
{
    struct tm day = {.tm_year = moment->year - 1900, .tm_mon = moment->month - 1, .tm_hour = 12};
    if (!moment->day)
        return false;
    day.tm_mday = moment->day + (int)days;
    time_t seconds = timegm(&day);
    if (!gmtime_r(&seconds, &day) || day.tm_year < 1 - 1900 || day.tm_year > 9999 - 1900)
        return false;
    moment->year = day.tm_year + 1900;
    moment->month = day.tm_mon + 1;
    moment->day = day.tm_mday;
    return true;
}

static bool add_some(struct moment *moment, int64_t number, const char *unit)
{
    static const struct {
        const char *unit;
        int of_months, of_days;
    } units[] = {
        {"year", 12, 0}, {"years", 12, 0}, {"month", 1, 0}, {"months", 1, 0},
        {"week", 0, 7},  {"weeks", 0, 7},  {"day", 0, 1},   {"days", 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (text_same(units[i].unit, unit))
            return units[i].of_months ? add_months(moment, number * units[i].of_months)
                                      : add_days(moment, number * units[i].of_days);
    return false;
}

bool moment_add(struct moment *moment, const char *text)
{
    ARENA(scratch);
    size_t count;
    const char *number = NULL;
    const char **words = text_split(scratch, text, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        int64_t much;
        if (!*words[i])
            continue;
        if (!number) {
            number = words[i] + (*words[i] == '+');
            continue;
        }
        if (!text_to_int(number, -100000, 100000, &much) || !add_some(moment, much, words[i]))
            return false;
        number = NULL;
    }
    return !number;
}

/* Its first moment, in UTC. */
static void to_utc(const struct moment *moment, struct tm *utc)
{
    struct tm local = {.tm_year = moment->year - 1900,
                       .tm_mon = moment->month ? moment->month - 1 : 0,
                       .tm_mday = moment->day ? moment->day : 1,
                       .tm_hour = moment->hour,
                       .tm_min = moment->minute - moment->offset,
                       .tm_sec = moment->second};
    time_t seconds = timegm(&local);
    *utc = (struct tm){0};
    (void)gmtime_r(&seconds, utc);
}

const char *moment_time(struct arena *arena, const struct moment *moment)
{
    struct tm utc;
    to_utc(moment, &utc);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                        utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

const char *moment_instant(struct arena *arena, const struct moment *moment)
{
    const char *time = moment_time(arena, moment);
    return arena_printf(arena, "%.*s.%06dZ", (int)strlen(time) - 1, time, moment->micros);
}

const char *date_read(struct arena *arena, const struct date_form *form, const char *text,
                      int this_year)
{
    struct moment moment;
    return moment_read(arena, form, text, this_year, &moment) ? moment_date(arena, &moment) : NULL;
}

const struct date_form *date_form_iso(struct arena *arena)
{
    const char *fault;
    const struct date_form *form = date_form_read(
        arena,
        "YYYY-MM-DD|YYYY-MM-DDThh:mm:ssZ|YYYY-MM-DDThh:mm:ss|YYYY-MM-DDThh:mm:ss.SSSZ|"
        "YYYY-MM-DDThh:mm:ss.SSS|YYYY-MM-DDThh:mmZ|YYYY-MM-DDThh:mm|YYYY-MM-DD hh:mm:ssZ|"
        "YYYY-MM-DD hh:mm:ss|YYYY-MM-DD hh:mm:ss.SSSZ|YYYY-MM-DD hh:mm:ss.SSS|YYYY-MM-DD hh:mm|"
        "YYYY-MM|YYYY",
        &fault);
    assert(form);
    return form;
}

int date_this_year(void)
{
    time_t now = time(NULL);
    struct tm utc;
    return gmtime_r(&now, &utc) ? utc.tm_year + 1900 : 1970;
}
