#include "tests/data/world.h"

#include <ctype.h>

#include "hub/base/hash.h"
#include "hub/base/text.h"

#define RECENT 512

/* What new people may take over from earlier ones. */
struct recent {
    const char *given, *family;
    bool female;
    enum culture culture;
    struct date born;
    struct address address;
};

struct world {
    struct arena *process;
    const struct names *names;
    const struct places *places;
    struct company *company;
    size_t companies, big_companies, next_company;
    struct map mailboxes;
    unsigned entities, households;
    struct recent recent[RECENT];
    size_t recent_count;
    const char *free_mobile[RECENT]; /* given up by their owners */
    size_t free_mobiles;
};

static const char *const trades[] = {
    "Plumbing",      "Electrical",  "Motors",
    "Dental Care",   "Accounting",  "Constructions",
    "Bakery",        "Landscaping", "Physiotherapy",
    "Legal",         "Logistics",   "Cabinets",
    "Engineering",   "Real Estate", "Pharmacy",
    "Newsagency",    "Roofing",     "Painting",
    "Consulting",    "Foods",       "Transport",
    "Removals",      "Tyres",       "Veterinary Clinic",
    "Joinery",       "Concreting",  "Cleaning Services",
    "Refrigeration", "Printing",    "Travel",
};
static const char *const free_mail[] = {
    "gmail.com",  "hotmail.com",     "bigpond.com", "outlook.com",  "yahoo.com.au",
    "icloud.com", "optusnet.com.au", "live.com.au", "iinet.net.au", "westnet.com.au"};
static const unsigned free_mail_share[] = {430, 150, 110, 90, 70, 60, 40, 25, 15, 10};

static char plain_umlaut(char second_byte)
{
    switch ((unsigned char)second_byte) {
    case 0xa4:
        return 'a';
    case 0xb6:
        return 'o';
    }
    return 'u';
}

/* Lower-case letters and digits only, as mailboxes and domains are written. */
static const char *squeeze(struct arena *arena, const char *text)
{
    struct buffer out = {.arena = arena};
    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 128 && isalnum(byte))
            buffer_char(&out, (char)tolower(byte));
        else if (byte == 0xc3) /* an umlaut: its plain letter; the second byte is no letter */
            buffer_char(&out, plain_umlaut(c[1]));
    }
    return buffer_string(&out);
}

static const char *digits(struct arena *arena, struct dice *dice, const char *start, size_t count)
{
    struct buffer out = {.arena = arena};
    buffer_text(&out, start);
    while (out.length < count)
        buffer_char(&out, (char)('0' + dice_below(dice, 10)));
    return buffer_string(&out);
}

static const char *landline(struct arena *arena, struct dice *dice, const struct address *address)
{
    char start[4] = {'0', address->suburb->area_code, (char)('3' + dice_below(dice, 7)), '\0'};
    return digits(arena, dice, start, 10);
}

static const char *mobile(struct world *world, struct arena *arena, struct dice *dice)
{
    if (world->free_mobiles && dice_chance(dice, 12))
        return world->free_mobile[dice_below(dice, (uint32_t)world->free_mobiles)];
    return digits(arena, dice, "04", 10);
}

static void give_up_mobile(struct world *world, struct dice *dice, const char *number)
{
    size_t at = world->free_mobiles < RECENT ? world->free_mobiles++ : dice_below(dice, RECENT);
    world->free_mobile[at] = arena_strdup(world->process, number);
}

/* The address, with digits behind the local part until nobody has it yet. */
static const char *unused(struct world *world, struct arena *arena, struct dice *dice,
                          const char *local, const char *domain)
{
    const char *address = arena_printf(arena, "%s@%s", local, domain);
    for (unsigned most = 100; map_get(&world->mailboxes, hash64_text(address)); most *= 10) {
        unsigned number = dice_below(dice, most);
        address = arena_printf(arena, "%s%u@%s", local, number, domain);
    }
    map_put(&world->mailboxes, hash64_text(address), world);
    return address;
}

static const char *free_domain(struct dice *dice)
{
    return free_mail[dice_weighted(dice, free_mail_share, COUNT_OF(free_mail))];
}

static const char *personal_email(struct world *world, struct arena *arena, struct dice *dice,
                                  const struct person *person)
{
    const char *short_form = names_nickname(world->names, dice, person->given);
    const char *given = squeeze(arena, person->given);
    const char *family = squeeze(arena, person->family);
    if (person->former && dice_chance(dice, 350))
        family = squeeze(arena, person->former);
    static const unsigned shares[] = {300, 150, 130, 100, 120, 80, 120};
    size_t form = dice_weighted(dice, shares, COUNT_OF(shares));
    int year = person->born.year % 100;
    unsigned number = dice_below(dice, 1000);
    const char *local = arena_printf(arena, "%s.%s", given, family);
    if (form == 1)
        local = arena_printf(arena, "%c%s", given[0], family);
    else if (form == 2)
        local = arena_printf(arena, "%s%02d", given, year);
    else if (form == 3)
        local = arena_printf(arena, "%s%s%02d", given, family, year);
    else if (form == 4)
        local =
            arena_printf(arena, "%s_%s", short_form ? squeeze(arena, short_form) : given, family);
    else if (form == 5)
        local = arena_printf(arena, "%s.%c", family, given[0]);
    else if (form == 6)
        local = arena_printf(arena, "%.3s%.4s%u", family, given, number);
    return unused(world, arena, dice, local, free_domain(dice));
}

static void found_company(struct world *world, struct dice *dice, struct company *company)
{
    struct arena *process = world->process;
    enum culture culture = names_culture(dice);
    const char *family = names_family(world->names, dice, culture);
    company->trade = trades[dice_below(dice, COUNT_OF(trades))];
    company->address = places_address(world->places, dice);
    uint32_t form = dice_below(dice, 10);
    company->core = family;
    if (form < 2)
        company->core = arena_printf(process, "%s & Sons", family);
    else if (form < 5)
        company->core = company->address.suburb->name;
    else if (form < 6)
        company->core = arena_printf(process, "%s Bros", family);
    if (dice_chance(dice, 250))
        company->trading_name =
            arena_printf(process, "%s %s", company->address.suburb->name, company->trade);
    const char *local = squeeze(process, company->core);
    const char *rest = squeeze(process, company->trade);
    const char *domain = arena_printf(process, "%s%s.com.au", local, rest);
    for (unsigned n = 2; map_get(&world->mailboxes, hash64_text(domain)); n++)
        domain = arena_printf(process, "%s%s%u.com.au", local, rest, n);
    map_put(&world->mailboxes, hash64_text(domain), world);
    company->domain = domain;
    static const char *const boxes[] = {"info", "info", "admin", "accounts", "office", "sales"};
    const char *box = boxes[dice_below(dice, COUNT_OF(boxes))];
    company->mailbox = arena_printf(process, "%s@%s", box, domain);
    company->phone = landline(process, dice, &company->address);
}

struct world *world_new(struct arena *process, struct dice *dice, unsigned records)
{
    struct world *world = NEW(process, struct world);
    world->process = process;
    world->names = names_new(process);
    world->places = places_new(process);
    world->mailboxes.arena = process;
    world->companies = 4 + records / 80;
    world->big_companies = 1 + records / 100000;
    world->company = NEW_ARRAY(process, struct company, world->companies);
    for (size_t i = 0; i < world->companies; i++)
        found_company(world, dice, &world->company[i]);
    return world;
}

static struct date birthday(struct dice *dice, int first_year, int last_year)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date date;
    date.year = dice_between(dice, first_year, last_year);
    date.month = dice_between(dice, 1, 12);
    date.day = dice_between(dice, 1, lengths[date.month - 1]);
    return date;
}

static void add_title(struct dice *dice, struct person *person)
{
    static const char *const women[] = {"Mrs", "Ms", "Miss"};
    person->title = person->female ? women[dice_below(dice, COUNT_OF(women))] : "Mr";
    if (dice_chance(dice, 25))
        person->title = "Dr";
}

static void employ(struct world *world, struct arena *work, struct dice *dice,
                   struct person *person)
{
    bool big = dice_chance(dice, 150);
    size_t at = big ? dice_below(dice, (uint32_t)world->big_companies)
                    : dice_below(dice, (uint32_t)world->companies);
    person->company = &world->company[at];
    const char *given = squeeze(work, person->given);
    const char *family = squeeze(work, person->family);
    bool initial = dice_chance(dice, 350);
    const char *local = initial ? arena_printf(work, "%c%s", given[0], family)
                                : arena_printf(work, "%s.%s", given, family);
    person->work_email = unused(world, work, dice, local, person->company->domain);
}

/* Everything that is a person's own; name, sex and birth date are there already. */
static void equip(struct world *world, struct arena *work, struct dice *dice, struct person *person)
{
    person->entity = ++world->entities;
    if (!person->middle)
        person->middle = names_given(world->names, dice, person->culture, person->female);
    add_title(dice, person);
    person->mobile = mobile(world, work, dice);
    if (dice_chance(dice, 140)) {
        person->old_mobile = mobile(world, work, dice);
        person->renumbered = 1 + dice_below(dice, WORLD_DAYS);
        give_up_mobile(world, dice, person->old_mobile);
    }
    if (dice_chance(dice, 860))
        person->email = personal_email(world, work, dice, person);
    if (person->email && dice_chance(dice, 160))
        person->second_email = personal_email(world, work, dice, person);
    if (person->born.year < 2000 && dice_chance(dice, 90))
        employ(world, work, dice, person);
}

static struct person *add_person(struct household *household)
{
    return &household->person[household->count++];
}

static void name_person(const struct world *world, struct dice *dice, struct person *person,
                        enum culture culture, bool female)
{
    person->culture = culture;
    person->female = female;
    person->given = names_given(world->names, dice, culture, female);
    person->family = names_family(world->names, dice, culture);
}

static void remember(struct world *world, struct dice *dice, const struct household *household)
{
    const struct person *person = &household->person[0];
    size_t at = world->recent_count < RECENT ? world->recent_count++ : dice_below(dice, RECENT);
    world->recent[at] = (struct recent){person->given,   person->family, person->female,
                                        person->culture, person->born,   household->now};
}

static void make_single(struct world *world, struct dice *dice, struct household *household)
{
    struct person *person = add_person(household);
    enum culture culture = names_culture(dice);
    name_person(world, dice, person, culture, dice_chance(dice, 510));
    person->born = birthday(dice, 1930, 2003);
    if (!world->recent_count || !dice_chance(dice, 60))
        return;
    /* A namesake: another person with this name, born in the same year or living close by. */
    const struct recent *other = &world->recent[dice_below(dice, (uint32_t)world->recent_count)];
    person->given = other->given;
    person->family = other->family;
    person->female = other->female;
    person->culture = other->culture;
    if (dice_chance(dice, 500))
        person->born = birthday(dice, other->born.year, other->born.year);
    else
        household->now = places_nearby(world->places, dice, &other->address);
}

static void make_couple(struct world *world, struct dice *dice, struct household *household)
{
    struct person *man = add_person(household), *woman = add_person(household);
    enum culture culture = names_culture(dice);
    name_person(world, dice, man, culture, false);
    man->born = birthday(dice, 1932, 1996);
    enum culture other = dice_chance(dice, 750) ? culture : names_culture(dice);
    name_person(world, dice, woman, other, true);
    woman->born = birthday(dice, man->born.year - 6, man->born.year + 6);
    if (!dice_chance(dice, 720))
        return;
    if (dice_chance(dice, 550))
        woman->former = woman->family;
    if (woman->former && dice_chance(dice, 400))
        woman->married = 1 + dice_below(dice, WORLD_DAYS);
    woman->family = man->family;
}

static bool given_taken(const struct household *household, const struct person *person)
{
    for (size_t i = 0; i < household->count; i++)
        if (&household->person[i] != person &&
            text_equal(household->person[i].given, person->given))
            return true;
    return false;
}

static void add_children(struct world *world, struct dice *dice, struct household *household)
{
    const struct person *father = &household->person[0];
    int least = father->born.year + 20;
    int count = dice_between(dice, 1, 4);
    for (int i = 0; i < count; i++) {
        struct person *child = add_person(household);
        const struct person *before = child - 1;
        name_person(world, dice, child, father->culture, dice_chance(dice, 500));
        child->family = father->family;
        child->born = birthday(dice, least, least + 8);
        bool twins = i > 0 && dice_chance(dice, 70);
        if (twins) {
            child->born = before->born;
            child->female = dice_chance(dice, 700) ? before->female : child->female;
        }
        if (twins && dice_chance(dice, 500))
            child->given =
                names_like(world->names, dice, child->culture, child->female, before->given);
        while (given_taken(household, child))
            child->given = names_given(world->names, dice, child->culture, child->female);
    }
}

static void make_family(struct world *world, struct dice *dice, struct household *household)
{
    make_couple(world, dice, household);
    if (household->person[0].born.year > 1980) { /* the children are customers, so grown up */
        household->person[0].born.year -= 20;
        household->person[1].born.year -= 20;
    }
    add_children(world, dice, household);
    if (!dice_chance(dice, 60))
        return;
    struct person *father = &household->person[0], *son = &household->person[2];
    son->given = father->given;
    son->female = false;
    if (dice_chance(dice, 600))
        son->middle = father->middle = names_given(world->names, dice, father->culture, false);
    son->suffix = dice_chance(dice, 800) ? "Jr" : "II";
    father->suffix = "Sr";
    son->has_double = father->has_double = true;
}

static void make_flat(struct world *world, struct dice *dice, struct household *household)
{
    int count = dice_between(dice, 2, 4);
    for (int i = 0; i < count; i++) {
        struct person *person = add_person(household);
        enum culture culture = names_culture(dice);
        name_person(world, dice, person, culture, dice_chance(dice, 500));
        person->born = birthday(dice, 1982, 2003);
    }
}

static void (*const household_makers[])(struct world *, struct dice *, struct household *) = {
    make_single, make_couple, make_family, make_flat};
static const unsigned household_share[] = {400, 280, 260, 60};

static void settle(struct world *world, struct arena *work, struct dice *dice,
                   struct household *household)
{
    household->now = places_address(world->places, dice);
    household->before = places_address(world->places, dice);
    if (dice_chance(dice, 220))
        household->moved = 1 + dice_below(dice, WORLD_DAYS);
    if (dice_chance(dice, 700))
        household->landline = landline(work, dice, &household->now);
    household->old_landline = household->landline;
    if (household->landline && dice_chance(dice, 700))
        household->old_landline = landline(work, dice, &household->before);
}

struct household *world_household(struct world *world, struct arena *work, struct dice *dice)
{
    struct household *household = NEW(work, struct household);
    household->id = ++world->households;
    settle(world, work, dice, household);
    household_makers[dice_weighted(dice, household_share, COUNT_OF(household_share))](world, dice,
                                                                                      household);
    for (size_t i = 0; i < household->count; i++)
        equip(world, work, dice, &household->person[i]);
    if (household->count > 1 && dice_chance(dice, 350)) {
        const char *family = squeeze(work, household->person[0].family);
        const char *local = arena_printf(work, "%sfamily", family);
        household->mailbox = unused(world, work, dice, local, free_domain(dice));
    }
    remember(world, dice, household);
    return household;
}

const struct company *world_company(struct world *world)
{
    if (world->next_company == world->companies)
        return NULL;
    struct company *company = &world->company[world->next_company++];
    company->entity = ++world->entities;
    return company;
}

const struct names *world_names(const struct world *world)
{
    return world->names;
}
