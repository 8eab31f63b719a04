#include "hub/match/compare.h"

#include "hub/base/hash.h"
#include "hub/match/kernels.h"

struct keys {
    const struct model *model;
    const struct features *features;
    struct blocking_key *list; /* of BLOCKING_KEYS_MOST */
    size_t count;
    int32_t name, birth, place; /* refines */
};

int64_t blocking_key_of(enum blocking type, struct slice value)
{
    return (int64_t)hash64_mix(hash64(value.bytes, value.size), type);
}

bool blocking_is_value(uint8_t type)
{
    return type == BLOCK_EMAIL || type == BLOCK_PHONE || type == BLOCK_IDENTIFIER;
}

bool is_generic(const struct generic_keys *generic, enum blocking type, struct slice value)
{
    return map_get(&generic->keys, (uint64_t)blocking_key_of(type, value)) != NULL;
}

static int32_t refine_of(const char *text)
{
    return *text ? (int32_t)(hash64_text(text) | 1) : 0;
}

static void add(struct keys *keys, enum blocking type, struct slice value, int32_t refine)
{
    int64_t key = blocking_key_of(type, value);
    if (!keys->model->blocking[type].on || keys->count == BLOCKING_KEYS_MOST)
        return;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->list[i].key == key)
            return;
    keys->list[keys->count++] =
        (struct blocking_key){.key = key, .refine = refine, .type = (uint8_t)type};
}

/* A key of several parts, each of which must be there. */
struct composed {
    char text[160];
    size_t size;
    bool lacking;
};

static void part(struct composed *composed, const char *text, size_t size)
{
    if (!size)
        composed->lacking = true;
    if (size > sizeof(composed->text) - 1 - composed->size)
        size = sizeof(composed->text) - 1 - composed->size;
    memcpy(composed->text + composed->size, text, size);
    composed->size += size;
    if (composed->size < sizeof(composed->text) - 1)
        composed->text[composed->size++] = '|';
}

static void part_text(struct composed *composed, const char *text)
{
    part(composed, text, strlen(text));
}

static void add_composed(struct keys *keys, enum blocking type, const struct composed *composed,
                         int32_t refine)
{
    if (!composed->lacking)
        add(keys, type, (struct slice){composed->text, composed->size}, refine);
}

static struct slice first_word(const struct term *term)
{
    const char *blank = memchr(term->text, ' ', term->size);
    return (struct slice){term->text, blank ? (size_t)(blank - term->text) : term->size};
}

static struct slice last_word(const struct term *term)
{
    const char *blank = memrchr(term->text, ' ', term->size);
    size_t from = blank ? (size_t)(blank - term->text) + 1 : 0;
    return (struct slice){term->text + from, term->size - from};
}

/* How a word sounds; of another script the word itself. */
static void sound_text(struct slice word, char text[16])
{
    struct sound sound = sound_of(word);
    struct slice from = sound.code[0] ? (struct slice){sound.code, strlen(sound.code)} : word;
    size_t size = from.size < 15 ? from.size : 15;
    memcpy(text, from.bytes, size);
    text[size] = '\0';
}

/* One name's sounds and initial. */
struct heard {
    char given[16], family[16];
    struct slice given_word, family_word;
};

/* The name keys of the two parts in alphabetical order, so that swapped names meet. */
static void add_sorted(struct keys *keys, enum blocking type, const struct heard *heard,
                       int32_t refine)
{
    bool turned = strcmp(heard->given, heard->family) > 0;
    struct composed key = {.size = 0};
    part_text(&key, turned ? heard->family : heard->given);
    part_text(&key, turned ? heard->given : heard->family);
    add_composed(keys, type, &key, refine);
}

/* One word of a name with something else, so that a missing or swapped other half costs nothing. */
static void add_word_keys(struct keys *keys, const char *sound)
{
    const struct features *f = keys->features;
    for (unsigned i = 0; i < term_count(f, SLOT_BIRTH); i++) {
        const struct term *birth = term_at(f, SLOT_BIRTH, i);
        struct composed year = {.size = 0};
        part(&year, birth->text, 4);
        part_text(&year, sound);
        add_composed(keys, BLOCK_NAME_YEAR, &year, keys->place);
    }
    for (unsigned i = 0; i < term_count(f, SLOT_CITY); i++) {
        const struct term *code = term_at(f, SLOT_POSTCODE, i), *city = term_at(f, SLOT_CITY, i);
        struct composed place = {.size = 0};
        part(&place, code->size ? code->text : city->text, code->size ? code->size : city->size);
        part_text(&place, sound);
        add_composed(keys, BLOCK_NAME_PLACE, &place, keys->birth);
    }
}

/* What a typing error in one half of a name leaves whole: the front of the one and the other's sound. */
static void add_fragments(struct keys *keys, const struct heard *heard)
{
    struct slice g = heard->given_word, f = heard->family_word;
    if (g.size < 3 || f.size < 3)
        return;
    struct composed front = {.size = 0}, back = {.size = 0};
    part(&front, g.bytes, 3);
    part(&front, f.bytes, 3);
    add_composed(keys, BLOCK_FRAGMENT, &front, keys->birth ? keys->birth : keys->place);
    part_text(&back, "-");
    part(&back, g.bytes + g.size - 3, 3);
    part(&back, f.bytes + f.size - 3, 3);
    add_composed(keys, BLOCK_FRAGMENT, &back, keys->birth ? keys->birth : keys->place);
}

static void add_name_keys(struct keys *keys)
{
    const struct features *f = keys->features;
    for (unsigned i = 0; i < term_count(f, SLOT_GIVEN); i++) {
        struct heard heard = {
            .given_word = first_word(term_at(f, SLOT_GIVEN, i)),
            .family_word = last_word(term_at(f, SLOT_FAMILY, i)),
        };
        /* A swapped name has its given name behind. */
        sound_text(model_formal(keys->model, heard.given_word), heard.given);
        sound_text(model_formal(keys->model, heard.family_word), heard.family);
        add_sorted(keys, BLOCK_NAME, &heard, keys->birth ? keys->birth : keys->place);
        add_word_keys(keys, heard.given);
        add_word_keys(keys, heard.family);
        add_fragments(keys, &heard);
    }
}

static void add_address_keys(struct keys *keys)
{
    const struct features *f = keys->features;
    for (unsigned i = 0; i < term_count(f, SLOT_NUMBER); i++) {
        const struct term *number = term_at(f, SLOT_NUMBER, i),
                          *street = term_at(f, SLOT_STREET, i);
        const struct term *areas[] = {term_at(f, SLOT_POSTCODE, i), term_at(f, SLOT_CITY, i)};
        for (size_t j = 0; j < COUNT_OF(areas); j++) {
            struct composed key = {.size = 0};
            struct slice word = first_word(street);
            part(&key, number->text, number->size);
            part(&key, word.bytes, word.size);
            part(&key, areas[j]->text, areas[j]->size);
            add_composed(keys, BLOCK_ADDRESS, &key, keys->name);
        }
    }
}

/* With a typing error, the fronts of both halves are mostly whole; where everybody has a mailbox they
 * tell nothing. */
static void add_email_front(struct keys *keys, struct slice local, struct slice domain)
{
    static const char *const everybodys[] = {"gmai", "yaho", "hotm", "outl", "aol.", "iclo",
                                             "live", "msn.", "gmx.", "web.", "mail", "t-on",
                                             "free", "wana", "oran", "yand", "me.c", "proto"};
    struct composed key = {.size = 0};
    if (domain.size < 5 || local.size < 2)
        return;
    for (size_t i = 0; i < COUNT_OF(everybodys); i++)
        if (memcmp(domain.bytes, everybodys[i], 4) == 0)
            return;
    part(&key, local.bytes, 2);
    part(&key, domain.bytes, 4);
    add_composed(keys, BLOCK_EMAIL_FRONT, &key, keys->name);
}

static void add_contact_keys(struct keys *keys)
{
    const struct features *f = keys->features;
    for (unsigned i = 0; i < term_count(f, SLOT_EMAIL); i++) {
        const struct term *email = term_at(f, SLOT_EMAIL, i);
        const char *at = memchr(email->text, '@', email->size);
        add(keys, BLOCK_EMAIL, term_slice(email), keys->name);
        if (!at || email->flags & TERM_ROLE)
            continue;
        struct slice local = {email->text, (size_t)(at - email->text)};
        add_email_front(keys, local, (struct slice){at + 1, email->size - local.size - 1});
    }
    for (unsigned i = 0; i < term_count(f, SLOT_PHONE); i++)
        add(keys, BLOCK_PHONE, phone_tail(term_at(f, SLOT_PHONE, i)), keys->name);
    for (unsigned i = 0; i < term_count(f, SLOT_IDENTIFIER); i++)
        add(keys, BLOCK_IDENTIFIER, term_slice(term_at(f, SLOT_IDENTIFIER, i)), keys->name);
}

static struct slice after_first_word(const struct term *term)
{
    struct slice first = first_word(term);
    size_t from = first.size < term->size ? first.size + 1 : first.size;
    return (struct slice){term->text + from, term->size - from};
}

static void add_company_key(struct keys *keys, struct slice word, const char *text, size_t size)
{
    char sound[16];
    struct composed key = {.size = 0};
    sound_text(word, sound);
    part_text(&key, sound);
    part(&key, text, size);
    add_composed(keys, BLOCK_COMPANY, &key, keys->place);
}

/* By itself one word of a company's name is that of too many: the first counts with the second, which may be
 * missing, and with the last, the last with the place. */
static void add_company_keys(struct keys *keys)
{
    const struct features *f = keys->features;
    for (unsigned i = 0; i < term_count(f, SLOT_ORGANIZATION); i++) {
        const struct term *company = term_at(f, SLOT_ORGANIZATION, i);
        struct slice rest = after_first_word(company);
        struct term behind = {.text = rest.bytes, .size = (uint8_t)rest.size};
        struct slice others[] = {first_word(&behind), last_word(company)};
        for (size_t j = 0; j < COUNT_OF(others); j++) {
            char sound[16] = "-";
            if (rest.size)
                sound_text(others[j], sound);
            add_company_key(keys, first_word(company), sound, strlen(sound));
        }
        for (unsigned j = 0; j < term_count(f, SLOT_CITY); j++) {
            const struct term *code = term_at(f, SLOT_POSTCODE, j),
                              *city = term_at(f, SLOT_CITY, j);
            const struct term *place = code->size ? code : city;
            add_company_key(keys, last_word(company), place->text, place->size);
        }
    }
}

static void add_birth(struct keys *keys)
{
    const struct features *f = keys->features;
    char initial[2] = "";
    if (term_count(f, SLOT_FAMILY))
        initial[0] = term_at(f, SLOT_FAMILY, 0)->text[0];
    for (unsigned i = 0; i < term_count(f, SLOT_BIRTH); i++) {
        const struct term *birth = term_at(f, SLOT_BIRTH, i);
        if (birth->size == 8)
            add(keys, BLOCK_BIRTH, term_slice(birth), refine_of(initial));
    }
}

/* What tells different people apart that hold a key: the first name, birth date and place. */
static void set_refines(struct keys *keys)
{
    const struct features *f = keys->features;
    if (term_count(f, SLOT_GIVEN)) {
        char text[1 + 1 + 16], *end = text;
        if (term_at(f, SLOT_GIVEN, 0)->size)
            *end++ = term_at(f, SLOT_GIVEN, 0)->text[0];
        *end++ = '|';
        sound_text(last_word(term_at(f, SLOT_FAMILY, 0)), end);
        keys->name = refine_of(text);
    } else if (term_count(f, SLOT_ORGANIZATION))
        keys->name = refine_of(term_at(f, SLOT_ORGANIZATION, 0)->text);
    if (term_count(f, SLOT_BIRTH)) {
        char year[5] = "";
        memcpy(year, term_at(f, SLOT_BIRTH, 0)->text, 4);
        keys->birth = refine_of(year);
    }
    if (term_count(f, SLOT_CITY)) {
        const struct term *code = term_at(f, SLOT_POSTCODE, 0);
        keys->place = refine_of(code->size ? code->text : term_at(f, SLOT_CITY, 0)->text);
    }
}

size_t blocking_keys_list(const struct model *model, const struct features *features,
                          struct blocking_key *list)
{
    struct keys own = {.model = model, .features = features, .list = list};
    set_refines(&own);
    add_contact_keys(&own);
    add_birth(&own);
    add_name_keys(&own);
    add_address_keys(&own);
    add_company_keys(&own);
    return own.count;
}

size_t blocking_keys(struct arena *arena, const struct model *model,
                     const struct features *features, const struct blocking_key **keys)
{
    struct blocking_key list[BLOCKING_KEYS_MOST];
    size_t count = blocking_keys_list(model, features, list);
    struct blocking_key *copy = NEW_ARRAY(arena, struct blocking_key, count + 1);
    memcpy(copy, list, count * sizeof(*copy));
    *keys = copy;
    return count;
}
