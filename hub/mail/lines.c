#include <strings.h>

#include "hub/mail/message.h"

#define LINES_MOST 5000
#define SIGNATURE_MOST 15 /* lines, with blank ones */
#define LINE_MOST 2000    /* bytes; of a longer one what is behind is not looked at */

bool line_begins(const char *line, const char *word)
{
    size_t length = strlen(word);
    if (strncasecmp(line, word, length) != 0)
        return false;
    char next = line[length];
    return !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z'));
}

static bool matches(struct arena *arena, const struct regex *regex, const char *line)
{
    const char *found;
    return regex_match(arena, regex, line, 0, &found) == REGEX_YES;
}

/* From here on other people's words follow: "-----Original Message-----", "On ... wrote:". */
static bool quotes(const struct message *message, const struct mail_lines *lines, size_t at)
{
    ARENA(scratch);
    if (matches(scratch, message->reader->quoted, lines->list[at]))
        return true;
    bool sent = false, to = false;
    for (size_t i = at + 1; line_begins(lines->list[at], "from") && i < lines->count && i < at + 5;
         i++) {
        sent = sent || line_begins(lines->list[i], "sent") || line_begins(lines->list[i], "date");
        to = to || line_begins(lines->list[i], "to");
    }
    return sent && to && strchr(lines->list[at], ':');
}

/* The one that "--" or a greeting precedes, near the end. */
static size_t find_signature(const struct message *message)
{
    ARENA(scratch);
    const struct mail_lines *own = &message->own;
    size_t last = own->count;
    while (last && !*own->list[last - 1])
        last--;
    size_t first = last > SIGNATURE_MOST ? last - SIGNATURE_MOST : 0;
    for (size_t i = last; i > first; i--)
        if (text_equal(own->list[i - 1], "--") || text_starts(own->list[i - 1], "____"))
            return i;
    for (size_t i = last; i > first; i--)
        if (matches(scratch, message->reader->closing, own->list[i - 1]))
            return i;
    return own->count;
}

void lines_read(struct message *message)
{
    struct mail_lines all = {0};
    const char *at = message->text;
    while (*at && all.count < LINES_MOST) {
        size_t length = strcspn(at, "\n");
        size_t most = length < LINE_MOST ? length : LINE_MOST;
        while (most < length && ((unsigned char)at[most] & 0xc0) == 0x80)
            most--;
        const char *line = arena_strndup(message->arena, at, most);
        LIST_ADD(message->arena, &all, text_trim(message->arena, line));
        at += length + (at[length] == '\n');
    }
    for (size_t i = 0; i < all.count && !quotes(message, &all, i); i++)
        if (*all.list[i] != '>')
            LIST_ADD(message->arena, &message->own, all.list[i]);
    message->signature = find_signature(message);
}
