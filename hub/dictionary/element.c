#include "hub/base/nearest.h"
#include "hub/dictionary/loader.h"

#define COLUMN_MOST 55 /* so that no generated SQL name is cut off at PostgreSQL's 63 */

static const char *const sensitivities[] = {
    [SENSITIVITY_PUBLIC] = "public",
    [SENSITIVITY_INTERNAL] = "internal",
    [SENSITIVITY_PERSONAL] = "personal",
    [SENSITIVITY_SENSITIVE] = "sensitive",
};

/* Values of such kinds have one standard form, whatever the element. */
static const char *const by_kind[] = {
    [DOMAIN_TEXT] = NULL,     [DOMAIN_CODE] = "code",         [DOMAIN_DATE] = "date",
    [DOMAIN_TIME] = "time",   [DOMAIN_INTEGER] = "integer",   [DOMAIN_NUMBER] = "number",
    [DOMAIN_MONEY] = "money", [DOMAIN_DURATION] = "duration", [DOMAIN_BOOLEAN] = "code",
};

const char *sensitivity_name(enum sensitivity sensitivity)
{
    return sensitivities[sensitivity];
}

static enum sensitivity read_sensitivity(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(sensitivities); i++)
        if (text_equal(sensitivities[i], text))
            return (enum sensitivity)i;
    return SENSITIVITY_SENSITIVE; /* the schema knows better words than we: stay careful */
}

static const char *column_of(struct arena *arena, const char *path)
{
    char *column = arena_strdup(arena, path);
    for (char *c = column; *c; c++)
        if (*c == '.')
            *c = '_';
    return column;
}

/* Columns that published views have of their own; those for ids of classes are checked later. */
static const char *const taken[] = {
    "customer_id", "household_id", "source",     "source_key", "part",
    "version",     "record_count", "created_at", "updated_at", "display_name",
};
static const char *const taken_in_composites[] = {"customer_id", "kind", "is_primary"};

static bool is_taken(const struct element *element, const char *name)
{
    const char *const *names = element->composite ? taken_in_composites : taken;
    size_t count = element->composite ? COUNT_OF(taken_in_composites) : COUNT_OF(taken);
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], element->composite ? name : element->column))
            return true;
    return false;
}

/* Its names must be free: full name, and column within the class. */
static bool claim_names(struct loader *loader, struct element_draft *draft)
{
    const struct element *element = &draft->element;
    const struct xml_attribute *at = xml_attribute(draft->node, "name");
    const char *column = arena_printf(loader->arena, "%s %s", element->class_name, element->column);
    const char *wrong = NULL;
    if (map_get_text(&loader->names, element->name))
        wrong = "is defined already; <refine> changes what can be changed of it";
    else if (map_get_text(&loader->columns, column))
        wrong = arena_printf(loader->arena, "would share the column '%s' with another",
                             element->column);
    else if (is_taken(element, at->value))
        wrong = "has the name of a column that every view has; choose another";
    else if (strlen(element->column) > COLUMN_MOST)
        wrong = arena_printf(loader->arena, "has too long a name; %d letters can be published",
                             COLUMN_MOST);
    else if (element->composite && strchr(xml_text(draft->node, "name", ""), '.'))
        wrong = "stands in a composite; its name is one word";
    else if (++loader->element_count > ELEMENTS_MOST)
        wrong = arena_printf(loader->arena, "is one too many; a dictionary has at most %d elements",
                             ELEMENTS_MOST);
    if (wrong) {
        finding_add(loader->findings, draft->xml->file, at->line, at->column, "the element '%s' %s",
                    element->name, wrong);
        return false;
    }
    map_put_text(&loader->names, element->name, draft);
    map_put_text(&loader->columns, column, draft);
    return true;
}

static const struct domain *find_domain(struct loader *loader, const struct xml_file *xml,
                                        const struct xml_attribute *at)
{
    const struct domain *domain = domains_get(&loader->domains, at->value);
    if (domain)
        return domain;
    const char *near = domains_nearest(&loader->domains, at->value);
    finding_add(loader->findings, xml->file, at->line, at->column, "there is no domain '%s'%s",
                at->value, nearest_hint(loader->arena, near));
    return NULL;
}

/* They only help to guess, so that one which says nothing new or is another's is no error. */
static void add_synonyms(struct loader *loader, const struct xml_file *xml,
                         const struct xml_attribute *at, struct class_draft *class,
                         struct element_draft *draft)
{
    size_t count;
    const char **words = text_split(loader->arena, at->value, '|', &count);
    for (size_t i = 0; i < count && draft->count < SYNONYMS_MOST; i++) {
        char folded[FOLDED_MOST];
        const char *word = text_trim(loader->arena, words[i]);
        if (!code_fold(word, folded)) {
            finding_warn(loader->findings, xml->file, at->line, at->column,
                         "the synonym '%s' has no letter or digit, or is too long", word);
            continue;
        }
        const struct element_draft *other = map_get_text(&class->synonyms, folded);
        if (other) {
            finding_warn(loader->findings, xml->file, at->line, at->column,
                         "'%s' is a synonym of '%s' already", word, other->element.name);
            continue;
        }
        map_put_text(&class->synonyms, arena_strdup(loader->arena, folded), draft);
        LIST_ADD(loader->arena, draft, word);
    }
    if (draft->count == SYNONYMS_MOST)
        finding_add(loader->findings, xml->file, at->line, at->column,
                    "'%s' has too many synonyms; fewer than %d can stand", draft->element.name,
                    SYNONYMS_MOST);
}

/* What an <element> states and a <refine> can state anew; what is not stated stays. */
static void read_common(struct loader *loader, const struct xml_file *xml,
                        const struct xml_node *node, struct class_draft *class,
                        struct element_draft *draft)
{
    struct element *element = &draft->element;
    const struct xml_attribute *synonyms = xml_attribute(node, "synonyms");
    const struct xml_attribute *purpose = xml_attribute(node, "purpose");
    element->label = xml_text(node, "label", element->label);
    element->standardiser = xml_text(node, "standardiser", element->standardiser);
    element->survivorship = xml_text(node, "survivorship", element->survivorship);
    element->steward = xml_text(node, "steward", element->steward);
    element->status = xml_text(node, "status", element->status);
    element->version = xml_text(node, "version", element->version);
    element->retention = xml_text(node, "retention", element->retention);
    element->purpose = xml_text(node, "purpose", element->purpose);
    if (purpose) {
        draft->purpose = purpose;
        draft->purpose_xml = xml;
    }
    if (synonyms)
        add_synonyms(loader, xml, synonyms, class, draft);
}

static const char *standardiser_of(const struct element *element)
{
    const struct domain *domain = element->domain;
    if (element->standardiser || !domain)
        return element->standardiser;
    return domain->check ? "identifier" : by_kind[domain->kind];
}

void element_read(struct loader *loader, const struct xml_file *xml, const struct xml_node *node,
                  struct class_draft *class, const char *composite, bool many)
{
    struct arena *arena = loader->arena;
    struct element_draft *draft = NEW(arena, struct element_draft);
    const char *name = xml_text(node, "name", "");
    const char *path = composite ? arena_printf(arena, "%s.%s", composite, name) : name;
    const char *class_name = class->object_class.name;
    draft->xml = xml;
    draft->node = node;
    draft->element = (struct element){
        .name = arena_printf(arena, "%s.%s", class_name, path),
        .path = path,
        .column = column_of(arena, path),
        .class_name = class_name,
        .composite = composite,
        .definition = xml_child(node, "definition")->text,
        .domain = find_domain(loader, xml, xml_attribute(node, "domain")),
        .many = many || xml_yes(node, "many"),
        .sensitivity = read_sensitivity(xml_text(node, "sensitivity", "")),
        .comparator = xml_text(node, "comparator", NULL),
        .group = xml_text(node, "group", NULL),
        .about = xml_text(node, "about", NULL),
        .steward = class->object_class.steward,
        .status = "standard",
        .version = "1",
        .retention = "",
        .purpose = "",
    };
    if (!claim_names(loader, draft))
        return;
    read_common(loader, xml, node, class, draft);
    draft->element.standardiser = standardiser_of(&draft->element);
    if (!*draft->element.definition)
        finding_add(loader->findings, xml->file, node->line, node->column,
                    "the element '%s' has an empty definition", draft->element.name);
    if (class->last)
        class->last->next = draft;
    else
        class->first = draft;
    class->last = draft;
}

/* A domain can be exchanged only for one that holds no other values. */
static void refine_domain(struct loader *loader, const struct xml_file *xml,
                          const struct xml_attribute *at, struct element *element)
{
    const struct domain *domain = find_domain(loader, xml, at), *before = element->domain;
    const char *excess = domain && before ? domain_excess(loader->arena, domain, before) : NULL;
    if (excess)
        finding_add(loader->findings, xml->file, at->line, at->column,
                    "'%s' cannot have the domain '%s', which %s; only a narrower one will do",
                    element->name, at->value, excess);
    if (!domain || !before || excess)
        return;
    if (domain->kind != before->kind || domain->check != before->check)
        element->standardiser = NULL;
    element->domain = domain;
    element->standardiser = standardiser_of(element);
}

static void refine_sensitivity(struct loader *loader, const struct xml_file *xml,
                               const struct xml_attribute *at, struct element *element)
{
    enum sensitivity sensitivity = read_sensitivity(at->value);
    if (sensitivity < element->sensitivity)
        finding_add(loader->findings, xml->file, at->line, at->column,
                    "'%s' is %s; it can be more sensitive, not less", element->name,
                    sensitivities[element->sensitivity]);
    element->sensitivity = sensitivity;
}

void element_refine(struct loader *loader, const struct xml_file *xml, const struct xml_node *node)
{
    const struct xml_attribute *of = xml_attribute(node, "of");
    const struct xml_attribute *domain = xml_attribute(node, "domain");
    const struct xml_attribute *sensitivity = xml_attribute(node, "sensitivity");
    struct element_draft *draft = map_get_text(&loader->names, of->value);
    struct nearest near = {.word = of->value};
    if (!draft) {
        for (const struct class_draft *c = loader->first; c; c = c->next)
            for (const struct element_draft *e = c->first; e; e = e->next)
                nearest_offer(&near, e->element.name);
        finding_add(loader->findings, xml->file, of->line, of->column, "there is no element '%s'%s",
                    of->value, nearest_hint(loader->arena, near.best));
        return;
    }
    struct class_draft *class = loader->first;
    while (!text_equal(class->object_class.name, draft->element.class_name))
        class = class->next;
    if (domain)
        refine_domain(loader, xml, domain, &draft->element);
    if (sensitivity)
        refine_sensitivity(loader, xml, sensitivity, &draft->element);
    read_common(loader, xml, node, class, draft);
}

/* "campaign_id" is the column for the campaign that a thing is related to. */
static void check_column(struct loader *loader, const struct element_draft *draft)
{
    const struct element *element = &draft->element;
    for (const struct class_draft *class = loader->first; class; class = class->next)
        if (text_equal(element->column,
                       arena_printf(loader->arena, "%s_id", class->object_class.name)))
            finding_add(loader->findings, draft->xml->file, draft->node->line, draft->node->column,
                        "'%s' has the name of the column for related records of the class '%s'; "
                        "choose another",
                        element->name, class->object_class.name);
}

static void check_purpose(struct loader *loader, const struct element_draft *draft)
{
    const struct domain *purposes = domains_get(&loader->domains, "purpose");
    const char *purpose = draft->element.purpose;
    struct nearest near = {.word = purpose};
    if (!*purpose || !purposes || domain_code(purposes, purpose))
        return;
    for (size_t i = 0; i < purposes->permitted_count; i++)
        nearest_offer(&near, purposes->permitted[i].code);
    finding_add(loader->findings, draft->purpose_xml->file, draft->purpose->line,
                draft->purpose->column, "there is no purpose '%s' in the domain 'purpose'%s",
                purpose, nearest_hint(loader->arena, near.best));
}

/* What can be reached or not is a value of customers with a relation of its own, and things say when. */
static void check_about(struct loader *loader, const struct element_draft *draft)
{
    const struct xml_attribute *about = xml_attribute(draft->node, "about");
    if (!about)
        return;
    const struct element_draft *point = map_get_text(&loader->names, about->value);
    const char *class_name = draft->element.class_name;
    bool told =
        map_get_text(&loader->names, arena_printf(loader->arena, "%s.outcome", class_name)) &&
        map_get_text(&loader->names, arena_printf(loader->arena, "%s.time", class_name));
    if (!point || !point->element.many || point->element.composite ||
        !text_equal(point->element.class_name, "customer"))
        finding_add(loader->findings, draft->xml->file, about->line, about->column,
                    "'%s' is no contact point of customers; such as customer.email", about->value);
    else if (!told)
        finding_add(loader->findings, draft->xml->file, about->line, about->column,
                    "what is about contact points needs an outcome and a time in its class");
}

void element_check(struct loader *loader, const struct element_draft *draft)
{
    check_column(loader, draft);
    check_purpose(loader, draft);
    check_about(loader, draft);
}
