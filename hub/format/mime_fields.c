/*
 * Fields of a message: the JSON object that hub/mail makes of it, whose members bear the fields' names.
 *
 * A message has all fields there are: one that it says nothing of is empty, and none is ever missing.
 */
#include <strings.h>

#include "hub/base/nearest.h"
#include "hub/format/decode.h"
#include "hub/format/mime.h"
#include "hub/mail/child.h"

static const char *const names[] = {"Message-ID",
                                    "In-Reply-To",
                                    "Date",
                                    "Subject",
                                    "kind",
                                    "campaign",
                                    "From.address",
                                    "From.name",
                                    "Reply-To.address",
                                    "Reply-To.name",
                                    "To.address",
                                    "To.name",
                                    "Cc.address",
                                    "Cc.name",
                                    "body.text",
                                    "signature.name",
                                    "signature.title",
                                    "signature.company",
                                    "signature.phone",
                                    "signature.mobile",
                                    "signature.email",
                                    "signature.website",
                                    "signature.street",
                                    "signature.city",
                                    "signature.region",
                                    "signature.postcode",
                                    "signature.country",
                                    "bounce.address",
                                    "bounce.status",
                                    "bounce.kind",
                                    "unsubscribe.address",
                                    "unsubscribe.name"};
static const char *const lists[] = {"recipients", "vcards", "attachments", "bounces"};
/* Of the items of a list. */
static const char *const item_names[] = {
    "date",   "kind",   "address", "name",   "status",   "type",    "size",       "given",
    "family", "middle", "prefix",  "suffix", "org",      "title",   "email",      "phone",
    "mobile", "street", "city",    "region", "postcode", "country", "birth_date", "website"};
/* Whatever stands behind these. */
static const char *const prefixes[] = {"header:", "form."};

const struct fields *mime_decode(const struct decoding *decoding)
{
    struct arena *arena = decoding->arena;
    struct json_fault fault;
    struct reject *reject = decoding->reject;
    *reject = (struct reject){0};
    const char *text = mail_ask_json(arena, decoding->text, reject);
    reject->line = decoding->line;
    reject->column = 1;
    if (!text)
        return NULL;
    const struct json *root = json_parse(arena, text, strlen(text), &fault);
    if (!root || root->type != JSON_OBJECT)
        return decode_refuse(decoding, "mime", 0, "what it says cannot be told");
    struct fields *fields = NEW(arena, struct fields);
    *fields = (struct fields){.arena = arena, .root = root, .is_message = true};
    return fields;
}

bool mime_attachments(struct arena *arena, struct slice raw, struct mail_files *files,
                      struct reject *reject)
{
    return mail_ask_files(arena, raw, files, reject);
}

static bool is_varied(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(prefixes); i++)
        if (text_starts(name, prefixes[i]) && name[strlen(prefixes[i])])
            return true;
    return false;
}

/* Headers and labels of forms are the same in whatever case they come. */
const struct json *mime_field(const struct json *object, const char *name)
{
    const struct json *found = NULL;
    bool varied = is_varied(name);
    for (const struct json *member = object->type == JSON_OBJECT ? object->first : NULL; member;
         member = member->next)
        if (varied ? text_same(member->name, name) : text_equal(member->name, name))
            found = member;
    return found;
}

const char *const *mime_field_names(struct arena *arena, const struct fields *fields)
{
    const char **found = NEW_ARRAY(arena, const char *, fields->root->count + 1);
    size_t count = 0;
    for (const struct json *member = fields->root->first; member; member = member->next)
        if (!member->repeated && count < FORMAT_FIELDS_MOST)
            found[count++] = member->name;
    return found;
}

static bool is_listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], name))
            return true;
    return false;
}

const char *mime_field_fault(struct arena *arena, const char *from)
{
    struct nearest nearest = {.word = from};
    if (is_varied(from) || is_listed(names, COUNT_OF(names), from) ||
        is_listed(lists, COUNT_OF(lists), from) ||
        is_listed(item_names, COUNT_OF(item_names), from))
        return NULL;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        nearest_offer(&nearest, names[i]);
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        nearest_offer(&nearest, lists[i]);
    return arena_printf(arena,
                        "a message has From.address, Subject, Date, body.text, signature.phone, "
                        "header:NAME, form.NAME and the like%s",
                        nearest_hint(arena, nearest.best));
}
