#include "connectors/mail/imap.h"

#include <assert.h>
#include <strings.h>

#include "connectors/mail/imap_answer.h"

static enum imap_step broken(struct imap_reader *reader, const char *fault)
{
    reader->fault = fault;
    return IMAP_BROKEN;
}

/* Answers that are free text to the end of their line, which may look like a literal. */
static bool is_free_text(const struct imap_reader *reader)
{
    static const char *const words[] = {"OK ", "NO ", "BAD ", "BYE ", "PREAUTH ", "CAPABILITY "};
    if (reader->length < 2 || memcmp(reader->line, "* ", 2) != 0)
        return true;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        size_t size = strlen(words[i]);
        if (reader->length >= size + 2 && strncasecmp(reader->line + 2, words[i], size) == 0)
            return true;
    }
    return false;
}

/* Does the line so far end with "{123}"?  Then its size, and *from where that begins. */
static bool ends_with_literal(const struct imap_reader *reader, size_t *from, uint64_t *size)
{
    const char *line = reader->line;
    size_t at = reader->length;
    if (is_free_text(reader) || at < 3 || line[--at] != '}')
        return false;
    if (line[at - 1] == '+')
        at--;
    size_t end = at;
    while (at && line[at - 1] >= '0' && line[at - 1] <= '9')
        at--;
    if (at == end || !at || line[at - 1] != '{')
        return false;
    *size = 0;
    for (size_t i = at; i < end; i++) {
        if (*size > UINT64_MAX / 10 - 1)
            *size = UINT64_MAX / 10 - 1;
        *size = *size * 10 + (uint64_t)(line[i] - '0');
    }
    at--;
    *from = at && line[at - 1] == '~' ? at - 1 : at;
    return true;
}

/* Make room for a literal; of one that is too long, for what is kept of it. */
static bool begin_literal(struct imap_reader *reader, size_t from, uint64_t size)
{
    if (reader->count == IMAP_LITERALS_MOST)
        return false;
    if (size > reader->literals_most) {
        reader->announced = size;
        size = size < IMAP_HEAD_MOST ? size : IMAP_HEAD_MOST;
    } else {
        reader->literals_most -= (size_t)size;
    }
    struct imap_literal *literal = &reader->literals[reader->count++];
    *literal = (struct imap_literal){arena_alloc(reader->arena, (size_t)size + 1), (size_t)size, 0};
    reader->length = from;
    reader->line[reader->length++] = '\0';
    reader->in_literal = true;
    return true;
}

/* Is the literal complete? */
static bool fill_literal(struct imap_reader *reader, struct slice *input)
{
    struct imap_literal *literal = &reader->literals[reader->count - 1];
    size_t part = literal->size - literal->filled;
    part = part < input->size ? part : input->size;
    if (part)
        memcpy(literal->bytes + literal->filled, input->bytes, part);
    literal->filled += part;
    *input = (struct slice){input->bytes + part, input->size - part};
    reader->in_literal = literal->filled < literal->size;
    return !reader->in_literal;
}

/* Add what there is of a line.  *whole tells whether its end was there. */
static bool fill_line(struct imap_reader *reader, struct slice *input, bool *whole)
{
    const char *end = input->size ? memchr(input->bytes, '\n', input->size) : NULL;
    size_t part = end ? (size_t)(end - input->bytes) : input->size;
    *whole = end;
    if (part > IMAP_LINE_MOST - 1 - reader->length) {
        reader->fault = "a line is longer than 64 KiB";
        return false;
    }
    if (part && memchr(input->bytes, '\0', part)) {
        reader->fault = "a line holds a NUL";
        return false;
    }
    if (part)
        memcpy(reader->line + reader->length, input->bytes, part);
    reader->length += part;
    part += *whole;
    *input = (struct slice){input->bytes + part, input->size - part};
    if (*whole && reader->length && reader->line[reader->length - 1] == '\r')
        reader->length--;
    return true;
}

/* Go on with the literal; BROKEN when it was too long and what is kept of it is there. */
static enum imap_step take_literal(struct imap_reader *reader, struct slice *input)
{
    if (!fill_literal(reader, input))
        return IMAP_MORE;
    if (!reader->announced)
        return IMAP_ANSWER;
    const struct imap_literal *literal = &reader->literals[reader->count - 1];
    reader->head = (struct slice){literal->bytes, literal->size};
    return broken(reader, "a literal is longer than what was asked for");
}

/* Go on with the line; an ANSWER may still lack the literal that it ends with. */
static enum imap_step take_line(struct imap_reader *reader, struct slice *input)
{
    size_t from;
    uint64_t size;
    bool whole;
    if (!fill_line(reader, input, &whole))
        return IMAP_BROKEN;
    if (!whole)
        return IMAP_MORE;
    if (ends_with_literal(reader, &from, &size) && !begin_literal(reader, from, size))
        return broken(reader, "an answer has too many literals");
    return IMAP_ANSWER;
}

void imap_begin(struct imap_reader *reader, struct arena *arena, size_t literals_most)
{
    assert(!reader->count);
    reader->arena = arena;
    reader->literals_most = literals_most;
    reader->talk = 0;
}

bool imap_is_within(const struct imap_reader *reader)
{
    return reader->count > 0;
}

/* Words are kept, and numbers are not: so a folder may have any number of messages. */
static bool is_too_much(struct imap_reader *reader, const struct imap_answer *answer)
{
    bool numbers =
        answer->kind == IMAP_FETCH || answer->kind == IMAP_EXISTS || answer->kind == IMAP_EXPUNGE;
    if (numbers && !memchr(reader->line, '"', reader->length))
        return false;
    reader->talk += reader->length + sizeof(*answer);
    return reader->talk > IMAP_TALK_MOST;
}

enum imap_step imap_take(struct imap_reader *reader, struct slice *input,
                         struct imap_answer *answer)
{
    enum imap_step step;
    if (reader->fault)
        return IMAP_BROKEN;
    do {
        if (reader->in_literal && (step = take_literal(reader, input)) != IMAP_ANSWER)
            return step;
        if ((step = take_line(reader, input)) != IMAP_ANSWER)
            return step;
    } while (reader->in_literal);
    if (!imap_read_answer(reader, answer))
        return broken(reader, "an answer cannot be read");
    if (is_too_much(reader, answer))
        return broken(reader, "it says more than anybody asked for");
    reader->length = reader->count = 0;
    return IMAP_ANSWER;
}

bool imap_can(const char *words, const char *capability)
{
    ARENA(scratch);
    return words && strstr(words, arena_printf(scratch, " %s ", capability));
}

const char *imap_quote(struct arena *arena, const char *text)
{
    struct buffer out = {.arena = arena};
    buffer_char(&out, '"');
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return NULL;
        if (*text == '"' || *text == '\\')
            buffer_char(&out, '\\');
        buffer_char(&out, *text);
    }
    buffer_char(&out, '"');
    return buffer_string(&out);
}
