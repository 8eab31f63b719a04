/*
 * Profile: what stands in the columns of a file: how full, how varied, of what kind.
 *
 * Fed record by record, in bounded memory, however long the file is.  Counts are of all records; what
 * texts can be (traits, date forms) is judged from up to COLUMN_SAMPLE of them, drawn evenly and always the
 * same for the same file.
 */
#pragma once

#include "hub/format/format.h"
#include "hub/profile/shape.h"

#define COLUMNS_MOST 500
#define COLUMN_SAMPLE 500
#define COLUMN_SHAPES 64 /* kept; of more only that there are more */
#define COLUMN_VALUES 40
#define COLUMN_TEXT 64 /* bytes of what is shown; what is longer ends in an ellipsis */
#define ROWS_KEPT 5000 /* hashes of a column's first values, in the order of the records */

struct tally {
    const char *text;
    size_t count;
};

struct column {
    const char *name;  /* as a mapping's `from` says it; within an item of `each`, if any */
    const char *each;  /* a list that it stands in, or NULL */
    const char *label; /* both in one, for people */
    size_t filled;     /* records that have it */
    size_t texts;      /* the same, but for lists all of them */
    size_t distinct;   /* among those, */
    bool exact;        /* or about so many */
    bool unique;       /* no text stands in it twice */
    size_t longest;    /* code points */
    bool numeric;      /* all are numbers: least and greatest are by size */
    const char *least, *greatest;
    const struct tally *shapes, *values; /* most frequent first */
    size_t shape_count, value_count;
    bool more_shapes, more_values; /* than are listed */
    const char *examples[3]; /* from the beginning, the middle, the end; NULL: there is no other */
    const char *const *sample;
    size_t sample_count;
    /* Of the sample, in thousandths: */
    unsigned share[TRAITS];
    const unsigned *codes; /* that the dictionary's domain reads, by its index */
    unsigned forms[32];    /* by date_forms */
    size_t day_first, month_first,
        both;             /* of all: a/b/year with a > 12, with b > 12, with neither */
    const uint64_t *rows; /* of the first ROWS_KEPT records, by record; 0: not filled */
};

struct profile {
    size_t records;
    const struct column *columns;
    size_t count;
    bool more; /* columns than COLUMNS_MOST */
};

struct profiler;
struct profiler *profiler_new(struct arena *arena, const struct witness *witness);
/* Before all records are added: of XML, which elements stand in a record more than once. */
void profiler_learn(struct profiler *profiler, const struct fields *fields);
void profiler_add(struct profiler *profiler, const struct fields *fields);
const struct profile *profiler_end(struct profiler *profiler);

/* The forms that together read the column's dates, best first, as a mapping says them ("D/M/YYYY|D/M/YY"),
 * or NULL when it holds none.  *unsure: nothing tells whether days or months come first, and `region` decided;
 * *mixed: both orders occur. */
const char *column_date(struct arena *arena, const struct column *column, const char *region,
                        bool *unsure, bool *mixed);
/* What the column most likely holds, in a few words. */
const char *column_kind(struct arena *arena, const struct dictionary *dictionary,
                        const struct column *column, const char *region, size_t records);
