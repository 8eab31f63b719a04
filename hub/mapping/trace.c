#include "hub/mapping/trace.h"

#include "hub/base/list.h"
#include "hub/mapping/rules.h"

/* Where the text comes from, as the mapping says it. */
static const char *origin(struct arena *arena, const struct value_rule *rule)
{
    struct buffer out = {.arena = arena};
    if (rule->constant)
        return arena_printf(arena, "'%s'", rule->constant);
    if (rule->each)
        buffer_printf(&out, "each %s: ", rule->each);
    const struct template *template = rule->template;
    if (template && template->is_field && !template->next)
        buffer_text(&out, rule->each && !*template->text ? "the item" : template->text);
    else
        for (; template; template = template->next)
            buffer_printf(&out, template->is_field ? "{%s}" : "%s", template->text);
    return buffer_string(&out);
}

struct traced *trace_value(struct trace *trace, const struct value_rule *rule, size_t record,
                           size_t value)
{
    if (!trace)
        return NULL;
    LIST_ADD(trace->arena, trace,
             ((struct traced){.element = rule->element,
                              .from = origin(trace->arena, rule),
                              .record = record,
                              .value = value}));
    return &trace->list[trace->count - 1];
}

void trace_step(struct trace *trace, struct traced *traced, const char *what, const char *before,
                const char *after)
{
    if (traced)
        LIST_ADD(trace->arena, traced, ((struct trace_step){what, before, after}));
}

void trace_forget(struct trace *trace, size_t record)
{
    while (trace && trace->count && trace->list[trace->count - 1].record == record)
        trace->count--;
}
