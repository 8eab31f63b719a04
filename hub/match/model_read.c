#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/list.h"
#include "hub/base/nearest.h"
#include "hub/base/xml.h"
#include "hub/match/model.h"
#include "hub/match/tables.h"

/* One file on its way into the model. */
struct loading {
    struct arena *arena;
    struct stated *stated;
    const struct xml_file *xml;
    struct findings *findings;
    struct buffer nicknames, given_table, family_table;
    bool given[COMPARISONS][LEVELS_MOST], keys[BLOCKINGS];
};

static void complain(const struct loading *loading, const struct xml_node *node,
                     const char *attribute, const char *message)
{
    const struct xml_attribute *at = xml_attribute(node, attribute);
    finding_add(loading->findings, loading->xml->file, at ? at->line : node->line,
                at ? at->column : node->column, "%s", message);
}

static bool read_ratio(const struct loading *loading, const struct xml_node *node,
                       const char *attribute, struct ratio *ratio)
{
    if (!xml_attribute(node, attribute))
        return false;
    if (ratio_read(xml_text(node, attribute, ""), ratio))
        return true;
    complain(loading, node, attribute, "give a number greater than 0, with at most nine digits");
    return false;
}

static void read_probability(const struct loading *loading, const struct xml_node *node,
                             const char *attribute, struct ratio *ratio)
{
    if (read_ratio(loading, node, attribute, ratio) && ratio->numerator >= ratio->denominator)
        complain(loading, node, attribute, "give a probability between 0 and 1");
}

static void read_unsigned(const struct xml_node *node, const char *attribute, unsigned *number)
{
    int64_t read;
    if (text_to_int(xml_text(node, attribute, ""), 0, INT32_MAX, &read))
        *number = (unsigned)read;
}

static int index_of(const char *const *names, const char *name, int count)
{
    for (int i = 0; i < count && names[i]; i++)
        if (text_equal(names[i], name))
            return i;
    return -1;
}

/* A name that is none of those that the model knows; the list ends with NULL or has `most` names. */
static void say_unknown(const struct loading *loading, const struct xml_node *node,
                        const char *attribute, const char *what, const char *const *names, int most)
{
    struct nearest near = {.word = xml_text(node, attribute, "")};
    for (int i = 0; i < most && names[i]; i++)
        nearest_offer(&near, names[i]);
    complain(loading, node, attribute,
             arena_printf(loading->arena, "%s '%s'%s", what, near.word,
                          nearest_hint(loading->arena, near.best)));
}

static void load_level(struct loading *loading, const struct xml_node *node, int comparison)
{
    int at = index_of(comparisons[comparison].levels, xml_text(node, "name", ""), LEVELS_MOST);
    if (at < 0) {
        say_unknown(loading, node, "name",
                    arena_printf(loading->arena, "'%s' has no level", comparisons[comparison].name),
                    comparisons[comparison].levels, LEVELS_MOST);
        return;
    }
    struct level_stated *stated = &loading->stated->levels[comparison][at];
    if (!read_ratio(loading, node, "m", &stated->m) || !read_ratio(loading, node, "u", &stated->u))
        return;
    stated->household = stated->frequency = (struct ratio){0, 1};
    (void)read_ratio(loading, node, "household", &stated->household);
    (void)read_ratio(loading, node, "frequency", &stated->frequency);
    loading->given[comparison][at] = true;
}

static void load_compare(struct loading *loading, const struct xml_node *node)
{
    for (int i = 0; i < COMPARISONS; i++) {
        if (!text_equal(comparisons[i].name, xml_text(node, "element", "")))
            continue;
        for (const struct xml_node *level = node->first; level; level = level->next)
            load_level(loading, level, i);
        return;
    }
    const char *names[COMPARISONS];
    for (int i = 0; i < COMPARISONS; i++)
        names[i] = comparisons[i].name;
    say_unknown(loading, node, "element", "there is no comparison", names, COMPARISONS);
}

static void load_key(struct loading *loading, const struct xml_node *node)
{
    int at = index_of(blocking_names, xml_text(node, "name", ""), BLOCKINGS);
    if (at < 0) {
        say_unknown(loading, node, "name", "there is no blocking key", blocking_names, BLOCKINGS);
        return;
    }
    struct blocking_rule *rule = &loading->stated->blocking[at];
    rule->on = !text_equal(xml_text(node, "use", "yes"), "no");
    read_unsigned(node, "limit", &rule->limit);
    read_unsigned(node, "holders", &rule->holders);
    loading->keys[at] = true;
}

static void load_table(struct loading *loading, const struct xml_node *node, struct buffer *to,
                       bool nicknames)
{
    const char *file = xml_text(node, "file", ""), *slash = strrchr(loading->xml->file, '/');
    struct slice table = {NULL, 0};
    struct error err;
    if (*node->text)
        buffer_printf(to, "%s ", node->text);
    if (!*file)
        return;
    if (file[0] != '/' && slash)
        file = arena_printf(loading->arena, "%.*s%s", (int)(slash - loading->xml->file + 1),
                            loading->xml->file, file);
    if (!file_read(loading->arena, file, TABLE_MOST, &table, &err))
        complain(loading, node, "file", err.text);
    else
        table_inline(to, table, nicknames);
}

static struct slice slice_of(const struct buffer *buffer)
{
    return (struct slice){buffer_string(buffer), buffer->length};
}

static bool is_of_given(const struct xml_node *node)
{
    return text_equal(xml_text(node, "of", ""), "given");
}

static void load_frequencies(struct loading *loading, const struct xml_node *node)
{
    bool given = is_of_given(node);
    struct names_stated *stated = given ? &loading->stated->given : &loading->stated->family;
    struct buffer added = {.arena = loading->arena};
    struct error err;
    (void)read_ratio(loading, node, "unknown", &stated->unknown);
    (void)read_ratio(loading, node, "least", &stated->least);
    load_table(loading, node, &added, false);
    if (!table_frequencies(loading->arena, slice_of(&added), NULL, &err))
        complain(loading, node, "file", err.text);
    buffer_add(given ? &loading->given_table : &loading->family_table, buffer_string(&added),
               added.length);
}

static void load_seen(struct loading *loading, const struct xml_node *node)
{
    struct names_stated *stated =
        is_of_given(node) ? &loading->stated->given : &loading->stated->family;
    struct error err;
    (void)read_ratio(loading, node, "rest", &stated->rest);
    stated->seen = (struct slice){node->text, strlen(node->text)};
    if (!table_frequencies(loading->arena, stated->seen, NULL, &err))
        complain(loading, node, "of", err.text);
}

static void load_nicknames(struct loading *loading, const struct xml_node *node)
{
    load_table(loading, node, &loading->nicknames, true);
}

static void load_prior(struct loading *loading, const struct xml_node *node)
{
    (void)read_ratio(loading, node, "duplicates", &loading->stated->duplicates);
    read_unsigned(node, "least", &loading->stated->least);
}

static void load_threshold(struct loading *loading, const struct xml_node *node)
{
    struct stated *stated = loading->stated;
    read_probability(loading, node, "match", &stated->match);
    read_probability(loading, node, "review", &stated->review);
    read_probability(loading, node, "precision", &stated->precision);
    if (ratio_double(stated->review) > ratio_double(stated->match))
        complain(loading, node, "review", "the review threshold is above that of a match");
}

static void load_household(struct loading *loading, const struct xml_node *node)
{
    (void)read_ratio(loading, node, "prior", &loading->stated->household_prior);
    read_probability(loading, node, "match", &loading->stated->household_match);
}

static void load_generic(struct loading *loading, const struct xml_node *node)
{
    (void)read_ratio(loading, node, "most", &loading->stated->generic);
}

/* Odds, given as the likelihood ratio that speaks against a match. */
static void load_conflict(struct loading *loading, const struct xml_node *node)
{
    (void)read_ratio(loading, node, "ratio", &loading->stated->conflict);
}

static void load_scheme(struct loading *loading, const struct xml_node *node)
{
    const char *name = xml_text(node, "name", "");
    for (size_t i = 0; i < loading->stated->schemes.count; i++)
        if (text_equal(loading->stated->schemes.list[i], name))
            return;
    LIST_ADD(loading->arena, &loading->stated->schemes, name);
}

static const struct {
    const char *name;
    void (*load)(struct loading *loading, const struct xml_node *node);
} readers[] = {
    {"prior", load_prior},
    {"threshold", load_threshold},
    {"household", load_household},
    {"generic", load_generic},
    {"frequencies", load_frequencies},
    {"nicknames", load_nicknames},
    {"compare", load_compare},
    {"single", load_scheme},
    {"key", load_key},
    {"conflict", load_conflict},
    {"seen", load_seen},
};

static bool load_tree(struct loading *loading, const struct xml_file *xml)
{
    if (!xml)
        return false;
    loading->xml = xml;
    for (const struct xml_node *node = xml->root->first; node; node = node->next)
        for (size_t i = 0; i < COUNT_OF(readers); i++)
            if (text_equal(readers[i].name, node->name))
                readers[i].load(loading, node);
    return true;
}

static void check_complete(const struct loading *loading)
{
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++)
            if (!loading->given[c][l])
                finding_add(loading->findings, loading->xml->file, 0, 0,
                            "the level '%s' of '%s' is missing", comparisons[c].levels[l],
                            comparisons[c].name);
    for (int k = 0; k < BLOCKINGS; k++)
        if (!loading->keys[k])
            finding_add(loading->findings, loading->xml->file, 0, 0,
                        "the key '%s' is missing (use=\"no\" switches it off)", blocking_names[k]);
}

static struct loading start(struct arena *arena, struct findings *findings)
{
    struct stated *stated = NEW(arena, struct stated);
    stated->precision = (struct ratio){95, 100};
    return (struct loading){
        .arena = arena,
        .stated = stated,
        .findings = findings,
        .nicknames = {.arena = arena},
        .given_table = {.arena = arena},
        .family_table = {.arena = arena},
    };
}

static const struct model *finish(const struct loading *loading)
{
    struct stated *stated = loading->stated;
    stated->given.table = slice_of(&loading->given_table);
    stated->family.table = slice_of(&loading->family_table);
    stated->nicknames = slice_of(&loading->nicknames);
    return model_make(loading->arena, stated);
}

const struct model *model_load(struct arena *arena, const char *schema, const char *shipped,
                               const char *site, struct findings *findings)
{
    struct loading loading = start(arena, findings);
    size_t errors = findings->errors;
    if (!load_tree(&loading, xml_load(arena, shipped, schema, findings)))
        return NULL;
    check_complete(&loading);
    if (site && access(site, F_OK) == 0 &&
        !load_tree(&loading, xml_load(arena, site, schema, findings)))
        return NULL;
    return findings->errors > errors ? NULL : finish(&loading);
}

const struct model *model_read(struct arena *arena, const char *schema, const char *file,
                               const char *text, struct findings *findings)
{
    struct loading loading = start(arena, findings);
    struct slice body = {text, strlen(text)};
    size_t errors = findings->errors;
    if (!load_tree(&loading, xml_read(arena, file, body, schema, findings)))
        return NULL;
    check_complete(&loading);
    return findings->errors > errors ? NULL : finish(&loading);
}
