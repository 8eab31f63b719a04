/* Whom a message is from and to. */
#include "hub/mail/message.h"

#define ADDRESS_DEPTH 20

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

static InternetAddressList *senders(GMimeMessage *gmime)
{
    InternetAddressList *from = g_mime_message_get_from(gmime);
    return first_of(from) ? from : g_mime_message_get_sender(gmime);
}

const char *people_sender(const struct message *message, const char **name)
{
    InternetAddress *address = first_of(senders(message->gmime));
    *name = NULL;
    if (!address || !INTERNET_ADDRESS_IS_MAILBOX(address))
        return NULL;
    *name = name_of(message->arena, internet_address_get_name(address));
    return address_of(message->arena, address);
}

void people_write(struct message *message)
{
    GMimeMessage *gmime = message->gmime;
    InternetAddressList *to = g_mime_message_get_to(gmime), *cc = g_mime_message_get_cc(gmime);
    write_address(message, "From", senders(gmime));
    write_address(message, "Reply-To", g_mime_message_get_reply_to(gmime));
    write_address(message, "To", to);
    write_address(message, "Cc", cc);
    json_name(message->json, "recipients");
    json_open(message->json, '[');
    (void)write_recipients(message, "cc", cc, write_recipients(message, "to", to, 0));
    json_close(message->json, ']');
}
