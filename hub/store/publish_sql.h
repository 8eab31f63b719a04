/*
 * Publish sql: what publish.c and publish_things.c share to write the views of the schema axle.  For this
 * directory only.
 */
#pragma once

#include "hub/base/text.h"
#include "hub/dictionary/dictionary.h"

struct publication {
    struct buffer sql;
    const struct dictionary *dictionary;
    const char *class_name; /* whose elements publish_next() gives */
};

/* Quoted, as an identifier and as a literal. */
const char *publish_name(const struct publication *to, const char *identifier);
const char *publish_text(const struct publication *to, const char *literal);

void publish_comment_view(struct publication *to, const char *view, const char *comment);
void publish_comment_column(struct publication *to, const char *view, const char *column,
                            const struct element *element);

/* The elements of the class, one after the other: start with *at = 0. */
const struct element *publish_next(const struct publication *to, size_t *at);
/* The next element of a composite. */
const struct element *publish_next_part(const struct publication *to, const char *composite,
                                        size_t *at);
/* Is it the first element of a composite? */
bool publish_leads(const struct publication *to, const struct element *element);
/* An element's name within its composite. */
const char *publish_part(const struct element *element);

/* The views of all other classes than customer. */
void publish_things(struct publication *to);
