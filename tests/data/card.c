#include "tests/data/card.h"

#include "hub/base/text.h"
#include "tests/data/noise.h"

enum fact {
    FACT_GIVEN = 1,
    FACT_FAMILY = 2,
    FACT_FORMER = 4,
    FACT_BIRTH = 8,
    FACT_MOBILE = 16,
    FACT_OLD_MOBILE = 32,
    FACT_EMAIL = 64,
    FACT_SECOND_EMAIL = 128,
    FACT_WORK_EMAIL = 256,
    FACT_ADDRESS = 512,
    FACT_OLD_ADDRESS = 1024,
    FACT_COUNT = 11
};

static const unsigned fact_points[FACT_COUNT] = {1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2};

/* How often a source has what, and slips, per mille.  README.md shows this table. */
static const struct habits {
    unsigned name, only_given, initial, nickname, middle, suffix, former, swapped;
    unsigned birth, phone, second_phone, email, address, work;
    unsigned name_slip, birth_slip, contact_slip, address_slip, placeholder;
    unsigned slips[SLIP_COUNT]; /* key ocr sound swap cut drop double */
} habits[SOURCE_COUNT] = {
    [SOURCE_MAIL] = {.name = 930,
                     .only_given = 50,
                     .initial = 40,
                     .nickname = 260,
                     .middle = 20,
                     .suffix = 300,
                     .swapped = 8,
                     .phone = 420,
                     .email = 985,
                     .address = 230,
                     .work = 250,
                     .name_slip = 20,
                     .contact_slip = 5,
                     .address_slip = 40,
                     .placeholder = 4,
                     .slips = {5, 0, 1, 3, 0, 3, 2}},
    [SOURCE_CALLCENTER] = {.name = 985,
                           .initial = 15,
                           .nickname = 230,
                           .suffix = 400,
                           .swapped = 25,
                           .birth = 620,
                           .phone = 930,
                           .second_phone = 280,
                           .address = 760,
                           .work = 90,
                           .name_slip = 75,
                           .birth_slip = 40,
                           .contact_slip = 25,
                           .address_slip = 70,
                           .placeholder = 18,
                           .slips = {2, 0, 6, 2, 1, 2, 2}},
    [SOURCE_WEB] = {.name = 990,
                    .initial = 8,
                    .nickname = 200,
                    .suffix = 350,
                    .swapped = 25,
                    .birth = 560,
                    .phone = 690,
                    .second_phone = 200,
                    .email = 930,
                    .address = 820,
                    .work = 60,
                    .name_slip = 40,
                    .birth_slip = 25,
                    .contact_slip = 15,
                    .address_slip = 50,
                    .placeholder = 22,
                    .slips = {5, 0, 1, 3, 1, 2, 2}},
    [SOURCE_WARRANTY] = {.name = 995,
                         .initial = 20,
                         .nickname = 80,
                         .middle = 380,
                         .suffix = 700,
                         .former = 350,
                         .swapped = 12,
                         .birth = 820,
                         .phone = 640,
                         .email = 520,
                         .address = 900,
                         .work = 30,
                         .name_slip = 80,
                         .birth_slip = 35,
                         .contact_slip = 20,
                         .address_slip = 80,
                         .placeholder = 12,
                         .slips = {1, 6, 1, 1, 2, 1, 1}},
};

static bool happens(const struct scribe *scribe, unsigned per_mille)
{
    return dice_chance(scribe->dice, per_mille);
}

static bool slips(const struct scribe *scribe, unsigned per_mille)
{
    unsigned rate = per_mille * scribe->dirt / 100;
    return dice_chance(scribe->dice, rate > 900 ? 900 : rate);
}

static const char *one_of(const struct scribe *scribe, const char *const *texts, size_t count)
{
    return texts[dice_below(scribe->dice, (uint32_t)count)];
}

static const char *misspell(const struct scribe *scribe, const struct habits *habit,
                            const char *text, unsigned per_mille)
{
    if (!text || !slips(scribe, per_mille))
        return text;
    return noise_slip(scribe->work, scribe->dice, text, habit->slips);
}

static void say_family(const struct scribe *scribe, const struct person *person, struct card *card)
{
    const struct habits *habit = &habits[card->source];
    bool unmarried = person->former && card->day < person->married;
    /* Some go on under the former name for a while, or for ever. */
    if (person->former && !unmarried && happens(scribe, 40))
        unmarried = true;
    card->family = unmarried ? person->former : person->family;
    card->shows |= unmarried ? FACT_FORMER : FACT_FAMILY;
    if (person->former && !unmarried && happens(scribe, habit->former)) {
        card->former = person->former;
        card->shows |= FACT_FORMER;
    }
    if (card->source == SOURCE_CALLCENTER || card->source == SOURCE_WARRANTY)
        card->family = noise_fold(scribe->work, scribe->dice, card->family);
    card->family = misspell(scribe, habit, card->family, habit->name_slip);
}

static void say_given(const struct scribe *scribe, const struct person *person, struct card *card)
{
    const struct habits *habit = &habits[card->source];
    card->given = person->given;
    card->shows |= FACT_GIVEN;
    const char *nickname = names_nickname(scribe->names, scribe->dice, person->given);
    if (nickname && happens(scribe, habit->nickname))
        card->given = nickname;
    card->given = misspell(scribe, habit, card->given, habit->name_slip);
    if (happens(scribe, habit->initial)) {
        card->given = arena_printf(scribe->work, "%c", person->given[0]);
        card->shows &= ~(unsigned)FACT_GIVEN;
    }
    if (happens(scribe, habit->middle)) {
        bool full = happens(scribe, 500);
        card->middle = full ? person->middle : arena_printf(scribe->work, "%c", person->middle[0]);
    }
}

static void say_name(const struct scribe *scribe, const struct person *person, struct card *card)
{
    const struct habits *habit = &habits[card->source];
    if (!happens(scribe, habit->name))
        return;
    say_given(scribe, person, card);
    if (happens(scribe, habit->only_given))
        return;
    say_family(scribe, person, card);
    if (person->suffix && happens(scribe, habit->suffix))
        card->suffix = person->suffix;
    if (card->source == SOURCE_WARRANTY && happens(scribe, 600))
        card->title = person->title;
    if (slips(scribe, habit->swapped)) {
        const char *given = card->given;
        card->given = card->family;
        card->family = given;
    }
}

static struct date miswrite_date(const struct scribe *scribe, struct date date)
{
    static const unsigned kinds[] = {45, 20, 15, 20};
    int step = dice_between(scribe->dice, 1, 9);
    switch (dice_weighted(scribe->dice, kinds, COUNT_OF(kinds))) {
    case 0:
        if (date.day <= 12)
            return (struct date){date.year, date.day, date.month};
        return (struct date){date.year - date.year % 10 + (date.year + step) % 10, date.month,
                             date.day};
    case 1:
        date.day = 1 + (date.day + step) % 28;
        return date;
    case 2:
        date.month = 1 + (date.month + step) % 12;
        date.day = date.day > 28 ? 28 : date.day;
        return date;
    }
    date.year += step < 5 ? -1 : 1;
    return date;
}

static void say_birth(const struct scribe *scribe, const struct person *person, struct card *card)
{
    static const struct date placeholders[] = {{1900, 1, 1}, {1900, 1, 1}, {1970, 1, 1},
                                               {1980, 1, 1}, {1901, 1, 1}, {2000, 1, 1}};
    const struct habits *habit = &habits[card->source];
    if (!happens(scribe, habit->birth))
        return;
    card->born = person->born;
    if (slips(scribe, habit->placeholder)) {
        card->born = placeholders[dice_below(scribe->dice, COUNT_OF(placeholders))];
    } else if (slips(scribe, habit->birth_slip)) {
        card->born = miswrite_date(scribe, person->born);
    } else {
        card->shows |= FACT_BIRTH;
    }
}

/* One of the phones that can reach this person, by how often people give it to such a source. */
static const char *some_phone(const struct scribe *scribe, const struct household *household,
                              const struct person *person, struct card *card)
{
    static const char *const placeholders[] = {"0400000000", "0400000000", "0000000000", "n/a",
                                               "0412345678", "unknown",    "0"};
    if (slips(scribe, habits[card->source].placeholder))
        return one_of(scribe, placeholders, COUNT_OF(placeholders));
    unsigned weights[] = {
        card->source == SOURCE_CALLCENTER ? 500 : 680,
        household->landline ? (card->source == SOURCE_CALLCENTER ? 480 : 320) : 0,
        person->company ? 200 : 0,
        household->count > 1 ? 40 : 0,
    };
    bool before = card->day < person->renumbered;
    switch (dice_weighted(scribe->dice, weights, COUNT_OF(weights))) {
    case 1:
        return card->day < household->moved ? household->old_landline : household->landline;
    case 2:
        if (person->company)
            return person->company->phone;
        break;
    case 3:
        return household->person[dice_below(scribe->dice, (uint32_t)household->count)].mobile;
    }
    card->shows |= before ? FACT_OLD_MOBILE : FACT_MOBILE;
    return before ? person->old_mobile : person->mobile;
}

static void say_phones(const struct scribe *scribe, const struct household *household,
                       const struct person *person, struct card *card)
{
    const struct habits *habit = &habits[card->source];
    if (!happens(scribe, habit->phone))
        return;
    card->phone[0] = some_phone(scribe, household, person, card);
    if (strlen(card->phone[0]) == 10 && slips(scribe, habit->contact_slip)) {
        card->phone[0] = noise_digit(scribe->work, scribe->dice, card->phone[0]);
        card->shows &= ~(unsigned)(FACT_MOBILE | FACT_OLD_MOBILE);
    }
    if (happens(scribe, habit->second_phone))
        card->phone[1] = some_phone(scribe, household, person, card);
    if (card->phone[1] && text_equal(card->phone[0], card->phone[1]))
        card->phone[1] = NULL;
}

static const char *some_email(const struct scribe *scribe, const struct household *household,
                              const struct person *person, struct card *card)
{
    static const char *const placeholders[] = {
        "noemail@noemail.com", "test@test.com", "none@none.com",      "na@na.com",
        "noemail@noemail.com", "n/a",           "unknown@unknown.com"};
    if (slips(scribe, habits[card->source].placeholder))
        return one_of(scribe, placeholders, COUNT_OF(placeholders));
    unsigned weights[] = {person->email ? 760 : 0, person->second_email ? 150 : 0,
                          household->mailbox ? 300 : 0, person->work_email ? 160 : 0,
                          person->company ? 60 : 0};
    unsigned total = 0;
    for (size_t i = 0; i < COUNT_OF(weights); i++)
        total += weights[i];
    if (!total)
        return NULL;
    switch (dice_weighted(scribe->dice, weights, COUNT_OF(weights))) {
    case 1:
        card->shows |= FACT_SECOND_EMAIL;
        return person->second_email;
    case 2:
        return household->mailbox;
    case 3:
        card->shows |= FACT_WORK_EMAIL;
        return person->work_email;
    case 4:
        if (person->company)
            return person->company->mailbox;
        break;
    }
    card->shows |= FACT_EMAIL;
    return person->email;
}

static void say_email(const struct scribe *scribe, const struct household *household,
                      const struct person *person, struct card *card)
{
    const struct habits *habit = &habits[card->source];
    if (!happens(scribe, habit->email))
        return;
    card->email = some_email(scribe, household, person, card);
    if (card->email && slips(scribe, habit->contact_slip)) {
        card->email = noise_slip(scribe->work, scribe->dice, card->email, habit->slips);
        card->shows &= ~(unsigned)(FACT_EMAIL | FACT_SECOND_EMAIL | FACT_WORK_EMAIL);
    }
}

static void write_address(const struct scribe *scribe, const struct address *address,
                          struct card *card)
{
    const struct habits *habit = &habits[card->source];
    static const char *const placeholders[] = {"n/a", "unknown", "TBA", "-", "address unknown"};
    if (slips(scribe, habit->placeholder)) {
        card->street = one_of(scribe, placeholders, COUNT_OF(placeholders));
        card->postcode = happens(scribe, 300) ? "0000" : NULL;
        card->shows &= ~(unsigned)(FACT_ADDRESS | FACT_OLD_ADDRESS);
        return;
    }
    const char *street = misspell(scribe, habit, address->street, habit->address_slip);
    bool in_full = happens(scribe, 450);
    unsigned number = address->number + (slips(scribe, habit->address_slip / 6) ? 2 : 0);
    card->street = arena_printf(scribe->work, "%u %s %s", number, street,
                                in_full ? address->type->full : address->type->shortened);
    if (address->unit && !slips(scribe, habit->address_slip * 3))
        card->unit = arena_printf(scribe->work, "%u", address->unit);
    card->suburb = misspell(scribe, habit, address->suburb->name, habit->address_slip / 2);
    card->state = happens(scribe, 940) ? address->suburb->state : NULL;
    card->postcode = arena_printf(scribe->work, "%04u", address->suburb->postcode);
    if (slips(scribe, habit->address_slip / 3))
        card->postcode = noise_digit(scribe->work, scribe->dice, card->postcode);
    if (happens(scribe, 40))
        card->postcode = NULL;
}

static void say_address(const struct scribe *scribe, const struct household *household,
                        const struct person *person, struct card *card)
{
    if (!happens(scribe, habits[card->source].address))
        return;
    if (person->company && happens(scribe, 120)) {
        write_address(scribe, &person->company->address, card);
        return;
    }
    bool before = card->day < household->moved;
    /* Moved away, and nobody told this source. */
    if (household->moved && !before && happens(scribe, 150))
        before = true;
    card->shows |= before ? FACT_OLD_ADDRESS : FACT_ADDRESS;
    write_address(scribe, before ? &household->before : &household->now, card);
}

static const char *company_name(const struct scribe *scribe, const struct company *company)
{
    static const char *const forms[] = {" Pty Ltd", " Pty Ltd",      " P/L",    "",
                                        "",         " Pty. Limited", " PTY LTD"};
    if (company->trading_name && happens(scribe, 120))
        return company->trading_name;
    const char *form = one_of(scribe, forms, COUNT_OF(forms));
    return arena_printf(scribe->work, "%s %s%s", company->core, company->trade, form);
}

struct card card_person(const struct scribe *scribe, const struct household *household,
                        const struct person *person, enum source source, unsigned day)
{
    struct card card = {.source = source, .day = day};
    say_name(scribe, person, &card);
    say_birth(scribe, person, &card);
    say_phones(scribe, household, person, &card);
    say_email(scribe, household, person, &card);
    say_address(scribe, household, person, &card);
    if (person->company && happens(scribe, habits[source].work * 3))
        card.company = company_name(scribe, person->company);
    return card;
}

struct card card_company(const struct scribe *scribe, const struct company *company,
                         enum source source, unsigned day)
{
    const struct habits *habit = &habits[source];
    struct card card = {.source = source, .day = day, .company = company_name(scribe, company)};
    card.company = misspell(scribe, habit, card.company, habit->name_slip);
    if (happens(scribe, 800))
        card.phone[0] = company->phone;
    if (happens(scribe, habit->email))
        card.email = company->mailbox;
    if (!card.phone[0] || happens(scribe, 850))
        write_address(scribe, &company->address, &card);
    return card;
}

bool card_links(const struct card *left, const struct card *right, const struct person *person)
{
    unsigned both = left->shows & right->shows, points = 0;
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        unsigned fact = 1U << i;
        bool weak = person->has_double && (fact & (FACT_ADDRESS | FACT_OLD_ADDRESS));
        if ((both & fact) && !weak)
            points += fact_points[i];
    }
    return (both & FACT_GIVEN) && points >= 4;
}
