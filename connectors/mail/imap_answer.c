#include "connectors/mail/imap_answer.h"

#include <ctype.h>

#define DEPTH_MOST 64

/* Where we are in an answer. */
struct reading {
    const struct imap_reader *reader;
    const char *at, *end;
    size_t literal; /* the next one */
};

static bool is_at(const struct reading *in, char c)
{
    return in->at < in->end && *in->at == c;
}

static bool skip(struct reading *in, char c)
{
    bool is = is_at(in, c);
    in->at += is;
    return is;
}

/* A word: up to a blank or bracket; but "BODY[HEADER.FIELDS (A)]<0>" is one. */
static struct slice read_word(struct reading *in)
{
    const char *from = in->at;
    bool inside = false;
    for (; in->at < in->end && *in->at; in->at++) {
        if (!inside && strchr(" ()\"", *in->at))
            break;
        inside = *in->at == '[' || (inside && *in->at != ']');
    }
    return (struct slice){from, (size_t)(in->at - from)};
}

static bool is_word(struct slice word, const char *text)
{
    ARENA(scratch);
    return text_same(arena_strndup(scratch, word.bytes, word.size), text);
}

static bool to_number(struct slice digits, int64_t most, int64_t *number)
{
    ARENA(scratch);
    const char *text = arena_strndup(scratch, digits.bytes, digits.size);
    return digits.size && isdigit((unsigned char)*text) && text_to_int(text, 0, most, number);
}

static bool read_number(struct reading *in, int64_t most, int64_t *number)
{
    return to_number(read_word(in), most, number);
}

static bool read_quoted(struct reading *in, struct slice *text)
{
    struct buffer out = {.arena = in->reader->arena};
    while (!is_at(in, '"')) {
        (void)skip(in, '\\');
        if (in->at == in->end || !*in->at)
            return false;
        buffer_char(&out, *in->at++);
    }
    in->at++;
    *text = (struct slice){buffer_string(&out), out.length};
    return true;
}

static bool read_literal(struct reading *in, struct slice *text)
{
    if (in->literal == in->reader->count)
        return false;
    const struct imap_literal *literal = &in->reader->literals[in->literal++];
    *text = (struct slice){literal->bytes, literal->size};
    return true;
}

/* A string, number or NIL (no bytes). */
static bool read_atom(struct reading *in, struct slice *value)
{
    *value = (struct slice){0};
    if (skip(in, '"'))
        return read_quoted(in, value);
    if (in->at < in->end && !*in->at) {
        in->at++;
        return read_literal(in, value);
    }
    struct slice word = read_word(in);
    if (!is_word(word, "NIL"))
        *value = word;
    return word.size;
}

/* The same, or a list, however deep, which is passed over. */
static bool read_value(struct reading *in, struct slice *value)
{
    unsigned depth = 0;
    do {
        if (skip(in, '('))
            depth++;
        else if (depth && skip(in, ')'))
            depth--;
        else if (!(depth && skip(in, ' ')) && !read_atom(in, value))
            return false;
        if (depth)
            *value = (struct slice){0};
    } while (depth && depth <= DEPTH_MOST);
    return !depth;
}

static const char *to_upper(struct arena *arena, struct slice word)
{
    char *text = arena_strndup(arena, word.bytes, word.size);
    for (char *c = text; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return text;
}

/* "[UIDNEXT 4] Predicted next UID" */
static bool read_text(struct reading *in, struct imap_answer *answer)
{
    struct arena *arena = in->reader->arena;
    (void)skip(in, ' ');
    if (skip(in, '[')) {
        const char *close = memchr(in->at, ']', (size_t)(in->end - in->at));
        if (!close)
            return false;
        const char *blank = memchr(in->at, ' ', (size_t)(close - in->at));
        const char *stop = blank ? blank : close;
        answer->code = to_upper(arena, (struct slice){in->at, (size_t)(stop - in->at)});
        if (blank)
            answer->value = text_repair(arena, blank + 1, (size_t)(close - blank - 1));
        in->at = close + 1;
        (void)skip(in, ' ');
    }
    answer->text = text_repair(arena, in->at, (size_t)(in->end - in->at));
    return true;
}

static bool read_result(struct slice word, enum imap_result *result)
{
    static const char *const names[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (is_word(word, names[i])) {
            *result = (enum imap_result)i;
            return true;
        }
    return false;
}

static bool read_capability(struct reading *in, struct imap_answer *answer)
{
    struct slice rest = {in->at, (size_t)(in->end - in->at)};
    answer->words = arena_printf(in->reader->arena, "%s ", to_upper(in->reader->arena, rest));
    return true;
}

/* "(\HasNoChildren) "/" INBOX" */
static bool read_list(struct reading *in, struct imap_answer *answer)
{
    struct slice delimiter = {0}, name = {0};
    if (!skip(in, ' ') || !skip(in, '('))
        return false;
    while (!skip(in, ')')) {
        struct slice flag = read_word(in);
        if (is_word(flag, "\\Noselect") || is_word(flag, "\\NonExistent"))
            answer->closed = true;
        if (!flag.size && !skip(in, ' '))
            return false;
    }
    if (!skip(in, ' ') || !read_value(in, &delimiter) || !skip(in, ' ') || !read_value(in, &name) ||
        delimiter.size > 1 || !name.size || memchr(name.bytes, '\0', name.size))
        return false;
    if (delimiter.size)
        answer->delimiter = *delimiter.bytes;
    answer->folder = arena_strndup(in->reader->arena, name.bytes, name.size);
    return true;
}

/* "INBOX (UIDNEXT 4 UIDVALIDITY 1)" */
static bool read_status(struct reading *in, struct imap_answer *answer)
{
    struct slice folder = {0};
    int64_t number;
    if (!skip(in, ' ') || !read_value(in, &folder) || !skip(in, ' ') || !skip(in, '('))
        return false;
    while (!skip(in, ')')) {
        struct slice name = read_word(in);
        if (!name.size || !skip(in, ' ') || !read_number(in, INT64_MAX, &number))
            return false;
        if (is_word(name, "UIDNEXT"))
            answer->uid_next = number;
        if (is_word(name, "UIDVALIDITY"))
            answer->uid_validity = number;
        (void)skip(in, ' ');
    }
    answer->folder = arena_strndup(in->reader->arena, folder.bytes, folder.size);
    return true;
}

/* "(UID 4 RFC822.SIZE 44827 BODY[] {44827}..." */
static bool read_fetch(struct reading *in, struct imap_answer *answer)
{
    struct slice value = {0};
    if (!skip(in, ' ') || !skip(in, '('))
        return false;
    while (!skip(in, ')')) {
        struct slice name = read_word(in);
        if (!name.size || !skip(in, ' ') || !read_value(in, &value))
            return false;
        if (is_word(name, "UID") && !to_number(value, IMAP_UID_MOST, &answer->uid))
            return false;
        if (is_word(name, "RFC822.SIZE") && !to_number(value, INT64_MAX, &answer->size))
            return false;
        if (is_word(name, "BODY[]") || is_word(name, "BODY[]<0>")) {
            answer->has_body = value.bytes;
            answer->body = value;
        }
        (void)skip(in, ' ');
    }
    return true;
}

static bool read_exists(struct reading *in, struct imap_answer *answer)
{
    (void)answer;
    return in->at == in->end;
}

/* What stands behind the star, and for some a number. */
static const struct {
    const char *name;
    enum imap_kind kind;
    bool numbered;
    bool (*read)(struct reading *in, struct imap_answer *answer);
} kinds[] = {
    {"CAPABILITY", IMAP_CAPABILITY, false, read_capability},
    {"LIST", IMAP_LIST, false, read_list},
    {"STATUS", IMAP_STATUS, false, read_status},
    {"FETCH", IMAP_FETCH, true, read_fetch},
    {"EXISTS", IMAP_EXISTS, true, read_exists},
    {"EXPUNGE", IMAP_EXPUNGE, true, read_exists},
};

static bool read_untagged(struct reading *in, struct imap_answer *answer)
{
    struct slice word = read_word(in);
    if (read_result(word, &answer->result)) {
        answer->kind = IMAP_STATE;
        return read_text(in, answer);
    }
    bool numbered = to_number(word, IMAP_UID_MOST, &answer->number) && skip(in, ' ');
    if (numbered)
        word = read_word(in);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].numbered == numbered && is_word(word, kinds[i].name)) {
            answer->kind = kinds[i].kind;
            return kinds[i].read(in, answer);
        }
    return true;
}

bool imap_read_answer(const struct imap_reader *reader, struct imap_answer *answer)
{
    struct reading in = {reader, reader->line, reader->line + reader->length, 0};
    *answer = (struct imap_answer){.kind = IMAP_OTHER, .code = ""};
    struct slice word = read_word(&in);
    if (is_word(word, "+")) {
        answer->kind = IMAP_CONTINUE;
        return true;
    }
    if (!word.size || !skip(&in, ' '))
        return false;
    if (is_word(word, "*"))
        return read_untagged(&in, answer);
    answer->kind = IMAP_TAGGED;
    answer->tag = arena_strndup(reader->arena, word.bytes, word.size);
    return read_result(read_word(&in), &answer->result) && answer->result <= IMAP_BAD &&
           read_text(&in, answer);
}
