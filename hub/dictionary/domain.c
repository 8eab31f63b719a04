#include "hub/dictionary/domain.h"

#include <unicode/uchar.h>

#include "hub/base/nearest.h"

#define FOLDED_MOST 200 /* bytes; longer texts are no codes */
#define LENGTH_DEFAULT 200

/* A code with its synonyms while they grow. */
struct code_draft {
    struct permitted permitted;
    const char **synonyms;
    size_t count, room;
};

struct domain_draft {
    struct domain domain;
    struct code_draft **codes;
    size_t count, room;
};

/* Letters, marks and digits of any script. */
static bool is_kept(uint32_t c)
{
    if (c < 0x80)
        return c - '0' < 10 || (c | 0x20) - 'a' < 26;
    return U_MASK(u_charType((UChar32)c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK);
}

/* What counts of a text, its case folded; false when that is nothing or too much. */
static bool fold(const char *text, char folded[FOLDED_MOST])
{
    size_t size = 0;
    while (*text) {
        uint32_t c = text_next(&text);
        if (!is_kept(c))
            continue;
        if (size + 5 > FOLDED_MOST)
            return false;
        size += text_put(folded + size, (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT));
    }
    folded[size] = '\0';
    return size;
}

const char *domain_code(const struct domain *domain, const char *text)
{
    char folded[FOLDED_MOST];
    if (!domain->permitted || !fold(text, folded))
        return NULL;
    const struct permitted *permitted = map_get_text(&domain->codes, folded);
    return permitted ? permitted->code : NULL;
}

/* One more way to write a code.  A text can stand for one code only. */
static void add_spelling(struct domains *domains, const struct xml_file *xml,
                         const struct xml_attribute *at, struct domain_draft *draft,
                         struct code_draft *code, const char *text)
{
    char folded[FOLDED_MOST];
    if (!fold(text, folded)) {
        finding_add(domains->findings, xml->file, at->line, at->column,
                    "'%s' has no letter or digit, or is too long", text);
        return;
    }
    const struct code_draft *other = map_get_text(&draft->domain.codes, folded);
    if (other && other != code)
        finding_add(domains->findings, xml->file, at->line, at->column,
                    "'%s' stands for '%s' already, it cannot stand for '%s' too", text,
                    other->permitted.code, code->permitted.code);
    if (!other)
        map_put_text(&draft->domain.codes, arena_strdup(domains->arena, folded), code);
}

static void add_synonyms(struct domains *domains, const struct xml_file *xml,
                         const struct xml_attribute *at, struct domain_draft *draft,
                         struct code_draft *code)
{
    size_t count;
    const char **words = text_split(domains->arena, at->value, '|', &count);
    const char **all = NEW_ARRAY(domains->arena, const char *, code->count + count + 1);
    if (code->count)
        memcpy(all, code->synonyms, code->count * sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        all[code->count + i] = text_trim(domains->arena, words[i]);
        add_spelling(domains, xml, at, draft, code, words[i]);
    }
    code->synonyms = all;
    code->count += count;
}

static struct code_draft *find_code(const struct domain_draft *draft, const char *value)
{
    for (size_t i = 0; i < draft->count; i++)
        if (text_same(draft->codes[i]->permitted.code, value))
            return draft->codes[i];
    return NULL;
}

static struct code_draft *new_code(struct domains *domains, const struct xml_file *xml,
                                   const struct xml_node *node, struct domain_draft *draft)
{
    const struct xml_attribute *value = xml_attribute(node, "value");
    const struct xml_attribute *label = xml_attribute(node, "label");
    struct code_draft *code = NEW(domains->arena, struct code_draft);
    code->permitted.code = value->value;
    code->permitted.label = label ? label->value : value->value;
    if (!label)
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "the new code '%s' needs a label", value->value);
    if (draft->count == draft->room) {
        draft->room = draft->room ? draft->room * 2 : 16;
        struct code_draft **codes = NEW_ARRAY(domains->arena, struct code_draft *, draft->room);
        for (size_t i = 0; i < draft->count; i++)
            codes[i] = draft->codes[i];
        draft->codes = codes;
    }
    draft->codes[draft->count++] = code;
    add_spelling(domains, xml, value, draft, code, value->value);
    if (label)
        add_spelling(domains, xml, label, draft, code, label->value);
    return code;
}

static void read_code(struct domains *domains, const struct xml_file *xml,
                      const struct xml_node *node, struct domain_draft *draft)
{
    const char *value = xml_text(node, "value", "");
    struct code_draft *code = find_code(draft, value);
    const struct xml_attribute *synonyms = xml_attribute(node, "synonyms");
    if (!code) {
        code = new_code(domains, xml, node, draft);
    } else if (xml_attribute(node, "label") || !synonyms) {
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "the code '%s' is defined already; only synonyms can be added to it", value);
        return;
    }
    if (synonyms)
        add_synonyms(domains, xml, synonyms, draft, code);
}

static struct domain_draft *open_domain(struct domains *domains, const struct xml_file *xml,
                                        const struct xml_node *node)
{
    const char *name = xml_text(node, "name", "");
    const struct xml_attribute *length = xml_attribute(node, "length");
    struct domain_draft *draft = map_get_text(&domains->by_name, name);
    if (draft && (length || !node->first || !draft->count)) {
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "the domain '%s' is defined already; only codes can be added to a code list",
                    name);
        return NULL;
    }
    if (draft)
        return draft;
    int64_t most = LENGTH_DEFAULT;
    if (length && !text_to_int(length->value, 1, 10000, &most))
        finding_add(domains->findings, xml->file, length->line, length->column,
                    "length cannot be '%s'", length->value);
    draft = NEW(domains->arena, struct domain_draft);
    draft->domain.name = name;
    draft->domain.length_most = (size_t)most;
    draft->domain.codes.arena = domains->arena;
    map_put_text(&domains->by_name, name, draft);
    return draft;
}

/* The code list as readers see it. */
static void finish(struct arena *arena, struct domain_draft *draft)
{
    struct permitted *permitted = NEW_ARRAY(arena, struct permitted, draft->count + 1);
    for (size_t i = 0; i < draft->count; i++) {
        struct code_draft *code = draft->codes[i];
        static const char *const none[] = {NULL};
        code->permitted.synonyms = code->count ? code->synonyms : none;
        permitted[i] = code->permitted;
    }
    draft->domain.permitted = draft->count ? permitted : NULL;
    draft->domain.permitted_count = draft->count;
}

void domains_read(struct domains *domains, const struct xml_file *xml)
{
    for (const struct xml_node *node = xml->root->first; node; node = node->next) {
        if (!text_equal(node->name, "domain"))
            continue;
        struct domain_draft *draft = open_domain(domains, xml, node);
        if (!draft)
            continue;
        for (const struct xml_node *code = node->first; code; code = code->next)
            read_code(domains, xml, code, draft);
        finish(domains->arena, draft);
    }
}

const struct domain *domains_get(const struct domains *domains, const char *name)
{
    const struct domain_draft *draft = map_get_text(&domains->by_name, name);
    return draft ? &draft->domain : NULL;
}

const char *domains_nearest(const struct domains *domains, const char *name)
{
    struct nearest near = {.word = name};
    for (size_t i = 0; i < domains->by_name.room; i++)
        if (domains->by_name.slots[i].value)
            nearest_offer(&near, domains->by_name.slots[i].text);
    return near.best;
}
