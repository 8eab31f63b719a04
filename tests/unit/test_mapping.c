#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>

#include "tests/unit/mappings.h"

static const struct {
    const char *head, *inside, *said;
} mistakes[] = {
    {"", CSV RECORD "<value of='customer.email' from='mail'/></record>", ""},
    /* what is not XML */
    {"", CSV RECORD "<value of='customer.email' from='mail'></record>",
     "4:40 </record> closes nothing; <value> of line 4 is still open"},
    {"", CSV RECORD "<value of='customer.email' from=mail/></record>",
     "4:33 an attribute's value needs quotes"},
    {"", CSV RECORD "<value of='customer.email' of='customer.phone' from='a'/></record>",
     "4:56 the attribute 'of' stands here twice"},
    {"", CSV RECORD "<value of='customer.email' const='a &amp b'/></record>",
     "4:41 '&' starts an entity; a lone one is written &amp;"},
    /* what the schema refuses */
    {"", CSV RECORD "<valu of='customer.email' from='mail'/></record>",
     "4:1 <valu> is not expected here; expected is <value>, <relation>, <version> "
     "or <effective>; did you mean <value>?"},
    {"", CSV RECORD "<valu/><value of='customer.email' form='a'/><vale/></record>",
     "4:1 <valu> is not expected here; expected is <value>, <relation>, <version> "
     "or <effective>; did you mean <value>?\n"
     "4:35 <value> has no attribute 'form'; did you mean 'from'?\n"
     "4:45 <vale> is not expected here; expected is <value>, <relation>, <version> "
     "or <effective>; did you mean <value>?"},
    {"", CSV RECORD "</record>",
     "3:1 <record> is not complete; it still needs <value>, <relation>, <version> or <effective>"},
    {"", CSV RECORD "<value from='a'/></record>", "4:1 <value> needs the attribute 'of'"},
    {"", CSV "<record class='customer'><value of='customer.email' from='a'/></record>",
     "3:1 <record> needs the attribute 'key'"},
    {"",
     "<from><ftp url='x'/></from><format><csv/></format>\n" RECORD
     "<value of='customer.email' from='a'/></record>",
     "2:7 <ftp> is not expected here; expected is <directory>, <push>, <http>, <sftp>, "
     "<postgresql>, <imap> or <attachment>; did you mean <sftp>?"},
    {" trust='101'", CSV RECORD "<value of='customer.email' from='a'/></record>",
     "1:75 trust cannot be '101'; it is at most 100"},
    {" trust='high'", CSV RECORD "<value of='customer.email' from='a'/></record>",
     "1:75 trust cannot be 'high'; it is a number from 0 to 100"},
    {"", CSV RECORD "<value of='customer.email' from='a' verified='true'/></record>",
     "4:37 verified cannot be 'true'; it is one of: yes, no"},
    {"", CSV RECORD "hello<value of='customer.email' from='a'/></record>",
     "3:1 no text can stand in <record>"},
    {"", CSV RECORD "<value of='customer.email' from='a'><tirm/></value></record>",
     "4:37 <tirm> is not expected here; expected is <trim>, <collapse>, <upper>, <lower>, "
     "<title>, <replace>, <match>, <split>, <join>, <strip>, <keep>, <default>, <map>, <lookup>, "
     "<number>, <money>, <parameter>, <check> or <couple>; did you mean <trim>?"},
    /* what only the dictionary and the format know */
    {"", CSV RECORD "<value of='custmer.name.famly' from='a'/></record>",
     "4:8 the dictionary has no element 'custmer.name.famly'; did you mean "
     "'customer.name.family'?"},
    {"", CSV RECORD "<value of='email' from='a'/></record>",
     "4:8 the dictionary has no element 'email'; did you mean 'customer.email'?"},
    {"", CSV "<record class='boat' key='id'><value of='boat.name' from='a'/></record>",
     "3:9 the dictionary has no class 'boat'"},
    {"",
     CSV "<record class='custmer' key='id'>\n"
         "<value of='customer.email' from='a'/></record>",
     "3:9 the dictionary has no class 'custmer'; did you mean 'customer'?"},
    {"",
     "<from><directory/></from><format><csv delimiter=';;'/></format>\n" RECORD
     "<value of='customer.email' from='a'/></record>",
     "2:39 delimiter cannot be ';;'; its form is one sign, such as ; or |, or 'tab'"},
    {"", CSV RECORD "<value of='customer.email' from='a'><split on=',' take='0'/></value></record>",
     "4:51 take cannot be '0'; its form is a number from 1 to 99, or 'last'"},
    {"", CSV RECORD "<value of='customer.kind' const='persom'/></record>",
     "4:27 'persom' is not in the code list of customer.kind: person, organization; did you "
     "mean 'person'?"},
    {"",
     CSV RECORD "<value of='customer.kind' const='Individual'/>"
                "<value of='customer.email' from='a'/></record>",
     ""},
    {"",
     CSV RECORD "<value of='customer.sex' from='a'><map><entry from='1' to='mail'/></map>"
                "</value></record>",
     "4:56 'mail' is not in the code list of customer.sex: female, male, other, unknown"},
    {"", CSV RECORD "<value of='customer.identifier' from='a' country='UK'/></record>",
     "4:42 'UK' is no country code of ISO 3166-1 (such as AU); did you mean 'GB'?"},
    {" region='ZZ'", CSV RECORD "<value of='customer.email' from='a'/></record>",
     "1:75 the region 'ZZ' is no country code of ISO 3166-1 (such as AU)"},
    {"", CSV RECORD "<value of='customer.email'/></record>",
     "4:1 <value> needs one of from, const and template, and only one"},
    {"", CSV RECORD "<value of='customer.email' from='a' const='b'/></record>",
     "4:1 <value> needs one of from, const and template, and only one"},
    {"", CSV RECORD "<value of='customer.birth_date' template='{y}-{m' from='x'/></record>",
     "4:1 <value> needs one of from, const and template, and only one"},
    {"", CSV RECORD "<value of='customer.birth_date' template='{y}-{m'/></record>",
     "4:33 template cannot be '{y}-{m': a bracket does not close"},
    {"", CSV RECORD "<value of='customer.birth_date' from='x' date='DD.MN.YYYY'/></record>",
     "4:42 the date form 'DD.MN.YYYY' cannot be read: 'N.YYYY' is none of YYYY YY MM M DD D "
     "MON, or of hh h mm ss SSS AM Z for a time"},
    {"", CSV RECORD "<value of='customer.birth_date' from='x' date='DD.MM'/></record>",
     "4:42 the date form 'DD.MM' cannot be read: it needs a year, once (YYYY or YY)"},
    {"", CSV RECORD "<value of='customer.birth_date' from='x' date='YYYYMD'/></record>",
     "4:42 the date form 'YYYYMD' cannot be read: M or D needs a sign behind it; write MM or "
     "DD where there is none"},
    {"",
     CSV RECORD "<value of='customer.phone' from='x'><replace pattern='ab(c' with=''/></value>"
                "</record>",
     "4:46 'ab(c' is not an expression: missing closing parenthesis (at its character 5)"},
    {"",
     CSV RECORD "<value of='customer.phone' from='x'><replace pattern='a(b)' with='$2'/>"
                "</value></record>",
     "4:61 '$2' names a group that the pattern does not have; a '$' is written $$"},
    {"", CSV RECORD "<value of='customer.phone' each='x' from='y'/></record>",
     "4:28 each needs a list, and CSV has none"},
    {"", JSONL "<record class='customer' key='id'><value of='customer.phone' from='/x'/></record>",
     "3:26 'id' cannot be a field here; it must be a JSON Pointer, such as /name/first"},
    {"",
     "<from><push/></from><format><csv header='no'/></format>\n" RECORD
     "<value of='customer.phone' from='2'/></record>",
     "3:26 'id' cannot be a field here; it must be a column's number, as there is no header"},
    {"",
     "<from><push/></from><format><csv encoding='latin-99'/></format>\n" RECORD
     "<value of='customer.phone' from='a'/></record>",
     "2:34 the encoding 'latin-99' is not known or not read here; such as UTF-8, UTF-16, "
     "ISO-8859-1, "
     "windows-1252"},
    {"",
     CSV RECORD "<value of='customer.email' from='a'/></record>" RECORD
                "<value of='customer.email' from='b'/></record>",
     "4:47 the record of line 3 has the same key and part; give this one a part of its own "
     "(part=\"...\")"},
    {"",
     CSV RECORD "<value of='customer.sex' from='a'/>\n<value of='customer.sex' from='b'/>"
                "<value of='customer.email' from='c'/></record>",
     "5:1 warning: customer.sex has a value in line 4 already; a record has one of them"},
    /* relations, deletions, versions, tables */
    {"",
     CSV RECORD
     "<value of='customer.email' from='a'/></record>"
     "<record class='customer' key='id' part='spouse'>\n<relation to='main' role='spouse'/>"
     "<value of='customer.email' from='b'/></record>",
     "5:1 no record here has the part 'main'"},
    {"",
     CSV "<record class='customer' key='id' part='owner'><value of='customer.email' from='a'/>"
         "</record><record class='product' key='id' part='car'>\n"
         "<relation to='ownr' role='customer'/></record>",
     "4:1 no record here has the part 'ownr'; did you mean 'owner'?"},
    {"", CSV RECORD "<relation role='spouse'/><value of='customer.email' from='a'/></record>",
     "4:1 this relation is to the record that it stands in; say another part (to=\"...\"), or the "
     "key of a record of another delivery"},
    {"",
     CSV RECORD
     "<relation role='spouse' key='other'/><value of='customer.email' from='a'/></record>",
     ""},
    {"", CSV RECORD "<relation to='x' role='the spouse' key='y'/></record>",
     "4:18 role cannot be 'the spouse'; its form is a letter, then letters, digits, '_' and '-'"},
    {"",
     CSV RECORD "<version from='a'/><version from='b'/><value of='customer.email' from='a'/>"
                "</record>",
     "4:20 a record has one <version>"},
    {"",
     CSV RECORD "<effective from='a' date='hh:mm'/><value of='customer.email' from='a'/></record>",
     "4:21 the date form 'hh:mm' cannot be read: it needs a year, once (YYYY or YY)"},
    {"", CSV "<delete/>" RECORD "<value of='customer.email' from='a'/></record>",
     "3:1 <delete> needs if or unless; otherwise all would be deleted"},
    {"", CSV "<delete is='D'/>" RECORD "<value of='customer.email' from='a'/></record>",
     "3:9 is needs a field to look at: if or unless"},
    {"", CSV RECORD "<value of='customer.email' from='a' if='b' unless='c' is='d'/></record>",
     "4:55 with is there can be one of if and unless, not both"},
    {"",
     CSV "<record class='customer' key='id' needs='customer.emial'>"
         "<value of='customer.email' from='a'/></record>",
     "3:35 the dictionary has no element 'customer.emial'; did you mean 'customer.email'?"},
    {"", CSV RECORD "<value of='customer.email' from='a' trust='200'/></record>",
     "4:37 trust cannot be '200'; it is at most 100"},
    {"",
     CSV RECORD "<value of='customer.email' from='a'><lookup table='dealer'/></value></record>"
                "<table name='dealers'><entry from='1' to='x'/></table>",
     "4:45 there is no <table> 'dealer' in this mapping; did you mean 'dealers'?"},
    {"",
     CSV "<table name='t'><entry from='1' to='x'/><entry from=' 1' to='y'/></table>" RECORD
         "<value of='customer.email' from='a'><lookup table='t'/></value></record>",
     "3:48 ' 1' has an entry already"},
    {"",
     CSV "<table name='t'><entry from='1' to='x'/></table><table name='t'><entry from='1' to='x'/>"
         "</table>" RECORD
         "<value of='customer.email' from='a'><lookup table='t'/></value></record>",
     "3:49 there is a <table> 't' already"},
    {"",
     CSV "<table name='t' file='t.csv'/>" RECORD
         "<value of='customer.email' from='a'><lookup table='t'/></value></record>",
     "3:1 <table> needs a file with the columns from and to, or entries of its own"},
    {"",
     CSV "<table name='t' file='../t.csv' from='a' to='b'/>" RECORD
         "<value of='customer.email' from='a'><lookup table='t'/></value></record>",
     "3:17 '../t.csv' cannot be a table's file; it is a name that ends in .csv, and lies beside "
     "the "
     "mapping"},
    {"",
     CSV RECORD "<value of='customer.email' from='a'><match pattern='a(b)' take='2'/></value>"
                "</record>",
     "4:59 the pattern has no group 2; it has 1"},
    {"",
     CSV RECORD "<value of='customer.income' from='a'><number decimal=',' group=','/></value>"
                "<value of='customer.email' from='a'/></record>",
     "4:38 the decimal sign cannot group the digits, too"},
    {"",
     CSV RECORD "<value of='customer.income' from='a'><money currency='Euro'/></value></record>",
     "4:45 currency cannot be 'Euro'; its form is three capital letters, such as EUR"},
    {"", CSV RECORD "<value of='customer.email' from='a'><couple take='third'/></value></record>",
     "4:45 take cannot be 'third'; it is one of: first, second"},
    {"", CSV RECORD "<value of='customer.email' from='a' verifed='yes'/></record>",
     "4:37 <value> has no attribute 'verifed'; did you mean 'verified'?"},
    {"", CSV "<ignor field='x'/>" RECORD "<value of='customer.email' from='a'/></record>",
     "3:1 <ignor> is not expected here; expected is <record>, <drop>, <ignore>, <table> or "
     "<delete>; did you mean <ignore>?"},
    {"",
     "<from><directory snapshoot='yes'/></from><format><csv/></format>\n" RECORD
     "<value of='customer.email' from='a'/></record>",
     "2:18 <directory> has no attribute 'snapshoot'; did you mean 'snapshot'?"},
    /* what is seldom meant */
    {"",
     CSV RECORD "<value of='customer.birth_date' from='a'/><value of='customer.email' from='a'/>"
                "</record>",
     "4:1 warning: customer.birth_date is read only where it is written YYYY-MM-DD; say how it is "
     "written with date=\"...\""},
    {"",
     CSV RECORD "<value of='customer.email' from='a'/></record>\n"
                "<record class='interaction' key='id' part='call'>\n"
                "<value of='interaction.time' from='a'/></record>",
     "6:1 warning: interaction.time is read only where it is written YYYY-MM-DDThh:mm:ssZ; say how "
     "it "
     "is written with date=\"...\""},
    {"", CSV RECORD "<value of='customer.tier' from='a'/></record>",
     "3:1 warning: this customer has no name, contact or identifier; it will match with no other"},
    {"",
     CSV "<record class='customer' key='id' part='main'>\n<value of='customer.email' from='a'/>"
         "</record>",
     "3:35 warning: the part 'main' never differs: no other record has this key"},
    {"",
     CSV "<drop field='a'/>\n<ignore field='b'/>\n" RECORD
         "<value of='customer.email' from='a' if='b'/></record>",
     "3:7 warning: the field 'a' is dropped before it can be read, and this mapping reads it\n"
     "4:9 warning: the field 'b' is to be ignored, and this mapping reads it"},
    {"",
     CSV "<table name='t'><entry from='1' to='x'/><entry from='2' to='female'/><entry from='3' "
         "to='qq'/><entry from='4' to=''/></table>" RECORD
         "<value of='customer.email' from='a'/><value of='customer.sex' from='b'>\n<lookup "
         "table='t'/></value></record>",
     "5:1 warning: the table 't' gives 'qq', which is not in the code list of customer.sex"},
    {"",
     CSV "<table name='t'><entry from='1' to='x'/></table>" RECORD
         "<value of='customer.email' from='a'/></record>",
     "3:1 warning: nothing looks into the table 't'"},
    {"", CSV "<drop field='a'/>", "1:1 <source> needs a <record>"},
};

static void mistakes_have_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        ARENA(work);
        struct findings findings = {.arena = NULL};
        const struct mapping *mapping = load(work, mistakes[i].head, mistakes[i].inside, &findings);
        assert_string_equal(said(work, &findings), mistakes[i].said);
        assert_int_equal(mapping == NULL, findings.errors > 0);
    }
}

static void the_file_is_called_after_its_source(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    const char *file = scratch_file(
        work, "<source xmlns='urn:axle:source:1' name='shop' connector='web'>" CSV RECORD
              "<value of='customer.email' from='a'/></record></source>");
    assert_null(mapping_load(work, dictionary, SCHEMA, file, &findings));
    assert_string_equal(said(work, &findings),
                        arena_printf(work,
                                     "1:35 the source 'shop' stands in the file '%s'; it must "
                                     "be 'shop.xml'",
                                     file + strlen("/tmp/")));
}

static void a_retired_element_is_hinted_at(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    const struct dictionary *shipped = dictionary;
    const char *site = scratch_file(
        work, "<dictionary xmlns='urn:axle:dictionary:1'><class name='customer'><element "
              "name='fax' label='Fax' domain='short' sensitivity='personal' survivorship='trust' "
              "status='retired'><definition>Use phone.</definition></element></class>"
              "</dictionary>");
    dictionary =
        dictionary_load(work, "schemas/dictionary.xsd", "schemas/dictionary.xml", site, &findings);
    assert_string_equal(said(work, &findings), "");
    assert_non_null(load(work, "",
                         CSV RECORD "<value of='customer.email' from='a'/>\n"
                                    "<value of='customer.fax' from='b'/></record>",
                         &findings));
    dictionary = shipped;
    assert_string_equal(said(work, &findings),
                        "5:8 warning: customer.fax is retired; the dictionary says what is used "
                        "instead: Use phone.");
}

static void every_mapping_here_loads(void **state)
{
    (void)state;
    static const char *const folders[] = {"mappings/*.xml", "tests/accuracy/mappings/*.xml"};
    for (size_t f = 0; f < COUNT_OF(folders); f++) {
        glob_t found;
        assert_int_equal(glob(folders[f], 0, NULL, &found), 0);
        assert_true(found.gl_pathc >= 4);
        for (size_t i = 0; i < found.gl_pathc; i++) {
            ARENA(work);
            struct findings findings = {.arena = work};
            const struct mapping *mapping =
                mapping_load(work, dictionary, SCHEMA, found.gl_pathv[i], &findings);
            assert_string_equal(said(work, &findings), "");
            assert_non_null(mapping);
        }
        globfree(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_have_their_place),
        cmocka_unit_test(the_file_is_called_after_its_source),
        cmocka_unit_test(a_retired_element_is_hinted_at),
        cmocka_unit_test(every_mapping_here_loads),
    };
    return cmocka_run_group_tests(tests, open_dictionary, close_dictionary);
}
