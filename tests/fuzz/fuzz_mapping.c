/*
 * Mapping: any bytes as a mapping file, and, where it is sound, a few records through it.  There is a
 * mapping exactly when there is no error, and every finding has a place; what a sound one makes of a record
 * has a key, elements of its class, and texts.  The input is the file s.xml.
 */
#include <assert.h>

#include "hub/mapping/mapping.h"
#include "tests/fuzz/fuzz.h"

#define RECORDS_MOST 5 /* of a stream */

/* Short ones: what is looked for is in the mapping. */
static const char *const streams[] = {
    [FORMAT_CSV] = "id,name,b\n1,\"John & Mary Smith\",5/3/1970\n2,,x\n",
    [FORMAT_FIXED] = "1   John & Mary Smith  5/3/1970\n2\n",
    [FORMAT_JSONL] =
        "{\"id\":1,\"name\":\"A B\",\"b\":[{\"c\":\"1,5\"},{}]}\n{\"id\":\"2\",\"b\":{\"c\":7}}\n",
    [FORMAT_JSON] = "{\"items\":[{\"id\":1,\"name\":\"A B\",\"b\":[{\"c\":\"1,5\"}]},{\"id\":2}]}",
    [FORMAT_LOG] = "192.0.2.7 - [10/Oct/2000:13:55:36 -0700] \"GET /?n=3&b=1 H\" \"v=1\"\nx\n",
    [FORMAT_MIME] = "From: A B <a@b.example>\nMessage-ID: <1@b.example>\nSubject: x\n\nName: A B\n",
    [FORMAT_XML] = "<l><r id='1' xmlns='u'><name>A B</name><b><c>5</c></b></r><r><b/></r></l>",
};

static const struct dictionary *dictionary;

static void prepare(void)
{
    struct arena *process = arena_new(); /* until the program ends */
    struct findings findings = {.arena = process};
    dictionary =
        dictionary_load(process, "schemas/dictionary.xsd", "schemas/dictionary.xml", "", &findings);
    if (findings.errors)
        (void)fprintf(stderr, "%s\n", finding_first(process, &findings));
    assert(dictionary);
}

static void is_text(const char *text)
{
    size_t bad;
    assert(text && text_check(text, strlen(text), &bad));
}

static void check_record(const struct record *record)
{
    is_text(record->key);
    is_text(record->part);
    assert(*record->key && record->id == record_id(record->source, record->key, record->part));
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        assert(text_equal(value->element->class_name, record->class_name));
        assert(value->text || value->flag);
        is_text(value->raw);
        is_text(value->kind);
    }
}

static void apply(const struct mapping *mapping, struct slice header, const struct cut *cut)
{
    ARENA(work);
    struct reject reject = {0};
    struct mapped mapped;
    const struct fields *fields =
        format_decode(work, &mapping->format, header, cut->raw, cut->line, &reject);
    if (!fields || !mapping_apply(work, mapping, fields, &mapped, &reject)) {
        assert(reject.stage && reject.code && reject.message);
        return;
    }
    for (size_t i = 0; i < mapped.count; i++)
        check_record(mapped.records[i]);
    for (const char *const *input = mapping_inputs(work, mapping); *input; input++)
        (void)fields_kind(fields, *input);
}

static void use(struct arena *arena, const struct mapping *mapping)
{
    const char *text = streams[mapping->format.kind];
    struct slice header = {"", 0};
    struct splitter *splitter =
        splitter_new(arena, &mapping->format, (struct slice){text, strlen(text)});
    struct cut cut;
    for (int i = 0; i < RECORDS_MOST && splitter_next(splitter, &cut); i++)
        if (cut.is_header)
            header = cut.reject ? header : cut.raw;
        else if (!cut.reject)
            apply(mapping, header, &cut);
    for (const char *const *input = mapping_inputs(arena, mapping); *input; input++) {
        const struct loss *losses;
        assert(mapping_losses(arena, mapping, *input, &losses) <= 1000000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    struct findings findings = {.arena = work};
    if (!dictionary)
        prepare();
    const struct mapping *mapping =
        mapping_read(work, dictionary, "schemas/source.xsd", "s.xml",
                     (struct slice){(const char *)data, size}, &findings);
    assert(!mapping == (findings.errors > 0));
    for (const struct finding *f = findings.first; f; f = f->next) {
        assert(*f->message && f->line && f->column);
        is_text(f->message);
    }
    if (mapping)
        use(work, mapping);
    return 0;
}
