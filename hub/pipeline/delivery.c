#include "hub/pipeline/delivery.h"

#include "hub/base/hash.h"
#include "hub/pipeline/posting.h"
#include "hub/standard/standard.h"

static int64_t content_hash(const struct record *record, const char *doc)
{
    uint64_t hash = hash64_mix(hash64_text(doc), hash64_text(record->class_name));
    hash = hash64_mix(hash, hash64_text(record->region));
    return (int64_t)hash64_mix(hash, record->effective ? hash64_text(record->effective) : 0);
}

void version_make(struct arena *arena, const struct hub *hub, struct record *record,
                  struct version *version)
{
    standard_record(arena, hub->dictionary, record);
    version->record = record;
    version->doc = record_to_json(arena, record);
    version->content_hash = content_hash(record, version->doc);
    if (record->deleted)
        return;
    if (!text_equal(record->class_name, "customer")) {
        version->thing_key_count = thing_keys(arena, hub->dictionary, record, &version->thing_keys);
        version->statement = thing_statement(arena, hub->dictionary, record);
        return;
    }
    const struct features *features = features_make(arena, hub->model, record);
    const struct blocking_key *keys;
    size_t count = blocking_keys(arena, hub->model, features, &keys);
    version->features = features_pack(arena, features);
    version->keys = posting_pack(arena, keys, count);
}

void delivery_read(struct arena *arena, const struct hub *hub, struct delivery *delivery)
{
    const struct mapping *mapping = delivery->source->mapping;
    if (!mapping) {
        delivery->rejected = true;
        delivery->reject = (struct reject){.stage = "map",
                                           .code = "mapping",
                                           .line = delivery->line,
                                           .message = delivery->source->why};
        return;
    }
    const struct fields *fields = format_decode(arena, &mapping->format, delivery->header,
                                                delivery->body, delivery->line, &delivery->reject);
    struct mapped mapped = {0};
    delivery->fields = fields;
    delivery->rejected =
        !fields || !mapping_apply(arena, mapping, fields, &mapped, &delivery->reject);
    if (delivery->rejected) {
        if (!delivery->reject.line) { /* the record as a whole */
            delivery->reject.line = delivery->line;
            delivery->reject.column = 1;
        }
        return;
    }
    delivery->versions = NEW_ARRAY(arena, struct version, mapped.count + 1);
    delivery->count = mapped.count;
    for (size_t i = 0; i < mapped.count; i++) {
        delivery->versions[i].mapped = mapped.records[i];
        version_make(arena, hub, mapped.records[i], &delivery->versions[i]);
    }
}
