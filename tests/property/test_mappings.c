/* Property: whatever a sound mapping says and a source sends, records come out whole, or a reject says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/mappings.h"
#include "tests/unit/people.h"

#define MAPPINGS 150
#define LINES 40

static uint64_t seed;

static size_t pick(size_t count)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % count;
}

#define ANY(list) ((list)[pick(COUNT_OF(list))])

static const char *const fields[] = {"id", "a", "b", "c", "d", "nowhere"};
static const char *const elements[] = {
    "customer.name.full",  "customer.email",      "customer.phone",
    "customer.birth_date", "customer.income",     "customer.address.city",
    "customer.sex",        "customer.identifier", "customer.occupation",
};
static const char *const transforms[] = {
    "<trim/>",
    "<collapse/>",
    "<upper/>",
    "<lower/>",
    "<title/>",
    "<number/>",
    "<number decimal=',' group='.'/>",
    "<money currency='EUR'/>",
    "<money decimal=','/>",
    "<match pattern='(.)(x)?'/>",
    "<match pattern='(a*)*b' take='1'/>",
    "<replace pattern='\\W' with='$0$0'/>",
    "<split on=' ' take='last'/>",
    "<split on=',' take='2'/>",
    "<join on=' ' with=', '/>",
    "<strip prefix='(' suffix=')'/>",
    "<keep only='digits'/>",
    "<keep only='letters'/>",
    "<default value='unknown'/>",
    "<map otherwise='drop'><entry from='1' to=''/></map>",
    "<map><entry from='x' to='male'/></map>",
    "<lookup table='t'/>",
    "<lookup table='t' otherwise='drop'/>",
    "<couple take='first'/>",
    "<couple take='second'/>",
};
static const char *const texts[] = {
    "",
    " ",
    "1",
    "7",
    "x",
    "John & Mary Smith",
    "Smith, John & Mary",
    "& / + und",
    "1.234,56 €",
    "(€ -)",
    "EUR",
    "2024-03-05T14:30:00+10:00",
    "31/02/2024",
    "99999999999999999999999999",
    "-0",
    "ÄÖÜ\xc2\xa0ß",
    "\xf0\x9f\x98\x80",
    "Germany",
    "del",
    ",,,",
    "Mr & Mrs",
    "a,b;c|d",
};

static void add_condition(struct buffer *out)
{
    static const char *const kinds[] = {"if", "unless"};
    if (pick(3))
        return;
    buffer_printf(out, " %s='%s'", ANY(kinds), ANY(fields));
    if (pick(2))
        buffer_text(out, " is='x|del|'");
}

static void add_value(struct buffer *out)
{
    static const char *const dates[] = {"", "", " date='D/M/YYYY|YYYY-MM-DDThh:mm:ssZ'"};
    static const char *const words[] = {"",           " kind='{c}'", " scheme='x{d}'",
                                        " group='g'", " trust='7'",  " country='{a}'"};
    if (pick(4))
        buffer_printf(out, "<value of='%s' from='%s'", ANY(elements), ANY(fields));
    else
        buffer_printf(out, "<value of='%s' template='{%s}-{%s}'", ANY(elements), ANY(fields),
                      ANY(fields));
    buffer_printf(out, "%s%s", ANY(dates), ANY(words));
    add_condition(out);
    buffer_char(out, '>');
    for (size_t i = pick(4); i > 0; i--)
        buffer_text(out, ANY(transforms));
    buffer_text(out, "</value>");
}

static void add_record(struct buffer *out, size_t number)
{
    static const char *const headings[] = {
        "",
        "<version from='a'/>",
        "<version from='{b}{c}' date='D/M/YYYY'/>",
        "<effective from='d'/>",
        "<relation role='spouse' to='p1' key='b'/>",
        "<relation role='member' source='other' key='{a}{b}'/>",
    };
    static const char *const regions[] = {"", " region='AU'", " region='b'", " region='{a}'"};
    static const char *const keys[] = {"id", "{id}", "{id}-{a}"};
    buffer_printf(out, "<record class='customer' key='%s' part='p%zu'%s", ANY(keys), number,
                  ANY(regions));
    if (!pick(3))
        buffer_printf(out, " needs='%s'", ANY(elements));
    add_condition(out);
    buffer_printf(out, ">%s%s", ANY(headings), number ? "<relation to='p0' role='of'/>" : "");
    for (size_t i = pick(6) + 1; i > 0; i--)
        add_value(out);
    buffer_text(out, "</record>");
}

static const struct mapping *any_mapping(struct arena *arena)
{
    struct findings findings = {.arena = arena};
    struct buffer out = {.arena = arena};
    buffer_text(&out, CSV "<table name='t'><entry from='x' to='y'/></table>");
    if (!pick(3))
        buffer_text(&out, "<delete if='d' is='del'/>");
    for (size_t i = 0, count = pick(3) + 1; i < count; i++)
        add_record(&out, i);
    const struct mapping *mapping = load(arena, "", buffer_string(&out), &findings);
    if (findings.errors)
        fail_msg("%s\n%s", said(arena, &findings), buffer_string(&out));
    return mapping;
}

static const struct fields *any_fields(struct arena *arena, const struct mapping *mapping)
{
    static const char header[] = "id,a,b,c,d";
    struct buffer line = {.arena = arena};
    buffer_text(&line, pick(9) ? "7" : "");
    for (size_t i = 0; i < 4; i++)
        buffer_printf(&line, ",\"%s\"", ANY(texts));
    struct reject reject;
    const char *text = buffer_string(&line);
    return format_decode(arena, &mapping->format, (struct slice){header, strlen(header)},
                         (struct slice){text, strlen(text)}, 1, &reject);
}

static bool is_among(const char *word, const char *const *list)
{
    while (*list && !text_equal(*list, word))
        list++;
    return *list;
}

static void check_values(const struct record *record)
{
    static const char *const flags[] = {"date",     "transform", "number",
                                        "currency", "too-long",  NULL};
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        size_t bad;
        assert_true(value->raw && (value->text || value->flag));
        assert_true(!value->flag || (!value->text && is_among(value->flag, flags)));
        assert_true(!value->text || (!text_is_blank(value->text) &&
                                     text_check(value->text, strlen(value->text), &bad)));
        assert_int_equal(value->trust, value->trusted ? 7 : 0);
    }
}

static void check_record(struct arena *arena, const struct record *record)
{
    assert_true(!record->deleted || (!record->count && !record->relation_count));
    assert_true(*record->key && strlen(record->region) % 2 == 0);
    assert_true(!record->effective || strlen(record->effective) == 27);
    for (size_t i = 0; i < record->relation_count; i++) {
        const struct relation *relation = &record->relations[i];
        assert_int_not_equal(record_id(relation->source, relation->key, relation->part),
                             record->id);
    }
    check_values(record);
    assert_non_null(record_to_json(arena, record));
}

static void any_mapping_takes_any_record(void **state)
{
    (void)state;
    static const char *const codes[] = {"no-key", "part-repeated", NULL};
    size_t made = 0, refused = 0, deleted = 0;
    seed = people_seed();
    print_message("SEED=%llu\n", (unsigned long long)seed);
    for (size_t m = 0; m < MAPPINGS; m++) {
        ARENA(work);
        const struct mapping *mapping = any_mapping(work);
        for (size_t i = 0; i < LINES; i++) {
            struct mapped mapped;
            struct reject reject;
            if (!mapping_apply(work, mapping, any_fields(work, mapping), &mapped, &reject)) {
                assert_true(is_among(reject.code, codes) && reject.message);
                refused++;
                continue;
            }
            for (size_t r = 0; r < mapped.count; r++) {
                check_record(work, mapped.records[r]);
                deleted += mapped.records[r]->deleted;
                made++;
            }
        }
    }
    assert_true(made > MAPPINGS && refused > 0 && deleted > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_mapping_takes_any_record),
    };
    return cmocka_run_group_tests(tests, open_dictionary, close_dictionary);
}
