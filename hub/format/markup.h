/*
 * Markup: the tags of an XML document, one after another, straight from its bytes, which may be in any
 * encoding that keeps ASCII.  Only what is needed to see where elements begin and end, and in which
 * namespaces; whether the rest is XML is up to libxml2.
 */
#pragma once

#include "hub/base/text.h"

enum markup {
    MARKUP_NONE, /* the text ends */
    MARKUP_START,
    MARKUP_EMPTY, /* <a/> */
    MARKUP_END,
    MARKUP_OTHER, /* a comment, a processing instruction, CDATA */
    MARKUP_DOCTYPE,
    MARKUP_BAD, /* no tag can be like this: tag.fault says why; the scan is behind its '<' */
};

struct markup_scan {
    const char *at, *end;
    const char *never[3]; /* from there on nothing closes a comment, ...: searched once */
};

struct markup_tag {
    const char *start, *end;
    struct slice name, attributes;
    const char *text; /* what else than blanks stands before it; NULL: nothing */
    const char *fault;
};

enum markup markup_next(struct markup_scan *scan, struct markup_tag *tag);

struct markup_attribute {
    struct slice name, value; /* the value within its quotes, as it stands */
    struct slice whole;       /* with the blanks before it */
};

/* The next attribute of what is left of a tag's. */
bool markup_attribute_next(struct slice *attributes, struct markup_attribute *attribute);

bool slice_equal(struct slice left, struct slice right);
bool slice_is(struct slice slice, const char *text);
/* What stands before the colon of a name, empty if there is none; *local gets what is behind it. */
struct slice markup_prefix(struct slice name, struct slice *local);

/* The namespaces that are declared where we are, innermost last. */
struct markup_scope {
    struct arena *arena;
    struct markup_binding {
        struct slice prefix, uri;
        struct slice whole; /* the attribute that says so */
        size_t depth;
    } * list;
    size_t count, room;
};

void markup_declare(struct markup_scope *scope, const struct markup_tag *tag, size_t depth);
/* Forget what was declared at this depth and below. */
void markup_leave(struct markup_scope *scope, size_t depth);
/* What a prefix stands for; empty when there is none, or it is not declared. */
struct slice markup_uri(const struct markup_scope *scope, struct slice prefix);
/* Is this binding hidden by a later one of the same prefix? */
bool markup_is_hidden(const struct markup_scope *scope, const struct markup_binding *binding);
