/* What a mapping makes of records: values, parts, relations, deletions, versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/mappings.h"

#define TAB "<from><directory/></from><format><csv delimiter='tab' quote='none'/></format>\n"

static const struct {
    const char *values, *line, *shown;
} columns[] = {
    {"<value of='customer.name.family' from='a'/>", "1,Lee,", "1#: name.family=Lee"},
    {"<value of='customer.name.family' from='a'/>", "1,  ,", "1#:"},
    {"<value of='customer.name.family' from='a'/>", " ,Lee,",
     "map no-key: no key: the field 'id' is empty or missing"},
    {"<value of='customer.kind' const='person'/>", "1,,", "1#: kind=person"},
    {"<value of='customer.name.full' template='{a} {b}'/>", "1, Ann ,Lee", "1#: name.full=Ann Lee"},
    {"<value of='customer.name.full' template='{a} {b}'/>", "1,Ann,", "1#:"},
    {"<value of='customer.birth_date' template='{a}-{b}' date='YYYY-M'/>", "1,1949,7",
     "1#: birth_date=1949-07"},
    {"<value of='customer.birth_date' from='a' date='D/M/YYYY'/>", "1,30/2/1980,",
     "1#: birth_date=30/2/1980!date"},
    {"<value of='customer.identifier' from='a' scheme='{b}' country='AU'/>", "1,123,Loyalty",
     "1#: identifier=123(,loyalty,,AU)"},
    {"<value of='customer.phone' from='a' kind='{b}'/>", "1,123,", "1#: phone=123"},
    {"<value of='customer.address.city' from='a' group='work'/>", "1,Perth,",
     "1#: address.city=Perth(,,work,)"},
    {"<value of='customer.email' from='nowhere'/>", "1,a,b", "1#:"},
    {"<value of='customer.employer' from='a' if='b'/>", "1,x,y", "1#: employer=x"},
    {"<value of='customer.employer' from='a' if='b'/>", "1,x, ", "1#:"},
    {"<value of='customer.employer' from='a' unless='b'/>", "1,x,y", "1#:"},
    {"<value of='customer.employer' from='a' unless='b'/>", "1,x,", "1#: employer=x"},
    /* transforms, in order */
    {"<value of='customer.tier' from='a'><trim/></value>", "1, x ,", "1#: tier=x"},
    {"<value of='customer.tier' from='a'><collapse/></value>", "1, a \t  b ,", "1#: tier=a b"},
    {"<value of='customer.tier' from='a'><upper/></value>", "1,gröÿe,", "1#: tier=GRÖŸE"},
    {"<value of='customer.tier' from='a'><lower/></value>", "1,ÄB,", "1#: tier=äb"},
    {"<value of='customer.tier' from='a'><title/></value>", "1,ANN-MARIE o'brien,",
     "1#: tier=Ann-Marie O'Brien"},
    {"<value of='customer.tier' from='a'><replace pattern='(\\d+)' with='[$1]'/></value>",
     "1,a1b22,", "1#: tier=a[1]b[22]"},
    {"<value of='customer.tier' from='a'><replace pattern='.*' with=''/></value>", "1,x,", "1#:"},
    {"<value of='customer.tier' from='a'><replace pattern='(a+)+$' with=''/></value>",
     "1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab,",
     "1#: tier=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab!transform"},
    {"<value of='customer.tier' from='a'><split on='/' take='1'/></value>", "1,x/y/z,",
     "1#: tier=x"},
    {"<value of='customer.tier' from='a'><split on='/' take='2'/></value>", "1,x/y/z,",
     "1#: tier=y"},
    {"<value of='customer.tier' from='a'><split on='/' take='last'/></value>", "1,x/y/z,",
     "1#: tier=z"},
    {"<value of='customer.tier' from='a'><split on='/' take='4'/></value>", "1,x/y/z,", "1#:"},
    {"<value of='customer.tier' from='a'><split on='/' take='2'/></value>", "1,x,", "1#:"},
    {"<value of='customer.tier' from='a'><strip prefix='T-' suffix='!'/></value>", "1,T-gold!,",
     "1#: tier=gold"},
    {"<value of='customer.tier' from='a'><keep only='digits'/></value>", "1,a1 2b,", "1#: tier=12"},
    {"<value of='customer.tier' from='a'><keep only='letters'/></value>", "1,a1 é2,",
     "1#: tier=aé"},
    {"<value of='customer.tier' from='a'><default value='none'/></value>", "1,,", "1#: tier=none"},
    {"<value of='customer.tier' from='a'><map><entry from='g' to='gold'/></map></value>", "1, G ,",
     "1#: tier=gold"},
    {"<value of='customer.tier' from='a'><map><entry from='g' to=''/></map></value>", "1,g,",
     "1#:"},
    {"<value of='customer.tier' from='a'><map otherwise='drop'><entry from='g' "
     "to='gold'/></map>"
     "</value>",
     "1,silver,", "1#:"},
    {"<value of='customer.tier' from='a'><map><entry from='g' to='gold'/></map></value>",
     "1,silver,", "1#: tier=silver"},
    {"<value of='customer.tier' from='a'><trim/><upper/><strip prefix='A'/></value>", "1, ab ,",
     "1#: tier=B"},
    /* what depends on another field */
    {"<value of='customer.email' from='a' verified='yes'/>", "1,x,", "1#: email=x+"},
    {"<value of='customer.email' from='a' verified-if='b'/>", "1,x,y", "1#: email=x+"},
    {"<value of='customer.email' from='a' verified-if='b'/>", "1,x, ", "1#: email=x"},
    {"<value of='customer.email' from='a' verified-if='b' verified-is='yes|1'/>", "1,x,YES",
     "1#: email=x+"},
    {"<value of='customer.email' from='a' verified-if='b' verified-is='yes|1'/>", "1,x,no",
     "1#: email=x"},
    {"<value of='customer.birth_date' from='a' plus='24 months'/>", "1,2023-05-17,",
     "1#: birth_date=2025-05-17"},
    {"<value of='customer.birth_date' from='a' date='D/M/YYYY' plus='{b} months'/>",
     "1,31/12/2023,2", "1#: birth_date=2024-02-29"},
    {"<value of='customer.birth_date' from='a' plus='{b} months'/>", "1,2023-05-17,", "1#:"},
    {"<value of='customer.birth_date' from='a' plus='{b} months'/>", "1,,12", "1#:"},
    {"<value of='customer.birth_date' from='a' plus='{b} months'/>", "1,2023-05-17,many",
     "1#: birth_date=2023-05-17!date"},
    {"<value of='customer.birth_date' from='a' plus='2 years -1 day'/>", "1,2022-03-01,",
     "1#: birth_date=2024-02-29"},
    {"<value of='customer.birth_date' from='a' plus='2 Weeks'/>", "1,2022-12-20,",
     "1#: birth_date=2023-01-03"},
    {"<value of='customer.birth_date' from='a' plus='14 months'/>", "1,2022-12,",
     "1#: birth_date=2024-02"},
    {"<value of='customer.birth_date' from='a' plus='1 year'/>", "1,2022,", "1#: birth_date=2023"},
    {"<value of='customer.birth_date' from='a' plus='1 day'/>", "1,2022-12,",
     "1#: birth_date=2022-12!date"},
    {"<value of='customer.birth_date' from='a' plus='1 month'/>", "1,2022,",
     "1#: birth_date=2022!date"},
    {"<value of='customer.birth_date' from='a' plus='{b} years'/>", "1,2022,99999",
     "1#: birth_date=2022!date"},
};

static void columns_become_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        ARENA(work);
        const char *inside = arena_printf(work, CSV RECORD "%s</record>", columns[i].values);
        assert_string_equal(map_line(work, inside, "id,a,b", columns[i].line), columns[i].shown);
    }
}

static void lists_and_parts_become_records(void **state)
{
    (void)state;
    static const struct {
        const char *records, *line, *shown;
    } cases[] = {
        {"<record class='customer' key='/id'>"
         "<value of='customer.phone' each='/phones' from='' kind='home'/></record>",
         "{\"id\":7,\"phones\":[\"1\",2,null,\"\"]}", "7#: phone=1(home,,,) phone=2(home,,,)"},
        {"<record class='customer' key='/id'>"
         "<value of='customer.address.city' each='/at' from='/c'/>"
         "<value of='customer.address.postcode' each='/at' from='/p'/></record>",
         "{\"id\":7,\"at\":[{\"c\":\"Perth\",\"p\":\"6000\"},{\"c\":\"Hobart\"}]}",
         "7#: address.city=Perth(,,1,) address.city=Hobart(,,2,) address.postcode=6000(,,1,)"},
        {"<record class='customer' key='/id'><value of='customer.name.full' from='/n'/></record>"
         "<record class='customer' key='/id' part='spouse'><value of='customer.kind' "
         "const='person'/>"
         "<value of='customer.name.full' from='/s'/></record>",
         "{\"id\":7,\"n\":\"Ann\",\"s\":\"Bob\"}",
         "7#: name.full=Ann\n7#spouse: kind=person name.full=Bob"},
        {"<record class='customer' key='/id'><value of='customer.name.full' from='/n'/></record>"
         "<record class='customer' key='/id' part='spouse'><value of='customer.kind' "
         "const='person'/>"
         "<value of='customer.name.full' from='/s'/></record>",
         "{\"id\":7,\"n\":\"Ann\",\"s\":\" \"}", "7#: name.full=Ann"},
        {"<record class='customer' key='/id' each='/kids' part='child'>"
         "<value of='customer.name.given' from=''/></record>",
         "{\"id\":7,\"kids\":[\"Al\",\"Bo\"]}",
         "7#child-1: name.given=Al\n7#child-2: name.given=Bo"},
        {"<record class='customer' key='/id' each='/kids' part='{/k}'>"
         "<value of='customer.name.given' from='/n'/></record>",
         "{\"id\":7,\"kids\":[{\"k\":\"x\",\"n\":\"Al\"},{\"k\":\"x\",\"n\":\"Bo\"}]}",
         "map part-repeated: the part 'x' stands in it twice"},
        {"<record class='customer' key='{/a}-{/b}'><value of='customer.name.full' "
         "from='/n'/></record>",
         "{\"a\":1,\"b\":2}", "1-2#:"},
        {"<record class='customer' key='{/a}-{/b}'><value of='customer.name.full' "
         "from='/n'/></record>",
         "{\"a\":1,\"b\":null}", "map no-key: no key: the field '/b' is empty or missing"},
        {"<record class='customer' key='/id'><value of='customer.name.full' from='/n'/></record>",
         "{\"id\":7,\"n\":\"a\\u0000\"}", "7#: name.full=!unreadable"},
        {"<record class='customer' key='/id'><value of='customer.name.full' from='/n'/></record>",
         "{\"id\":7,\"n\":\"a\",\"n\":\"b\"}", "7#: name.full=b!repeated"},
        {"<record class='customer' key='/id'><value of='customer.name.full' from='/n'/></record>",
         "{\"id\":\"\\u0000\"}", "map no-key: no key: its field cannot be read (unreadable)"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        const char *inside = arena_printf(work, JSONL "%s", cases[i].records);
        assert_string_equal(map_line(work, inside, "", cases[i].line), cases[i].shown);
    }
}

static void what_is_too_long_is_said(void **state)
{
    (void)state;
    ARENA(work);
    char *line = arena_strdup(work, "1,");
    struct buffer out = {.arena = work};
    buffer_text(&out, line);
    for (size_t i = 0; i < 10001; i++)
        buffer_text(&out, "é");
    const char *shown = map_line(work, CSV RECORD "<value of='customer.tier' from='a'/></record>",
                                 "id,a", buffer_string(&out));
    assert_true(text_ends(shown, "!too-long"));
    struct buffer key = {.arena = work};
    for (size_t i = 0; i < 501; i++)
        buffer_char(&key, 'k');
    buffer_text(&key, ",x");
    shown = map_line(work, CSV RECORD "<value of='customer.tier' from='a'/></record>", "id,a",
                     buffer_string(&key));
    assert_string_equal(shown, "size key-too-long: the key has 501 bytes, at most 500 are taken");
}

/* What is too long already does not grow on, however often a field is named. */
static void compositions_stop(void **state)
{
    (void)state;
    ARENA(work);
    struct buffer inside = {.arena = work}, line = {.arena = work};
    buffer_text(&inside, CSV "<record class='customer' key='");
    for (size_t i = 0; i < 100; i++)
        buffer_text(&inside, "{id}");
    buffer_text(&inside, "'><value of='customer.tier' from='a'/></record>");
    for (size_t i = 0; i < 9000; i++)
        buffer_char(&line, 'k');
    buffer_text(&line, ",x");
    assert_string_equal(map_line(work, buffer_string(&inside), "id,a", buffer_string(&line)),
                        "size key-too-long: the key has 45000 bytes, at most 500 are taken");
}

static void it_says_which_fields_it_reads(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    struct buffer out = {.arena = work};
    const struct mapping *mapping = load(
        work, "",
        CSV "<record class='customer' key='{branch}-{id}' part='{who}'>"
            "<value of='customer.tier' const='gold' if='vip' unless='closed'/>"
            "<value of='customer.phone' from='tel' kind='{kind}'/>"
            "<value of='customer.identifier' from='id' scheme='{by}' country='{land}'/>"
            "<value of='customer.birth_date' template='{y}-{m}'/>"
            "<value of='customer.address.city' from='town' group='{kind}'/></record>"
            "<record class='customer' key='id2'><value of='customer.email' from='id'/></record>",
        &findings);
    assert_string_equal(said(work, &findings), "");
    for (const char *const *name = mapping_fields(work, mapping); *name; name++)
        buffer_printf(&out, "%s ", *name);
    assert_string_equal(buffer_string(&out),
                        "branch id who vip closed tel kind by land y m town id2 ");
}

static const struct {
    const char *what, *format, *inside, *paths;
} lists[] = {
    {"XML: each, and what is read in its items", "<xml records='//a'/>",
     "<record class='customer' key='@id'><value of='customer.email' each='mails' "
     "from='.'/></record>"
     "<record class='customer' key='@id' each='people/person' part='{@no}' if='name'>"
     "<relation to='' role='contact' key='boss'/>"
     "<value of='customer.name.full' from='name'/>"
     "<value of='customer.phone' each='phones/phone' from='.' kind='{@type}'/></record>",
     "@id mails people/person/@no people/person/name people/person/boss "
     "people/person/phones/phone people/person/phones/phone/@type "},
    {"JSON: the list is a field itself", "<json records='/items'/>",
     "<record class='customer' key='/id' each='/people' part='{/no}'>"
     "<value of='customer.phone' each='/phones' from=''/></record>",
     "/id /people /people/no /people/phones "},
};

static void it_says_where_they_stand(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        ARENA(work);
        struct findings findings = {.arena = work};
        struct buffer out = {.arena = work};
        const char *inside = arena_printf(work, "<from><push/></from><format>%s</format>%s",
                                          lists[i].format, lists[i].inside);
        const struct mapping *mapping = load(work, "", inside, &findings);
        assert_string_equal(said(work, &findings), "");
        for (const char *const *name = mapping_paths(work, mapping); *name; name++)
            buffer_printf(&out, "%s ", *name);
        if (!text_equal(buffer_string(&out), lists[i].paths))
            fail_msg("%s: %s", lists[i].what, buffer_string(&out));
    }
}

static const struct {
    const char *transform, *text, *shown;
} declared[] = {
    {"<number/>", "0012.50", "12.50"},
    {"<number/>", "1,234", "1,234!number"},
    {"<number/>", "-0.0", "0.0"},
    {"<number/>", "+.5", "0.5"},
    {"<number/>", "5.", "5"},
    {"<number/>", "1e3", "1e3!number"},
    {"<number/>", ".", ".!number"},
    {"<number/>", "1.2.3", "1.2.3!number"},
    {"<number decimal=',' group='.'/>", "1.234.567,89", "1234567.89"},
    {"<number decimal=',' group='.'/>", "1.5", "1.5!number"},
    {"<number decimal=',' group='.'/>", "1234.567", "1234.567!number"},
    {"<number decimal=',' group='.'/>", "1,234.5", "1,234.5!number"},
    {"<number group=','/>", "12,34,567", "1234567"},
    {"<number group=','/>", "1,234-", "-1234"},
    {"<number group=','/>", "(1,234)", "-1234"},
    {"<number group='space'/>", "−1 234", "-1234"},
    {"<number group='&apos;'/>", "1’234'567.5", "1234567.5"},
    {"<money/>", "$1,234.50", "1234.50"},
    {"<money/>", "EUR 12", "12"},
    {"<money decimal=','/>", "1.234,50 €", "1234.50"},
    {"<money decimal=',' currency='EUR'/>", "1.234,50 €", "1234.50"},
    {"<money decimal=',' currency='EUR'/>", "1.234,50", "1234.50"},
    {"<money decimal=',' currency='EUR'/>", "EUR-12,5", "-12.5"},
    {"<money decimal=',' currency='EUR'/>", "-€12", "-12"},
    {"<money decimal=',' currency='EUR'/>", "(€12)", "-12"},
    {"<money decimal=',' currency='EUR'/>", "12- EUR", "-12"},
    {"<money decimal=',' currency='EUR'/>", "-€ -12", "-€ -12!number"},
    {"<money currency='EUR'/>", "$12", "$12!currency"},
    {"<money currency='AUD'/>", "A$12", "12"},
    {"<money currency='AUD'/>", "$12", "12"},
    {"<money currency='AUD'/>", "US$12", "US$12!currency"},
    {"<money/>", "EUR 12 USD", "EUR 12 USD!number"},
    {"<money/>", "twelve", "twelve!number"},
    {"<money/>", "-0", "0"},
    {"<match pattern='[0-9]+'/>", "a12b34", "12"},
    {"<match pattern='([a-z])([0-9]+)'/>", "a12b34", "a"},
    {"<match pattern='([a-z])([0-9]+)' take='2'/>", "a12b34", "12"},
    {"<match pattern='([a-z])([0-9]+)' take='0'/>", "a12b34", "a12"},
    {"<match pattern='[0-9]+'/>", "ab", NULL},
    {"<match pattern='a(x)?b'/>", "ab", NULL},
    {"<match pattern='(a+)+$'/>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab!transform"},
    {"<join on=';' with=', '/>", " a ;; b;c ; ", "a, b, c"},
    {"<join on=';' with=', '/>", " ; ", NULL},
    {"<join on='--' with=''/>", "a--b", "ab"},
    {"<couple take='first'/>", "John & Mary Smith", "John Smith"},
    {"<couple take='second'/>", "John & Mary Smith", "Mary Smith"},
    {"<couple take='second'/>", "Mary Smith", NULL},
    {"<couple take='second'/><default value='?'/>", "Mary Smith", "?"},
    {"<parameter name='utm_campaign'/>",
     "https://shop.example.com/?a=1&utm_campaign=Spring%20+Sale#x", "Spring  Sale"},
    {"<parameter name='utm_campaign|gclid'/>", "/p?gclid=Zx9&utm_campaign=", "Zx9"},
    {"<parameter name='gclid | utm_campaign'/>", "/p?utm_campaign=a&utm_campaign=b", "b"},
    {"<parameter name='utm_campaign'/>", "utm_source=x&utm_campaign=y", "y"},
    {"<parameter name='utm_campaign'/>", "/p?utm_campaign=%ff&x=%", NULL},
    {"<check digit='luhn'/>", "7992-7398 713", "7992-7398 713"},
    {"<check digit='luhn'/>", "79927398710", "79927398710!check-digit"},
    {"<check digit='vin'/>", "1m8gdm9aykp042788", "1m8gdm9aykp042788!vin"},
    {"<check digit='mod97'/>", "", NULL},
    {"<parameter name='x'/>", "https://shop.example.com/x=1", NULL},
};

static void transforms_read_what_is_declared(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(declared); i++) {
        ARENA(work);
        const char *inside =
            arena_printf(work, TAB RECORD "<value of='customer.tier' from='a'>%s</value></record>",
                         declared[i].transform);
        const char *line = arena_printf(work, "1\t%s", declared[i].text);
        const char *shown =
            declared[i].shown ? arena_printf(work, "1#: tier=%s", declared[i].shown) : "1#:";
        assert_string_equal(map_line(work, inside, "id\ta", line), shown);
    }
}

static void conditions_choose(void **state)
{
    (void)state;
    static const struct {
        const char *record, *line, *shown;
    } cases[] = {
        {"<value of='customer.tier' from='a' if='b' is='x|Ja'/>", "1,gold, JA ", "1#: tier=gold"},
        {"<value of='customer.tier' from='a' if='b' is='x|Ja'/>", "1,gold,j", "1#:"},
        {"<value of='customer.tier' from='a' if='b' is='x|Ja'/>", "1,gold,", "1#:"},
        {"<value of='customer.tier' from='a' if='b' is='ärger'/>", "1,gold,ÄRGER", "1#: tier=gold"},
        {"<value of='customer.tier' from='a' unless='b' is='x|ja'/>", "1,gold,ja", "1#:"},
        {"<value of='customer.tier' from='a' unless='b' is='x|ja'/>", "1,gold,nein",
         "1#: tier=gold"},
        {"<value of='customer.tier' from='a' unless='b' is='x|ja'/>", "1,gold,", "1#: tier=gold"},
        {"<value of='customer.tier' from='a' if='b' is='x|'/>", "1,gold,", "1#: tier=gold"},
        {"<value of='customer.tier' from='a' if='b' is='x|'/>", "1,gold,y", "1#:"},
        {"<value of='customer.tier' from='a' trust='0'/>", "1,gold,y", "1#: tier=gold^0"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        const char *inside = arena_printf(work, CSV RECORD "%s</record>", cases[i].record);
        assert_string_equal(map_line(work, inside, "id,a,b", cases[i].line), cases[i].shown);
    }
}

#define PERSON \
    "<record class='customer' key='id'><value of='customer.name.full' from='a'/></record>"

/* Columns id, a, b, c. */
static const struct {
    const char *what, *inside, *line, *shown;
} deliveries[] = {
    {"a record only under a condition, without a key where it is not met",
     "<record class='customer' key='c' if='b' is='p'><value of='customer.name.full' from='a'/>"
     "</record>",
     "1,Ann,q,", ""},
    {"a record that needs a value",
     PERSON "<record class='customer' key='id' part='spouse' needs='customer.name.full'>"
            "<value of='customer.kind' const='person'/><value of='customer.name.full' from='b'/>"
            "</record>",
     "1,Ann,,", "1#: name.full=Ann"},
    {"two in one name are a household",
     "<record class='customer' key='id'><value of='customer.name.full' from='a'>"
     "<couple take='first'/></value></record>"
     "<record class='customer' key='id' part='spouse' needs='customer.name.full'>"
     "<relation to='' role='spouse'/>"
     "<value of='customer.name.full' from='a'><couple take='second'/></value>"
     "<value of='customer.phone' from='b'/></record>",
     "1,John & Mary Smith,123,",
     "1#: name.full=John Smith\n1#spouse: name.full=Mary Smith phone=123 spouse>1#"},
    {"and one is one",
     "<record class='customer' key='id'><value of='customer.name.full' from='a'>"
     "<couple take='first'/></value></record>"
     "<record class='customer' key='id' part='spouse' needs='customer.name.full'>"
     "<relation to='' role='spouse'/>"
     "<value of='customer.name.full' from='a'><couple take='second'/></value>"
     "<value of='customer.phone' from='b'/></record>",
     "1,John Smith,123,", "1#: name.full=John Smith"},
    {"what is no customer belongs to the first one",
     PERSON "<record class='registration' key='id' part='reg' if='b'>"
            "<value of='registration.dealer' const='x'/></record>",
     "1,Ann,y,", "1#: name.full=Ann\n1#reg: dealer=x customer>1#"},
    {"unless it says whose it is, though that one be not there",
     PERSON "<record class='customer' key='id' part='owner' if='c'>"
            "<value of='customer.name.full' from='c'/></record>"
            "<record class='registration' key='id' part='reg' if='b'>"
            "<relation to='owner' role='customer'/>"
            "<value of='registration.dealer' const='x'/></record>",
     "1,Ann,y,", "1#: name.full=Ann\n1#reg: dealer=x"},
    {"or comes alone",
     "<record class='registration' key='id'><value of='registration.dealer' from='a'/></record>",
     "1,x,,", "1#: dealer=x"},
    {"records of other deliveries, by key and source",
     "<record class='transaction' key='id'><relation role='customer' key='b'/>"
     "<relation to='main' role='campaign' source='crm' key='{c}-{b}'/>"
     "<relation to='{c}' role='twin' source='crm'/>"
     "<value of='transaction.note' from='a'/></record>",
     "1,x,17,z", "1#: note=x customer>17# campaign>crm/z-17#main twin>crm/1#z"},
    {"whose fields are not there",
     "<record class='transaction' key='id'><relation role='customer' key='b'/>"
     "<relation to='{c}' role='campaign' key='a'/><value of='transaction.note' from='a'/></record>",
     "1,x,,", "1#: note=x"},
    {"never to itself, and once",
     PERSON "<record class='customer' key='id' part='s'><relation role='self' to='s' key='id'/>"
            "<relation to='' role='spouse'/><relation role='spouse' key='id'/>"
            "<value of='customer.name.full' from='b'/></record>",
     "1,Ann,Bob,", "1#: name.full=Ann\n1#s: name.full=Bob spouse>1#"},
    {"a deletion names key and parts",
     "<delete if='c' is='D|del'/>" PERSON
     "<record class='customer' key='id' part='spouse' needs='customer.name.full'>"
     "<value of='customer.name.full' from='b'/></record>",
     "1,Ann,,del", "1#: deleted\n1#spouse: deleted"},
    {"needs no values, and takes a version",
     "<delete if='c' is='D|del'/>"
     "<record class='customer' key='id'><version from='b'/>"
     "<value of='customer.name.full' from='a'/></record>",
     "1,,7,D", "1#: deleted order:7"},
    {"but a key", "<delete unless='c'/>" PERSON, ",Ann,,",
     "map no-key: no key: the field 'id' is empty or missing"},
    {"of one of the records",
     "<delete unless='c'/><record class='product' key='b' part='car'>"
     "<value of='product.description' from='a'/></record>" PERSON,
     "1,Ann,,", "1#: deleted"},
    {"and each key once",
     "<delete unless='c'/>" PERSON "<record class='customer' key='{id}'>"
     "<value of='customer.name.full' from='a'/></record>",
     "1,Ann,,", "1#: deleted"},
    {"versions and times",
     "<record class='customer' key='id'><version from='a'/><effective from='b'/>"
     "<value of='customer.tier' from='c'/></record>",
     "1,007,2024-03-05,g", "1#: tier=g order:7 effective:2024-03-05T00:00:00.000000Z"},
    {"by their own forms",
     "<record class='customer' key='id'><version from='a' date='D.M.YYYY h:mm AM'/>"
     "<effective from='b' date='YYYY-MM-DDThh:mm:ssZ'/><value of='customer.tier' "
     "from='c'/></record>",
     "1,5.3.2024 2:30 pm,2024-03-05T02:00:00+10:00,g",
     "1#: tier=g order:2024-03-05T14:30:00.000000Z effective:2024-03-04T16:00:00.000000Z"},
    {"what cannot be read of them is flagged",
     "<record class='customer' key='id'><version from='a'/><effective from='b'/>"
     "<value of='customer.tier' from='c'/></record>",
     "1,x7,yesterday,g", "1#: tier=g flag:version effective"},
    {"and what is not there is not",
     "<record class='customer' key='id'><version from='a'/><effective from='b'/>"
     "<value of='customer.tier' from='c'/></record>",
     "1,,,g", "1#: tier=g"},
    {"a region by a field",
     "<record class='customer' key='id' region='a'><value of='customer.phone' from='b'/></record>",
     "1,Germany,030 1,", "1#: phone=030 1 region:DE"},
    {"that knows none",
     "<record class='customer' key='id' region='{a}'><value of='customer.phone' "
     "from='b'/></record>",
     "1,Atlantis,030 1,", "1#: phone=030 1"},
    {"or is the same for all",
     "<record class='customer' key='id' region='NZ'><value of='customer.phone' from='b'/></record>",
     "1,Germany,030 1,", "1#: phone=030 1 region:NZ"},
    {"a table",
     "<table name='t'><entry from=' K1' to='gold'/><entry from='k2' to=''/></table>"
     "<record class='customer' key='id'><value of='customer.tier' from='a'><lookup "
     "table='t'/></value>"
     "<value of='customer.occupation' from='b'><lookup table='t' "
     "otherwise='drop'/></value></record>",
     "1,k3,K1 ,", "1#: tier=k3 occupation=gold"},
    {"that drops",
     "<table name='t'><entry from=' K1' to='gold'/><entry from='k2' to=''/></table>"
     "<record class='customer' key='id'><value of='customer.tier' from='a'><lookup "
     "table='t'/></value>"
     "<value of='customer.occupation' from='b'><lookup table='t' "
     "otherwise='drop'/></value></record>",
     "1,k2,K7,", "1#:"},
    {"times of elements are UTC, dates as they are written",
     "<record class='customer' key='id'><value of='customer.birth_date' from='a' "
     "date='YYYY-MM-DD hh:mmZ'/></record>"
     "<record class='interaction' key='id' part='call'><value of='interaction.time' from='a' "
     "date='YYYY-MM-DD hh:mmZ'/><value of='interaction.ended' from='b' date='D/M/YYYY'/></record>",
     "1,1978-11-12 05:00+10,5/3/2024,",
     "1#: birth_date=1978-11-12\n1#call: time=1978-11-11T19:00:00Z ended=2024-03-05T00:00:00Z "
     "customer>1#"},
};

static void deliveries_become_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(deliveries); i++) {
        ARENA(work);
        const char *inside = arena_printf(work, CSV "%s", deliveries[i].inside);
        print_message("%s\n", deliveries[i].what);
        assert_string_equal(map_line(work, inside, "id,a,b,c", deliveries[i].line),
                            deliveries[i].shown);
    }
}

/* A table file beside the mapping, of which the hub keeps a copy. */
static const struct mapping *load_table(struct arena *arena, const char *table, const char *body,
                                        struct findings *findings)
{
    const char *path = scratch_file(arena, "");
    const char *name = arena_printf(arena, "%.*s.csv", (int)(strlen(path) - strlen("/tmp/.xml")),
                                    path + strlen("/tmp/"));
    const char *file = arena_printf(arena, "/tmp/%s", name);
    FILE *out = fopen(file, "we");
    assert_non_null(out);
    assert_true(fputs(body, out) >= 0);
    assert_int_equal(fclose(out), 0);
    arena_defer(arena, scratch_remove, arena_strdup(arena, file));
    const char *inside =
        arena_printf(arena,
                     CSV "<table name='t' file='%s' %s/>" RECORD "<value of='customer.name.full' "
                         "from='a'><lookup table='t' otherwise='drop'/></value></record>",
                     name, table);
    return load(arena, "", inside, findings);
}

static const char *map_a(struct arena *arena, const struct mapping *mapping, const char *text)
{
    static const char header[] = "id,a";
    const char *line = arena_printf(arena, "1,%s", text);
    struct reject reject;
    struct mapped mapped;
    const struct fields *fields =
        format_decode(arena, &mapping->format, (struct slice){header, strlen(header)},
                      (struct slice){line, strlen(line)}, 1, &reject);
    assert_non_null(fields);
    assert_true(mapping_apply(arena, mapping, fields, &mapped, &reject));
    return show(arena, &mapped);
}

static void tables_belong_to_the_version(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    const char *where = "from='code' to='name' delimiter=';'";
    const struct mapping *mapping = load_table(work, where,
                                               "\xef\xbb\xbf"
                                               "code;x;name\r\nK1;;\"Ann; Lee\"\nk2;;Bob\n;;no\n",
                                               &findings);
    assert_string_equal(said(work, &findings), "");
    assert_string_equal(map_a(work, mapping, " k1"), "1#: name.full=Ann; Lee");
    assert_string_equal(map_a(work, mapping, "k3"), "1#:");
    const struct mapping_copy copy = {
        .file = mapping->file, .body = mapping->body, .tables = mapping->tables};
    const struct mapping *again = mapping_restore(work, dictionary, SCHEMA, &copy, &findings);
    assert_string_equal(said(work, &findings), "");
    assert_string_equal(map_a(work, again, "K2"), "1#: name.full=Bob");
    assert_string_equal(again->hash, mapping->hash);
    const struct mapping_copy changed = {.file = mapping->file,
                                         .body = mapping->body,
                                         .tables = arena_printf(work, "%.*s k4;;Cy\\n\"}",
                                                                (int)strlen(mapping->tables) - 2,
                                                                mapping->tables)};
    again = mapping_restore(work, dictionary, SCHEMA, &changed, &findings);
    assert_string_equal(said(work, &findings), "");
    assert_string_equal(map_a(work, again, "K4"), "1#: name.full=Cy");
    assert_string_not_equal(again->hash, mapping->hash);
    const struct mapping_copy without = {.file = mapping->file, .body = mapping->body};
    assert_null(mapping_restore(work, dictionary, SCHEMA, &without, &findings));
    assert_non_null(strstr(said(work, &findings), "is not kept with this mapping"));
}

static void tables_may_be_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *table, *body, *said;
    } cases[] = {
        {"from='cod' to='name'", "code,name\n1,x\n", "has no column 'cod'; did you mean 'code'?"},
        {"from='code' to='name'", "code,name\n1,x\n1,y\n",
         "warning: the text in line 3 of the file"},
        {"from='code' to='name'", "code,name\n1,\"x\n2,y\n", "line 2 of the file"},
        {"from='code' to='name'", "code,name\n1,\xff\n", "is not UTF-8 (at its byte 13)"},
        {"from='code' to='name'", "code,name\n1,x\n1, x\n2,z\n", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct findings findings = {.arena = work};
        (void)load_table(work, cases[i].table, cases[i].body, &findings);
        assert_non_null(strstr(said(work, &findings), cases[i].said));
        assert_int_equal(findings.first == NULL, !*cases[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_become_values),
        cmocka_unit_test(lists_and_parts_become_records),
        cmocka_unit_test(what_is_too_long_is_said),
        cmocka_unit_test(compositions_stop),
        cmocka_unit_test(it_says_which_fields_it_reads),
        cmocka_unit_test(it_says_where_they_stand),
        cmocka_unit_test(transforms_read_what_is_declared),
        cmocka_unit_test(conditions_choose),
        cmocka_unit_test(deliveries_become_records),
        cmocka_unit_test(tables_belong_to_the_version),
        cmocka_unit_test(tables_may_be_wrong),
    };
    return cmocka_run_group_tests(tests, open_dictionary, close_dictionary);
}
