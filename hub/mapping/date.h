/*
 * Date: reads the dates and times of a source by the form that its mapping declares, and writes ISO 8601.
 *
 * A form is made of the tokens YYYY YY MM M DD D MON, of hh h mm ss SSS AM Z for a time, and of signs
 * between them: "D/M/YYYY", "YYYYMMDD", "D-MON-YY", "YYYY-MM" (no day: a partial date), "D.M.YYYY hh:mm",
 * "YYYY-MM-DDThh:mm:ssZ".  SSS is a fraction of a second, AM stands for AM or PM, Z for Z or an offset such
 * as +10:00; a time without one is UTC.  Alternatives stand between bars; the first that reads the whole
 * text as a real day of the calendar and time of the day holds.
 */
#pragma once

#include <stdbool.h>

#include "hub/base/arena.h"

struct date_form;

/* NULL with *fault saying what is wrong with it. */
const struct date_form *date_form_read(struct arena *arena, const char *text, const char **fault);
/* What is read where a mapping declares no form: ISO 8601, in part or whole, with or without a time. */
const struct date_form *date_form_iso(struct arena *arena);

/* What stands there, as it is written. */
struct moment {
    int year, month, day; /* month, day: 0 where the form has none */
    int hour, minute, second, micros;
    int offset; /* minutes east of UTC */
};

/* False when no alternative reads it.  YY is the latest year up to this_year. */
bool moment_read(struct arena *arena, const struct date_form *form, const char *text, int this_year,
                 struct moment *moment) MUST_CHECK;
/*
 * Go on by "24 months", "2 years -1 day": numbers with their units, in order.  Where the month that is come to
 * has no such day, it is its last one.  False when it cannot be read, the date is not as exact as a unit, or
 * the year is not one from 1 to 9999.
 */
bool moment_add(struct moment *moment, const char *text) MUST_CHECK;
/* The date alone, as written: "1978-11-12", "1978-11" or "1978". */
const char *moment_date(struct arena *arena, const struct moment *moment);
/* In UTC: "2024-03-05T14:30:00Z"; a date alone is its first moment. */
const char *moment_time(struct arena *arena, const struct moment *moment);
/* The same with the fraction, in the one form in which times can be compared as texts:
 * "2024-03-05T14:30:00.000000Z". */
const char *moment_instant(struct arena *arena, const struct moment *moment);

/* moment_read() and moment_date() in one; NULL when no alternative reads it. */
const char *date_read(struct arena *arena, const struct date_form *form, const char *text,
                      int this_year);
/* The year it is, in UTC. */
int date_this_year(void);
