#include "hub/api/criteria.h"

#include <ctype.h>

#include "hub/standard/fold.h"
#include "hub/standard/standard.h"

#define PHONE_DIGITS_LEAST 7
#define VALUE_BYTES_MOST 500

/* The standard form of one value, as a record of a source in that region would have it; or NULL. */
static struct record *record_of(struct call *call, const char *path, const char *text,
                                const char *region)
{
    struct record *record = NEW(call->work, struct record);
    struct value *value = NEW(call->work, struct value);
    *value = (struct value){
        .element = dictionary_path(call->dictionary, "customer", path),
        .raw = text,
        .text = text,
        .group = "",
        .kind = "",
        .scheme = "",
        .country = "",
    };
    *record = (struct record){.class_name = "customer",
                              .source = "",
                              .key = "",
                              .part = "",
                              .values = value,
                              .count = 1,
                              .region = region};
    if (value->element)
        standard_record(call->work, call->dictionary, record);
    return record;
}

static const char *standard_of(struct call *call, const char *path, const char *text,
                               const char *region)
{
    const struct record *record = record_of(call, path, text, region);
    return record->values[0].standard;
}

static const char *only(struct arena *arena, const char *text, int (*keep)(int))
{
    struct buffer out = {.arena = arena};
    for (const char *c = text; *c; c++)
        if (!(*c & 0x80) && keep((unsigned char)*c))
            buffer_char(&out, (char)toupper((unsigned char)*c));
    return buffer_string(&out);
}

static bool add_phone(struct texts *phones, const char *phone)
{
    for (size_t i = 0; phone && i < phones->count; i++)
        if (text_equal(phones->list[i], phone))
            return true;
    if (phone)
        phones->list[phones->count++] = phone;
    return phone != NULL;
}

static bool read_phone(struct call *call, const char *text, struct criteria *criteria,
                       struct error *err)
{
    /* An unescaped '+' came as a blank. */
    const char *phone = text_trim(call->work, text);
    if (*text == ' ' && isdigit((unsigned char)*phone))
        phone = arena_printf(call->work, "+%s", phone);
    const char *const *regions = call_regions(call, err);
    size_t count = 0;
    if (!regions)
        return false;
    while (regions[count])
        count++;
    criteria->phones.list = NEW_ARRAY(call->work, const char *, count + 1);
    (void)add_phone(&criteria->phones, standard_of(call, "phone", phone, ""));
    for (size_t i = 0; i < count; i++)
        (void)add_phone(&criteria->phones, standard_of(call, "phone", phone, regions[i]));
    const char *digits = only(call->work, phone, isdigit);
    digits += strspn(digits, "0");
    criteria->phone_digits = strlen(digits) >= PHONE_DIGITS_LEAST ? digits : NULL;
    criteria->nothing = criteria->nothing || (!criteria->phones.count && !criteria->phone_digits);
    return true;
}

static bool read_email(struct call *call, const char *text, struct criteria *criteria,
                       struct error *err)
{
    (void)err;
    char *email = arena_strdup(call->work, text_trim(call->work, text));
    for (char *c = email; *c; c++)
        if (*c == ' ')
            *c = '+'; /* no address has blanks: an unescaped '+' */
    criteria->email = standard_of(call, "email", email, "");
    criteria->nothing = criteria->nothing || !criteria->email;
    return true;
}

static bool read_name(struct call *call, const char *text, struct criteria *criteria,
                      struct error *err)
{
    (void)err;
    criteria->name_given = text;
    criteria->name = fold_name(call->work, text);
    criteria->nothing = criteria->nothing || !*criteria->name;
    return true;
}

/* YYYY, YYYY-MM or YYYY-MM-DD. */
static bool read_birth_date(struct call *call, const char *text, struct criteria *criteria,
                            struct error *err)
{
    static const char shape[] = "0000-00-00";
    const char *date = text_trim(call->work, text);
    size_t size = strlen(date);
    bool good = size == 4 || size == 7 || size == 10;
    for (size_t i = 0; good && i < size; i++)
        good = shape[i] == '-' ? date[i] == '-' : isdigit((unsigned char)date[i]) != 0;
    criteria->birth_date = date;
    if (good)
        return true;
    err->kind = ERROR_NONE;
    (void)call_bad_parameter(call, "birth_date", "a date is YYYY, YYYY-MM or YYYY-MM-DD");
    return false;
}

static bool read_postcode(struct call *call, const char *text, struct criteria *criteria,
                          struct error *err)
{
    (void)err;
    criteria->postcode = only(call->work, text, isalnum);
    criteria->nothing = criteria->nothing || !*criteria->postcode;
    return true;
}

/* "card:AB 12" asks for that scheme, unless the colon is part of the value itself. */
static bool read_identifier(struct call *call, const char *text, struct criteria *criteria,
                            struct error *err)
{
    (void)err;
    const char *colon = strchr(text, ':');
    criteria->identifier = standard_of(call, "identifier", text, "");
    if (colon && colon > text) {
        criteria->scheme = arena_strndup(call->work, text, (size_t)(colon - text));
        criteria->identifier_value = standard_of(call, "identifier", colon + 1, "");
    }
    criteria->nothing = criteria->nothing || !criteria->identifier;
    return true;
}

/* What somebody typed into the one field there is. */
static bool read_anything(struct call *call, const char *text, struct criteria *criteria,
                          struct error *err)
{
    size_t digits = 0, letters = 0;
    for (const char *c = text; *c; c++) {
        digits += isdigit((unsigned char)*c) != 0;
        letters += isalpha((unsigned char)*c) != 0 || (*c & 0x80);
    }
    if (strchr(text, '@'))
        return read_email(call, text, criteria, err);
    if (digits >= PHONE_DIGITS_LEAST && !letters)
        return read_phone(call, text, criteria, err);
    if (digits && !strchr(text_trim(call->work, text), ' '))
        return read_identifier(call, text, criteria, err);
    return read_name(call, text, criteria, err);
}

static const struct criterion {
    const char *parameter;
    const char *path; /* of the element it asks about; NULL: several */
    bool (*read)(struct call *call, const char *text, struct criteria *criteria, struct error *err);
    bool names; /* what 'q' may stand in for */
} all_criteria[] = {
    {"email", "email", read_email, true},
    {"phone", "phone", read_phone, true},
    {"name", "name.full", read_name, true},
    {"birth_date", "birth_date", read_birth_date, false},
    {"postcode", "address.postcode", read_postcode, false},
    {"identifier", "identifier", read_identifier, true},
    {"q", NULL, read_anything, false},
};

static bool read_criterion(struct call *call, const struct criterion *criterion, const char *text,
                           struct criteria *criteria, struct error *err)
{
    err->kind = ERROR_NONE;
    if (strlen(text) > VALUE_BYTES_MOST) {
        (void)call_bad_parameter(call, criterion->parameter, "at most %d bytes", VALUE_BYTES_MOST);
        return false;
    }
    if (criterion->path &&
        !call_may_see(call, dictionary_path(call->dictionary, "customer", criterion->path))) {
        response_problem(call->response, PROBLEM_FORBIDDEN, criterion->parameter,
                         "this needs the scope 'read:sensitive'");
        return false;
    }
    return criterion->read(call, text, criteria, err);
}

bool criteria_read(struct call *call, struct criteria *criteria, struct error *err)
{
    bool given = false, names = false;
    *criteria = (struct criteria){0};
    err->kind = ERROR_NONE;
    for (size_t i = 0; i < COUNT_OF(all_criteria); i++) {
        const struct criterion *criterion = &all_criteria[i];
        const char *text = request_parameter(call->request, criterion->parameter);
        if (!text)
            continue;
        if (!criterion->path && names) {
            (void)call_bad_parameter(call, criterion->parameter,
                                     "'%s' stands in for email, phone, name or identifier: give "
                                     "either",
                                     criterion->parameter);
            return false;
        }
        if (!read_criterion(call, criterion, text, criteria, err))
            return false;
        names = names || criterion->names;
        given = true;
    }
    if (given)
        return true;
    response_problem(
        call->response, PROBLEM_BAD_PARAMETER, NULL,
        "give at least one of email, phone, name, birth_date, postcode, identifier, q");
    return false;
}

struct keys {
    int64_t *list;
    size_t count;
};

/* The blocking keys of that type which a record with this value alone would hold. */
static void add_keys(struct call *call, const char *path, const char *text, const char *type,
                     struct keys *keys)
{
    const struct model *model = call->model;
    const struct blocking_key *found;
    if (!text)
        return;
    const struct record *record = record_of(call, path, text, "");
    size_t count =
        blocking_keys(call->work, model, features_make(call->work, model, record), &found);
    int64_t *list = NEW_ARRAY(call->work, int64_t, keys->count + count + 1);
    if (keys->count)
        memcpy(list, keys->list, keys->count * sizeof(*list));
    keys->list = list;
    for (size_t i = 0; i < count; i++)
        if (text_equal(blocking_name(model, found[i].type), type))
            list[keys->count++] = found[i].key;
}

/* One criterion is enough to find who can fit: the one that fewest share. */
const int64_t *criteria_keys(struct call *call, const struct criteria *criteria, size_t *count)
{
    struct keys keys = {0};
    add_keys(call, "identifier", criteria->identifier, "identifier", &keys);
    add_keys(call, "identifier", criteria->identifier_value, "identifier", &keys);
    if (!keys.count)
        add_keys(call, "email", criteria->email, "email", &keys);
    if (!keys.count) {
        for (size_t i = 0; i < criteria->phones.count; i++)
            add_keys(call, "phone", criteria->phones.list[i], "phone", &keys);
        if (criteria->phone_digits)
            add_keys(call, "phone", criteria->phone_digits, "phone", &keys);
    }
    if (!keys.count && !criteria->name && criteria->birth_date &&
        strlen(criteria->birth_date) == 10)
        add_keys(call, "birth_date", criteria->birth_date, "birth", &keys);
    *count = keys.count;
    return keys.list;
}

static void write_wanted(struct json_writer *json, const char *name, const char *value)
{
    json_name(json, name);
    json_open(json, '[');
    json_open(json, '{');
    json_member(json, "value", value);
    json_close(json, '}');
    json_close(json, ']');
}

const char *criteria_fragment(struct call *call, const struct criteria *criteria)
{
    struct json_writer json = {.out = {.arena = call->work}};
    bool any = false;
    const struct {
        const char *name, *value;
    } wanted[] = {
        {"email", criteria->email},
        {"phone", criteria->phones.count == 1 ? criteria->phones.list[0] : NULL},
        {"identifier", criteria->identifier_value ? NULL : criteria->identifier},
    };
    json_open(&json, '{');
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (wanted[i].value) {
            write_wanted(&json, wanted[i].name, wanted[i].value);
            any = true;
        }
    json_close(&json, '}');
    return any ? buffer_string(&json.out) : NULL;
}

static bool phone_fits(struct arena *work, const struct criteria *criteria, const char *value)
{
    for (size_t i = 0; i < criteria->phones.count; i++)
        if (text_equal(criteria->phones.list[i], value))
            return true;
    return criteria->phone_digits && text_ends(only(work, value, isdigit), criteria->phone_digits);
}

static bool holds_phone(struct arena *work, const struct criteria *criteria, const struct json *doc)
{
    const struct json *phones = json_get(doc, "phone");
    for (const struct json *item = phones ? phones->first : NULL; item; item = item->next) {
        const char *value = json_get_text(item, "value");
        if (value && phone_fits(work, criteria, value))
            return true;
    }
    return false;
}

static bool holds_email(const struct criteria *criteria, const struct json *doc)
{
    const struct json *emails = json_get(doc, "email");
    for (const struct json *item = emails ? emails->first : NULL; item; item = item->next) {
        const char *value = json_get_text(item, "value");
        if (value && text_equal(value, criteria->email))
            return true;
    }
    return false;
}

static bool holds_identifier(const struct criteria *criteria, const struct json *doc)
{
    const struct json *identifiers = json_get(doc, "identifier");
    for (const struct json *item = identifiers ? identifiers->first : NULL; item;
         item = item->next) {
        const char *value = json_get_text(item, "value"), *scheme = json_get_text(item, "scheme");
        if (value && text_equal(value, criteria->identifier))
            return true;
        if (value && scheme && criteria->identifier_value && text_same(scheme, criteria->scheme) &&
            text_equal(value, criteria->identifier_value))
            return true;
    }
    return false;
}

static bool holds_postcode(struct arena *work, const struct criteria *criteria,
                           const struct json *doc)
{
    const struct json *addresses = json_get(doc, "address");
    for (const struct json *item = addresses ? addresses->first : NULL; item; item = item->next) {
        const char *value = json_get_text(item, "postcode");
        if (value && text_equal(only(work, value, isalnum), criteria->postcode))
            return true;
    }
    return false;
}

/* Every word that was asked for is among the words of the customer's names. */
static bool holds_name(struct arena *work, const struct criteria *criteria,
                       const char *display_name, const struct json *doc)
{
    struct buffer names = {.arena = work};
    size_t count;
    buffer_printf(&names, " %s ", fold_name(work, display_name));
    for (const struct json *member = doc->first; member; member = member->next)
        if (text_starts(member->name, "name.") && member->text)
            buffer_printf(&names, "%s ", fold_name(work, member->text));
    const char **words = text_split(work, criteria->name, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (!strstr(buffer_string(&names), arena_printf(work, " %s ", words[i])))
            return false;
    return true;
}

bool criteria_hold(struct arena *work, const struct criteria *criteria, const char *display_name,
                   const struct json *doc)
{
    const char *birth = json_get_text(doc, "birth_date");
    return (!criteria->email || holds_email(criteria, doc)) &&
           ((!criteria->phones.count && !criteria->phone_digits) ||
            holds_phone(work, criteria, doc)) &&
           (!criteria->identifier || holds_identifier(criteria, doc)) &&
           (!criteria->postcode || holds_postcode(work, criteria, doc)) &&
           (!criteria->birth_date || (birth && text_starts(birth, criteria->birth_date))) &&
           (!criteria->name || holds_name(work, criteria, display_name, doc));
}
