#include "hub/trial/try_trace.h"

#define FROM_WIDTH 34 /* where the field stands behind the element's name */

/* What became of it; NULL when nothing was left. */
static const struct value *value_of(const struct traced *traced, const struct mapped *mapped)
{
    if (!traced->stands || traced->record >= mapped->count)
        return NULL;
    const struct record *record = mapped->records[traced->record];
    return traced->value < record->count ? &record->values[traced->value] : NULL;
}

static void json_steps(struct json_writer *json, const struct traced *traced)
{
    json_name(json, "steps");
    json_open(json, '[');
    for (size_t i = 0; i < traced->count; i++) {
        json_open(json, '{');
        json_member(json, "step", traced->list[i].what);
        json_member(json, "before", traced->list[i].before);
        json_member(json, "after", traced->list[i].after);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void try_trace_json(struct json_writer *json, const struct trace *trace,
                    const struct mapped *mapped)
{
    json_name(json, "trace");
    json_open(json, '[');
    for (size_t i = 0; i < trace->count; i++) {
        const struct traced *traced = &trace->list[i];
        const struct value *value = value_of(traced, mapped);
        json_open(json, '{');
        json_member_int(json, "record", (int64_t)traced->record);
        json_member(json, "element", traced->element->name);
        json_member(json, "from", traced->from);
        json_member(json, "raw", traced->raw);
        json_steps(json, traced);
        json_member(json, "standard", value ? value->standard : NULL);
        json_member(json, "flag", value ? value->flag : NULL);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static const char *quoted(struct arena *arena, const char *text)
{
    return text ? arena_printf(arena, "'%s'", text_repair(arena, text, strlen(text))) : "nothing";
}

/* How the standard form comes about, where the transforms left something else. */
static void put_outcome(struct arena *arena, struct buffer *out, const struct traced *traced,
                        const struct value *value)
{
    const char *before = traced->raw;
    if (traced->count)
        before = traced->list[traced->count - 1].after;
    if (!value)
        buffer_text(out, before ? "" : "      absent\n");
    else if (!value->standard)
        buffer_printf(out, "      ! %s: kept as it is, without a standard form\n",
                      value->flag ? value->flag : "unreadable");
    else if (text_equal(text_or_empty(before), value->standard))
        buffer_text(out, "      = as it is\n");
    else
        buffer_printf(out, "      = %s\n", quoted(arena, value->standard));
}

static void put_value(struct arena *arena, struct buffer *out, const struct traced *traced,
                      const struct value *value)
{
    buffer_printf(out, "    %-*s %s  %s\n", FROM_WIDTH, traced->element->name, traced->from,
                  quoted(arena, traced->raw));
    for (size_t i = 0; i < traced->count; i++)
        buffer_printf(out, "      %-16s %s -> %s\n", traced->list[i].what,
                      quoted(arena, traced->list[i].before), quoted(arena, traced->list[i].after));
    put_outcome(arena, out, traced, value);
}

static void put_record(struct arena *arena, struct buffer *out, const struct trace *trace,
                       const struct mapped *mapped, size_t at)
{
    const struct record *record = mapped->records[at];
    buffer_printf(out, "  %s, key %s%s%s%s\n", record->class_name, quoted(arena, record->key),
                  *record->part ? ", part " : "", *record->part ? quoted(arena, record->part) : "",
                  record->deleted ? ": gone" : "");
    for (size_t i = 0; i < trace->count; i++)
        if (trace->list[i].record == at)
            put_value(arena, out, &trace->list[i], value_of(&trace->list[i], mapped));
    for (size_t i = 0; i < record->count; i++)
        if (record->values[i].derived && record->values[i].standard)
            buffer_printf(out, "    %-*s read out of another value\n      = %s\n", FROM_WIDTH,
                          record->values[i].element->name,
                          quoted(arena, record->values[i].standard));
    for (size_t i = 0; i < record->relation_count; i++)
        buffer_printf(out, "    %s of %s%s%s\n", record->relations[i].role,
                      quoted(arena, record->relations[i].key),
                      *record->relations[i].part ? ", part " : "", record->relations[i].part);
}

const char *try_trace_text(struct arena *arena, unsigned line, const struct trace *trace,
                           const struct mapped *mapped)
{
    struct buffer out = {.arena = arena};
    buffer_printf(&out, "line %u%s\n", line, mapped->count ? "" : ": passed over");
    for (size_t i = 0; i < mapped->count; i++)
        put_record(arena, &out, trace, mapped, i);
    return buffer_string(&out);
}
