#include "hub/base/finding.h"

#include <stdarg.h>

PRINTF_LIKE(3, 0)
static void add(struct findings *findings, struct finding finding, const char *format, va_list args)
{
    char text[1000];
    (void)vsnprintf(text, sizeof(text), format, args);
    struct finding *added = NEW(findings->arena, struct finding);
    *added = finding;
    added->file = arena_strdup(findings->arena, finding.file);
    added->message = arena_strdup(findings->arena, text);
    if (findings->last)
        findings->last->next = added;
    else
        findings->first = added;
    findings->last = added;
    if (finding.warning)
        findings->warnings++;
    else
        findings->errors++;
}

void finding_add(struct findings *findings, const char *file, unsigned line, unsigned column,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(findings, (struct finding){.file = file, .line = line, .column = column}, format, args);
    va_end(args);
}

void finding_warn(struct findings *findings, const char *file, unsigned line, unsigned column,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(findings, (struct finding){.file = file, .line = line, .column = column, .warning = true},
        format, args);
    va_end(args);
}

const char *finding_text(struct arena *arena, const struct finding *finding)
{
    return arena_printf(arena, "%s:%u:%u: %s", finding->file, finding->line, finding->column,
                        finding->message);
}

const char *finding_first(struct arena *arena, const struct findings *findings)
{
    for (const struct finding *f = findings->first; f; f = f->next)
        if (!f->warning)
            return finding_text(arena, f);
    return "";
}
