/* Mappings: made from what a test writes of one, and applied; what comes out as a line. */
#pragma once

#include "hub/mapping/mapping.h"
#include "tests/unit/scratch.h"

#define SCHEMA "schemas/source.xsd"

static struct arena *process;
static const struct dictionary *dictionary;

static inline int open_dictionary(void **state)
{
    (void)state;
    process = arena_new();
    struct findings findings = {.arena = process};
    dictionary = dictionary_load(process, "schemas/dictionary.xsd", "schemas/dictionary.xml", NULL,
                                 &findings);
    return dictionary ? 0 : -1;
}

static inline int close_dictionary(void **state)
{
    (void)state;
    arena_free(process);
    return 0;
}

/* The source's name is the scratch file's. */
static inline const struct mapping *load(struct arena *arena, const char *head, const char *inside,
                                         struct findings *findings)
{
    const char *file = scratch_file(arena, "");
    const char *name =
        arena_strndup(arena, file + strlen("/tmp/"), strlen(file) - strlen("/tmp/.xml"));
    const char *text =
        arena_printf(arena,
                     "<source xmlns='urn:axle:source:1' name='%s' connector='web'%s>\n"
                     "%s\n</source>\n",
                     name, head, inside);
    FILE *out = fopen(file, "we");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
    findings->arena = arena;
    return mapping_load(arena, dictionary, SCHEMA, file, findings);
}

/* All findings as "line:column message", one a line. */
static inline const char *said(struct arena *arena, const struct findings *findings)
{
    struct buffer out = {.arena = arena};
    for (const struct finding *f = findings->first; f; f = f->next)
        buffer_printf(&out, "%s%u:%u %s%s", out.length ? "\n" : "", f->line, f->column,
                      f->warning ? "warning: " : "", f->message);
    return buffer_string(&out);
}

#define CSV "<from><directory/></from><format><csv/></format>\n"
#define JSONL "<from><push/></from><format><jsonl/></format>\n"
#define RECORD "<record class='customer' key='id'>\n"

static inline void show_value(struct buffer *out, const struct value *value)
{
    assert_true(value->raw && value->kind && value->scheme && value->group && value->country);
    buffer_printf(out, " %s=%s", value->element->path, value->text ? value->text : value->raw);
    if (value->flag)
        buffer_printf(out, "!%s", value->flag);
    if (*value->kind || *value->scheme || *value->group || *value->country)
        buffer_printf(out, "(%s,%s,%s,%s)", value->kind, value->scheme, value->group,
                      value->country);
    if (value->verified)
        buffer_text(out, "+");
    if (value->trusted)
        buffer_printf(out, "^%u", value->trust);
}

static inline void show_heading(struct buffer *out, const struct record *record)
{
    if (record->deleted)
        buffer_text(out, " deleted");
    if (record->order)
        buffer_printf(out, " order:%s", record->order);
    if (record->effective)
        buffer_printf(out, " effective:%s", record->effective);
    if (*record->region)
        buffer_printf(out, " region:%s", record->region);
    if (record->flag)
        buffer_printf(out, " flag:%s", record->flag);
    for (size_t i = 0; i < record->relation_count; i++) {
        const struct relation *relation = &record->relations[i];
        bool here = text_equal(relation->source, record->source);
        buffer_printf(out, " %s>%s%s%s#%s", relation->role, here ? "" : relation->source,
                      here ? "" : "/", relation->key, relation->part);
    }
}

/* Records, one a line: "key#part: element=text[!flag][(kind,scheme,group,country)][+][^trust] ...", then what
 * the record says of itself and " role>[source/]key#part" for each relation. */
static inline const char *show(struct arena *arena, const struct mapped *mapped)
{
    struct buffer out = {.arena = arena};
    for (size_t r = 0; r < mapped->count; r++) {
        const struct record *record = mapped->records[r];
        assert_int_equal(record->id, record_id(record->source, record->key, record->part));
        buffer_printf(&out, "%s%s#%s:", r ? "\n" : "", record->key, record->part);
        for (size_t v = 0; v < record->count; v++)
            show_value(&out, &record->values[v]);
        show_heading(&out, record);
    }
    return buffer_string(&out);
}

static inline const char *map_line(struct arena *arena, const char *inside, const char *header,
                                   const char *line)
{
    struct findings findings = {.arena = NULL};
    const struct mapping *mapping = load(arena, "", inside, &findings);
    assert_string_equal(findings.errors ? said(arena, &findings) : "", "");
    struct reject reject;
    const struct fields *fields =
        format_decode(arena, &mapping->format, (struct slice){header, strlen(header)},
                      (struct slice){line, strlen(line)}, 1, &reject);
    assert_non_null(fields);
    struct mapped mapped;
    if (mapping_apply(arena, mapping, fields, &mapped, &reject))
        return show(arena, &mapped);
    return arena_printf(arena, "%s %s: %s", reject.stage, reject.code, reject.message);
}
