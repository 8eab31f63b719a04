/*
 * Form: what a browser sends for a <form>, as one JSON object of texts.
 *
 * A field that stands once becomes a text, one that stands more often (checkboxes) a list of texts in
 * their order.  Nothing is guessed: what is not exactly as the two content types have it is refused.
 */
#pragma once

#include "hub/base/error.h"
#include "hub/base/text.h"

#define FORM_FIELDS_MOST 500
#define FORM_NAME_MOST 200 /* bytes */

/* Is it the content type of a form, application/x-www-form-urlencoded or multipart/form-data? */
bool form_is(const char *content_type);

/*
 * The fields of a form as JSON; NULL with REJECT when the body is none: it is not percent-encoded UTF-8,
 * has too many fields or a name that is too long, a boundary is missing, or a part is a file (the empty
 * one that browsers send where none was chosen is passed over).  The text says what is wrong.
 */
const char *form_read(struct arena *arena, const char *content_type, struct slice body,
                      struct error *err);
