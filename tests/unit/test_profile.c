/* Profiles: formats that are found from bytes, shapes, traits, and counts of columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/profile/distinct.h"
#include "tests/unit/profiles.h"

/* A text, and the <format> that fits it. */
static const struct {
    const char *text, *format;
} formats[] = {
    {"id,name,city\n1,Ann,Perth\n2,Bob,York\n",
     "<csv delimiter=\",\" quote=\"&quot;\" encoding=\"UTF-8\" header=\"yes\"/>"},
    {"1,Ann,Perth\n2,Bob,York\n",
     "<csv delimiter=\",\" quote=\"&quot;\" encoding=\"UTF-8\" header=\"no\"/>"},
    {"id;name;sum\n1;\"Lee; Ann\";1,5\n2;Bob;2,5\n",
     "<csv delimiter=\";\" quote=\"&quot;\" encoding=\"UTF-8\" header=\"yes\"/>"},
    {"id\tname\n1\tLee, Ann\n2\tRay, Bob\n",
     "<csv delimiter=\"tab\" quote=\"&quot;\" encoding=\"UTF-8\" header=\"yes\"/>"},
    {"id|name\n1|Lee, Ann\n2|Ray, Bob\n",
     "<csv delimiter=\"|\" quote=\"&quot;\" encoding=\"UTF-8\" header=\"yes\"/>"},
    {"'id','name'\n'1','Lee, Ann'\n'2','Ray, Bob'\n",
     "<csv delimiter=\",\" quote=\"'\" encoding=\"UTF-8\" header=\"yes\"/>"},
    {"id;name\n1;M\xfcller\n2;Sch\xf6n\n",
     "<csv delimiter=\";\" quote=\"&quot;\" encoding=\"windows-1252\" header=\"yes\"/>"},
    {"\xef\xbb\xbfid;name\n1;M\xc3\xbcller\n",
     "<csv delimiter=\";\" quote=\"&quot;\" encoding=\"UTF-8\" header=\"yes\"/>"},
    {"email\nann@example.com\nbob@example.com\n",
     "<csv delimiter=\",\" quote=\"&quot;\" encoding=\"UTF-8\" header=\"yes\"/>"},
    {"{\"id\":1}\n{\"id\":2}\n", "<jsonl/>"},
    {"Received: a\n by b\nFrom: Ann <a@lee.example>\nSubject: x\n\nName: a\n", "<mime/>"},
    {"From a@b 10:00\nFrom: a@b\nDate: x\n\nx\n\nFrom a@b 10:00\nFrom: c@d\n\nx\n", "<mime/>"},
    {"[{\"id\":1},\n{\"id\":2}]\n", "<json records=\"\"/>"},
    {"{\"meta\":{\"n\":2},\"data\":{\"items\":[{\"id\":1},{\"id\":2}]}}",
     "<json records=\"/data/items\"/>"},
    {"{\n \"items\": [\n {\"id\": 1},\n {\"id\": 2}\n ]\n}\n", "<json records=\"/items\"/>"},
    {"0001  Ann       Perth     \n0002  Bob       York      \n0003  Zoe       Bath      \n",
     "<fixed encoding=\"UTF-8\">\n    <field name=\"1\" from=\"1\" to=\"6\"/>\n"
     "    <field name=\"2\" from=\"7\" to=\"16\"/>\n    <field name=\"3\" from=\"17\" to=\"26\"/>\n"
     "  </fixed>"},
    /* a header by its places, also where a text fills its field, or it ends early */
    {"NO  SURNAME   TOWN\n01  Smith     Perth     \n02  Johnson   York      \n"
     "03  Williams  Bath      \n",
     "<fixed encoding=\"UTF-8\" header=\"yes\">\n    <field name=\"NO\" from=\"1\" to=\"4\"/>\n"
     "    <field name=\"SURNAME\" from=\"5\" to=\"14\"/>\n"
     "    <field name=\"TOWN\" from=\"15\" to=\"24\"/>\n  </fixed>"},
    {"CUSTNO    SURNAME     \n0000000001Smith       \n0000000002Johnson     \n"
     "0000000003Brown       \n",
     "<fixed encoding=\"UTF-8\" header=\"yes\">\n    <field name=\"CUSTNO\" from=\"1\" "
     "to=\"10\"/>\n"
     "    <field name=\"SURNAME\" from=\"11\" to=\"22\"/>\n  </fixed>"},
    {"<?xml version='1.0'?>\n<!-- <no> "
     "--><list><item><id>1</id></item><item><id>2</id></item></list>",
     "<xml records=\"//item\">\n  </xml>"},
    {"<list xmlns='urn:a'><head><x a='1'/></head><item><id>1</id><tel><n/></tel><tel><n/></tel>"
     "</item><item><id>2</id></item></list>",
     "<xml records=\"//d:item\">\n    <namespace prefix=\"d\" uri=\"urn:a\"/>\n  </xml>"},
};

static void test_formats(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        ARENA(work);
        struct format format;
        const struct profile *profile =
            workshop_profile(work, workshop_text(formats[i].text), "", &format);
        assert_non_null(profile);
        assert_string_equal(format_element(work, &format), formats[i].format);
        assert_true(profile->records >= 1);
    }
}

/* A sample may end anywhere. */
static void test_cut_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        for (size_t size = 0; size <= strlen(formats[i].text); size++) {
            ARENA(work);
            struct sniffed sniffed;
            char *text = arena_strndup(work, formats[i].text, size);
            sniff(work, (struct slice){text, size}, false, &sniffed);
        }
    ARENA(work);
    const char *records = NULL;
    assert_true(sniff_json(work, workshop_text("{\"a\":\"]\",\"items\":[{\"b\":[1,2]},{\"b\":[3"),
                           &records));
    assert_string_equal(records, "/items");
    assert_true(sniff_gzip((struct slice){"\x1f\x8b\x08", 3}));
    assert_string_equal(sniff_encoding((struct slice){"\xff\xfe"
                                                      "a\0",
                                                      4},
                                       true),
                        "UTF-16");
    assert_string_equal(sniff_encoding((struct slice){"i\0d\0;\0n\0\n\0", 10}, true), "UTF-16LE");
    assert_string_equal(sniff_encoding((struct slice){"\0i\0d\0;\0n", 8}, true), "UTF-16BE");
    assert_string_equal(sniff_encoding((struct slice){"M\x90", 2}, true), "ISO-8859-1");
    assert_string_equal(sniff_encoding((struct slice){"M\xc3", 2}, false), "UTF-8");
}

static const struct {
    const char *text, *shape;
} shapes[] = {
    {"John Q. Smith", "Aa+ A. Aa+"},
    {"smith", "a+"},
    {"SMITH", "A+"},
    {"NSW 2000", "AAA 9999"},
    {"12/05/1978", "99/99/9999"},
    {"M\xc3\xbcller", "Aa+"},
    {"", ""},
    {"+61 2 5550-1234", "+99 9 9999-9999"},
};

static void test_shapes(void **state)
{
    (void)state;
    char shape[SHAPE_MOST];
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        shape_of(shapes[i].text, shape);
        assert_string_equal(shape, shapes[i].shape);
    }
    shape_of("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23", shape);
    assert_int_equal(strlen(shape), SHAPE_MOST - 1);
    assert_true(text_ends(shape, "~"));
}

static const struct {
    const char *text;
    enum trait is, is_not;
} traits[] = {
    {"ann@example.com", TRAIT_EMAIL, TRAIT_WORDS},
    {"ann at home", TRAIT_WORDS, TRAIT_EMAIL},
    {"17", TRAIT_INTEGER, TRAIT_PHONE},
    {"1,234.50", TRAIT_NUMBER, TRAIT_INTEGER},
    {"03 9123 4567", TRAIT_PHONE, TRAIT_DATE},
    {"+61 2 5550 1234", TRAIT_PHONE, TRAIT_WORDS},
    {"3053", TRAIT_POSTCODE, TRAIT_PHONE},
    {"SW1A 1AA", TRAIT_POSTCODE, TRAIT_WORDS},
    {"1978-11-12", TRAIT_DATE, TRAIT_PHONE},
    {"03/14/1971", TRAIT_DATE, TRAIT_PHONE},
    {"31/02/1978", TRAIT_CODE, TRAIT_DATE},
    {"12:30", TRAIT_TIME, TRAIT_WORDS},
    {"https://example.com/a", TRAIT_URL, TRAIT_EMAIL},
    {"yes", TRAIT_BOOLEAN, TRAIT_FAMILY},
    {"Mrs", TRAIT_PREFIX, TRAIT_GIVEN},
    {"Robert", TRAIT_GIVEN, TRAIT_FAMILY},
    {"Nguyen", TRAIT_FAMILY, TRAIT_GIVEN},
    {"Robert Smith", TRAIT_PERSON, TRAIT_COUPLE},
    {"Smith, Robert", TRAIT_PERSON, TRAIT_ORGANIZATION},
    {"John & Mary Smith", TRAIT_COUPLE, TRAIT_PERSON},
    {"Smith & Sons Pty Ltd", TRAIT_ORGANIZATION, TRAIT_COUPLE},
    {"12 Park Road", TRAIT_STREET, TRAIT_PERSON},
    {"Hauptstra\xc3\x9f"
     "e 5",
     TRAIT_STREET, TRAIT_PERSON},
    {"12 Park Road, Carlton VIC 3053", TRAIT_ADDRESS, TRAIT_STREET},
    {"VIC", TRAIT_REGION, TRAIT_PERSON},
};

static void test_traits(void **state)
{
    (void)state;
    struct witness witness = {shop.dictionary, shop.model, ""};
    for (size_t i = 0; i < COUNT_OF(traits); i++) {
        ARENA(work);
        uint32_t found = traits_of(work, &witness, traits[i].text);
        if (!trait_in(found, traits[i].is) || trait_in(found, traits[i].is_not))
            fail_msg("'%s': %s %d, %s %d", traits[i].text, trait_names[traits[i].is],
                     trait_in(found, traits[i].is), trait_names[traits[i].is_not],
                     trait_in(found, traits[i].is_not));
    }
}

static void test_distinct(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 8192, 8193, 100000, 1000000};
    for (size_t c = 0; c < COUNT_OF(counts); c++) {
        ARENA(work);
        struct distinct distinct = {.arena = work};
        for (uint64_t i = 0; i < counts[c]; i++)
            distinct_add(&distinct, (i + 1) * 0x9e3779b97f4a7c15U);
        assert_false(distinct.repeats);
        size_t found = distinct_count(&distinct), off = counts[c] / 20;
        assert_true(distinct_is_exact(&distinct) == (counts[c] <= DISTINCT_EXACT));
        assert_in_range(found, counts[c] - off, counts[c] + off);
        if (distinct_is_exact(&distinct))
            assert_int_equal(found, counts[c]);
    }
    ARENA(work);
    struct distinct distinct = {.arena = work};
    distinct_add(&distinct, 5);
    distinct_add(&distinct, 5);
    assert_true(distinct.repeats);
    assert_int_equal(distinct_count(&distinct), 1);
}

static const struct column *column_of(const struct profile *profile, const char *label)
{
    for (size_t i = 0; i < profile->count; i++)
        if (text_equal(profile->columns[i].label, label))
            return &profile->columns[i];
    fail_msg("there is no column '%s'", label);
    return NULL;
}

static void test_counts(void **state)
{
    (void)state;
    ARENA(work);
    struct format format;
    struct buffer text = {.arena = work};
    buffer_text(&text, "id,size,group,note\n");
    for (int i = 0; i < 3000; i++)
        buffer_printf(&text, "K%d,%d,%s,%s\n", i, 2990 - i, i % 3 ? "red" : "blue",
                      i % 2 ? "" : " ");
    buffer_text(&text, "K3000,-5,green,last\n");
    const struct profile *profile =
        workshop_profile(work, workshop_text(buffer_string(&text)), "", &format);
    const struct column *id = column_of(profile, "id"), *size = column_of(profile, "size");
    const struct column *group = column_of(profile, "group"), *note = column_of(profile, "note");
    assert_int_equal(profile->records, 3001);
    assert_int_equal(id->filled, 3001);
    assert_int_equal(id->distinct, 3001);
    assert_true(id->unique && id->exact && !id->numeric);
    assert_string_equal(id->examples[0], "K0");
    assert_string_equal(id->examples[2], "K3000");
    assert_true(size->numeric);
    assert_string_equal(size->least, "-9");
    assert_string_equal(size->greatest, "2990");
    assert_int_equal(group->value_count, 3);
    assert_false(group->more_values || group->unique);
    assert_string_equal(group->values[0].text, "red");
    assert_int_equal(group->values[0].count, 2000);
    assert_int_equal(note->filled, 1);
    assert_string_equal(column_kind(work, shop.dictionary, group, "", profile->records),
                        "one of 3: red, blue, green");
}

static void test_nested(void **state)
{
    (void)state;
    ARENA(work);
    struct format format;
    const char *text =
        "{\"a\":{\"b\":\"x\"},\"tel\":[\"1\",\"2\"],\"list\":[{\"c\":\"y\"},{\"c\":\"z\"}]}\n"
        "{\"a\":{\"b\":\"y\"},\"tel\":[]}\n";
    const struct profile *profile = workshop_profile(work, workshop_text(text), "", &format);
    const struct column *tel = column_of(profile, "/tel/*"), *c = column_of(profile, "/list/*/c");
    assert_int_equal(column_of(profile, "/a/b")->filled, 2);
    assert_string_equal(tel->each, "/tel");
    assert_string_equal(tel->name, "");
    assert_int_equal(tel->filled, 1);
    assert_int_equal(tel->texts, 2);
    assert_string_equal(c->each, "/list");
    assert_string_equal(c->name, "/c");
    text = "<l><r><p><n>1</n></p><p><n>2</n></p><t>a</t></r><r><p><n>3</n></p><t>b</t><t>c</t></"
           "r></l>";
    profile = workshop_profile(work, workshop_text(text), "", &format);
    assert_string_equal(column_of(profile, "p/n")->each, "p");
    assert_int_equal(column_of(profile, "p/n")->texts, 3);
    assert_string_equal(column_of(profile, "t")->name, ".");
    assert_int_equal(column_of(profile, "t")->texts, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),  cmocka_unit_test(test_cut_samples),
        cmocka_unit_test(test_shapes),   cmocka_unit_test(test_traits),
        cmocka_unit_test(test_distinct), cmocka_unit_test(test_counts),
        cmocka_unit_test(test_nested),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
