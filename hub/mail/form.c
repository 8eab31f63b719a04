/* Bodies that a form filled in: "Name: Ann Lee" in each line, or a table of two columns. */
#include "hub/base/map.h"
#include "hub/mail/message.h"

#define LABEL_MOST 40 /* bytes */
#define LABEL_WORDS_MOST 5
#define ROWS_LEAST 3
#define ROWS_MOST 200

struct row {
    const char *label, *value;
};

struct rows {
    struct row *list;
    size_t count, room;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* What stands before the colon or the tab; NULL where that is no label. */
static const char *label_of(struct arena *arena, const char *line, const char **value)
{
    size_t length = strcspn(line, ":\t"), words = 1;
    if (!line[length] || !length || length > LABEL_MOST || !is_letter(*line))
        return NULL;
    for (size_t i = 0; i < length; i++)
        words += line[i] == ' ';
    const char *behind = line + length;
    behind += strspn(behind, ": \t");
    if (words > LABEL_WORDS_MOST || text_starts(line + length, "://"))
        return NULL;
    *value = text_trim(arena, behind);
    return text_trim(arena, arena_strndup(arena, line, length));
}

/* Lines with a label, and how many others there are; a label alone takes the line below it. */
static size_t read_rows(const struct message *message, struct rows *rows)
{
    size_t others = 0;
    const char *value, *ignored;
    for (size_t i = 0; i < message->signature && rows->count < ROWS_MOST; i++) {
        const char *line = message->own.list[i];
        const char *label = label_of(message->arena, line, &value);
        if (!label) {
            others += *line != 0;
            continue;
        }
        const char *below = i + 1 < message->signature ? message->own.list[i + 1] : "";
        if (!*value && *below && !label_of(message->arena, below, &ignored)) {
            value = below;
            i++;
        }
        LIST_ADD(message->arena, rows, ((struct row){label, value}));
    }
    return others;
}

void form_write(struct message *message)
{
    struct rows rows = {0};
    size_t others = read_rows(message, &rows);
    if (rows.count < ROWS_LEAST || others > rows.count)
        return;
    struct map known = {.arena = message->arena};
    for (size_t i = 0; i < rows.count; i++) {
        const char *lower = text_lower_ascii(message->arena, rows.list[i].label);
        if (map_get_text(&known, lower) || !*rows.list[i].value)
            continue;
        map_put_text(&known, lower, &rows);
        field_write(message, arena_printf(message->arena, "form.%s", rows.list[i].label),
                    rows.list[i].value);
    }
}
