#include "hub/trial/try.h"

#include "hub/format/drop.h"
#include "hub/standard/standard.h"
#include "hub/trial/try_trace.h"

static const char *shown(const struct value *value)
{
    return value->standard ? value->standard : value->raw;
}

/* All values of an element, where the first of them stands. */
static void write_element(struct json_writer *json, const struct record *record, size_t first)
{
    const struct element *element = record->values[first].element;
    json_name(json, element->name);
    json_open(json, '[');
    for (size_t i = first; i < record->count; i++)
        if (record->values[i].element == element)
            json_text(json, shown(&record->values[i]));
    json_close(json, ']');
}

static bool stands_before(const struct record *record, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (record->values[i].element == record->values[at].element)
            return true;
    return false;
}

static void write_flags(struct json_writer *json, const struct record *record)
{
    bool open = false;
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (!value->flag)
            continue;
        if (!open) {
            json_name(json, "flags");
            json_open(json, '[');
        }
        open = true;
        json_open(json, '{');
        json_member(json, "element", value->element->name);
        json_member(json, "code", value->flag);
        json_member(json, "value", value->raw);
        json_close(json, '}');
    }
    if (open)
        json_close(json, ']');
}

/* What the record says of itself and of others; nothing where there is nothing. */
static void write_heading(struct json_writer *json, const struct record *record)
{
    if (record->deleted) {
        json_name(json, "deleted");
        json_bool(json, true);
    }
    json_member(json, "version", record->order);
    json_member(json, "effective", record->effective);
    json_member(json, "unread", record->flag);
    record_write_relations(json, "relations", record);
}

static void write_record(struct json_writer *json, const struct record *record)
{
    json_open(json, '{');
    json_member(json, "class", record->class_name);
    json_member(json, "key", record->key);
    json_member(json, "part", record->part);
    json_name(json, "values");
    json_open(json, '{');
    for (size_t i = 0; i < record->count; i++)
        if (!stands_before(record, i))
            write_element(json, record, i);
    json_close(json, '}');
    write_heading(json, record);
    write_flags(json, record);
    json_close(json, '}');
}

static void give_line(struct arena *work, unsigned line, const struct mapped *mapped,
                      const struct trace *trace, const struct try_output *output)
{
    struct json_writer json = {.out = {.arena = work}};
    if (output->form == TRY_TEXT) {
        output->line(output->to, try_trace_text(work, line, trace, mapped));
        return;
    }
    json_open(&json, '{');
    json_member_int(&json, "line", line);
    json_name(&json, "records");
    json_open(&json, '[');
    for (size_t i = 0; i < mapped->count; i++)
        write_record(&json, mapped->records[i]);
    json_close(&json, ']');
    if (trace)
        try_trace_json(&json, trace, mapped);
    json_close(&json, '}');
    output->line(output->to, buffer_string(&json.out));
}

static void give_reject(struct arena *work, const struct cut *cut, const struct reject *reject,
                        const struct try_output *output)
{
    struct json_writer json = {.out = {.arena = work}};
    json_open(&json, '{');
    json_member_int(&json, "line", reject->line ? reject->line : cut->line);
    json_member_int(&json, "column", reject->column ? reject->column : 1);
    json_member(&json, "stage", reject->stage);
    json_member(&json, "code", reject->code);
    json_member(&json, "message", reject->message);
    json_close(&json, '}');
    output->reject(output->to, buffer_string(&json.out));
}

struct trying {
    struct mapped mapped;
    struct reject reject;
    struct trace *trace; /* NULL: not asked for */
};

static bool decode_and_map(struct arena *work, const struct mapping *mapping, struct slice header,
                           struct cut *cut, struct trying *trying)
{
    struct reject *reject = &trying->reject;
    format_drop(work, &mapping->format, header, mapping->drops, cut);
    if (cut->reject) {
        *reject = *cut->reject;
        return false;
    }
    const struct fields *fields =
        format_decode(work, &mapping->format, header, cut->raw, cut->line, reject);
    return fields &&
           mapping_apply_traced(work, mapping, fields, &trying->mapped, reject, trying->trace);
}

void mapping_try(const struct dictionary *dictionary, const struct mapping *mapping,
                 struct slice file, const struct try_output *output)
{
    ARENA(scratch);
    struct slice header = {.bytes = "", .size = 0};
    struct splitter *splitter = splitter_new(scratch, &mapping->format, file);
    struct cut cut;
    size_t tried = 0;
    while ((!output->most || tried < output->most) && splitter_next(splitter, &cut)) {
        ARENA(work);
        struct trace trace = {.arena = work};
        struct trying trying = {.trace = output->form == TRY_LINES ? NULL : &trace};
        if (cut.is_header && !cut.reject) {
            header = cut.raw;
            continue;
        }
        tried++;
        if (decode_and_map(work, mapping, header, &cut, &trying)) {
            for (size_t i = 0; i < trying.mapped.count; i++)
                standard_record(work, dictionary, trying.mapped.records[i]);
            give_line(work, cut.line, &trying.mapped, trying.trace, output);
        } else {
            give_reject(work, &cut, &trying.reject, output);
        }
    }
}

void mapping_try_refuse(const struct reject *reject, const struct try_output *output)
{
    ARENA(work);
    give_reject(work, &(struct cut){.line = 1}, reject, output);
}
