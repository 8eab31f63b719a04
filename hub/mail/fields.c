/* What a message says, put together. */
#include "hub/base/hash.h"
#include "hub/mail/message.h"

#define ADDRESS_DEPTH 20

void field_write(struct message *message, const char *name, const char *text)
{
    if (text && !text_is_blank(text))
        json_member(message->json, name, text);
}

/* A person's name is no address, and quotes around it are none of it. */
static const char *name_of(struct arena *arena, const char *name)
{
    const char *line = message_line(arena, name);
    if (!line)
        return NULL;
    size_t length = strlen(line);
    bool quoted = length > 2 && strchr("'\"", *line) && line[length - 1] == *line;
    if (quoted)
        line = text_trim(arena, arena_strndup(arena, line + 1, length - 2));
    return strchr(line, '@') ? NULL : text_or_null(line);
}

/* The first mailbox, of a group its first member. */
static InternetAddress *first_of(InternetAddressList *list)
{
    for (int depth = 0; list && depth < ADDRESS_DEPTH && internet_address_list_length(list);
         depth++) {
        InternetAddress *first = internet_address_list_get_address(list, 0);
        if (!INTERNET_ADDRESS_IS_GROUP(first))
            return first;
        list = internet_address_group_get_members(INTERNET_ADDRESS_GROUP(first));
    }
    return NULL;
}

static const char *address_of(struct arena *arena, InternetAddress *address)
{
    return message_address(arena, message_line(arena, internet_address_mailbox_get_addr(
                                                          INTERNET_ADDRESS_MAILBOX(address))));
}

static void write_address(struct message *message, const char *field, InternetAddressList *list)
{
    struct arena *arena = message->arena;
    InternetAddress *address = first_of(list);
    if (!address || !INTERNET_ADDRESS_IS_MAILBOX(address))
        return;
    field_write(message, arena_printf(arena, "%s.address", field), address_of(arena, address));
    field_write(message, arena_printf(arena, "%s.name", field),
                name_of(arena, internet_address_get_name(address)));
}

static size_t write_recipients(struct message *message, const char *kind, InternetAddressList *list,
                               size_t count)
{
    struct arena *arena = message->arena;
    int length = list ? internet_address_list_length(list) : 0;
    for (int i = 0; i < length && count < MAIL_ITEMS_MOST; i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (!INTERNET_ADDRESS_IS_MAILBOX(address) || !address_of(arena, address))
            continue;
        json_open(message->json, '{');
        json_member(message->json, "kind", kind);
        json_member(message->json, "address", address_of(arena, address));
        json_member(message->json, "name", name_of(arena, internet_address_get_name(address)));
        json_close(message->json, '}');
        count++;
    }
    return count;
}

static void write_addresses(struct message *message)
{
    GMimeMessage *gmime = message->gmime;
    InternetAddressList *from = g_mime_message_get_from(gmime);
    InternetAddressList *to = g_mime_message_get_to(gmime), *cc = g_mime_message_get_cc(gmime);
    write_address(message, "From", first_of(from) ? from : g_mime_message_get_sender(gmime));
    write_address(message, "Reply-To", g_mime_message_get_reply_to(gmime));
    write_address(message, "To", to);
    write_address(message, "Cc", cc);
    json_name(message->json, "recipients");
    json_open(message->json, '[');
    (void)write_recipients(message, "cc", cc, write_recipients(message, "to", to, 0));
    json_close(message->json, ']');
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
    write_addresses(&message);
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
