#include "hub/match/features.h"

#include "hub/base/hash.h"
#include "hub/match/model.h"
#include "hub/match/parse.h"
#include "hub/standard/fold.h"
#include "hub/standard/placeholder.h"

#define TERMS_MOST 15 /* values of a slot that are compared; further ones are not */

struct list {
    struct term terms[TERMS_MOST];
    unsigned count;
};

/* Features on their way. */
struct draft {
    struct arena *arena;
    const struct model *model;
    const struct record *record;
    struct list lists[SLOTS];
    enum kind kind;
    enum sex sex;
    unsigned suffix;
    bool stated; /* a part of a person's name that its source told apart, which no company has */
};

static bool room_for(const struct draft *draft, enum slot slot)
{
    return draft->lists[slot].count < TERMS_MOST;
}

static void add(struct draft *draft, enum slot slot, const char *text, unsigned flags)
{
    struct list *list = &draft->lists[slot];
    size_t size = strlen(text);
    if (size > UINT8_MAX)
        text = arena_strndup(draft->arena, text, size = UINT8_MAX);
    if (list->count < TERMS_MOST)
        list->terms[list->count++] = (struct term){text, (uint8_t)size, (uint8_t)flags};
}

static bool has(const struct draft *draft, enum slot slot, const char *text)
{
    for (unsigned i = 0; i < draft->lists[slot].count; i++)
        if (text_equal(draft->lists[slot].terms[i].text, text))
            return true;
    return false;
}

/* A digit, or few, over and over; or digits in their order: nobody's number. */
static bool is_made_up(const char *digits)
{
    size_t size = strlen(digits), from = size > 7 ? size - 7 : 0, same = 1, rising = 1;
    for (size_t i = from + 1; i < size; i++) {
        same += digits[i] == digits[i - 1];
        rising += digits[i] == digits[i - 1] + 1;
    }
    return size < 4 || same == size - from || rising == size - from;
}

static const char *only(struct arena *arena, const char *text, const char *keep)
{
    char *kept = arena_alloc(arena, strlen(text) + 1), *to = kept;
    for (; *text; text++)
        if (strchr(keep, *text))
            *to++ = *text;
    return kept;
}

static const char *folded_or_empty(struct arena *arena, const char *text)
{
    const char *folded = text ? fold_name(arena, text) : "";
    return placeholder_is_word(folded) ? "" : folded;
}

static void add_company_text(struct draft *draft, enum slot slot, const char *text)
{
    const char *folded = folded_or_empty(draft->arena, text);
    if (*folded && !has(draft, slot, parse_company(draft->arena, folded)))
        add(draft, slot, parse_company(draft->arena, folded), 0);
}

static void add_name(struct draft *draft, const struct person_name *name, unsigned flags)
{
    if (!*name->given && !*name->family)
        return;
    struct list *given = &draft->lists[SLOT_GIVEN], *family = &draft->lists[SLOT_FAMILY];
    for (unsigned i = 0; i < given->count; i++)
        if (text_equal(given->terms[i].text, name->given) &&
            text_equal(family->terms[i].text, name->family))
            return;
    add(draft, SLOT_GIVEN, name->given, flags);
    add(draft, SLOT_MIDDLE, name->middle, flags);
    add(draft, SLOT_FAMILY, name->family, flags);
}

/* Where the company that somebody writes for is called as the writer, the company writes. */
static bool is_employer(const struct draft *draft, const char *text)
{
    const char *employer = record_text(draft->record, "employer");
    return employer && text_equal(fold_name(draft->arena, employer), fold_name(draft->arena, text));
}

static bool is_known_given(const struct draft *draft, const char *given)
{
    struct slice name = {given, strlen(given)};
    return map_get(&draft->model->given.by_hash, hash64(given, name.size)) ||
           model_formal(draft->model, name).bytes != given;
}

static const int32_t *family_rarity(const struct draft *draft, const char *word)
{
    return map_get(&draft->model->family.by_hash, hash64_text(word));
}

/* One in a thousand people at most bears a surname that is rarer: ten bits. */
#define COMMON_FAMILY 10000

/* "Nguyen Van Tuan", "Wang Xiaoming": a common surname that is nobody's given name, and at the end no surname. */
static void put_family_last(const struct draft *draft, struct person_name *name)
{
    const int32_t *rarity = family_rarity(draft, name->given);
    if (!*name->family || !rarity || *rarity > COMMON_FAMILY ||
        is_known_given(draft, name->given) || family_rarity(draft, name->family))
        return;
    const char *family = name->given;
    name->given = name->family;
    name->family = family;
}

/* Names without blanks (Chinese, Japanese, Korean) say the family name first. */
static struct person_name parse_reading(const struct draft *draft, const char *text,
                                        const char *read)
{
    const char *blank = strchr(read, ' ');
    if (!blank || strchr(text, ' '))
        return parse_name(draft->arena, read);
    return (struct person_name){blank + 1, "",
                                arena_strndup(draft->arena, read, (size_t)(blank - read)), 0};
}

static void add_full_name(struct draft *draft, const char *text)
{
    if (placeholder_is_word(fold_name(draft->arena, text)))
        return;
    const char *read = fold_weak(draft->arena, text);
    struct person_name name = parse_name(draft->arena, text);
    put_family_last(draft, &name);
    bool company = draft->kind == KIND_ORGANIZATION || parse_is_company(draft->arena, text) ||
                   is_employer(draft, text);
    if (company || (!draft->kind && !read && !is_known_given(draft, name.given)))
        add_company_text(draft, SLOT_ORGANIZATION, text);
    if (company)
        return;
    draft->suffix = name.suffix ? name.suffix : draft->suffix;
    add_name(draft, &name, 0);
    if (!read)
        return;
    name = parse_reading(draft, text, read);
    add_name(draft, &name, TERM_WEAK);
}

static const char *name_part(struct draft *draft, const char *text)
{
    return parse_name_part(draft->arena, folded_or_empty(draft->arena, text), &draft->suffix);
}

/* The names as they read in Latin letters, where they are written in another script. */
static void add_readings(struct draft *draft, const char *given, const char *family)
{
    const char *given_read = given ? fold_weak(draft->arena, given) : NULL;
    const char *family_read = family ? fold_weak(draft->arena, family) : NULL;
    if (!given_read && !family_read)
        return;
    struct person_name name = {given_read ? given_read : "", "", family_read ? family_read : "", 0};
    add_name(draft, &name, TERM_WEAK);
}

/* What was read out of a full name is left to the full name. */
static bool is_name_part(const struct value *value)
{
    return value->standard && !value->derived &&
           (text_equal(value->element->path, "name.given") ||
            text_equal(value->element->path, "name.family"));
}

static const char *in_group(const struct draft *draft, const char *path, const char *group)
{
    for (size_t i = 0; i < draft->record->count; i++) {
        const struct value *value = &draft->record->values[i];
        bool stated = !value->derived || text_equal(path, "name.middle");
        if (stated && value->standard && text_equal(value->element->path, path) &&
            text_equal(value->group, group))
            return value->standard;
    }
    return NULL;
}

static void add_stated_name(struct draft *draft, const char *group)
{
    const char *given = in_group(draft, "name.given", group);
    const char *family = in_group(draft, "name.family", group);
    const char *middle = in_group(draft, "name.middle", group);
    struct person_name name = {name_part(draft, given), name_part(draft, middle),
                               name_part(draft, family), 0};
    if (!*name.given && family && parse_is_company(draft->arena, family)) {
        add_company_text(draft, SLOT_ORGANIZATION, family);
        return;
    }
    add_name(draft, &name, 0);
    if (*name.given || *name.family)
        add_readings(draft, given, family);
}

/* A further name of the person, that says only what differs from the one stated. */
static void add_other_name(struct draft *draft, const struct value *value)
{
    const char *path = value->element->path;
    if (text_equal(path, "name.full")) {
        add_full_name(draft, value->standard);
        return;
    }
    struct person_name other = {name_part(draft, in_group(draft, "name.given", value->group)), "",
                                name_part(draft, in_group(draft, "name.family", value->group)), 0};
    bool former = text_equal(path, "name.former");
    *(former ? &other.family : &other.given) = name_part(draft, value->standard);
    add_name(draft, &other, former ? TERM_FORMER : 0);
}

static void add_names(struct draft *draft)
{
    const struct record *record = draft->record;
    static const char *const others[] = {"name.full", "name.former", "name.nickname"};
    const char *suffix = record_text(record, "name.suffix");
    if (suffix)
        draft->suffix = parse_suffix(fold_name(draft->arena, suffix));
    for (size_t i = 0; i < record->count; i++)
        if (is_name_part(&record->values[i])) {
            add_stated_name(draft, record->values[i].group);
            draft->stated = true;
        }
    for (size_t i = 0; i < record->count; i++)
        for (size_t j = 0; j < COUNT_OF(others); j++)
            if (record->values[i].standard &&
                text_equal(record->values[i].element->path, others[j]))
                add_other_name(draft, &record->values[i]);
}

static void add_company(struct draft *draft, enum slot slot, const struct value *value)
{
    add_company_text(draft, slot, value->standard);
}

static void add_organization(struct draft *draft, const struct value *value)
{
    add_company(draft, SLOT_ORGANIZATION, value);
}

static void add_employer(struct draft *draft, const struct value *value)
{
    add_company(draft, SLOT_EMPLOYER, value);
}

static void add_birth_date(struct draft *draft, const struct value *value)
{
    static const char *const nobodys[] = {"19010101", "11111111", "99991231",
                                          "00010101", "1900",     "190001"};
    const char *digits = only(draft->arena, value->standard, "0123456789");
    size_t size = strlen(digits);
    /* The first of January of a round year is what forms are filled with. */
    bool placeholder =
        (size != 4 && size != 6 && size != 8) || (size == 8 && text_equal(digits + 3, "00101"));
    for (size_t i = 0; i < COUNT_OF(nobodys); i++)
        placeholder = placeholder || text_equal(digits, nobodys[i]);
    if (!placeholder && !has(draft, SLOT_BIRTH, digits))
        add(draft, SLOT_BIRTH, digits, 0);
}

static void add_sex(struct draft *draft, const struct value *value)
{
    char first = (char)(value->standard[0] | 0x20);
    draft->sex = first == 'f' || first == 'w' ? SEX_FEMALE : first == 'm' ? SEX_MALE : SEX_UNKNOWN;
}

/* Only what the source states is sure; what standardising made of the names, finish() does better. */
static void add_kind(struct draft *draft, const struct value *value)
{
    if (!value->derived)
        draft->kind = text_equal(value->standard, "organization") ? KIND_ORGANIZATION : KIND_PERSON;
}

static const char *const roles[] = {
    "info",      "sales", "office",    "contact",         "admin",
    "support",   "mail",  "post",      "kontakt",         "hello",
    "service",   "team",  "webmaster", "accounts",        "enquiries",
    "reception", "buero", "billing",   "customerservice", "help",
    "hr",        "jobs",  "marketing", "orders",          "postmaster"};
static const char *const nobodys_mailboxes[] = {
    "test", "none", "noemail", "nomail",  "na",       "unknown",    "nobody",      "no", "x",
    "xx",   "xxx",  "asdf",    "noreply", "no-reply", "donotreply", "notprovided", "a",  "abc"};

static void add_email(struct draft *draft, const struct value *value)
{
    const char *email = text_lower_ascii(draft->arena, value->standard);
    const char *at = strrchr(email, '@');
    if (!at || at == email)
        return;
    size_t size = (size_t)(at - email);
    const char *plus = memchr(email, '+', size);
    if (plus && plus > email)
        size = (size_t)(plus - email);
    const char *local = arena_strndup(draft->arena, email, size);
    unsigned flags = 0;
    for (size_t i = 0; i < COUNT_OF(nobodys_mailboxes); i++)
        if (text_equal(local, nobodys_mailboxes[i]))
            return;
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (text_equal(local, roles[i]))
            flags = TERM_ROLE;
    const char *plain = arena_printf(draft->arena, "%s%s", local, at);
    if (!has(draft, SLOT_EMAIL, plain))
        add(draft, SLOT_EMAIL, plain, flags);
}

/* Countries whose mobiles have numbers of their own: there the number decides, whatever column it stood
 * in; elsewhere (North America) only the source knows. */
static const struct {
    const char *country, *mobile;
} mobile_ranges[] = {
    {"61", "4"},  {"64", "2"},  {"44", "7"}, {"353", "8"}, {"49", "15"}, {"49", "16"}, {"49", "17"},
    {"43", "6"},  {"41", "7"},  {"33", "6"}, {"33", "7"},  {"39", "3"},  {"34", "6"},  {"34", "7"},
    {"31", "6"},  {"32", "4"},  {"46", "7"}, {"47", "4"},  {"47", "9"},  {"86", "1"},  {"81", "70"},
    {"81", "80"}, {"81", "90"}, {"82", "1"}, {"91", "6"},  {"91", "7"},  {"91", "8"},  {"91", "9"},
};

static bool is_mobile(const struct value *value, const char *digits)
{
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(mobile_ranges) && value->standard[0] == '+'; i++) {
        if (!text_starts(digits, mobile_ranges[i].country))
            continue;
        known = true;
        if (text_starts(digits + strlen(mobile_ranges[i].country), mobile_ranges[i].mobile))
            return true;
    }
    return !known && (text_same(value->kind, "mobile") || text_same(value->kind, "cell"));
}

/* It is not only where a call came from: he says that it is his. */
static void own(struct draft *draft, const char *digits)
{
    struct list *list = &draft->lists[SLOT_PHONE];
    for (unsigned i = 0; i < list->count; i++)
        if (text_equal(list->terms[i].text, digits))
            list->terms[i].flags &= (uint8_t)~TERM_EVIDENCE;
}

static void add_phone(struct draft *draft, const struct value *value)
{
    const char *digits = only(draft->arena, value->standard, "0123456789");
    unsigned flags = value->evidence ? TERM_EVIDENCE : 0;
    if (is_made_up(digits) || strlen(digits) < 5)
        return;
    if (!has(draft, SLOT_PHONE, digits))
        add(draft, SLOT_PHONE, digits, flags | (is_mobile(value, digits) ? TERM_MOBILE : 0));
    else if (!flags)
        own(draft, digits);
}

/* "Driver-License" is "driver_license". */
static const char *scheme_form(struct arena *arena, const char *scheme)
{
    char *form = arena_strdup(arena, text_lower_ascii(arena, scheme));
    for (char *at = form; *at; at++)
        if (*at == '-' || *at == ' ')
            *at = '_';
    return form;
}

static void add_identifier(struct draft *draft, const struct value *value)
{
    const char *folded = fold_name(draft->arena, value->standard);
    char *plain = arena_alloc(draft->arena, strlen(folded) + 1), *to = plain;
    for (; *folded; folded++)
        if (*folded != ' ')
            *to++ = *folded;
    const char *digits = only(draft->arena, plain, "0123456789");
    if (strlen(plain) < 3 || placeholder_is_word(plain) ||
        (strlen(digits) == strlen(plain) && is_made_up(plain)) || !room_for(draft, SLOT_IDENTIFIER))
        return;
    add(draft, SLOT_SCHEME, scheme_form(draft->arena, value->scheme), 0);
    add(draft, SLOT_COUNTRY, value->country, 0);
    add(draft, SLOT_IDENTIFIER, plain, value->verified ? TERM_VERIFIED : 0);
}

static const struct {
    const char *path;
    void (*add)(struct draft *draft, const struct value *value);
} adders[] = {
    {"name.organization", add_organization},
    {"employer", add_employer},
    {"birth_date", add_birth_date},
    {"sex", add_sex},
    {"email", add_email},
    {"phone", add_phone},
    {"identifier", add_identifier},
};

static bool is_made_up_code(const char *postcode)
{
    return strspn(postcode, "0") == strlen(postcode) || strspn(postcode, "9") == strlen(postcode);
}

static void add_address(struct draft *draft, const char *group)
{
    struct address_parts parts = {0};
    const struct {
        const char *path, **text;
    } into[] = {
        {"address.line", &parts.line},     {"address.street", &parts.street},
        {"address.number", &parts.number}, {"address.unit", &parts.unit},
        {"address.city", &parts.city},     {"address.postcode", &parts.postcode},
    };
    for (size_t i = 0; i < draft->record->count; i++) {
        const struct value *value = &draft->record->values[i];
        if (!value->standard || value->derived || !text_equal(value->group, group))
            continue;
        for (size_t j = 0; j < COUNT_OF(into); j++)
            if (text_equal(value->element->path, into[j].path) && !*into[j].text &&
                !placeholder_is_word(fold_name(draft->arena, value->standard)))
                *into[j].text = value->standard;
    }
    struct postal_address address = parse_address(draft->arena, &parts);
    if (!*address.street && !*address.city && !*address.postcode)
        return;
    add(draft, SLOT_NUMBER, address.number, 0);
    add(draft, SLOT_STREET, address.street, 0);
    add(draft, SLOT_UNIT, address.unit, 0);
    add(draft, SLOT_CITY, address.city, 0);
    add(draft, SLOT_POSTCODE, is_made_up_code(address.postcode) ? "" : address.postcode, 0);
}

static void add_addresses(struct draft *draft)
{
    const char *seen[TERMS_MOST];
    unsigned count = 0;
    for (size_t i = 0; i < draft->record->count && count < TERMS_MOST; i++) {
        const struct value *value = &draft->record->values[i];
        bool known = !value->standard || !text_starts(value->element->path, "address.");
        for (unsigned j = 0; j < count && !known; j++)
            known = text_equal(seen[j], value->group);
        if (!known)
            add_address(draft, seen[count++] = value->group);
    }
}

static const struct features *finish(const struct draft *draft)
{
    struct features *features = NEW(draft->arena, struct features);
    struct term *terms = NEW_ARRAY(draft->arena, struct term, (size_t)SLOTS * TERMS_MOST);
    unsigned at = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
        const struct list *list = &draft->lists[slot];
        features->first[slot] = (uint8_t)at;
        for (unsigned i = 0; i < list->count; i++)
            terms[at++] = list->terms[i];
    }
    features->first[SLOTS] = (uint8_t)at;
    features->terms = terms;
    features->record = draft->record->id;
    features->suffix = draft->suffix;
    features->sex = draft->sex;
    features->kind = draft->kind;
    if (!draft->kind && draft->lists[SLOT_ORGANIZATION].count && !draft->lists[SLOT_GIVEN].count)
        features->kind = KIND_ORGANIZATION;
    else if (!draft->kind && draft->stated)
        features->kind = KIND_PERSON;
    return features;
}

const struct features *features_make(struct arena *arena, const struct model *model,
                                     const struct record *record)
{
    struct draft draft = {.arena = arena, .model = model, .record = record};
    for (size_t i = 0; i < record->count; i++)
        if (record->values[i].standard && text_equal(record->values[i].element->path, "kind"))
            add_kind(&draft, &record->values[i]);
    add_names(&draft);
    for (size_t i = 0; i < record->count; i++)
        for (size_t j = 0; j < COUNT_OF(adders); j++)
            if (record->values[i].standard &&
                text_equal(record->values[i].element->path, adders[j].path))
                adders[j].add(&draft, &record->values[i]);
    add_addresses(&draft);
    return finish(&draft);
}

int64_t features_record(const struct features *features)
{
    return features->record;
}
