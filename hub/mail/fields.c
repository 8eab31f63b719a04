/* What a message says, put together. */
#include "hub/base/hash.h"
#include "hub/mail/message.h"

void field_write(struct message *message, const char *name, const char *text)
{
    if (text && !text_is_blank(text))
        json_member(message->json, name, text);
}

/* "x-campaign" as it is mostly written: X-Campaign. */
static const char *capitalised(struct arena *arena, const char *name)
{
    char *out = arena_strdup(arena, text_lower_ascii(arena, name));
    for (char *at = out; *at; at++)
        if (*at >= 'a' && *at <= 'z' && (at == out || at[-1] == '-'))
            *at = (char)(*at - 'a' + 'A');
    return out;
}

/* From the last on: of those of one name the first is then the one that counts, and is known to be
 * repeated. */
static void write_headers(struct message *message)
{
    GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message->gmime));
    int count = g_mime_header_list_get_count(headers);
    for (int i = count < MAIL_HEADERS_KEPT ? count : MAIL_HEADERS_KEPT; i > 0; i--) {
        ARENA(scratch);
        GMimeHeader *header = g_mime_header_list_get_header_at(headers, i - 1);
        const char *name = message_line(scratch, g_mime_header_get_name(header));
        if (name)
            field_write(message, arena_printf(scratch, "header:%s", capitalised(scratch, name)),
                        message_decode(message, g_mime_header_get_raw_value(header)));
    }
}

static const char *id_in(struct arena *arena, const char *header)
{
    const char *open = header ? strrchr(header, '<') : NULL;
    const char *id = open ? arena_strndup(arena, open + 1, strcspn(open + 1, "> ")) : header;
    return id ? text_or_null(text_trim(arena, id)) : NULL;
}

static bool is_file(const struct mail_part *part)
{
    return part->attached && !part->inner;
}

static void write_attachments(struct message *message)
{
    size_t count = 0;
    json_name(message->json, "attachments");
    json_open(message->json, '[');
    for (size_t i = 0; i < message->parts.count && count < MAIL_ITEMS_MOST; i++) {
        const struct mail_part *part = &message->parts.list[i];
        if (!is_file(part))
            continue;
        json_open(message->json, '{');
        json_member(message->json, "name", text_or_null(part->name));
        json_member(message->json, "type", part->type);
        json_member_int(message->json, "size", (int64_t)part->content.size);
        json_close(message->json, '}');
        count++;
    }
    json_close(message->json, ']');
}

const char *mail_to_json(struct arena *arena, const struct mail_reader *reader, struct slice raw,
                         const char **fault)
{
    ARENA(work);
    struct json_writer json = {.out = {.arena = arena}};
    struct message message = {.arena = work, .reader = reader, .json = &json};
    if (!message_open(&message, raw, fault))
        return NULL;
    json_open(&json, '{');
    const char *id = id_in(work, message_header(&message, "Message-ID"));
    field_write(&message, "Message-ID", id ? id : sha256_hex(work, raw.bytes, raw.size));
    people_write(&message);
    field_write(&message, "Subject", message.subject);
    field_write(&message, "Date", message_date(&message));
    const char *answers = message_header(&message, "In-Reply-To");
    field_write(&message, "In-Reply-To",
                id_in(work, answers ? answers : message_header(&message, "References")));
    notice_write(&message);
    field_write(&message, "body.text", text_trim(work, message.text));
    signature_write(&message);
    form_write(&message);
    vcards_write(&message);
    write_attachments(&message);
    write_headers(&message);
    json_close(&json, '}');
    return buffer_string(&json.out);
}

bool mail_files(struct arena *arena, const struct mail_reader *reader, struct slice raw,
                struct mail_files *files, const char **fault)
{
    struct message message = {.arena = arena, .reader = reader};
    if (!message_open(&message, raw, fault))
        return false;
    for (size_t i = 0; i < message.parts.count; i++) {
        const struct mail_part *part = &message.parts.list[i];
        if (is_file(part))
            LIST_ADD(arena, files, ((struct mail_file){part->name, part->type, part->content}));
    }
    return true;
}
