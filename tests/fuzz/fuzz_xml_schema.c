/* XML checked by an XSD: cut any bytes, and see that each record either fits or says where it does not. */
#include <assert.h>

#include "hub/format/format.h"
#include "tests/fuzz/fuzz.h"

static const char schema[] =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a'><xs:complexType>"
    "<xs:sequence><xs:element name='b' type='xs:date' maxOccurs='3'/><xs:choice minOccurs='0'>"
    "<xs:element name='c'><xs:simpleType><xs:restriction base='xs:string'>"
    "<xs:pattern value='[A-Z]{1,3}(-[0-9]+)*'/></xs:restriction></xs:simpleType></xs:element>"
    "<xs:element ref='a'/><xs:any processContents='lax'/></xs:choice></xs:sequence>"
    "<xs:attribute name='n' type='xs:integer' use='required'/><xs:anyAttribute/>"
    "</xs:complexType></xs:element></xs:schema>";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    const char *fault;
    struct format format = {.kind = FORMAT_XML, .records = "//a", .schema = schema};
    struct slice stream = {.bytes = (const char *)data, .size = size}, header = {"", 0};
    assert(format_open(work, &format, &fault));
    struct splitter *splitter = splitter_new(work, &format, stream);
    for (struct cut cut; splitter_next(splitter, &cut);) {
        struct reject reject = {0};
        ARENA(scratch);
        if (cut.is_header || cut.reject) {
            header = cut.is_header ? cut.raw : header;
            continue;
        }
        size_t bad;
        const struct fields *fields =
            format_decode(scratch, &format, header, cut.raw, cut.line, &reject);
        assert(fields || (reject.line >= cut.line && reject.column && reject.code &&
                          text_check(reject.message, strlen(reject.message), &bad)));
        assert(!fields || fields_text(fields, "@n", NULL));
    }
    return 0;
}
