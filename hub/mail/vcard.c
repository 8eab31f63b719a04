/* vCards 2.1, 3 and 4: a contact each. */
#include <strings.h>

#include "hub/mail/message.h"

#define LINE_MOST ((size_t)4096) /* bytes; photographs and sounds are longer */

/* A line, unfolded and taken apart. */
struct property {
    const char *name;       /* "TEL" */
    const char *parameters; /* ";TYPE=cell", in lower case */
    const char *value;
};

struct contact {
    struct arena *arena;
    const char *fields[18];
};

/* What becomes of each property: its components, one field each; a NULL is passed over. */
static const char *const names[] = {"name",    "family",     "given",  "middle", "prefix",
                                    "suffix",  "org",        "title",  "email",  "phone",
                                    "mobile",  "street",     "city",   "region", "postcode",
                                    "country", "birth_date", "website"};
enum field {
    NAME,
    FAMILY,
    GIVEN,
    MIDDLE,
    PREFIX,
    SUFFIX,
    ORG,
    TITLE,
    EMAIL,
    PHONE,
    MOBILE,
    STREET,
    CITY,
    REGION,
    POSTCODE,
    COUNTRY,
    BIRTH_DATE,
    WEBSITE,
    NOTHING
};
static const struct rule {
    const char *property;
    enum field components[8]; /* up to the first NOTHING behind one */
    size_t count;
} rules[] = {
    {"FN", {NAME}, 1},
    {"N", {FAMILY, GIVEN, MIDDLE, PREFIX, SUFFIX}, 5},
    {"ORG", {ORG}, 1},
    {"TITLE", {TITLE}, 1},
    {"EMAIL", {EMAIL}, 1},
    {"TEL", {PHONE}, 1},
    {"ADR", {NOTHING, NOTHING, STREET, CITY, REGION, POSTCODE, COUNTRY}, 7},
    {"BDAY", {BIRTH_DATE}, 1},
    {"URL", {WEBSITE}, 1},
};

static bool says(const struct property *property, const char *word)
{
    return strstr(property->parameters, word);
}

/* Quoted-printable, as version 2.1 has it. */
static const char *unquote(struct arena *arena, const struct property *property)
{
    ARENA(scratch);
    const char *value = property->value, *at = strstr(property->parameters, "charset=");
    if (!says(property, "quoted-printable"))
        return value;
    char *bytes = arena_alloc(scratch, strlen(value) + 1);
    size_t length = 0;
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;
        const char *hex = arena_strndup(scratch, value + 1, strnlen(value + 1, 2));
        if (*value == '=' && text_unhex(text_lower_ascii(scratch, hex), &byte, 1))
            value += 2;
        bytes[length++] = (char)byte;
    }
    at = at ? at + strlen("charset=") : "";
    const char *charset = arena_strndup(scratch, at, strcspn(at, ";:"));
    return charset_text(arena, (struct slice){bytes, length}, charset);
}

/* The components between semicolons that no backslash precedes, and without those. */
static size_t split_components(struct arena *arena, const char *value, const char **components,
                               size_t most)
{
    size_t count = 0;
    while (count < most) {
        struct buffer out = {.arena = arena};
        for (; *value && *value != ';'; value++) {
            bool escaped = *value == '\\' && value[1];
            value += escaped;
            bool line = *value == '\n' || (escaped && (*value == 'n' || *value == 'N'));
            if (line)
                buffer_char(&out, ' ');
            else
                buffer_char(&out, *value);
        }
        components[count++] = message_line(arena, buffer_string(&out));
        if (!*value++)
            break;
    }
    return count;
}

static void set_once(struct contact *contact, enum field field, const char *text)
{
    if (field != NOTHING && text && !contact->fields[field])
        contact->fields[field] = arena_strdup(contact->arena, text);
}

static void take(struct arena *arena, struct contact *contact, const struct property *property)
{
    const char *components[8];
    size_t rule = 0;
    while (rule < COUNT_OF(rules) && !text_same(rules[rule].property, property->name))
        rule++;
    if (rule == COUNT_OF(rules) || says(property, "fax") || says(property, "pager"))
        return;
    const char *value = unquote(arena, property);
    if (rules[rule].components[0] == WEBSITE) { /* which may have semicolons in it */
        set_once(contact, WEBSITE, message_line(arena, value));
        return;
    }
    size_t count = split_components(arena, value, components, COUNT_OF(components));
    for (size_t i = 0; i < count && i < rules[rule].count; i++) {
        enum field field = rules[rule].components[i];
        const char *text = components[i];
        if (field == PHONE && text && strncasecmp(text, "tel:", 4) == 0)
            text += 4;
        set_once(contact, field == PHONE && says(property, "cell") ? MOBILE : field, text);
    }
}

/* A line up to its end, with those that go on with it; *at moves behind them. */
static const char *unfold(struct arena *arena, const char **at)
{
    struct buffer out = {.arena = arena};
    bool soft = false, folded = false;
    do {
        size_t length = strcspn(*at, "\n"), most = LINE_MOST - out.length;
        buffer_add(&out, *at + folded, length - folded < most ? length - folded : most);
        *at += length + ((*at)[length] == '\n');
        soft = out.length && out.data[out.length - 1] == '=' &&
               strcasestr(out.data, "quoted-printable");
        if (soft)
            out.data[--out.length] = '\0';
        folded = !soft && (**at == ' ' || **at == '\t');
    } while (**at && (soft || folded));
    return buffer_string(&out);
}

static bool read_property(struct arena *arena, const char *line, struct property *property)
{
    size_t length = strcspn(line, ":;"), at = length;
    for (bool quoted = false; line[at] && (quoted || line[at] != ':'); at++)
        quoted = quoted != (line[at] == '"');
    if (!length || !line[at])
        return false;
    const char *name = arena_strndup(arena, line, length), *dot = strrchr(name, '.');
    *property = (struct property){
        .name = dot ? dot + 1 : name,
        .parameters = text_lower_ascii(arena, arena_strndup(arena, line + length, at - length)),
        .value = line + at + 1};
    return true;
}

static void write_contact(struct json_writer *json, const struct contact *contact)
{
    json_open(json, '{');
    for (size_t i = 0; i < COUNT_OF(names); i++)
        json_member(json, names[i], contact->fields[i]);
    json_close(json, '}');
}

/* Those of one file; returns how many there are so far. */
static size_t write_cards(struct json_writer *json, const char *text, size_t count)
{
    ARENA(cards);
    struct contact contact = {.arena = cards};
    bool inside = false;
    while (*text && count < MAIL_ITEMS_MOST) {
        ARENA(line);
        struct property property;
        if (!read_property(line, unfold(line, &text), &property))
            continue;
        bool begins = text_same(property.name, "BEGIN"), ends = text_same(property.name, "END");
        if (ends && inside) {
            write_contact(json, &contact);
            count++;
        }
        if (begins || ends) {
            contact = (struct contact){.arena = cards};
            inside = begins;
        } else if (inside) {
            take(line, &contact, &property);
        }
    }
    return count;
}

void vcards_write(struct message *message)
{
    size_t count = 0;
    json_name(message->json, "vcards");
    json_open(message->json, '[');
    for (size_t i = 0; i < message->parts.count; i++) {
        const struct mail_part *part = &message->parts.list[i];
        size_t length = strlen(part->name);
        bool named = length > 4 && text_same(part->name + length - 4, ".vcf");
        bool typed = text_equal(part->type, "text/vcard") ||
                     text_equal(part->type, "text/x-vcard") ||
                     text_equal(part->type, "text/directory");
        if (!part->inner && (named || typed))
            count = write_cards(message->json,
                                charset_text(message->arena, part->content, part->charset), count);
    }
    json_close(message->json, ']');
}
