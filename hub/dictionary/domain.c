#include "hub/dictionary/domain.h"

#include "hub/base/decimal.h"
#include "hub/base/nearest.h"

/* What each kind is called, how long its values may be unless a domain says so, and what it can state. */
static const struct {
    const char *name;
    size_t length;
    bool bounds, coded;
} kinds[] = {
    [DOMAIN_TEXT] = {"text", 200, false, false},
    [DOMAIN_CODE] = {"code", 200, false, true},
    [DOMAIN_DATE] = {"date", 10, true, false},
    [DOMAIN_TIME] = {"time", 30, false, false},
    [DOMAIN_INTEGER] = {"integer", 20, true, false},
    [DOMAIN_NUMBER] = {"number", 40, true, false},
    [DOMAIN_MONEY] = {"money", 40, true, false},
    [DOMAIN_DURATION] = {"duration", 20, true, false},
    [DOMAIN_BOOLEAN] = {"boolean", 3, false, true},
};

const char *domain_kind_name(enum domain_kind kind)
{
    return kinds[kind].name;
}

/* As the file says; otherwise that of the domain which it narrows, or what its content shows. */
static enum domain_kind read_kind(const struct xml_node *node, const struct domain_draft *base)
{
    const char *name = xml_text(node, "kind", NULL);
    for (size_t i = 0; name && i < COUNT_OF(kinds); i++)
        if (text_equal(kinds[i].name, name))
            return (enum domain_kind)i;
    if (base && (base->domain.kind != DOMAIN_TEXT || !xml_child(node, "code")))
        return base->domain.kind;
    return xml_child(node, "code") ? DOMAIN_CODE : DOMAIN_TEXT;
}

static bool is_date(const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i++)
        if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
    return size == 4 || size == 7 || size == 10;
}

static const char *read_bound(struct domains *domains, const struct xml_file *xml,
                              const struct xml_node *node, const char *name,
                              const struct domain *domain)
{
    const struct xml_attribute *at = xml_attribute(node, name);
    const char *need = NULL;
    if (!at)
        return NULL;
    if (!kinds[domain->kind].bounds)
        need = "stands only where values are numbers or dates";
    else if (domain->kind == DOMAIN_DATE && !is_date(at->value))
        need = "must be a date like 2030-12-31";
    else if (domain->kind != DOMAIN_DATE && !decimal_check(at->value))
        need = "must be a number like 10 or -0.5";
    if (need)
        finding_add(domains->findings, xml->file, at->line, at->column, "%s %s, not '%s'", name,
                    need, at->value);
    return need ? NULL : at->value;
}

/* What it does not say itself is as in the domain that it narrows. */
static void inherit_limits(struct domain *domain, const struct domain *base)
{
    domain->length_most = base->length_most;
    domain->minimum = base->minimum;
    domain->maximum = base->maximum;
    domain->unit = base->unit;
    domain->check = base->check;
}

static void read_limits(struct domains *domains, const struct xml_file *xml,
                        const struct xml_node *node, struct domain *domain)
{
    const struct xml_attribute *length = xml_attribute(node, "length");
    const char *minimum = read_bound(domains, xml, node, "minimum", domain);
    const char *maximum = read_bound(domains, xml, node, "maximum", domain);
    int64_t most = (int64_t)domain->length_most;
    if (length && !text_to_int(length->value, 1, 10000, &most))
        finding_add(domains->findings, xml->file, length->line, length->column,
                    "length cannot be '%s'", length->value);
    domain->length_most = (size_t)most;
    domain->minimum = minimum ? minimum : domain->minimum;
    domain->maximum = maximum ? maximum : domain->maximum;
    domain->unit = xml_text(node, "unit", domain->unit);
    domain->check = xml_text(node, "check", domain->check);
}

static void check_limits(struct domains *domains, const struct xml_file *xml,
                         const struct xml_node *node, const struct domain *domain)
{
    bool counted = kinds[domain->kind].bounds && domain->kind != DOMAIN_DATE;
    if (domain->minimum && domain->maximum &&
        domain_compare(domain->kind, domain->minimum, domain->maximum) > 0)
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "no value of '%s' can be at least %s and at most %s", domain->name,
                    domain->minimum, domain->maximum);
    if (domain->unit && !counted)
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "'%s' has a unit, but its values are no numbers", domain->name);
    if (domain->check && domain->kind != DOMAIN_TEXT)
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "'%s' has a check digit, but its values are no texts", domain->name);
}

static const struct domain_draft *find_base(struct domains *domains, const struct xml_file *xml,
                                            const struct xml_node *node)
{
    const struct xml_attribute *at = xml_attribute(node, "narrows");
    const struct domain_draft *base = at ? map_get_text(&domains->by_name, at->value) : NULL;
    if (at && !base)
        finding_add(domains->findings, xml->file, at->line, at->column,
                    "there is no domain '%s' before this one%s", at->value,
                    nearest_hint(domains->arena, domains_nearest(domains, at->value)));
    return base;
}

static struct domain_draft *new_domain(struct domains *domains, const struct xml_file *xml,
                                       const struct xml_node *node)
{
    struct domain_draft *draft = NEW(domains->arena, struct domain_draft);
    draft->base = find_base(domains, xml, node);
    draft->domain.name = xml_text(node, "name", "");
    draft->domain.kind = read_kind(node, draft->base);
    draft->domain.codes.arena = domains->arena;
    draft->domain.length_most = kinds[draft->domain.kind].length;
    if (draft->base)
        inherit_limits(&draft->domain, &draft->base->domain);
    read_limits(domains, xml, node, &draft->domain);
    check_limits(domains, xml, node, &draft->domain);
    map_put_text(&domains->by_name, draft->domain.name, draft);
    LIST_ADD(domains->arena, domains, &draft->domain);
    return draft;
}

/* All that can be said anew of a domain that is there is more codes. */
static bool adds_codes(const struct xml_node *node, const struct domain_draft *draft)
{
    return node->attribute_count == 1 && node->first && draft->count;
}

static bool is_yes_no(const struct domain *domain)
{
    const char *yes = domain_code(domain, "yes"), *no = domain_code(domain, "no");
    return domain->permitted_count == 2 && yes && no && text_equal(yes, "yes") &&
           text_equal(no, "no");
}

/* Do its kind, its codes, and the domain that it narrows go together? */
static void check_domain(struct domains *domains, const struct xml_file *xml,
                         const struct xml_node *node, const struct domain_draft *draft)
{
    const struct domain *domain = &draft->domain;
    const char *excess =
        draft->base ? domain_excess(domains->arena, domain, &draft->base->domain) : NULL;
    const char *wrong = NULL;
    if (domain->kind == DOMAIN_BOOLEAN && !is_yes_no(domain))
        wrong = "has the kind boolean and needs the codes 'yes' and 'no', and no others";
    else if (domain->kind == DOMAIN_CODE && !domain->permitted)
        wrong = "has the kind code, and no codes";
    else if (domain->permitted && !kinds[domain->kind].coded)
        wrong = "has codes, so its kind cannot be another than code";
    else if (excess)
        wrong = excess;
    if (wrong)
        finding_add(domains->findings, xml->file, node->line, node->column, "the domain '%s' %s%s",
                    domain->name, wrong, excess == wrong ? "; it must be narrower" : "");
}

static void read_domain(struct domains *domains, const struct xml_file *xml,
                        const struct xml_node *node)
{
    struct domain_draft *draft = map_get_text(&domains->by_name, xml_text(node, "name", ""));
    size_t errors = domains->findings->errors;
    if (draft && !adds_codes(node, draft)) {
        finding_add(domains->findings, xml->file, node->line, node->column,
                    "the domain '%s' is defined already; only codes can be added to a code list",
                    draft->domain.name);
        return;
    }
    if (!draft)
        draft = new_domain(domains, xml, node);
    codes_read(domains, xml, node, draft);
    if (domains->findings->errors == errors)
        check_domain(domains, xml, node, draft);
}

void domains_read(struct domains *domains, const struct xml_file *xml)
{
    for (const struct xml_node *node = xml->root->first; node; node = node->next)
        if (text_equal(node->name, "domain"))
            read_domain(domains, xml, node);
}

const struct domain *domains_get(const struct domains *domains, const char *name)
{
    const struct domain_draft *draft = map_get_text(&domains->by_name, name);
    return draft ? &draft->domain : NULL;
}

const char *domains_nearest(const struct domains *domains, const char *name)
{
    struct nearest near = {.word = name};
    for (size_t i = 0; i < domains->count; i++)
        nearest_offer(&near, domains->list[i]->name);
    return near.best;
}
