#include "tests/data/sources.h"

#include "hub/base/json.h"
#include "tests/data/noise.h"

/* Keys that do not tell in which order the records were made: a bijection on 32 bits. */
static unsigned scatter(unsigned number)
{
    number *= 2654435761U;
    number ^= number >> 15;
    number *= 2246822519U;
    return number ^ (number >> 13);
}

static const char *mail_key(struct arena *work, unsigned number)
{
    return arena_printf(work, "<%08x.%x@mail.example.net>", scatter(number), number % 7919);
}

static const char *case_key(struct arena *work, unsigned number)
{
    return arena_printf(work, "C%010u", scatter(number));
}

static const char *account_key(struct arena *work, unsigned number)
{
    return arena_printf(work, "web-%08x", scatter(number));
}

static const char *card_key(struct arena *work, unsigned number)
{
    return arena_printf(work, "W%010u", scatter(number));
}

static struct date day_date(unsigned day)
{
    static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date date = {.year = 2015, .month = 1};
    while (day >= 365) {
        day -= 365;
        date.year++;
    }
    while (day >= lengths[date.month - 1])
        day -= lengths[date.month++ - 1];
    date.day = (int)day + 1;
    return date;
}

static bool is_number(const char *phone)
{
    return strlen(phone) == 10 && phone[1] != '0';
}

/* Ten digits as people write them. */
static const char *write_phone(struct arena *work, struct dice *dice, const char *phone)
{
    uint32_t form = dice_below(dice, 5);
    if (!is_number(phone) || form == 0)
        return phone;
    if (form == 1)
        return arena_printf(work, "+61%s", phone + 1);
    if (phone[1] == '4')
        return form == 2 ? arena_printf(work, "+61 %.3s %.3s %s", phone + 1, phone + 4, phone + 7)
                         : arena_printf(work, "%.4s %.3s %s", phone, phone + 4, phone + 7);
    return form == 2 ? arena_printf(work, "%.2s %s", phone, phone + 2)
                     : arena_printf(work, "(%.2s) %.4s %s", phone, phone + 2, phone + 6);
}

static const char *join(struct arena *work, const char *left, const char *between,
                        const char *right)
{
    if (!left || !right)
        return left ? left : right;
    return arena_printf(work, "%s%s%s", left, between, right);
}

static const char *with_unit(struct arena *work, struct dice *dice, const struct card *card)
{
    uint32_t form = dice_below(dice, 4);
    if (!card->unit)
        return card->street;
    if (form == 0)
        return arena_printf(work, "Unit %s, %s", card->unit, card->street);
    return arena_printf(work, form == 1 ? "U%s/%s" : "%s/%s", card->unit, card->street);
}

static void write_signature(struct json_writer *json, struct dice *dice, const struct card *card)
{
    if (!card->phone[0] && !card->company && !card->street)
        return;
    struct arena *work = json->out.arena;
    json_name(json, "signature");
    json_open(json, '{');
    if (card->phone[0])
        json_member(json, "phone", write_phone(work, dice, card->phone[0]));
    json_member(json, "company", card->company);
    if (card->street)
        json_member(json, "street", with_unit(work, dice, card));
    json_member(json, "city", card->suburb);
    json_member(json, "region", card->state);
    json_member(json, "postcode", card->postcode);
    json_close(json, '}');
}

static void write_mail(struct buffer *out, struct dice *dice, const char *key,
                       const struct card *card)
{
    struct arena *work = out->arena;
    struct json_writer json = {.out = {.arena = work}};
    struct date date = day_date(card->day);
    uint32_t second = dice_below(dice, 86400);
    const char *name = join(work, card->given, " ", card->family);
    if (name && card->suffix)
        name = join(work, name, " ", card->suffix);
    json_open(&json, '{');
    json_member(&json, "message_id", key);
    json_member(&json, "date",
                arena_printf(work, "%04d-%02d-%02dT%02u:%02u:%02uZ", date.year, date.month,
                             date.day, second / 3600, second / 60 % 60, second % 60));
    json_name(&json, "from");
    json_open(&json, '{');
    json_member(&json, "name", name || !card->company ? name : card->company);
    json_member(&json, "address", card->email);
    json_close(&json, '}');
    write_signature(&json, dice, card);
    json_close(&json, '}');
    buffer_text(out, buffer_string(&json.out));
}

static void write_web(struct buffer *out, struct dice *dice, const char *key,
                      const struct card *card)
{
    static const char *const tiers[] = {"none",   "none", "none",    "silver",
                                        "silver", "gold", "platinum"};
    struct arena *work = out->arena;
    struct json_writer json = {.out = {.arena = work}};
    json_open(&json, '{');
    json_member(&json, "account", key);
    json_name(&json, "profile");
    json_open(&json, '{');
    json_member(&json, "first", card->given);
    json_member(&json, "last", join(work, card->family, " ", card->suffix));
    json_member(&json, "email", card->email);
    if (card->born.year)
        json_member(&json, "dob",
                    arena_printf(work, "%04d-%02d-%02d", card->born.year, card->born.month,
                                 card->born.day));
    json_name(&json, "phones");
    json_open(&json, '[');
    for (size_t i = 0; i < COUNT_OF(card->phone); i++)
        if (card->phone[i])
            json_text(&json, write_phone(work, dice, card->phone[i]));
    json_close(&json, ']');
    json_close(&json, '}');
    if (card->street) {
        json_name(&json, "address");
        json_open(&json, '{');
        json_member(&json, "street", card->street);
        json_member(&json, "unit", card->unit);
        json_member(&json, "city", card->suburb);
        json_member(&json, "state", card->state);
        json_member(&json, "postcode", card->postcode);
        json_member(&json, "country", "AU");
        json_close(&json, '}');
    }
    json_name(&json, "company");
    json_text(&json, card->company);
    json_member(&json, "loyalty", tiers[dice_below(dice, COUNT_OF(tiers))]);
    json_close(&json, '}');
    buffer_text(out, buffer_string(&json.out));
}

static void write_cells(struct buffer *out, char delimiter, const char *const *cells, size_t count)
{
    char special[] = {delimiter, '"', '\0'};
    for (size_t i = 0; i < count; i++) {
        const char *cell = cells[i] ? cells[i] : "";
        if (i)
            buffer_char(out, delimiter);
        bool quoted = strpbrk(cell, special) != NULL;
        if (quoted)
            buffer_char(out, '"');
        for (const char *c = cell; *c; c++) {
            if (*c == '"')
                buffer_char(out, '"');
            buffer_char(out, *c);
        }
        if (quoted)
            buffer_char(out, '"');
    }
}

static void write_callcenter(struct buffer *out, struct dice *dice, const char *key,
                             const struct card *card)
{
    struct arena *work = out->arena;
    struct date opened = day_date(card->day);
    bool family_first = dice_chance(dice, 600);
    bool shouted = dice_chance(dice, 120);
    const char *given = join(work, card->given, " ", card->suffix);
    const char *name = family_first && card->family ? join(work, card->family, ", ", given)
                                                    : join(work, card->given, " ", card->family);
    if (!family_first && card->family)
        name = join(work, name, " ", card->suffix);
    if (!name)
        name = card->company;
    if (name && shouted)
        name = noise_upper(work, name);
    const char *place = join(work, card->suburb, " ", card->state);
    place = join(work, place, " ", card->postcode);
    const char *cells[] = {
        key,
        name,
        card->phone[0] ? write_phone(work, dice, card->phone[0]) : NULL,
        NULL,
        NULL,
        card->born.year ? arena_printf(work, "%02d/%02d/%04d", card->born.day, card->born.month,
                                       card->born.year)
                        : NULL,
        arena_printf(work, "%04d-%02d-%02d", opened.year, opened.month, opened.day),
    };
    if (card->phone[1])
        cells[3] = write_phone(work, dice, card->phone[1]);
    if (card->street)
        cells[4] = join(work, with_unit(work, dice, card), ", ", place);
    write_cells(out, ',', cells, COUNT_OF(cells));
}

static void write_warranty(struct buffer *out, struct dice *dice, const char *key,
                           const struct card *card)
{
    struct arena *work = out->arena;
    const char *cells[] = {
        key,
        card->title,
        card->given,
        card->middle,
        card->family || card->given ? card->family : card->company,
        card->former,
        card->suffix,
        card->born.year
            ? arena_printf(work, "%04d%02d%02d", card->born.year, card->born.month, card->born.day)
            : NULL,
        card->street ? with_unit(work, dice, card) : NULL,
        card->suburb,
        card->state,
        card->postcode,
        card->email,
        NULL,
        NULL,
    };
    if (card->phone[0])
        cells[13] = write_phone(work, dice, card->phone[0]);
    uint32_t serial = dice_below(dice, 100000000);
    cells[14] = arena_printf(work, "SN%08u", serial);
    write_cells(out, ';', cells, COUNT_OF(cells));
}

const struct source_row source_rows[SOURCE_COUNT] = {
    [SOURCE_MAIL] = {"mail", "mail.jsonl", NULL, mail_key, write_mail},
    [SOURCE_CALLCENTER] = {"callcenter", "callcenter.csv",
                           "case_id,caller_name,phone,alt_phone,address,dob,opened", case_key,
                           write_callcenter},
    [SOURCE_WEB] = {"web", "web.jsonl", NULL, account_key, write_web},
    [SOURCE_WARRANTY] = {"warranty", "warranty.csv",
                         "card_no;title;given;middle;surname;maiden;suffix;birth;street;suburb;"
                         "state;postcode;email;mobile;serial",
                         card_key, write_warranty},
};
