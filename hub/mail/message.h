/* Message: what the files of this directory share while one message is read; for nobody else. */
#pragma once

#include <gmime/gmime.h>

#include "hub/base/json.h"
#include "hub/base/list.h"
#include "hub/base/regex.h"
#include "hub/mail/mail.h"

#define MAIL_PLACES 3

struct mail_reader {
    GMimeParserOptions *options;
    const struct regex *company, *title, *street, *closing, *quoted, *link;
    const struct regex *phone, *mobile, *fax;
    const struct regex
        *places[MAIL_PLACES]; /* street, city, region, postcode and country in a line */
};

/* A part that holds something, whatever holds it. */
struct mail_part {
    GMimeObject *object;
    const char *type;    /* "text/plain" */
    const char *charset; /* "" where it says none */
    const char *name;    /* of the file, "" where there is none */
    bool attached;       /* it is to be kept as a file */
    bool inner;          /* it stands in a message within the message */
    int choice;          /* parts of one number other than 0 say the same in different forms */
    struct slice content;
};

struct mail_parts {
    struct mail_part *list;
    size_t count, room;
};

struct mail_lines {
    const char **list;
    size_t count, room;
};

struct message {
    struct arena *arena;
    const struct mail_reader *reader;
    GMimeMessage *gmime;
    struct mail_parts parts;
    const char *subject;   /* "" where there is none */
    const char *text;      /* of the body */
    struct mail_lines own; /* its lines but for what it quotes, trimmed */
    size_t signature;      /* the first of them that is the signature; own.count: none */
    struct json_writer *json;
};

/* message.c: read it and take it apart; false with *fault when it is no message. */
bool message_open(struct message *message, struct slice raw, const char **fault);
/* What a header's bytes say, as text in one line; NULL where they say nothing. */
const char *message_decode(const struct message *message, const char *raw);
/* The same of a header; NULL where it is not there, or is blank. */
const char *message_header(const struct message *message, const char *name);
/* The same of the message that a part holds, or that its content begins as. */
const char *message_of_part(const struct message *message, const struct mail_part *part,
                            const char *name);
/* One line of text, whatever the bytes are; NULL where nothing is left. */
const char *message_line(struct arena *arena, const char *text);
/* When it was written, as ISO 8601 in UTC; NULL where it does not say so. */
const char *message_date(const struct message *message);
/* An address in a text like "Ann Lee <ann@lee.example>", NULL without one. */
const char *message_address(struct arena *arena, const char *text);

/* charset.c: text in UTF-8 with '\n' as line end, without other control characters. */
const char *charset_text(struct arena *arena, struct slice bytes, const char *charset);

/* html.c: what a browser would show, as lines; cells of a row are divided by tabs, what is quoted begins
 * with ">". */
const char *html_text(struct arena *arena, const char *html, size_t most);

/* lines.c: the body's own lines, and where the signature begins. */
void lines_read(struct message *message);
/* Does a line begin with this word, whatever its case, and end there? */
bool line_begins(const char *line, const char *word);

/* people.c: the address and the name of who wrote it; NULL where they are not there. */
const char *people_sender(const struct message *message, const char **name);

/* What each finds goes to message->json as fields. */
void people_write(struct message *message);
void signature_write(struct message *message);
void form_write(struct message *message);
void notice_write(struct message *message);
void vcards_write(struct message *message);

/* A field; nothing where its text is NULL or blank. */
void field_write(struct message *message, const char *name, const char *text);
