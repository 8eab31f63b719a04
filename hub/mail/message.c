#include "hub/mail/message.h"

#include <strings.h>

static void unref(void *object)
{
    g_object_unref(object);
}

const char *message_line(struct arena *arena, const char *text)
{
    if (!text)
        return NULL;
    ARENA(scratch);
    struct buffer out = {.arena = scratch};
    const char *plain =
        charset_text(scratch, (struct slice){text, strnlen(text, MAIL_FIELD_MOST)}, "");
    for (; *plain; plain++) {
        bool blank = (unsigned char)*plain <= ' ';
        if (!blank)
            buffer_char(&out, *plain);
        else if (out.length && out.data[out.length - 1] != ' ')
            buffer_char(&out, ' ');
    }
    const char *line = text_or_null(text_trim(scratch, buffer_string(&out)));
    return line ? arena_strdup(arena, line) : NULL;
}

const char *message_decode(const struct message *message, const char *raw)
{
    if (!raw)
        return NULL;
    ARENA(scratch);
    /* GMime's time may grow faster than the text. */
    raw = arena_strndup(scratch, raw, strnlen(raw, MAIL_FIELD_MOST));
    char *decoded = g_mime_utils_header_decode_text(message->reader->options, raw);
    arena_defer(scratch, g_free, decoded);
    return message_line(message->arena, decoded);
}

const char *message_header(const struct message *message, const char *name)
{
    GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message->gmime));
    GMimeHeader *header = g_mime_header_list_get_header(headers, name);
    return header ? message_decode(message, g_mime_header_get_raw_value(header)) : NULL;
}

const char *message_of_part(const struct message *message, const struct mail_part *part,
                            const char *name)
{
    if (GMIME_IS_MESSAGE_PART(part->object)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part->object));
        const struct message view = {
            .arena = message->arena, .reader = message->reader, .gmime = inner};
        return inner ? message_header(&view, name) : NULL;
    }
    size_t length = strlen(name);
    const char *text = charset_text(message->arena, part->content, part->charset);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, name, length) != 0 || line[length] != ':')
            continue;
        const char *end = strchr(line, '\n');
        line += length + 1;
        return message_decode(
            message, end ? arena_strndup(message->arena, line, (size_t)(end - line)) : line);
    }
    return NULL;
}

const char *message_date(const struct message *message)
{
    GDateTime *date = g_mime_message_get_date(message->gmime);
    if (!date || g_date_time_get_year(date) < 1970)
        return NULL;
    ARENA(scratch);
    GDateTime *utc = g_date_time_to_utc(date);
    char *text = utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;
    if (text)
        arena_defer(scratch, g_free, text);
    if (utc)
        g_date_time_unref(utc);
    return message_line(message->arena, text);
}

const char *message_address(struct arena *arena, const char *text)
{
    const char *at = text ? strchr(text, '@') : NULL;
    const char *from = at, *to = at;
    if (!at)
        return NULL;
    while (from > text && !strchr(" <>()[]\"',;:\t", from[-1]))
        from--;
    while (*to && !strchr(" <>()[]\"',;:\t", *to))
        to++;
    while (to > at + 1 && to[-1] == '.')
        to--;
    return from < at && to > at + 1 ? arena_strndup(arena, from, (size_t)(to - from)) : NULL;
}

/* What a part holds, decoded; it lies in the arena's keeping. */
static struct slice content_of(struct message *message, GMimePart *part)
{
    GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
    if (!wrapper)
        return (struct slice){"", 0};
    GMimeStream *stream = g_mime_stream_mem_new();
    arena_defer(message->arena, unref, stream);
    (void)g_mime_data_wrapper_write_to_stream(wrapper, stream);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    return (struct slice){bytes->len ? (const char *)bytes->data : "", bytes->len};
}

static const char *type_of(struct arena *arena, GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *text = type ? g_mime_content_type_get_mime_type(type) : NULL;
    if (!text)
        return "text/plain";
    arena_defer(arena, g_free, text);
    const char *line = message_line(arena, text);
    return line ? text_lower_ascii(arena, line) : "text/plain";
}

static void add_part(struct message *message, GMimeObject *object, bool inner, int choice)
{
    struct arena *arena = message->arena;
    const char *disposition = g_mime_object_get_disposition(object);
    const char *name = NULL;
    struct mail_part part = {.object = object, .inner = inner, .choice = choice};
    part.type = type_of(arena, object);
    part.charset = text_or_empty(
        message_line(arena, g_mime_object_get_content_type_parameter(object, "charset")));
    if (GMIME_IS_PART(object)) {
        name = g_mime_part_get_filename(GMIME_PART(object));
        part.content = content_of(message, GMIME_PART(object));
    }
    part.name = text_or_empty(message_line(arena, name));
    bool shown = text_starts(part.type, "text/plain") || text_starts(part.type, "text/html");
    part.attached =
        (disposition && strcasecmp(disposition, "attachment") == 0) || *part.name || !shown;
    LIST_ADD(arena, &message->parts, part);
}

/* A thing to look into, and what is around it. */
struct visit {
    GMimeObject *object;
    bool inner;
    int choice;
};

struct visits {
    struct visit *list;
    size_t count, room;
};

/* Its parts, the first one last, as the stack wants them. */
static void open_multipart(struct arena *scratch, struct visits *open, const struct visit *at,
                           int *choices)
{
    GMimeMultipart *multipart = GMIME_MULTIPART(at->object);
    int choice = at->choice;
    if (!choice && text_equal(type_of(scratch, at->object), "multipart/alternative"))
        choice = ++*choices;
    for (int i = g_mime_multipart_get_count(multipart); i > 0; i--)
        LIST_ADD(scratch, open,
                 ((struct visit){g_mime_multipart_get_part(multipart, i - 1), at->inner, choice}));
}

static void open_message(struct arena *scratch, struct visits *open, const struct visit *at)
{
    GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(at->object));
    GMimeObject *within = inner ? g_mime_message_get_mime_part(inner) : NULL;
    if (within)
        LIST_ADD(scratch, open, ((struct visit){within, true, 0}));
}

/* In their order. */
static void take_apart(struct message *message, GMimeObject *root)
{
    ARENA(scratch);
    struct visits open = {0};
    int choices = 0;
    LIST_ADD(scratch, &open, ((struct visit){root, false, 0}));
    while (open.count) {
        struct visit at = open.list[--open.count];
        if (GMIME_IS_MULTIPART(at.object)) {
            open_multipart(scratch, &open, &at, &choices);
            continue;
        }
        add_part(message, at.object, at.inner, at.choice);
        if (GMIME_IS_MESSAGE_PART(at.object))
            open_message(scratch, &open, &at);
    }
}

static bool is_html(const struct mail_part *part)
{
    return text_equal(part->type, "text/html");
}

static bool is_body(const struct mail_part *part)
{
    return !part->attached && !part->inner;
}

static const char *text_of(const struct message *message, const struct mail_part *part)
{
    const char *text = charset_text(message->arena, part->content, part->charset);
    return is_html(part) ? html_text(message->arena, text, MAIL_TEXT_MOST) : text;
}

/* Does plain text, if only of this choice, say what an HTML part says as well? */
static bool is_said_plainly(const struct message *message, const struct mail_part *html)
{
    for (size_t i = 0; i < message->parts.count; i++) {
        const struct mail_part *part = &message->parts.list[i];
        if (html->choice && part->choice == html->choice && is_body(part) && !is_html(part) &&
            !text_is_blank(text_of(message, part)))
            return true;
    }
    return false;
}

static void read_body(struct message *message)
{
    struct buffer out = {.arena = message->arena};
    for (size_t i = 0; i < message->parts.count && out.length < MAIL_TEXT_MOST; i++) {
        const struct mail_part *part = &message->parts.list[i];
        if (!is_body(part) || (is_html(part) && is_said_plainly(message, part)))
            continue;
        if (out.length)
            buffer_char(&out, '\n');
        const char *text = text_of(message, part);
        buffer_add(&out, text, strnlen(text, MAIL_TEXT_MOST + 4 - out.length));
    }
    struct slice all = {buffer_string(&out), out.length};
    if (all.size > MAIL_TEXT_MOST) {
        all.size = MAIL_TEXT_MOST;
        while (all.size && ((unsigned char)all.bytes[all.size] & 0xc0) == 0x80)
            all.size--;
    }
    message->text = charset_text(message->arena, all, "utf-8");
}

bool message_open(struct message *message, struct slice raw, const char **fault)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.bytes, raw.size);
    arena_defer(message->arena, unref, stream);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    arena_defer(message->arena, unref, parser);
    g_mime_parser_set_persist_stream(parser, true);
    message->gmime = g_mime_parser_construct_message(parser, message->reader->options);
    *fault = message->gmime ? NULL : "it cannot be read as a message";
    if (!message->gmime)
        return false;
    arena_defer(message->arena, unref, message->gmime);
    GMimeObject *root = g_mime_message_get_mime_part(message->gmime);
    if (root)
        take_apart(message, root);
    message->subject = text_or_empty(message_header(message, "Subject"));
    read_body(message);
    lines_read(message);
    return true;
}
