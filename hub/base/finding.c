#include "hub/base/finding.h"

#include <stdarg.h>

PRINTF_LIKE(2, 0)
static struct finding *add(struct findings *findings, const char *format, va_list args)
{
    char text[1000];
    (void)vsnprintf(text, sizeof(text), format, args);
    struct finding *finding = NEW(findings->arena, struct finding);
    finding->message = arena_strdup(findings->arena, text);
    if (findings->last)
        findings->last->next = finding;
    else
        findings->first = finding;
    findings->last = finding;
    return finding;
}

void finding_add(struct findings *findings, const char *file, unsigned line, unsigned column,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct finding *finding = add(findings, format, args);
    va_end(args);
    finding->file = arena_strdup(findings->arena, file);
    finding->line = line;
    finding->column = column;
    findings->errors++;
}

void finding_warn(struct findings *findings, const char *file, unsigned line, unsigned column,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct finding *finding = add(findings, format, args);
    va_end(args);
    finding->file = arena_strdup(findings->arena, file);
    finding->line = line;
    finding->column = column;
    finding->warning = true;
    findings->warnings++;
}

const char *finding_first(struct arena *arena, const struct findings *findings)
{
    for (const struct finding *f = findings->first; f; f = f->next)
        if (!f->warning)
            return arena_printf(arena, "%s:%u:%u: %s", f->file, f->line, f->column, f->message);
    return "";
}
