#include "connectors/sftp/listing.h"

#include "hub/base/list.h"

/* The next word of a line; behind it, *at. */
static struct slice next_word(const char **at)
{
    *at += strspn(*at, " ");
    struct slice word = {*at, strcspn(*at, " ")};
    *at += word.size;
    return word;
}

static bool is_made_of(struct slice word, const char *characters)
{
    for (size_t i = 0; i < word.size; i++)
        if (!strchr(characters, word.bytes[i]))
            return false;
    return word.size > 0;
}

static bool is_number(struct slice word, size_t most)
{
    return word.size <= most && is_made_of(word, "0123456789");
}

/* "-rw-r--r--  1 user group  1234 Nov 22 19:50 name": users and groups may have blanks in their names, so
 * the first place counts where size, month, day and time (or year) follow each other. */
static bool read_line(struct arena *arena, const char *line, struct listed *listed)
{
    const char *at = line;
    (void)next_word(&at);
    while (*at) {
        struct slice size = next_word(&at);
        const char *behind = at, *time = at + strspn(at, " ");
        struct slice month = next_word(&behind), day = next_word(&behind);
        struct slice hour = next_word(&behind);
        if (!is_number(size, 18) || !month.size || is_made_of(month, "0123456789:") ||
            !is_number(day, 2) || hour.size < 4 || hour.size > 5 ||
            !is_made_of(hour, "0123456789:") || *behind != ' ')
            continue;
        listed->name = arena_strdup(arena, behind + 1);
        listed->time = arena_strndup(arena, time, (size_t)(behind - time));
        return text_to_int(arena_strndup(arena, size.bytes, size.size), 0, INT64_MAX,
                           &listed->size);
    }
    return false;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct listed *)left)->name, ((const struct listed *)right)->name);
}

void listing_read(struct arena *arena, const char *text, struct listing *listing)
{
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");
        const char *line = arena_strndup(arena, at, length);
        struct listed listed;
        at += length + (at[length] == '\n');
        if (*line != '-')
            continue;
        if (!read_line(arena, line, &listed) || !*listed.name || strchr(listed.name, '/'))
            listing->unread++;
        else if (*listed.name != '.')
            LIST_ADD(arena, listing, listed);
    }
    if (listing->count)
        qsort(listing->list, listing->count, sizeof(*listing->list), by_name);
}
