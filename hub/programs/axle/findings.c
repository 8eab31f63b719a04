#include "hub/programs/axle/findings.h"

#include <limits.h>
#include <unistd.h>

#include "hub/base/json.h"
#include "hub/base/text.h"

/* Relative to the current directory when it lies below it. */
static const char *shown(struct arena *arena, const char *path)
{
    char here[PATH_MAX], there[PATH_MAX];
    if (!getcwd(here, sizeof(here)) || !realpath(path, there))
        return path;
    size_t length = strlen(here);
    if (text_starts(there, here) && there[length] == '/')
        return arena_strdup(arena, there + length + 1);
    return path;
}

/* What concerns the file as a whole stands at its beginning. */
static unsigned place(unsigned number)
{
    return number ? number : 1;
}

void findings_print(const struct findings *findings, bool warnings, FILE *out)
{
    ARENA(scratch);
    for (const struct finding *f = findings->first; f; f = f->next)
        if (warnings || !f->warning)
            (void)fprintf(out, "%s:%u:%u: %s%s\n", shown(scratch, f->file), place(f->line),
                          place(f->column), f->warning ? "warning: " : "", f->message);
}

void findings_print_json(const struct findings *findings, FILE *out)
{
    ARENA(scratch);
    struct json_writer json = {.out = {.arena = scratch}};
    json_open(&json, '[');
    for (const struct finding *f = findings->first; f; f = f->next) {
        json_open(&json, '{');
        json_member(&json, "file", shown(scratch, f->file));
        json_member_int(&json, "line", place(f->line));
        json_member_int(&json, "column", place(f->column));
        json_member(&json, "severity", f->warning ? "warning" : "error");
        json_member(&json, "message", f->message);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    (void)fprintf(out, "%s\n", buffer_string(&json.out));
}
