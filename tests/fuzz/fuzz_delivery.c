/*
 * Delivery: the whole way of a file through what needs no database: cut, drop, decode, map, standardise,
 * write, read again, make comparable, pack, compare.  The first byte picks the source.  What is stored
 * must read back alike and compare alike, and what a mapping drops must be in none of it.
 */
#include <assert.h>

#include "hub/format/drop.h"
#include "hub/mapping/mapping.h"
#include "hub/pipeline/delivery.h"
#include "hub/pipeline/posting.h"
#include "tests/fuzz/fuzz.h"

#define RECORDS_MOST 50 /* of an input: more cost time and show nothing new */

static const char *const texts[] = {
    "<source xmlns=\"urn:axle:source:1\" name=\"s\" connector=\"web\" region=\"AU\">"
    "<from><push/></from><format><csv/></format><drop field=\"z\"/>"
    "<record class=\"customer\" key=\"k\">"
    "<value of=\"customer.name.full\" from=\"n\"/>"
    "<value of=\"customer.name.former\" from=\"m\"/>"
    "<value of=\"customer.birth_date\" from=\"b\" date=\"D/M/YYYY|YYYY-MM-DD|YYYY\"/>"
    "<value of=\"customer.email\" from=\"e\"/>"
    "<value of=\"customer.phone\" from=\"p\"/>"
    "<value of=\"customer.address.line\" from=\"a\"/>"
    "<value of=\"customer.address.postcode\" from=\"c\"/>"
    "<value of=\"customer.identifier\" scheme=\"passport\" country=\"{d}\" verified=\"yes\""
    " from=\"i\"><trim/><upper/></value></record></source>",
    "<source xmlns=\"urn:axle:source:1\" name=\"s\" connector=\"web\">"
    "<from><push/></from><format><jsonl/></format><drop field=\"/z\"/>"
    "<record class=\"customer\" key=\"/k\">"
    "<value of=\"customer.name.given\" from=\"/g\"/>"
    "<value of=\"customer.name.family\" from=\"/n\"/>"
    "<value of=\"customer.name.suffix\" from=\"/s\"/>"
    "<value of=\"customer.birth_date\" from=\"/b\"/>"
    "<value of=\"customer.email\" each=\"/e\" from=\"\"/>"
    "<value of=\"customer.phone\" each=\"/p\" from=\"/n\" kind=\"{/k}\"/>"
    "<value of=\"customer.address.street\" each=\"/a\" from=\"/s\"/>"
    "<value of=\"customer.address.city\" each=\"/a\" from=\"/c\"/>"
    "<value of=\"customer.address.country\" each=\"/a\" from=\"/o\"/></record>"
    "<record class=\"customer\" key=\"/k\" part=\"{/g}\" each=\"/r\">"
    "<value of=\"customer.name.organization\" from=\"/o\"/></record></source>",
};

static struct hub hub;
static struct source sources[COUNT_OF(texts)];

static void prepare(void)
{
    static struct arena *process; /* until the program ends */
    process = arena_new();
    struct findings findings = {.arena = process};
    hub.dictionary =
        dictionary_load(process, "schemas/dictionary.xsd", "schemas/dictionary.xml", "", &findings);
    hub.model = model_load(process, "schemas/matching.xsd", "schemas/matching.xml", "", &findings);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        sources[i].mapping = mapping_read(process, hub.dictionary, "schemas/source.xsd", "s.xml",
                                          (struct slice){texts[i], strlen(texts[i])}, &findings);
    if (findings.errors)
        (void)fprintf(stderr, "%s\n", finding_first(process, &findings));
    assert(!findings.errors);
}

static bool same_bytes(struct slice left, struct slice right)
{
    return left.size == right.size && memcmp(left.bytes, right.bytes, left.size) == 0;
}

/* A version as the store has it: what is made of the document must be what was made of the record. */
static const struct features *read_again(struct arena *arena, const struct version *version)
{
    struct error err;
    struct record again = *version->record;
    const struct blocking_key *keys;
    bool read =
        record_from_json(arena, hub.dictionary, again.class_name, version->doc, &again, &err);
    assert(read && text_equal(record_to_json(arena, &again), version->doc));
    const struct features *made = features_make(arena, hub.model, &again);
    assert(same_bytes(features_pack(arena, made), version->features));
    const struct features *unpacked = features_unpack(arena, again.id, version->features, &err);
    assert(unpacked && features_record(unpacked) == again.id);
    assert(same_bytes(features_pack(arena, unpacked), version->features));
    size_t count = blocking_keys(arena, hub.model, unpacked, &keys);
    assert(same_bytes(posting_pack(arena, keys, count), version->keys));
    return unpacked;
}

/* Like and unlike must be the same from either side. */
static void compare(const struct features *left, const struct features *right)
{
    const struct generic_keys none = {0};
    struct judgement one = compare_records(hub.model, &none, left, right);
    struct judgement other = compare_records(hub.model, &none, right, left);
    assert(one.weight == other.weight && one.veto == other.veto);
}

static void dropped_is_gone(struct arena *arena, const struct delivery *delivery)
{
    const struct format *format = &delivery->source->mapping->format;
    struct reject ignored;
    const struct fields *fields =
        format_decode(arena, format, delivery->header, delivery->body, delivery->line, &ignored);
    const char *text = fields_text(fields, *delivery->source->mapping->drops, NULL);
    assert(!text || !*text);
}

static const struct features *deliver(struct arena *arena, const struct source *source,
                                      struct slice header, const struct cut *cut)
{
    const struct features *features = NULL;
    struct delivery delivery = {
        .source = source, .line = cut->line, .header = header, .body = cut->raw};
    if (cut->reject) {
        assert(cut->reject->line >= cut->line && cut->reject->column && !cut->raw.size);
        return NULL;
    }
    dropped_is_gone(arena, &delivery);
    delivery_read(arena, &hub, &delivery);
    assert(!delivery.rejected || (delivery.reject.line >= cut->line && delivery.reject.column &&
                                  delivery.reject.stage && delivery.reject.message));
    for (size_t i = 0; i < delivery.count; i++) {
        features = read_again(arena, &delivery.versions[i]);
        compare(features, features);
    }
    return features;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    if (!hub.model)
        prepare();
    if (!size)
        return 0;
    const struct source *source = &sources[*data % COUNT_OF(sources)];
    const struct mapping *mapping = source->mapping;
    struct slice stream = {.bytes = (const char *)data + 1, .size = size - 1}, header = {"", 0};
    struct splitter *splitter = splitter_new(work, &mapping->format, stream);
    const struct features *last = NULL;
    struct cut cut;
    for (int i = 0; i < RECORDS_MOST && splitter_next(splitter, &cut); i++) {
        if (cut.is_header) {
            header = cut.reject ? header : cut.raw;
            continue;
        }
        format_drop(work, &mapping->format, header, mapping->drops, &cut);
        const struct features *features = deliver(work, source, header, &cut);
        if (features && last && features_record(features) != features_record(last))
            compare(features, last);
        last = features ? features : last;
    }
    return 0;
}
