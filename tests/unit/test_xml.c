#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/nearest.h"
#include "hub/base/xml.h"
#include "tests/unit/scratch.h"

static const char schema[] =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:axle:test'"
    " targetNamespace='urn:axle:test' elementFormDefault='qualified'>"
    "<xs:element name='list'><xs:complexType><xs:sequence>"
    "<xs:element name='item' maxOccurs='unbounded'><xs:complexType><xs:simpleContent>"
    "<xs:extension base='xs:string'><xs:attribute name='id' type='id' use='required'/>"
    "<xs:attribute name='note' type='xs:string'/>"
    "</xs:extension></xs:simpleContent></xs:complexType></xs:element>"
    "<xs:element name='end' minOccurs='0'><xs:complexType/></xs:element>"
    "</xs:sequence></xs:complexType></xs:element>"
    "<xs:simpleType name='id'><xs:restriction base='xs:string'><xs:pattern value='[a-z]+'/>"
    "<xs:maxLength value='5'/></xs:restriction></xs:simpleType></xs:schema>";

#define LIST "<list xmlns='urn:axle:test'>\n"

static const struct xml_file *load(struct arena *work, const char *text, struct findings *findings)
{
    findings->arena = work;
    return xml_load(work, scratch_file(work, text), scratch_file(work, schema), findings);
}

static const char *said(struct arena *arena, const struct findings *findings)
{
    struct buffer out = {.arena = arena};
    for (const struct finding *f = findings->first; f; f = f->next)
        buffer_printf(&out, "%s%u:%u %s", out.length ? "\n" : "", f->line, f->column, f->message);
    return buffer_string(&out);
}

static void a_sound_file_becomes_a_tree(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = NULL};
    const struct xml_file *file =
        load(work,
             "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<!-- é -->" LIST
             "  <item note='a > b' id=\"one\">  two\n   words <![CDATA[<&]]> &amp; </item><item\n"
             "\tid='two'/>\n<end/></list>",
             &findings);
    assert_string_equal(said(work, &findings), "");
    assert_non_null(file);
    assert_int_equal(strlen(file->hash), 64);
    assert_string_equal(file->root->name, "list");
    assert_int_equal(file->root->line, 2);
    assert_int_equal(file->root->column, 11);
    const struct xml_node *item = file->root->first;
    assert_string_equal(item->text, "two words <& &");
    assert_int_equal(item->line, 3);
    assert_int_equal(item->column, 3);
    const struct xml_attribute *id = xml_attribute(item, "id");
    assert_string_equal(id->value, "one");
    assert_int_equal(id->line, 3);
    assert_int_equal(id->column, 22);
    assert_int_equal(xml_attribute(item, "note")->column, 9);
    assert_string_equal(xml_text(item, "note", ""), "a > b");
    assert_string_equal(xml_text(item, "nothing", "else"), "else");
    assert_false(xml_yes(item, "nothing"));
    assert_int_equal(item->next->line, 4);
    assert_int_equal(item->next->column, 38);
    assert_int_equal(xml_attribute(item->next, "id")->line, 5);
    assert_int_equal(xml_attribute(item->next, "id")->column, 2);
    assert_ptr_equal(xml_child(file->root, "end"), item->next->next);
    assert_null(xml_child(file->root, "other"));
}

static const struct {
    const char *text, *said;
} mistakes[] = {
    {"", "1:1 the file is empty"},
    {"hello", "1:1 this is not XML"},
    {LIST "<item id='a'></list>", "2:14 </list> closes nothing; <item> of line 2 is still open"},
    {LIST "<item id='a'/>", "2:15 <list> of line 1 does not close"},
    {LIST "<item id='a' id='b'/></list>", "2:20 the attribute 'id' stands here twice"},
    {LIST "<item id='a<'/></list>",
     "2:12 '<' cannot stand in an attribute; write &lt;, or close the quote before it"},
    {LIST "<item id=a/></list>", "2:10 an attribute's value needs quotes"},
    {LIST "<item id/></list>", "2:9 this attribute has no value"},
    {LIST "<item id='a'>a & b</item></list>",
     "2:17 a name is missing; a lone '<' or '&' is written &lt; or &amp;"},
    {LIST "<item id='a'>&eacute;</item></list>", "2:22 there is no entity '&eacute;'"},
    {LIST "<item id='a'/><!-- </list>", "2:27 the comment does not close"},
    {LIST "<item id='a'/></list><list/>", "2:22 there is something behind the end of the document"},
    /* nothing from outside, and nothing that grows */
    {"<!DOCTYPE list SYSTEM 'http://localhost:1/x.dtd'><list/>",
     "1:1 a DOCTYPE is not allowed; remove it"},
    {"<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" LIST "<item id='a'>&x;</item></list>",
     "1:1 a DOCTYPE is not allowed; remove it"},
    {LIST "<item id='a'>\xe9</item></list>", "2:14 this is not UTF-8; save the file as UTF-8"},
    {"<?xml version='1.0' encoding='ISO-8859-1'?>" LIST "<item id='a'/></list>",
     "1:1 the encoding is 'ISO-8859-1'; save the file as UTF-8"},
    /* what the schema refuses */
    {"<liszt xmlns='urn:axle:test'/>",
     "1:1 <liszt> is not what such a file starts with; that is <list xmlns=\"urn:axle:test\" ...>"},
    {"<list/>",
     "1:1 <list> is not what such a file starts with; that is <list xmlns=\"urn:axle:test\" ...>"},
    {LIST "</list>", "1:1 <list> is not complete; it still needs <item>"},
    {LIST "\n  <itme id='a'/></list>",
     "3:3 <itme> is not expected here; expected is <item>; did you mean <item>?"},
    {LIST "<item id='a'/><end/><end/></list>",
     "2:21 <end> is not expected here; expected is nothing more"},
    {LIST "<item/></list>", "2:1 <item> needs the attribute 'id'"},
    {LIST "<item id='a' nope=''/></list>",
     "2:14 <item> has no attribute 'nope'; did you mean 'note'?"},
    {LIST "<item note='é' id='A'/></list>", "2:16 id cannot be 'A'; its form is [a-z]+"},
    {LIST "<item id='abcdef'/></list>", "2:7 id has 6 characters, at most 5 are allowed"},
    {LIST "<item id='a'/><end>x</end></list>", "2:15 nothing can stand in <end>"},
    {LIST "<item id='a'/><end><end/></end></list>", "2:20 nothing can stand in <end>"},
    {LIST "hello<item id='a'/></list>", "1:1 no text can stand in <list>"},
    /* all of them, in their order */
    {LIST "<itme id='a'>é</itme>\n<item id='9'/><what/>\n<item id='b'><x/></item></list>",
     "2:1 <itme> is not expected here; expected is <item>; did you mean <item>?\n"
     "3:7 id cannot be '9'; its form is [a-z]+\n"
     "3:15 <what> is not expected here; expected is <item> or <end>\n"
     "4:14 no elements can stand in <item>"},
};

static void mistakes_have_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        ARENA(work);
        struct findings findings = {.arena = NULL};
        const struct xml_file *file = load(work, mistakes[i].text, &findings);
        assert_string_equal(said(work, &findings), mistakes[i].said);
        assert_null(file);
    }
}

static void size_and_depth_have_limits(void **state)
{
    (void)state;
    ARENA(work);
    struct buffer big = {.arena = work}, deep = {.arena = work};
    buffer_text(&big, LIST "<item id='a'>");
    while (big.length <= XML_FILE_MOST)
        buffer_text(&big, "0123456789012345678901234567890123456789012345678901234567890123456789");
    buffer_text(&big, "</item></list>");
    struct findings findings = {.arena = NULL}, more = {.arena = NULL}, none = {.arena = work};
    assert_null(load(work, buffer_string(&big), &findings));
    assert_non_null(strstr(said(work, &findings), "is too large"));
    for (size_t i = 0; i < 5000; i++)
        buffer_text(&deep, "<a>");
    assert_null(load(work, buffer_string(&deep), &more));
    assert_true(more.errors >= 1);
    assert_null(xml_load(work, "/nonexistent.xml", "/nonexistent.xsd", &none));
    assert_string_equal(said(work, &none),
                        "0:0 cannot read '/nonexistent.xml': No such file or directory");
}

static void the_nearest_name_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *left, *right;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"abc", "abc", 0},
        {"abc", "ABC", 0},
        {"abc", "abd", 1},
        {"abc", "acb", 1},
        {"abc", "ab", 1},
        {"abc", "xabc", 1},
        {"", "abc", 3},
        {"kitten", "sitting", 3},
        {"famly", "family", 1},
        {"ca", "abc", 3},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(edit_distance(cases[i].left, cases[i].right), cases[i].distance);
        assert_int_equal(edit_distance(cases[i].right, cases[i].left), cases[i].distance);
    }
    struct nearest near = {.word = "emial"};
    nearest_offer(&near, "phone");
    assert_null(near.best);
    nearest_offer(&near, "email");
    nearest_offer(&near, "e-mail");
    assert_string_equal(near.best, "email");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_file_becomes_a_tree),
        cmocka_unit_test(mistakes_have_their_place),
        cmocka_unit_test(size_and_depth_have_limits),
        cmocka_unit_test(the_nearest_name_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
