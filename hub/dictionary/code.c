#include <unicode/uchar.h>

#include "hub/base/nearest.h"
#include "hub/dictionary/domain.h"

/* Letters, marks and digits of any script, and signs of currencies. */
static bool is_kept(uint32_t c)
{
    if (c < 0x80)
        return c - '0' < 10 || (c | 0x20) - 'a' < 26 || c == '$';
    return U_MASK(u_charType((UChar32)c)) &
           (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_SC_MASK);
}

bool code_fold(const char *text, char folded[FOLDED_MOST])
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
    if (!domain->permitted || !code_fold(text, folded))
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
    if (!code_fold(text, folded)) {
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
    if (code->count + count > SYNONYMS_MOST) {
        finding_add(domains->findings, xml->file, at->line, at->column,
                    "'%s' has more than %d synonyms", code->permitted.code, SYNONYMS_MOST);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        LIST_ADD(domains->arena, code, text_trim(domains->arena, words[i]));
        add_spelling(domains, xml, at, draft, code, words[i]);
    }
}

static struct code_draft *find_code(const struct domain_draft *draft, const char *value)
{
    for (size_t i = 0; i < draft->count; i++)
        if (text_same(draft->list[i]->permitted.code, value))
            return draft->list[i];
    return NULL;
}

/* The same code of the code list that this one narrows; its spellings hold here too. */
static void inherit(struct domains *domains, const struct xml_file *xml,
                    const struct xml_attribute *value, struct domain_draft *draft,
                    struct code_draft *code)
{
    const struct code_draft *from = find_code(draft->base, value->value);
    struct nearest near = {.word = value->value};
    if (!from) {
        for (size_t i = 0; i < draft->base->count; i++)
            nearest_offer(&near, draft->base->list[i]->permitted.code);
        finding_add(domains->findings, xml->file, value->line, value->column,
                    "'%s' is no code of '%s', which '%s' narrows%s", value->value,
                    draft->base->domain.name, draft->domain.name,
                    nearest_hint(domains->arena, near.best));
        return;
    }
    code->permitted.code = from->permitted.code;
    code->permitted.label = from->permitted.label;
    add_spelling(domains, xml, value, draft, code, from->permitted.label);
    for (size_t i = 0; i < from->count; i++) {
        LIST_ADD(domains->arena, code, from->list[i]);
        add_spelling(domains, xml, value, draft, code, from->list[i]);
    }
}

static struct code_draft *new_code(struct domains *domains, const struct xml_file *xml,
                                   const struct xml_node *node, struct domain_draft *draft)
{
    const struct xml_attribute *value = xml_attribute(node, "value");
    const struct xml_attribute *label = xml_attribute(node, "label");
    bool inherits = draft->base && draft->base->count;
    struct code_draft *code = NEW(domains->arena, struct code_draft);
    code->permitted.code = code->permitted.label = value->value;
    if (!label && !inherits)
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "the new code '%s' needs a label", value->value);
    if (text_length(value->value) > draft->domain.length_most)
        finding_add(domains->findings, xml->file, value->line, value->column,
                    "the code '%s' is longer than the %zu characters of its domain", value->value,
                    draft->domain.length_most);
    LIST_ADD(domains->arena, draft, code);
    add_spelling(domains, xml, value, draft, code, value->value);
    if (inherits)
        inherit(domains, xml, value, draft, code);
    if (label) {
        code->permitted.label = label->value;
        add_spelling(domains, xml, label, draft, code, label->value);
    }
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

/* A narrower code list that names no code differs in other things alone. */
static void copy_codes(struct domains *domains, const struct xml_file *xml,
                       const struct xml_node *node, struct domain_draft *draft)
{
    const struct domain_draft *base = draft->base;
    for (size_t i = 0; i < base->count; i++) {
        struct xml_attribute value = *xml_attribute(node, "name");
        struct code_draft *code = NEW(domains->arena, struct code_draft);
        value.value = base->list[i]->permitted.code;
        LIST_ADD(domains->arena, draft, code);
        add_spelling(domains, xml, &value, draft, code, value.value);
        inherit(domains, xml, &value, draft, code);
    }
}

/* The code list as readers see it. */
static void finish(struct arena *arena, struct domain_draft *draft)
{
    struct permitted *permitted = NEW_ARRAY(arena, struct permitted, draft->count + 1);
    for (size_t i = 0; i < draft->count; i++) {
        struct code_draft *code = draft->list[i];
        LIST_ADD(arena, code, NULL);
        code->count--;
        code->permitted.synonyms = code->list;
        permitted[i] = code->permitted;
    }
    draft->domain.permitted = draft->count ? permitted : NULL;
    draft->domain.permitted_count = draft->count;
}

void codes_read(struct domains *domains, const struct xml_file *xml, const struct xml_node *node,
                struct domain_draft *draft)
{
    for (const struct xml_node *code = node->first; code; code = code->next)
        if (text_equal(code->name, "code"))
            read_code(domains, xml, code, draft);
    if (!draft->count && draft->base)
        copy_codes(domains, xml, node, draft);
    if (draft->count > CODES_MOST)
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "the domain '%s' has more than %d codes", draft->domain.name, CODES_MOST);
    finish(domains->arena, draft);
}
