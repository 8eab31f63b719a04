/* XML checked against a source's XSD: which records fit, where the others do not; which schemas can be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "hub/mapping/mapping.h"

#define XS "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'"
#define CARD                                                                            \
    "<xs:complexType><xs:sequence>"                                                     \
    "<xs:element name='owner' type='xs:string'/>"                                       \
    "<xs:element name='bought' type='xs:date'/>"                                        \
    "<xs:element name='months' minOccurs='0'><xs:simpleType><xs:restriction "           \
    "base='xs:integer'><xs:minInclusive value='0'/><xs:maxInclusive value='120'/>"      \
    "</xs:restriction></xs:simpleType></xs:element>"                                    \
    "<xs:element name='use' minOccurs='0'><xs:simpleType><xs:restriction "              \
    "base='xs:string'><xs:enumeration value='private'/><xs:enumeration value='trade'/>" \
    "</xs:restriction></xs:simpleType></xs:element></xs:sequence>"                      \
    "<xs:attribute name='no' use='required'><xs:simpleType><xs:restriction "            \
    "base='xs:string'><xs:pattern value='C[0-9]{3}'/></xs:restriction></xs:simpleType>" \
    "</xs:attribute></xs:complexType>"
#define GLOBAL XS "><xs:element name='card'>" CARD "</xs:element></xs:schema>"
#define WITHIN                                                                           \
    XS "><xs:element name='cards'><xs:complexType><xs:sequence><xs:element name='card' " \
       "minOccurs='0' maxOccurs='unbounded'>" CARD                                       \
       "</xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>"
#define QUALIFIED                                                                \
    XS " targetNamespace='http://cards.example' elementFormDefault='qualified'>" \
       "<xs:element name='card'>" CARD "</xs:element></xs:schema>"

#define GOOD "<owner>Ann</owner><bought>2024-05-01</bought>"

static const struct {
    const char *what, *schema, *records, *document;
    const char *expected; /* of each record "ok", or code, line:column and message */
} cases[] = {
    {"all is there", GLOBAL, "//card",
     "<cards><card no='C001'>" GOOD "</card><card no='C002'>" GOOD
     "<months>24</months></card></cards>",
     "ok\nok"},
    {"declared within", WITHIN, "//card", "<cards><card no='C001'>" GOOD "</card></cards>", "ok"},
    {"declared within, and wrong", WITHIN, "//card", "<cards><card no='C001'/></cards>",
     "validate schema 1:1 <card> is not complete; it still needs <owner>"},
    {"each record costs itself only", GLOBAL, "//card",
     "<cards>\n<card no='C001'>\n <owner>Ann</owner>\n <bought>yesterday</bought>\n</card>\n"
     "<card no='C002'>" GOOD "</card></cards>",
     "validate schema 4:2 <bought> cannot be 'yesterday'\nok"},
    {"a bound", GLOBAL, "//card",
     "<cards><card no='C001'>" GOOD "<months>240</months></card></cards>",
     "validate schema 1:62 <months> cannot be '240'; it is at most 120"},
    {"a code", GLOBAL, "//card", "<cards><card no='C001'>" GOOD "<use>privat</use></card></cards>",
     "validate schema 1:62 <use> cannot be 'privat'; it is one of: private, trade; did you mean "
     "'private'?"},
    {"an attribute", GLOBAL, "//card", "<cards><card no='17'>" GOOD "</card></cards>",
     "validate schema 1:1 no cannot be '17'; its form is C[0-9]{3}"},
    {"an attribute that lacks", GLOBAL, "//card", "<cards><card>" GOOD "</card></cards>",
     "validate schema 1:1 <card> needs the attribute 'no'"},
    {"an element that nobody knows", GLOBAL, "//card",
     "<cards><card no='C001'><name>Ann</name></card></cards>",
     "validate schema 1:17 <name> is not expected here; expected is <owner>"},
    {"namespaces", QUALIFIED, "//c:card",
     "<c:cards xmlns:c='http://cards.example'><c:card no='C001'><c:owner>Ann</c:owner>"
     "<c:bought>2024-05-01</c:bought></c:card><c:card no='C001'><owner>Ann</owner></c:card>"
     "</c:cards>",
     "ok\nvalidate schema 1:19 <owner> is not expected here; expected is <owner>; it is of another "
     "namespace"},
    {"a hint where a schema is to be had is not followed", GLOBAL, "//card",
     "<cards xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><card no='C001' "
     "xsi:noNamespaceSchemaLocation='/etc/passwd'>" GOOD "</card></cards>",
     "ok"},
    {"an entity is none", GLOBAL, "//card",
     "<!DOCTYPE cards [<!ENTITY e SYSTEM '/etc/passwd'>]><cards><card no='C001'>&e;</card></cards>",
     "decode doctype 1:1 a DOCTYPE is not allowed; nothing from here on is read (92 bytes)"},
};

static const struct {
    const char *schema, *fault;
} faults[] = {
    {"", "it is no XML"},
    {"<a/>", "it is no XSD: its element is not xs:schema"},
    {"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "it has a DOCTYPE, which is not allowed"},
    {XS "/>", "it declares no element 'card' by itself"},
    {XS ">\n<xs:include schemaLocation='types.xsd'/></xs:schema>",
     "its line 2 has an <include>: all of it must be in one file"},
    {XS "><xs:import namespace='urn:x' schemaLocation='http://x.example/x.xsd'/></xs:schema>",
     "its line 1 has an <import>: all of it must be in one file"},
    {XS "><xs:element name='a'><xs:complexType><xs:sequence><xs:element name='card'/>"
        "</xs:sequence></xs:complexType></xs:element><xs:element name='b'><xs:complexType>"
        "<xs:sequence><xs:element name='card'/></xs:sequence></xs:complexType></xs:element>"
        "</xs:schema>",
     "it declares no element 'card' by itself"},
};

static const struct format_namespace namespaces[] = {{"c", "http://cards.example"}};

static bool open_format(struct arena *arena, struct format *format, const char *schema,
                        const char *records, const char **fault)
{
    *format = (struct format){.kind = FORMAT_XML,
                              .records = records,
                              .schema = schema,
                              .namespaces = namespaces,
                              .namespace_count = COUNT_OF(namespaces)};
    return format_open(arena, format, fault);
}

static const char *read_all(struct arena *work, const struct format *format, const char *document)
{
    struct buffer out = {.arena = work};
    struct slice header = {"", 0};
    struct splitter *splitter =
        splitter_new(work, format, (struct slice){document, strlen(document)});
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject why;
        const struct reject *reject = cut.reject;
        if (cut.is_header && !reject) {
            header = cut.raw;
            continue;
        }
        if (!reject && !format_decode(work, format, header, cut.raw, cut.line, &why))
            reject = &why;
        buffer_text(&out, out.length ? "\n" : "");
        if (reject)
            buffer_printf(&out, "%s %s %u:%u %s", reject->stage, reject->code, reject->line,
                          reject->column, reject->message);
        else
            buffer_text(&out, "ok");
    }
    return buffer_string(&out);
}

static void records_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct format format;
        const char *fault;
        print_message("%s\n", cases[i].what);
        if (!open_format(work, &format, cases[i].schema, cases[i].records, &fault))
            fail_msg("%s", fault);
        assert_string_equal(read_all(work, &format, cases[i].document), cases[i].expected);
    }
}

static void schemas_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        ARENA(work);
        struct format format;
        const char *fault;
        assert_false(open_format(work, &format, faults[i].schema, "//card", &fault));
        assert_string_equal(fault, faults[i].fault);
    }
    ARENA(work);
    struct format format;
    const char *fault;
    assert_false(open_format(work, &format,
                             XS "><xs:element name='card' type='nothing'/></xs:schema>", "//card",
                             &fault));
    assert_true(text_starts(fault, "its line 1: "));
}

static void write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

/* It belongs to the mapping's version, and the hub keeps it. */
static void schemas_are_kept(void **state)
{
    (void)state;
    ARENA(work);
    static const char body[] =
        "<source xmlns='urn:axle:source:1' name='cards' connector='warranty'><from><push/></from>"
        "<format><xml records='//card' schema='card.xsd'/></format>"
        "<record class='customer' key='@no'><value of='customer.name.full' from='owner'/></record>"
        "</source>";
    char folder[] = "/tmp/axle-schema-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *file = arena_printf(work, "%s/cards.xml", folder);
    const char *xsd = arena_printf(work, "%s/card.xsd", folder);
    struct findings findings = {.arena = work};
    const struct dictionary *dictionary =
        dictionary_load(work, "schemas/dictionary.xsd", "schemas/dictionary.xml", "", &findings);
    assert_null(mapping_load(work, dictionary, "schemas/source.xsd", file, &findings));
    write_file(file, body);
    assert_null(mapping_load(work, dictionary, "schemas/source.xsd", file, &findings));
    write_file(xsd, WITHIN);
    findings = (struct findings){.arena = work};
    const struct mapping *first =
        mapping_load(work, dictionary, "schemas/source.xsd", file, &findings);
    assert_non_null(first);
    write_file(xsd, GLOBAL);
    const struct mapping *second =
        mapping_load(work, dictionary, "schemas/source.xsd", file, &findings);
    assert_non_null(second);
    assert_string_not_equal(first->hash, second->hash);
    assert_int_equal(unlink(xsd) + unlink(file) + rmdir(folder), 0);
    const struct mapping_copy copy = {second->file, second->body, second->tables};
    const struct mapping *again =
        mapping_restore(work, dictionary, "schemas/source.xsd", &copy, &findings);
    assert_non_null(again);
    assert_string_equal(again->hash, second->hash);
    assert_string_equal(read_all(work, &again->format, "<cards><card/></cards>"),
                        "validate schema 1:1 <card> needs the attribute 'no'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(records_are_checked),
                                       cmocka_unit_test(schemas_are_checked),
                                       cmocka_unit_test(schemas_are_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
