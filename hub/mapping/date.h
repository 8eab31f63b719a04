/*
 * Date: reads the dates of a source by the form that its mapping declares, and writes ISO 8601.
 *
 * A form is made of the tokens YYYY YY MM M DD D MON and of signs between them: "D/M/YYYY", "YYYYMMDD",
 * "D-MON-YY", "YYYY-MM" (no day: a partial date).  Alternatives stand between bars; the first that
 * reads the whole text as a real day of the calendar holds.
 */
#pragma once

#include "hub/base/arena.h"

struct date_form;

/* NULL with *fault saying what is wrong with it. */
const struct date_form *date_form_read(struct arena *arena, const char *text, const char **fault);

/* "1978-11-12", "1978-11" or "1978"; NULL when no alternative reads it.  YY is the latest year up to
 * this_year. */
const char *date_read(struct arena *arena, const struct date_form *form, const char *text,
                      int this_year);
/* The year it is, in UTC. */
int date_this_year(void);
