#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/mapping/date.h"

static const struct {
    const char *form, *text, *iso; /* NULL: unreadable */
} readings[] = {
    {"YYYY-MM-DD", "1978-11-12", "1978-11-12"},
    {"YYYY-MM-DD", " 1978-11-12 ", "1978-11-12"},
    {"YYYY-MM-DD", "1978-11-1", NULL},
    {"YYYY-MM-DD", "1978-11-121", NULL},
    {"YYYY-MM-DD", "1978-11-12T00:00", NULL},
    {"YYYY-MM-DD", "978-11-12", NULL},
    {"YYYY-MM-DD", "0000-11-12", NULL},
    {"YYYY-MM-DD", "", NULL},
    {"YYYY-MM-DD", "1978-13-12", NULL},
    {"YYYY-MM-DD", "1978-00-12", NULL},
    {"YYYY-MM-DD", "1978-11-00", NULL},
    {"YYYY-MM-DD", "1978-11-31", NULL},
    {"YYYY-MM-DD", "2000-02-29", "2000-02-29"},
    {"YYYY-MM-DD", "1996-02-29", "1996-02-29"},
    {"YYYY-MM-DD", "1900-02-29", NULL},
    {"YYYY-MM-DD", "1999-02-29", NULL},
    {"YYYYMMDD", "19781112", "1978-11-12"},
    {"YYYYMMDD", "1978112", NULL},
    {"D/M/YYYY", "1/2/1980", "1980-02-01"},
    {"D/M/YYYY", "01/02/1980", "1980-02-01"},
    {"D/M/YYYY", "001/02/1980", NULL},
    {"D/M/YYYY", "1-2-1980", NULL},
    {"M/D/YYYY|D/M/YYYY", "12/11/1978", "1978-12-11"},
    {"M/D/YYYY|D/M/YYYY", "20/8/1991", "1991-08-20"},
    {"M/D/YYYY | D/M/YYYY", "20/8/1991", "1991-08-20"},
    {"M/D/YY", "3/15/90", "1990-03-15"},
    {"M/D/YY", "3/15/26", "2026-03-15"},
    {"M/D/YY", "3/15/27", "1927-03-15"},
    {"M/D/YY", "3/15/00", "2000-03-15"},
    {"D-MON-YY", "24-May-11", "2011-05-24"},
    {"D-MON-YY", "24-MAY-11", "2011-05-24"},
    {"D MON YYYY", "3 September 1980", "1980-09-03"},
    {"D MON YYYY", "3 Sept. 1980", "1980-09-03"},
    {"D MON YYYY", "3 Sep 1980", "1980-09-03"},
    {"D MON YYYY", "3 Se 1980", NULL},
    {"D MON YYYY", "3 Mayor 1980", NULL},
    {"D MON YYYY", "3 Jun 1980", "1980-06-03"},
    {"D MON YYYY", "31 June 1980", NULL},
    {"YYYY", "1978", "1978"},
    {"YYYY-MM", "1978-11", "1978-11"},
    {"YYYY-MM", "1978-13", NULL},
    {"YYYY-MM-DD|YYYY-MM|YYYY", "1978-11", "1978-11"},
    {"YYYY-M-D", "1949-7-22", "1949-07-22"},
    {"M/YYYY", "7/1949", "1949-07"},
    {"YYYY", "٢٠٠٠", NULL},
};

static void reads_what_the_form_says(void **state)
{
    (void)state;
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(readings); i++) {
        const char *fault = NULL;
        const struct date_form *form = date_form_read(work, readings[i].form, &fault);
        assert_null(fault);
        const char *iso = date_read(work, form, readings[i].text, 2026);
        if (!readings[i].iso)
            assert_null(iso);
        else
            assert_string_equal(iso ? iso : "unreadable", readings[i].iso);
    }
}

static void reads_times(void **state)
{
    (void)state;
    static const struct {
        const char *form, *text, *date, *time; /* date NULL: not read */
    } cases[] = {
        {"YYYY-MM-DDThh:mm:ssZ", "2024-03-05T14:30:00Z", "2024-03-05",
         "2024-03-05T14:30:00.000000Z"},
        {"YYYY-MM-DDThh:mm:ssZ", "2024-03-05T14:30:00+10:00", "2024-03-05",
         "2024-03-05T04:30:00.000000Z"},
        {"YYYY-MM-DDThh:mm:ssZ", "2024-03-01T00:30:00+1030", "2024-03-01",
         "2024-02-29T14:00:00.000000Z"},
        {"YYYY-MM-DD hh:mm:ssZ", "2024-12-31 23:30:00-05", "2024-12-31",
         "2025-01-01T04:30:00.000000Z"},
        {"YYYY-MM-DD hh:mm:ssZ", "2024-12-31 23:30:00", NULL, NULL},
        {"YYYY-MM-DD hh:mm:ss.SSS", "2024-12-31 23:30:07.25", "2024-12-31",
         "2024-12-31T23:30:07.250000Z"},
        {"YYYY-MM-DD hh:mm:ss.SSSZ", "2024-12-31 23:30:07.123456789Z", "2024-12-31",
         "2024-12-31T23:30:07.123456Z"},
        {"D.M.YYYY h:mm AM", "5.3.2024 12:00 am", "2024-03-05", "2024-03-05T00:00:00.000000Z"},
        {"D.M.YYYY h:mm AM", "5.3.2024 12:59 PM", "2024-03-05", "2024-03-05T12:59:00.000000Z"},
        {"D.M.YYYY h:mm AM", "5.3.2024 13:59 PM", NULL, NULL},
        {"D.M.YYYY h:mm", "5.3.2024 24:00", NULL, NULL},
        {"D.M.YYYY h:mm", "5.3.2024 7:60", NULL, NULL},
        {"D.M.YYYY h:mmZ", "5.3.2024 7:30+19", NULL, NULL},
        {"D MON YYYY hh:mm", "5 Mar 2024 07:30", "2024-03-05", "2024-03-05T07:30:00.000000Z"},
        {"YYYYMMDDhhmmss", "20240305073005", "2024-03-05", "2024-03-05T07:30:05.000000Z"},
        {"D/M/YYYY hh:mm|D/M/YYYY", "5/3/2024", "2024-03-05", "2024-03-05T00:00:00.000000Z"},
        {"YYYY-MM", "2024-03", "2024-03", "2024-03-01T00:00:00.000000Z"},
    };
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *fault = NULL;
        struct moment moment;
        const struct date_form *form = date_form_read(work, cases[i].form, &fault);
        assert_non_null(form);
        bool is_read = moment_read(work, form, cases[i].text, 2026, &moment);
        assert_int_equal(is_read, cases[i].date != NULL);
        if (!is_read)
            continue;
        assert_string_equal(moment_date(work, &moment), cases[i].date);
        assert_string_equal(moment_instant(work, &moment), cases[i].time);
        assert_string_equal(moment_time(work, &moment),
                            arena_printf(work, "%.19sZ", cases[i].time));
    }
}

static void refuses_what_is_no_form(void **state)
{
    (void)state;
    static const struct {
        const char *form, *fault;
    } cases[] = {
        {"", "it needs a year, once (YYYY or YY)"},
        {"YYYY|", "it needs a year, once (YYYY or YY)"},
        {"DD/MM", "it needs a year, once (YYYY or YY)"},
        {"YYYY YY", "it needs a year, once (YYYY or YY)"},
        {"yyyy", "'yyyy' is none of YYYY YY MM M DD D MON, or of hh h mm ss SSS AM Z for a time"},
        {"YYYY-MM-DDTHH",
         "'HH' is none of YYYY YY MM M DD D MON, or of hh h mm ss SSS AM Z for a time"},
        {"YYYY-DD", "it has a day but no month"},
        {"YYYY-MM hh:mm", "it has a time but no day"},
        {"YYYY-MM-DD mm", "a time in it lacks what stands before mm, ss or SSS"},
        {"YYYY-MM-DD hh:ss", "a time in it lacks what stands before mm, ss or SSS"},
        {"YYYY-MM-DDZ", "AM and Z need a time beside them"},
        {"YYYY-MM-DD hh:hh", "each part of a time can stand in it once only"},
        {"YYYY-MM-DD hmm", "h needs a sign behind it; write hh where there is none"},
        {"MM MON YYYY", "month and day can stand in it once only"},
        {"YYYYMD", "M or D needs a sign behind it; write MM or DD where there is none"},
        {"YYYY-MM-DD--------------------------", "it is too long"},
    };
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *fault = NULL;
        assert_null(date_form_read(work, cases[i].form, &fault));
        assert_string_equal(fault, cases[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_form_says),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(refuses_what_is_no_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
