#include "hub/mapping/date.h"

#include <ctype.h>
#include <time.h>

#include "hub/base/calendar.h"
#include "hub/base/text.h"

#define PARTS_MOST 16

enum part_kind { PART_SIGN, PART_YEAR, PART_SHORT_YEAR, PART_MONTH, PART_MONTH_NAME, PART_DAY };

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

struct day {
    int year, month, day; /* month, day: 0 when the form has none */
};

/* Longer ones first. */
static const struct {
    const char *token;
    struct part part;
} tokens[] = {
    {"YYYY", {PART_YEAR, 4, 4, 0}},      {"YY", {PART_SHORT_YEAR, 2, 2, 0}},
    {"MON", {PART_MONTH_NAME, 0, 0, 0}}, {"MM", {PART_MONTH, 2, 2, 0}},
    {"M", {PART_MONTH, 1, 2, 0}},        {"DD", {PART_DAY, 2, 2, 0}},
    {"D", {PART_DAY, 1, 2, 0}},
};

static const char *const months[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december",
};

static bool is_digits(const struct part *part)
{
    return part->most > 0;
}

/* Each of year, month and day once; a day only with a month; no guessing where digits end. */
static const char *check(const struct date_form *form)
{
    int years = 0, month = 0, days = 0;
    for (size_t i = 0; i < form->count; i++) {
        const struct part *part = &form->parts[i];
        years += part->kind == PART_YEAR || part->kind == PART_SHORT_YEAR;
        month += part->kind == PART_MONTH || part->kind == PART_MONTH_NAME;
        days += part->kind == PART_DAY;
        if (part->least < part->most && i + 1 < form->count && is_digits(part + 1))
            return "M or D needs a sign behind it; write MM or DD where there is none";
    }
    if (years != 1)
        return "it needs a year, once (YYYY or YY)";
    if (month > 1 || days > 1)
        return "month and day can stand in it once only";
    return days && !month ? "it has a day but no month" : NULL;
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
            return arena_printf(arena, "'%s' is none of YYYY YY MM M DD D MON", text);
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

static bool read_part(const char **at, const struct part *part, struct day *day, int this_year)
{
    switch (part->kind) {
    case PART_SIGN:
        return *(*at)++ == part->sign;
    case PART_YEAR:
        return read_digits(at, part, &day->year);
    case PART_SHORT_YEAR:
        if (!read_digits(at, part, &day->year))
            return false;
        day->year += this_year - this_year % 100;
        day->year -= day->year > this_year ? 100 : 0;
        return true;
    case PART_MONTH:
        return read_digits(at, part, &day->month) && day->month > 0;
    case PART_MONTH_NAME:
        return read_month_name(at, &day->month);
    case PART_DAY:
        return read_digits(at, part, &day->day) && day->day > 0;
    }
    return false;
}

static bool read_by(const struct date_form *form, const char *text, struct day *day, int this_year)
{
    *day = (struct day){.year = 0};
    for (size_t i = 0; i < form->count; i++)
        if (!*text || !read_part(&text, &form->parts[i], day, this_year))
            return false;
    if (*text || day->year == 0 || day->month > 12)
        return false;
    if (!day->day)
        return true;
    return day->month > 0 && day->day <= calendar_days(day->year, day->month);
}

const char *date_read(struct arena *arena, const struct date_form *form, const char *text,
                      int this_year)
{
    struct day day;
    text = text_trim(arena, text);
    for (; form; form = form->next) {
        if (!read_by(form, text, &day, this_year))
            continue;
        if (day.day)
            return arena_printf(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
        if (day.month)
            return arena_printf(arena, "%04d-%02d", day.year, day.month);
        return arena_printf(arena, "%04d", day.year);
    }
    return NULL;
}

int date_this_year(void)
{
    time_t now = time(NULL);
    struct tm utc;
    return gmtime_r(&now, &utc) ? utc.tm_year + 1900 : 1970;
}
