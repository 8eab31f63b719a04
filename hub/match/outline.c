#include "hub/match/outline.h"

#include "hub/base/hash.h"
#include "hub/match/compare.h"
#include "hub/match/kernels.h"
#include "hub/match/outline_parts.h"

static uint16_t hash_of(struct slice text)
{
    return (uint16_t)hash64(text.bytes, text.size);
}

/* A hash that is 0 for what is missing alone. */
static uint16_t hash_or_none(const struct term *term)
{
    uint16_t hash = hash_of(term_slice(term));
    return !term->size ? 0 : hash ? hash : 1;
}

static uint32_t letters_of(struct slice text)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] >= 'a' && text.bytes[i] <= 'z')
            letters |= UINT32_C(1) << (text.bytes[i] - 'a');
    return letters;
}

static uint32_t first_letter(struct slice text)
{
    bool letter = text.size && text.bytes[0] >= 'a' && text.bytes[0] <= 'z';
    return letter ? (uint32_t)(text.bytes[0] - 'a' + 1) << LETTERS : 0;
}

static uint8_t sound_hash(struct slice name)
{
    struct sound sound = sound_of(name);
    if (!sound.code[0] || !sound.code[1])
        return 0;
    return (uint8_t)(1 + hash64_text(sound.code) % UINT8_MAX);
}

static void set_known(struct outline *outline, enum outlined element)
{
    outline->present |= (uint8_t)OUTLINED(element);
}

static void set_open(struct outline *outline, enum outlined element)
{
    outline->present |= (uint8_t)OUTLINED(element);
    outline->open |= (uint8_t)OUTLINED(element);
}

/* A part of a name without its blanks. */
struct joined {
    char text[KERNEL_MOST + 1];
    size_t size;
    struct slice first; /* word, of the name itself */
    uint8_t words;      /* a bit for the hash of each */
    bool several;
};

static void join_words(const struct term *name, struct joined *joined)
{
    struct slice rest = term_slice(name);
    while (rest.size) {
        const char *blank = memchr(rest.bytes, ' ', rest.size);
        struct slice word = {rest.bytes, blank ? (size_t)(blank - rest.bytes) : rest.size};
        memcpy(joined->text + joined->size, word.bytes, word.size);
        joined->size += word.size;
        if (!joined->words)
            joined->first = word;
        joined->words |= word_bit(hash_of(word));
        joined->several = joined->several || blank;
        size_t taken = word.size + (blank != NULL);
        rest = (struct slice){rest.bytes + taken, rest.size - taken};
    }
}

static uint8_t rarity_units(int32_t rarity)
{
    int32_t units = (rarity + RARITY_UNIT - 1) / RARITY_UNIT;
    return (uint8_t)(units < UINT8_MAX ? units : UINT8_MAX);
}

static void outline_part(const struct model *model, const struct term *term, int part,
                         struct outline *outline)
{
    const struct rarities *rarities = part == PART_GIVEN ? &model->given : &model->family;
    struct joined joined = {.size = 0};
    join_words(term, &joined);
    struct slice name = {joined.text, joined.size}, formal = model_formal(model, name);
    if (!name.size)
        return;
    outline->name_letters[part] = letters_of(name) | first_letter(name);
    if (formal.size != name.size || memcmp(formal.bytes, name.bytes, name.size) != 0)
        outline->name_letters[part] |= OUTLINE_PET_NAME;
    if (part == PART_GIVEN && model_is_given(model, name))
        outline->flags |= OUTLINE_GIVEN_NAME;
    outline->name_hash[part] = hash_of(joined.first);
    outline->name_size[part] = (uint8_t)(name.size | (joined.several ? SEVERAL_WORDS : 0));
    outline->name_rarity[part] =
        joined.several ? UINT8_MAX
                       : rarity_units(model_rarity(model, rarities, name.bytes, name.size));
    outline->name_sound[part] = joined.several ? joined.words : sound_hash(name);
}

/* In ASCII, and short enough for the kernels to see all of it; not of several words that the tables know as one. */
static bool is_plain(const struct model *model, const struct term *name)
{
    struct joined joined = {.size = 0};
    if (name->size > KERNEL_MOST || (unsigned char)name->text[0] >= 0x80)
        return false;
    if (!memchr(name->text, ' ', name->size))
        return true;
    join_words(name, &joined);
    struct slice whole = {joined.text, joined.size};
    return model_formal(model, whole).bytes == whole.bytes;
}

static void outline_name(const struct model *model, const struct features *features,
                         struct outline *outline)
{
    if (!term_count(features, SLOT_GIVEN))
        return;
    const struct term *given = term_at(features, SLOT_GIVEN, 0);
    const struct term *middle = term_at(features, SLOT_MIDDLE, 0);
    const struct term *family = term_at(features, SLOT_FAMILY, 0);
    if (term_count(features, SLOT_GIVEN) > 1 || !is_plain(model, given) ||
        !is_plain(model, family) || (given->flags | family->flags) & (TERM_WEAK | TERM_FORMER)) {
        set_open(outline, OUTLINED_NAME);
        return;
    }
    set_known(outline, OUTLINED_NAME);
    outline_part(model, given, PART_GIVEN, outline);
    outline_part(model, family, PART_FAMILY, outline);
    if (middle->size)
        outline->middle =
            (uint16_t)(MIDDLE_THERE | (middle->size == 1 ? MIDDLE_LETTER : 0) |
                       (middle->text[0] & 0x3f) << 8 | (hash_of(term_slice(middle)) & 0xff));
}

static void outline_birth(const struct features *features, struct outline *outline)
{
    unsigned count = term_count(features, SLOT_BIRTH);
    const struct term *date = count ? term_at(features, SLOT_BIRTH, 0) : NULL;
    if (date && count == 1 && date->size == 8) {
        outline->birth = birth_digits(date);
        set_known(outline, OUTLINED_BIRTH);
    } else if (date)
        set_open(outline, OUTLINED_BIRTH);
}

static bool are_digits(const struct term *term)
{
    return strspn(term->text, "0123456789") == term->size;
}

static uint16_t house_number(const struct term *number)
{
    unsigned digits = 0;
    if (number->size > 4 || !are_digits(number) || number->text[0] == '0')
        return (uint16_t)(NUMBER_HASHED | hash_or_none(number));
    for (unsigned i = 0; i < number->size; i++)
        digits = digits << 4 | (unsigned)(number->text[i] - '0');
    return (uint16_t)digits;
}

static void outline_phone(const struct features *features, struct outline *outline)
{
    const struct term *own = NULL;
    for (unsigned i = 0; i < term_count(features, SLOT_PHONE); i++) {
        const struct term *phone = term_at(features, SLOT_PHONE, i);
        bool evidence = phone->flags & TERM_EVIDENCE;
        if ((own && !evidence) || phone->size > 15 || !are_digits(phone))
            set_open(outline, OUTLINED_PHONE);
        if (evidence)
            outline->flags |= OUTLINE_EVIDENCE;
        else
            own = phone;
        set_known(outline, OUTLINED_PHONE);
    }
    if (!own || outline->open & OUTLINED(OUTLINED_PHONE))
        return;
    outline->phone = 15;
    for (unsigned i = 0; i < own->size; i++)
        outline->phone = outline->phone << 4 | (uint64_t)(own->text[i] - '0');
}

static void outline_email(const struct features *features, struct outline *outline)
{
    unsigned count = term_count(features, SLOT_EMAIL);
    if (!count)
        return;
    const struct term *email = term_at(features, SLOT_EMAIL, 0);
    const char *at = memchr(email->text, '@', email->size);
    if (count > 1 || !at || email->size > KERNEL_MOST) {
        set_open(outline, OUTLINED_EMAIL);
        return;
    }
    struct slice local = {email->text, (size_t)(at - email->text)};
    struct slice domain = {at, email->size - local.size};
    if (email->flags & TERM_ROLE)
        outline->flags |= OUTLINE_ROLE;
    outline->email_hash = hash_of(term_slice(email));
    outline->local_hash = hash_of(local);
    outline->local_letters = letters_of(local) | (uint32_t)hash_of(domain) << LETTERS;
    outline->local_size = (uint8_t)local.size;
    outline->domain_size = (uint8_t)domain.size;
    set_known(outline, OUTLINED_EMAIL);
}

static void outline_address(const struct features *features, struct outline *outline)
{
    unsigned count = term_count(features, SLOT_NUMBER);
    if (!count)
        return;
    const struct term *street = term_at(features, SLOT_STREET, 0);
    if (count > 1 || street->size > KERNEL_MOST) {
        set_open(outline, OUTLINED_ADDRESS);
        return;
    }
    struct slice core = street_core(street);
    outline->street_letters = letters_of(term_slice(street)) | first_letter(term_slice(street));
    outline->street_size = street->size;
    outline->core_letters = letters_of(core);
    outline->core_size = (uint8_t)core.size;
    outline->number = house_number(term_at(features, SLOT_NUMBER, 0));
    outline->city = hash_or_none(term_at(features, SLOT_CITY, 0));
    outline->postcode = hash_or_none(term_at(features, SLOT_POSTCODE, 0));
    set_known(outline, OUTLINED_ADDRESS);
}

void outline_make(const struct model *model, const struct features *features,
                  struct outline *outline)
{
    static const struct {
        enum slot slot;
        enum outlined element;
    } only_there[] = {
        {SLOT_ORGANIZATION, OUTLINED_ORGANIZATION},
        {SLOT_EMPLOYER, OUTLINED_EMPLOYER},
        {SLOT_IDENTIFIER, OUTLINED_IDENTIFIER},
    };
    *outline = (struct outline){
        .kind = (uint8_t)features->kind,
        .sex = (uint8_t)features->sex,
        .suffix = (uint8_t)(features->suffix < UINT8_MAX ? features->suffix : 0),
    };
    for (size_t i = 0; i < COUNT_OF(only_there); i++)
        if (term_count(features, only_there[i].slot))
            set_open(outline, only_there[i].element);
    outline_name(model, features, outline);
    outline_birth(features, outline);
    outline_phone(features, outline);
    outline_email(features, outline);
    outline_address(features, outline);
}
