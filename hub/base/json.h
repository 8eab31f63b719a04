/*
 * Json: the one JSON reader (RFC 8259, strict) and writer.
 *
 * Numbers stay text, so that money never becomes a double; names stay in their order, and a repeated
 * name is kept and flagged rather than silently losing its first value.  A string that holds U+0000
 * or half a surrogate pair cannot be a C text: it is flagged `unreadable` and its text is NULL.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/text.h"

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_type type;
    bool repeated;    /* an earlier member of the same object has this name */
    bool unreadable;  /* a string that no text can carry */
    const char *name; /* of a member; NULL in arrays and at the root; "" too when unreadable */
    const char *text; /* strings: decoded; numbers: as written; otherwise NULL */
    size_t count;     /* members or items */
    const struct json *first, *next;
};

/* Why a text is not JSON, and where: line and column from 1, the column in bytes. */
struct json_fault {
    size_t offset;
    unsigned line, column;
    const char *message;
};

#define JSON_DEPTH_MOST 64

/* Read one document; NULL with *fault filled in when it is none. */
const struct json *json_parse(struct arena *arena, const char *bytes, size_t size,
                              struct json_fault *fault);

/* The last member of that name (or NULL); NULL unless the value is an object. */
const struct json *json_get(const struct json *object, const char *name);
/* The text of a string or number member, or NULL. */
const char *json_get_text(const struct json *object, const char *name);
/* RFC 6901: "" is the whole, "/a/0" an item of a member; NULL where there is nothing. */
const struct json *json_pointer(const struct json *root, const char *pointer);
/* The same; *repeated tells whether it, or what it stands in, is a member whose name was there before. */
const struct json *json_find(const struct json *root, const char *pointer, bool *repeated);

/* Writing: commas and escapes take care of themselves.  Start from {.out = {.arena = ...}}. */
struct json_writer {
    struct buffer out;
    bool comma;
};

void json_open(struct json_writer *writer, char bracket);  /* '{' or '[' */
void json_close(struct json_writer *writer, char bracket); /* '}' or ']' */
void json_name(struct json_writer *writer, const char *name);
void json_text(struct json_writer *writer, const char *text); /* NULL writes null */
void json_int(struct json_writer *writer, int64_t number);
void json_bool(struct json_writer *writer, bool truth);
/* A value that was read, as it stands; an unreadable string becomes null. */
void json_value(struct json_writer *writer, const struct json *value);
void json_raw(struct json_writer *writer, const char *json); /* already JSON */
/* json_name and json_text in one; leaves the member out when the text is NULL. */
void json_member(struct json_writer *writer, const char *name, const char *text);
void json_member_int(struct json_writer *writer, const char *name, int64_t number);
