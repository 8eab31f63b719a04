/* What kind of message it is, and what it says of others: bounces, automatic answers, campaigns. */
#include <strings.h>

#include "hub/mail/message.h"

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words && !line_begins(text, *words))
        words++;
    return *words;
}

static const struct mail_part *part_of_type(const struct message *message, const char *type)
{
    for (size_t i = 0; i < message->parts.count; i++)
        if (text_equal(message->parts.list[i].type, type))
            return &message->parts.list[i];
    return NULL;
}

/* One recipient whom a message did not reach. */
struct bounce {
    const char *address, *status, *action;
};

struct bounces {
    struct bounce *list;
    size_t count, room;
};

/* "rfc822; ann@lee.example". */
static const char *behind_type(struct arena *arena, const char *value)
{
    const char *semicolon = strchr(value, ';');
    return text_trim(arena, semicolon ? semicolon + 1 : value);
}

static void keep_bounce(struct message *message, struct bounces *bounces, struct bounce *bounce)
{
    bool failed = !bounce->action || line_begins(bounce->action, "failed");
    if (bounce->address && failed && bounces->count < MAIL_ITEMS_MOST)
        LIST_ADD(message->arena, bounces, *bounce);
    *bounce = (struct bounce){0};
}

/* RFC 3464: groups of fields, each of one recipient but for the first. */
static void read_status(struct message *message, const struct mail_part *part,
                        struct bounces *bounces)
{
    struct arena *arena = message->arena;
    struct bounce bounce = {0};
    size_t count;
    const char *text = charset_text(arena, part->content, part->charset);
    const char **lines = text_split(arena, text, '\n', &count);
    for (size_t i = 0; i < count; i++) {
        const char *colon = strchr(lines[i], ':');
        const char *value = colon ? text_trim(arena, colon + 1) : "";
        if (!*lines[i])
            keep_bounce(message, bounces, &bounce);
        else if (line_begins(lines[i], "Original-Recipient") ||
                 (line_begins(lines[i], "Final-Recipient") && !bounce.address))
            bounce.address = message_address(arena, behind_type(arena, value));
        else if (line_begins(lines[i], "Action"))
            bounce.action = value;
        else if (line_begins(lines[i], "Status"))
            bounce.status = arena_strndup(arena, value, strspn(value, "0123456789."));
    }
    keep_bounce(message, bounces, &bounce);
}

/* "5.1.1" in the words of a server that sends no report. */
static const char *status_in(struct arena *arena, const char *text)
{
    for (const char *at = text; (at = strpbrk(at, "45")); at++) {
        size_t length = strspn(at, "0123456789.");
        if ((at == text || strchr(" #(-\n", at[-1])) && length >= 5 && length <= 9 &&
            at[1] == '.' && at[length - 1] != '.' && strchr(at + 2, '.') < at + length)
            return arena_strndup(arena, at, length);
    }
    return NULL;
}

static bool comes_from_server(const struct message *message, const char *from)
{
    static const char *const servers[] = {"mailer-daemon", "postmaster", "mail-daemon", NULL};
    static const char *const failures[] = {"undeliver",     "delivery", "returned",
                                           "mail delivery", "failure",  "undelivered",
                                           "undeliverable", NULL};
    bool empty = text_equal(text_or_empty(message_header(message, "Return-Path")), "<>");
    return (from && is_one_of(from, servers)) || (empty && is_one_of(message->subject, failures));
}

/* Of a server that reports in words alone: its header, or the first address that is not its own. */
static void read_words(struct message *message, const char *from, struct bounces *bounces)
{
    struct arena *arena = message->arena;
    const char *address = message_address(arena, message_header(message, "X-Failed-Recipients"));
    const char *to = message_address(arena, message_header(message, "To"));
    for (size_t i = 0; !address && i < message->own.count; i++) {
        const char *found = message_address(arena, message->own.list[i]);
        bool own = found && ((from && text_same(found, from)) || (to && text_same(found, to)));
        address = own ? NULL : found;
    }
    struct bounce bounce = {.address = address, .status = status_in(arena, message->text)};
    keep_bounce(message, bounces, &bounce);
}

static void write_bounces(struct message *message, const struct bounces *bounces)
{
    struct json_writer *json = message->json;
    const struct bounce *first = bounces->count ? &bounces->list[0] : NULL;
    if (!first)
        return;
    field_write(message, "bounce.address", first->address);
    field_write(message, "bounce.status", first->status);
    json_name(json, "bounces");
    json_open(json, '[');
    for (size_t i = 0; i < bounces->count; i++) {
        const struct bounce *bounce = &bounces->list[i];
        bool passing = bounce->status && *bounce->status == '4';
        json_open(json, '{');
        json_member(json, "address", bounce->address);
        json_member(json, "status", text_or_null(text_or_empty(bounce->status)));
        json_member(json, "kind", passing ? "temporary" : "permanent");
        json_member(json, "date", message_date(message));
        json_close(json, '}');
    }
    json_close(json, ']');
    bool passing = first->status && *first->status == '4';
    field_write(message, "bounce.kind", passing ? "temporary" : "permanent");
}

/* A report of a mailbox provider, after RFC 5965: whom no mail should reach any more. */
static const char *complaint(const struct message *message)
{
    const struct mail_part *report = part_of_type(message, "message/feedback-report");
    const char *who = report ? message_of_part(message, report, "Original-Rcpt-To") : NULL;
    for (size_t i = 0; report && !who && i < message->parts.count; i++) {
        const struct mail_part *part = &message->parts.list[i];
        if (text_equal(part->type, "message/rfc822") ||
            text_equal(part->type, "text/rfc822-headers"))
            who = message_of_part(message, part, "To");
    }
    return report ? message_address(message->arena, who) : NULL;
}

static bool asks_to_end(const struct message *message)
{
    static const char *const words[] = {"unsubscribe", "abmelden",  "désabonner", "opt out",
                                        "opt-out",     "remove me", NULL};
    const char *to = message_address(message->arena, message_header(message, "To"));
    for (const char *at = to; at && *at != '@' && *at; at++)
        if (strncasecmp(at, "unsubscribe", 11) == 0)
            return true;
    if (is_one_of(message->subject, words))
        return true;
    size_t first = 0;
    while (first < message->own.count && !*message->own.list[first])
        first++;
    return first < message->own.count && strlen(message->own.list[first]) <= 40 &&
           (is_one_of(message->own.list[first], words) ||
            text_same(message->own.list[first], "stop"));
}

static bool is_automatic(const struct message *message)
{
    static const char *const headers[] = {"X-Autoreply", "X-Autorespond", "X-Autoresponder", NULL};
    static const char *const subjects[] = {
        "out of office", "automatic reply", "auto-reply", "autoreply",
        "auto:",         "abwesenheit",     NULL};
    const char *submitted = message_header(message, "Auto-Submitted");
    const char *precedence = message_header(message, "Precedence");
    bool automatic = submitted && !line_begins(submitted, "no");
    for (size_t i = 0; headers[i]; i++)
        automatic = automatic || message_header(message, headers[i]);
    return automatic || (precedence && line_begins(precedence, "auto_reply")) ||
           is_one_of(message->subject, subjects);
}

static bool is_reply(const struct message *message)
{
    static const char *const prefixes[] = {"re:", "aw:", "sv:", "antw:", NULL};
    return message_header(message, "In-Reply-To") || message_header(message, "References") ||
           is_one_of(message->subject, prefixes);
}

/* Two hexadecimal digits, if they are such. */
static const char *two_lower(struct arena *arena, const char *text)
{
    return text_lower_ascii(arena, arena_strndup(arena, text, strnlen(text, 2)));
}

/* What "utm_campaign=" is in the first link that has one. */
static const char *campaign_in(struct arena *arena, const char *text)
{
    static const char name[] = "utm_campaign=";
    struct buffer out = {.arena = arena};
    const char *at = strstr(text, name);
    if (!at)
        return NULL;
    for (at += sizeof(name) - 1; *at && !strchr("&#\"'<> \n\t)];,", *at); at++) {
        unsigned char byte = (unsigned char)(*at == '+' ? ' ' : *at);
        if (*at == '%' && text_unhex(two_lower(arena, at + 1), &byte, 1))
            at += 2;
        buffer_char(&out, (char)byte);
    }
    return message_line(arena, buffer_string(&out));
}

static const char *campaign(const struct message *message)
{
    static const char *const headers[] = {"X-Campaign", "X-Campaign-ID", "X-CampaignID"};
    struct arena *arena = message->arena;
    const char *name = NULL, *list = message_header(message, "List-Id");
    for (size_t i = 0; !name && i < COUNT_OF(headers); i++)
        name = message_header(message, headers[i]);
    for (size_t i = 0; !name && i < message->parts.count; i++) {
        const struct mail_part *part = &message->parts.list[i];
        if (!part->attached && !part->inner)
            name = campaign_in(arena, charset_text(arena, part->content, part->charset));
    }
    const char *open = list ? strrchr(list, '<') : NULL;
    if (!name && open)
        list = arena_strndup(arena, open + 1, strcspn(open + 1, "> "));
    return name ? name : list;
}

void notice_write(struct message *message)
{
    const char *name, *from = people_sender(message, &name), *leaver = NULL;
    const char *unsubscribed = complaint(message);
    const struct mail_part *status = part_of_type(message, "message/delivery-status");
    const char *kind = "message";
    struct bounces bounces = {0};
    if (status)
        read_status(message, status, &bounces);
    else if (comes_from_server(message, from))
        read_words(message, from, &bounces);
    if (!unsubscribed && !status && !bounces.count && asks_to_end(message)) {
        unsubscribed = from;
        leaver = name;
    }
    if (unsubscribed)
        kind = "unsubscribe";
    else if (bounces.count)
        kind = "bounce";
    else if (status || is_automatic(message) || comes_from_server(message, from))
        kind = "auto";
    else if (is_reply(message))
        kind = "reply";
    field_write(message, "kind", kind);
    field_write(message, "unsubscribe.address", unsubscribed);
    field_write(message, "unsubscribe.name", leaver);
    field_write(message, "campaign", campaign(message));
    write_bounces(message, &bounces);
}
