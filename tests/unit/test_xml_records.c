/* XML documents: where their records are cut, what paths find in them, and what broken ones cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/format/drop.h"

static const struct format_namespace namespaces[] = {{"r", "urn:r"}, {"o", "urn:o"}};

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static struct format format_of(struct arena *work, const char *records)
{
    const char *fault;
    struct format format = {.kind = FORMAT_XML,
                            .records = records,
                            .namespaces = namespaces,
                            .namespace_count = COUNT_OF(namespaces)};
    assert_true(format_open(work, &format, &fault));
    return format;
}

/* Each record as "name=text|name=text", or "!code line:column"; " / " between them. */
static const char *read_all(struct arena *work, const struct format *format, struct slice stream)
{
    struct buffer out = {.arena = work};
    struct slice header = {"", 0};
    struct splitter *splitter = splitter_new(work, format, stream);
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject reject = {0};
        const struct fields *fields = NULL;
        if (cut.is_header) {
            header = cut.raw;
            continue;
        }
        buffer_text(&out, out.length ? " / " : "");
        if (cut.reject)
            reject = *cut.reject;
        else
            fields = format_decode(work, format, header, cut.raw, cut.line, &reject);
        if (!fields) {
            buffer_printf(&out, "!%s %u:%u", reject.code, reject.line, reject.column);
            continue;
        }
        const char *const *names = fields_names(work, fields);
        for (size_t i = 0; names[i]; i++)
            buffer_printf(&out, "%s%s=%s", i ? "|" : "", names[i],
                          fields_text(fields, names[i], NULL));
    }
    return buffer_string(&out);
}

static const struct {
    const char *what, *records, *stream, *expected;
} cases[] = {
    {"nothing", "//a", "", ""},
    {"no records", "//a", "<as/>", ""},
    {"plain", "//a", "<as><a><x>1</x></a><a><x>2</x></a></as>", "x=1 / x=2"},
    {"the root itself", "//a", "<a><x>1</x></a>", "x=1"},
    {"an empty element", "//a", "<as><a x='1'/><a/><a>t</a></as>", "@x=1 /  / .=t"},
    {"attributes and nested ones", "//a", "<as><a i='1'><b j='2'><x>3</x><y/></b></a></as>",
     "@i=1|b/@j=2|b/x=3|b/y="},
    {"a repeated name", "//a", "<as><a><x>1</x><x>2</x></a></as>", "x=1"},
    {"from the root on", "/as/b/a", "<as><a><x>0</x></a><b><a><x>1</x></a></b><c><a/></c></as>",
     "x=1"},
    {"anywhere below", "//b/a", "<as><a><x>0</x></a><b><a><x>1</x></a></b></as>", "x=1"},
    {"one in the other is its field", "//a", "<as><a><a><x>1</x></a></a><a><x>2</x></a></as>",
     "a/x=1 / x=2"},
    {"comments, CDATA, instructions, quotes", "//a",
     "<?xml version='1.0'?><!-- <a> --><as><?p <a>?><a><x><![CDATA[</a>&]]></x><!-- </a> -->"
     "<y z=\"</a>\"/></a></as>",
     "!xml 1:47 / !structure 1:100"}, /* no '<' in an attribute */
    {"the same without", "//a",
     "<?xml version='1.0'?><!-- <a> --><as><?p <a>?><a><x><![CDATA[</a>&]]></x><!-- </a> -->"
     "<y z=\">'\"/></a></as>",
     "x=</a>&|y/@z=>'|y="},
    {"references", "//a", "<as><a><x>&lt;&#228;&#x20AC;&amp;</x></a></as>",
     "x=<\xc3\xa4\xe2\x82\xac&"},
    {"text around elements", "//a", "<as><a>p<x>1</x>q</a></as>", "x=1"},
    {"a byte order mark", "//a", "\xef\xbb\xbf<a><x>1</x></a>", "x=1"},

    {"a namespace by another prefix", "//r:a",
     "<q:as xmlns:q='urn:r'><q:a><q:x>1</q:x></q:a></q:as>", "r:x=1"},
    {"a default namespace", "//r:a", "<as xmlns='urn:r'><a i='7'><x>1</x></a></as>", "@i=7|r:x=1"},
    {"one of its own", "//r:a", "<as><a xmlns='urn:r'><x>1</x></a></as>", "r:x=1"},
    {"others around each", "//a",
     "<as xmlns:p='urn:r'><a><p:x>1</p:x></a><b xmlns:p='urn:o'><a><p:x>2</p:x></a></b>"
     "<a><p:x>3</p:x></a></as>",
     "r:x=1 / o:x=2 / r:x=3"},
    {"a default that ends", "//r:a",
     "<z><as xmlns='urn:r'><a><x>1</x></a></as><q:a xmlns:q='urn:r'><x>2</x></q:a></z>",
     "r:x=1 / x=2"},
    {"a namespace that the mapping does not name", "//a",
     "<as xmlns:p='urn:p'><a><p:x>1</p:x></a></as>", "{urn:p}x=(null)"},
    {"namespaces with references in them", "//r:a", "<as xmlns='urn&#58;r'><a><x>1</x></a></as>",
     "r:x=1"},

    {"a malformed record", "//a", "<as><a><x>1</y></a>\n<a><x>2</x></a></as>", "!xml 1:12 / x=2"},
    {"one in a later line", "//a", "<as>\n<a>\n<x>&b;</x></a>\n<a><x>2</x></a></as>",
     "!xml 3:7 / x=2"},
    {"a prefix that is not declared", "//a", "<as><a><p:x>1</p:x></a><a><x>2</x></a></as>",
     "!xml 1:8 / x=2"},
    {"a record that never closes", "//a", "<as><a><x>1</x>\n<a><x>2</x></a></as>",
     "!xml 1:5 / x=2"},
    {"the last one", "//a", "<as><a><x>1</x></a><a><x>2</x></as>", "x=1 / !xml 1:20"},
    {"a bare sign", "//a", "<as><a><x>1 < 2</x></a><a><x>2</x></a></as>", "!xml 1:10 / x=2"},
    {"the end is missing", "//a", "<as><a><x>1</x></a>", "x=1 / !structure 1:20"},
    {"the end is missing within a record", "//a", "<as><a><x>1</x></a><a><x>",
     "x=1 / !xml 1:20 / !structure 1:26"},
    {"tags around the records do not match", "//a", "<as><b><a><x>1</x></a></as><a/>",
     "x=1 / !structure 1:23"},
    {"two roots", "//a", "<a><x>1</x></a>\n<a/>", "x=1 / !structure 2:1"},
    {"no XML", "//a", "id,name\n1,Ann\n", "!structure 1:1"},
    {"a DOCTYPE", "//a", "<!DOCTYPE a [<!ENTITY b 'c'>]><a><x>&b;</x></a>", "!doctype 1:1"},
    {"another namespace", "//a", "<as xmlns='urn:r'>\n<a/><a/></as>", "!no-records 2:1"},
    {"no namespace", "//r:a", "<as><a/></as>", "!no-records 1:5"},
    {"another place", "/as/b/a", "<as><a/></as>", "!no-records 1:5"},
    {"another root", "/as/a", "<html><p/></html>", "!no-records 1:1"},

    {"ISO-8859-1", "//a", "<?xml version='1.0' encoding='ISO-8859-1'?><as><a><x>\xe4</x></a></as>",
     "x=\xc3\xa4"},
    {"not as it says", "//a", "<as><a><x>\xe4</x></a><a><x>2</x></a></as>", "!encoding 1:7 / x=2"},
    {"an encoding nobody knows", "//a", "<?xml version='1.0' encoding='x'?><a/>", "!encoding 1:1"},
};

static void records_are_cut(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct format format = format_of(work, cases[i].records);
        const char *got = read_all(work, &format, slice_of(cases[i].stream));
        if (text_equal(got, cases[i].expected))
            continue;
        print_error("%s: %s\n", cases[i].what, got);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static const struct {
    const char *from, *text, *flag;
} texts[] = {
    {".", "Ann Leex", NULL},
    {"@id", "7", NULL},
    {"r:name/r:given", "Ann", NULL},
    {"r:name", "Ann Lee", NULL},
    {"name", NULL, NULL},
    {"r:phone", "1", "repeated"},
    {"r:phone[2]", "2", NULL},
    {"r:phone[@kind='home']", "2", NULL},
    {"r:phone/@kind", "work", "repeated"},
    {"r:none", NULL, NULL},
    {"r:name/*", "Ann", "repeated"},
    {".//r:family", "Lee", NULL},
    {"count(r:phone)", "2", NULL},
    {"count(r:phone) > 1", "true", NULL},
    {"number(r:name)", NULL, NULL},
    {"concat(r:name/r:given, '-', @id)", "Ann-7", NULL},
    {"string(r:none)", "", NULL},
    {"r:phone[last()] | r:name", "Ann Lee", "repeated"},
    {"@xml:lang", "en", NULL},
    {"@o:x", "8", NULL},
    {"r:name/text()", " ", NULL},
    {"../r:a/@id", "7", NULL},
};

static const char person[] =
    "<a xmlns='urn:r' xmlns:q='urn:o' id='7' xml:lang='en' q:x='8'><name><given>Ann</given> "
    "<family>Lee</family></name><phone kind='work'>1</phone><phone kind='home'>2</phone></a>";

static void paths_find_texts(void **state)
{
    (void)state;
    ARENA(work);
    struct format format = format_of(work, "//r:a");
    struct reject reject;
    const struct fields *fields =
        format_decode(work, &format, (struct slice){"", 0}, slice_of(person), 1, &reject);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *flag = "stale", *text = fields_text(fields, texts[i].from, &flag);
        print_message("%s\n", texts[i].from);
        if (i % 2)
            assert_null(format_fault(work, &format, texts[i].from)); /* it is kept from now on */
        for (int again = 0; again < 2; again++, text = fields_text(fields, texts[i].from, &flag)) {
            if (i && texts[i].text)
                assert_string_equal(text, texts[i].text);
            assert_int_equal(!text, !texts[i].text);
            assert_true(text_equal(text_or_empty(flag), text_or_empty(texts[i].flag)));
        }
    }
}

static void lists_have_items(void **state)
{
    (void)state;
    static const struct {
        const char *each, *from, *expected;
    } rows[] = {{"r:phone", ".", "1 2 "},
                {"r:phone", "@kind", "work home "},
                {"r:phone/@kind", ".", "work home "},
                {"r:name/*", ".", "Ann Lee "},
                {"r:none", ".", ""},
                {"count(r:phone)", ".", ""},
                {"r:phone | r:name/r:given", ".", "Ann 1 2 "}};
    ARENA(work);
    struct format format = format_of(work, "//r:a");
    struct reject reject;
    const struct fields *fields =
        format_decode(work, &format, (struct slice){"", 0}, slice_of(person), 1, &reject);
    assert_true(format_has_lists(&format));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct fields *const *items;
        struct buffer out = {.arena = work};
        size_t count = fields_each(work, fields, rows[i].each, &items);
        for (size_t n = 0; n < count; n++)
            buffer_printf(&out, "%s ", fields_text(items[n], rows[i].from, NULL));
        assert_string_equal(buffer_string(&out), rows[i].expected);
    }
}

static const struct {
    const char *from, *fault;
} faults[] = {
    {"", "it must be an XPath relative to the record's element, such as name, @id or ."},
    {"/r:a/r:b", "an XPath is relative to the record's element here: './/a' for '//a'"},
    {"a[", "it is no XPath 1.0 expression, such as name, @id or r:owner/r:name"},
    {"a b", "it is no XPath 1.0 expression, such as name, @id or r:owner/r:name"},
    {"x:a",
     "the prefix 'x' needs a <namespace prefix=\"x\" uri=\"...\"/> in <xml>; did you mean 'r'?"},
    {"a[x:b = 'y:z']",
     "the prefix 'x' needs a <namespace prefix=\"x\" uri=\"...\"/> in <xml>; did you mean 'r'?"},
    {"cuont(a)", "XPath 1.0 has no function 'cuont'; did you mean 'count'?"},
    {"$a", "there are no variables here"},
    {"namespace::a", "the namespace axis is not read here"},
    {"r:a(b)", "there are no functions with a prefix"},
    {"a[. = 'x:y $z']", NULL},
    {"child::r:a[1]/attribute::b", NULL},
    {"a[(b or c) and (d)]", NULL},
    {"a-b.c/_d", NULL},
};

static void faults_are_told(void **state)
{
    (void)state;
    ARENA(work);
    struct format format = format_of(work, "//r:a");
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        const char *fault = format_fault(work, &format, faults[i].from);
        print_message("%s: %s\n", faults[i].from, text_or_empty(fault));
        assert_string_equal(text_or_empty(fault), text_or_empty(faults[i].fault));
    }
}

static void record_paths_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *records, *fault;
    } rows[] = {
        {"a", "it must start with '//' (anywhere) or '/' (from the document's root element on)"},
        {"//a[1]", "it must be a path of names, such as //p:name, /a/b/c or //a/b"},
        {"//", "it must be a path of names, such as //p:name, /a/b/c or //a/b"},
        {"/a//b", "it must be a path of names, such as //p:name, /a/b/c or //a/b"},
        {"//a/@b", "records are elements, no attributes"},
        {"//R:a", "the prefix 'R' needs a <namespace prefix=\"R\" uri=\"...\"/> in <xml>; did you "
                  "mean 'r'?"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        const char *fault;
        struct format format = {.kind = FORMAT_XML,
                                .records = rows[i].records,
                                .namespaces = namespaces,
                                .namespace_count = COUNT_OF(namespaces)};
        assert_false(format_open(work, &format, &fault));
        assert_string_equal(fault, rows[i].fault);
    }
}

static const struct {
    const char *header, *raw, *drops[4], *left;
} drops[] = {
    {"", "<a><b>1</b><c>2</c></a>", {"b"}, "<a><c>2</c></a>"},
    {"", "<a><b>1</b> <b/><c><b>2</b></c></a>", {"b"}, "<a> <c><b>2</b></c></a>"},
    {"", "<a><c x='1'><b>2</b></c></a>", {"c/b", "c/@x"}, "<a><c></c></a>"},
    {"", "<a x = \"1\" y='2'/>", {"@x"}, "<a y='2'/>"},
    {"", "<a><b><b>1</b></b><!-- <b> --><c/></a>", {"b"}, "<a><!-- <b> --><c/></a>"},
    {"", "<a><b>1</b></a>", {"r:b", "c"}, "<a><b>1</b></a>"},
    {"<in xmlns='urn:r' xmlns:q='urn:o'>",
     "<a><b q:i='1' i='2'>1</b><q:b/></a>",
     {"r:b/@o:i", "o:b"},
     "<a><b i='2'>1</b></a>"},
    {"<?xml version='1.0' encoding='ISO-8859-1'?><in>",
     "<a><b>\xe4</b><c>\xe4</c></a>",
     {"b"},
     "<a><c>\xe4</c></a>"},
};

static void dropped_nodes_are_gone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(drops); i++) {
        ARENA(work);
        struct format format = format_of(work, "//a");
        struct cut cut = {.raw = slice_of(drops[i].raw), .line = 1};
        for (size_t d = 0; drops[i].drops[d]; d++)
            assert_null(format_drop_fault(work, &format, drops[i].drops[d]));
        format_drop(work, &format, slice_of(drops[i].header), drops[i].drops, &cut);
        assert_null(cut.reject);
        assert_string_equal(arena_strndup(work, cut.raw.bytes, cut.raw.size), drops[i].left);
    }
}

static void what_hides_them_goes_whole(void **state)
{
    (void)state;
    ARENA(work);
    static const char *const drop[] = {"\xc3\xa4", NULL};
    struct format format = format_of(work, "//a");
    struct cut cut = {.raw = slice_of("<a><\xe4>1</\xe4></a>"), .line = 1}; /* Latin-1 */
    format_drop(work, &format, slice_of("<?xml version='1.0' encoding='ISO-8859-1'?><in>"), drop,
                &cut);
    assert_string_equal(cut.reject->code, "drop");
    assert_int_equal(cut.raw.size, 0);
    assert_non_null(format_drop_fault(work, &format, "b[1]"));
    assert_non_null(format_drop_fault(work, &format, "."));
}

/* An XPath that would look at all pairs of ten thousand elements. */
static void costly_paths_end(void **state)
{
    (void)state;
    ARENA(work);
    struct format format = format_of(work, "//a");
    struct buffer raw = {.arena = work};
    struct reject reject;
    const char *flag;
    buffer_text(&raw, "<a>");
    for (int i = 0; i < 10000; i++)
        buffer_text(&raw, "<b/>");
    buffer_text(&raw, "</a>");
    const struct fields *fields = format_decode(work, &format, (struct slice){"", 0},
                                                (struct slice){raw.data, raw.length}, 1, &reject);
    assert_null(fields_text(fields, "count(b[count(../b) > count(../b[. = ../b])])", &flag));
    assert_string_equal(flag, "unreadable");
    assert_string_equal(fields_text(fields, "count(b)", &flag), "10000");
}

static void a_record_on_its_own_may_say_its_encoding(void **state)
{
    (void)state;
    ARENA(work);
    struct format format = format_of(work, "//a");
    struct reject reject;
    const struct fields *fields = format_decode(
        work, &format, (struct slice){"", 0},
        slice_of("<?xml version='1.0' encoding='ISO-8859-1'?>\n<a><b>\xe4</b></a>"), 1, &reject);
    assert_string_equal(fields_text(fields, "b", NULL), "\xc3\xa4");
    assert_null(format_decode(work, &format, (struct slice){"", 0}, slice_of("<!DOCTYPE a><a/>"), 1,
                              &reject));
    assert_string_equal(reject.code, "doctype");
    assert_null(
        format_decode(work, &format, slice_of("<in>"), slice_of("<a/></in><in><a/>"), 1, &reject));
    assert_string_equal(reject.code, "xml");
}

/* Of one element's attributes libxml2 would compare all pairs. */
static void attributes_have_a_limit(void **state)
{
    (void)state;
    for (int count = FORMAT_FIELDS_MOST; count <= FORMAT_FIELDS_MOST + 1; count++) {
        ARENA(work);
        struct format format = format_of(work, "//a");
        struct buffer raw = {.arena = work};
        struct reject reject = {0};
        buffer_text(&raw, "<a>\n <b");
        for (int i = 0; i < count; i++)
            buffer_printf(&raw, " x%d='>'", i);
        buffer_text(&raw, "/></a>");
        const struct fields *fields = format_decode(
            work, &format, (struct slice){"", 0}, (struct slice){raw.data, raw.length}, 1, &reject);
        assert_int_equal(!fields, count > FORMAT_FIELDS_MOST);
        if (fields)
            continue;
        assert_string_equal(reject.code, "fields");
        assert_string_equal(reject.message, "2001 attributes; the most is 2000");
        assert_int_equal(reject.line, 2);
        assert_int_equal(reject.column, 2);
    }
}

/* Nothing that is hostile may cost more than a few times its size. */
static void hostile_documents_end(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "<a>",  "<a",     "<!--",         "<a><![CDATA[", "<b>",
        "</a>", "<a><b>", "<a x='</a>'>", "<?",           "<b xmlns:x='y'/>"};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        ARENA(work);
        struct buffer stream = {.arena = work};
        struct format format = format_of(work, "//a");
        buffer_text(&stream, "<as>");
        while (stream.length < (1U << 18))
            buffer_text(&stream, pieces[i]);
        struct splitter *splitter =
            splitter_new(work, &format, (struct slice){stream.data, stream.length});
        for (struct cut cut; splitter_next(splitter, &cut);)
            assert_true(cut.offset + cut.length <= stream.length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_cut),
        cmocka_unit_test(paths_find_texts),
        cmocka_unit_test(lists_have_items),
        cmocka_unit_test(faults_are_told),
        cmocka_unit_test(record_paths_are_checked),
        cmocka_unit_test(dropped_nodes_are_gone),
        cmocka_unit_test(what_hides_them_goes_whole),
        cmocka_unit_test(costly_paths_end),
        cmocka_unit_test(attributes_have_a_limit),
        cmocka_unit_test(a_record_on_its_own_may_say_its_encoding),
        cmocka_unit_test(hostile_documents_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
