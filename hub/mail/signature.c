/* Who signs a message, and how to reach him, line by line. */
#include "hub/mail/message.h"

#define PIECE_MOST 120 /* bytes; whole sentences are no part of a signature */
#define NAME_WORDS_MOST 5

struct signature {
    const struct message *message;
    const char *name, *title, *company, *phone, *mobile, *email, *website;
    const char *street, *city, *region, *postcode, *country;
    const char *loose; /* the last line that may be a street, were a town to follow */
};

static const char *group(struct arena *arena, const struct regex *regex, const char *text,
                         unsigned number)
{
    const char *found = NULL;
    return regex_match(arena, regex, text, number, &found) == REGEX_YES ? text_or_null(found)
                                                                        : NULL;
}

static bool matches(const struct signature *signature, const struct regex *regex, const char *text)
{
    return group(signature->message->arena, regex, text, 0);
}

static void set_once(const char **field, const char *text)
{
    if (!*field && text)
        *field = text;
}

static bool take_number(struct signature *signature, const char *piece)
{
    struct arena *arena = signature->message->arena;
    const struct mail_reader *reader = signature->message->reader;
    const char *mobile = group(arena, reader->mobile, piece, 1);
    const char *phone = group(arena, reader->phone, piece, 1);
    size_t digits = 0, others = 0;
    for (const char *c = piece; *c; c++) {
        digits += *c >= '0' && *c <= '9';
        others += !strchr("0123456789 ()./-+", *c);
    }
    if (!mobile && !phone && !others && digits >= 7 && digits <= 15)
        phone = piece;
    set_once(&signature->mobile, mobile);
    set_once(&signature->phone, phone);
    return mobile || phone || group(arena, reader->fax, piece, 1);
}

static bool take_town(struct signature *signature, const char *piece)
{
    struct arena *arena = signature->message->arena;
    const struct mail_reader *reader = signature->message->reader;
    for (size_t i = 0; i < MAIL_PLACES; i++) {
        const struct regex *place = reader->places[i];
        if (!matches(signature, place, piece))
            continue;
        bool after = i == MAIL_PLACES - 1; /* the town stands behind the postcode */
        if (signature->city)
            return true;
        signature->street = group(arena, place, piece, 1);
        set_once(&signature->street, signature->loose);
        signature->city = group(arena, place, piece, after ? 3 : 2);
        signature->region = after ? NULL : group(arena, place, piece, 3);
        signature->postcode = group(arena, place, piece, after ? 2 : 4);
        signature->country = group(arena, place, piece, after ? 4 : 5);
        return true;
    }
    return false;
}

/* Two to five words of letters, each but "van", "de" and the like with a capital. */
static bool may_be_name(const char *piece)
{
    size_t words = 1, capitals = 0;
    bool starts = true;
    for (const char *c = piece; *c; c++) {
        if ((*c >= '0' && *c <= '9') || strchr("@:/|<>\"!?", *c))
            return false;
        capitals += starts && ((*c >= 'A' && *c <= 'Z') || (unsigned char)*c >= 0xc3);
        words += *c == ' ';
        starts = *c == ' ' || *c == '-';
    }
    return words <= NAME_WORDS_MOST && capitals;
}

/* "Title, Company" or "Company, Title"; false when it is neither. */
static bool take_both(struct signature *signature, const char *piece)
{
    struct arena *arena = signature->message->arena;
    const struct regex *title = signature->message->reader->title;
    const char *comma = strchr(piece, ',');
    if (!comma || !matches(signature, title, piece))
        return false;
    const char *before = arena_strndup(arena, piece, (size_t)(comma - piece));
    const char *after = text_or_null(text_trim(arena, comma + 1));
    bool first = matches(signature, title, before);
    set_once(&signature->title, first ? before : after);
    set_once(&signature->company, first ? after : before);
    return true;
}

/* What stands alone below a name is a company, whether or not it says so. */
static void take_position(struct signature *signature, const char *piece)
{
    const struct mail_reader *reader = signature->message->reader;
    bool company = matches(signature, reader->company, piece);
    if (take_both(signature, piece))
        return;
    if (!company && matches(signature, reader->title, piece))
        set_once(&signature->title, piece);
    else if (company || (signature->name && may_be_name(piece)))
        set_once(&signature->company, piece);
}

static void take_piece(struct signature *signature, const char *piece)
{
    struct arena *arena = signature->message->arena;
    const struct mail_reader *reader = signature->message->reader;
    const char *address = message_address(arena, piece), *link;
    if (!*piece || strlen(piece) > PIECE_MOST)
        return;
    if (address) {
        set_once(&signature->email, address);
    } else if ((link = group(arena, reader->link, piece, 1))) {
        set_once(&signature->website, link);
    } else if (take_number(signature, piece) || take_town(signature, piece)) {
        signature->loose = NULL;
    } else if (matches(signature, reader->street, piece)) {
        signature->loose = piece;
    } else if (!signature->name && may_be_name(piece) &&
               !matches(signature, reader->company, piece) &&
               !matches(signature, reader->title, piece)) {
        signature->name = piece;
    } else {
        take_position(signature, piece);
    }
}

/* Pieces stand between bars, dots or tabs, or are the line. */
static void take_line(struct signature *signature, const char *line)
{
    static const char *const dividers[] = {"|", "\t", "•", "·"};
    struct arena *arena = signature->message->arena;
    char *rest = arena_strdup(arena, line);
    for (size_t i = 0; i < COUNT_OF(dividers); i++)
        for (char *at = rest; (at = strstr(at, dividers[i]));)
            memset(at, '\n', strlen(dividers[i]));
    size_t count;
    const char **pieces = text_split(arena, rest, '\n', &count);
    for (size_t i = 0; i < count; i++)
        take_piece(signature, text_trim(arena, pieces[i]));
}

void signature_write(struct message *message)
{
    struct signature signature = {.message = message};
    for (size_t i = message->signature; i < message->own.count; i++)
        take_line(&signature, message->own.list[i]);
    const struct {
        const char *name, *text;
    } fields[] = {
        {"signature.name", signature.name},         {"signature.title", signature.title},
        {"signature.company", signature.company},   {"signature.phone", signature.phone},
        {"signature.mobile", signature.mobile},     {"signature.email", signature.email},
        {"signature.website", signature.website},   {"signature.street", signature.street},
        {"signature.city", signature.city},         {"signature.region", signature.region},
        {"signature.postcode", signature.postcode}, {"signature.country", signature.country},
    };
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        field_write(message, fields[i].name, fields[i].text);
}
