/* Calendar: the Gregorian one, for readers of dates. */
#pragma once

#include <stdbool.h>

/* How many days a month, from 1 to 12, has. */
static inline int calendar_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}
