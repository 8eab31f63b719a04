/* Lists within a record: people, orders and their lines, contacts of several types. */
#include "hub/base/list.h"
#include "hub/profile/suggest.h"
#include "hub/profile/words.h"

#define CLEAR_IN_LIST 3

struct listing {
    struct arena *arena;
    const struct dictionary *dictionary;
    struct suggestions *all;
    const char *each;
};

static bool is_in(const struct listing *listing, const struct suggestion *suggestion)
{
    return suggestion->column->each && text_equal(suggestion->column->each, listing->each);
}

/* The list's own name, in lower case: "c:contacts/c:contact" is "contact". */
static const char *name_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *colon = strrchr(name, ':');
    const char *lower = text_lower_ascii(arena, colon ? colon + 1 : name);
    size_t length = strlen(lower);
    return length > 3 && lower[length - 1] == 's' ? arena_strndup(arena, lower, length - 1) : lower;
}

static bool is_plain(const struct suggestion *suggestion)
{
    return !*suggestion->column->name || text_equal(suggestion->column->name, ".");
}

/* How a type of contact is called: what it makes of its item. */
static const struct {
    const char *word, *element, *kind;
} types[] = {
    {"mail", "customer.email", NULL},       {"e-mail", "customer.email", NULL},
    {"email", "customer.email", NULL},      {"phone", "customer.phone", NULL},
    {"tel", "customer.phone", NULL},        {"telephone", "customer.phone", NULL},
    {"telefon", "customer.phone", NULL},    {"mobile", "customer.phone", "mobile"},
    {"mobil", "customer.phone", "mobile"},  {"handy", "customer.phone", "mobile"},
    {"cell", "customer.phone", "mobile"},   {"sms", "customer.phone", "mobile"},
    {"landline", "customer.phone", "home"}, {"fax", "customer.phone", "fax"},
    {"web", "customer.website", NULL},      {"website", "customer.website", NULL},
    {"url", "customer.website", NULL},      {"www", "customer.website", NULL},
    {"home", "customer.phone", "home"},     {"work", "customer.phone", "work"},
    {"business", "customer.phone", "work"},
};

static bool read_type(const struct dictionary *dictionary, const char *text, struct branch *branch)
{
    ARENA(scratch);
    const char *lower = text_lower_ascii(scratch, text);
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (text_equal(lower, types[i].word)) {
            *branch = (struct branch){text, dictionary_element(dictionary, types[i].element),
                                      types[i].kind};
            return branch->element != NULL;
        }
    return false;
}

/* A type for each text of the column, with both addresses and numbers among them; or none. */
static size_t branches_of(const struct listing *listing, const struct column *column,
                          struct branch *branches)
{
    size_t count = 0;
    bool mail = false, other = false;
    if (column->more_values || column->value_count < 2)
        return 0;
    for (size_t i = 0; i < column->value_count; i++) {
        struct branch branch;
        if (!read_type(listing->dictionary, column->values[i].text, &branch))
            continue;
        bool is_mail = text_equal(branch.element->path, "email");
        mail |= is_mail;
        other |= !is_mail;
        branches[count++] = branch;
    }
    return mail && other ? count : 0;
}

/* {type, value}: for each type a value. */
static bool take_typed(const struct listing *listing)
{
    struct suggestions *all = listing->all;
    struct suggestion *type = NULL, *value = NULL;
    struct branch *branches = NEW_ARRAY(listing->arena, struct branch, COLUMN_VALUES);
    size_t count = 0;
    for (size_t i = 0; i < all->count && !count; i++)
        if (is_in(listing, &all->list[i]) &&
            (count = branches_of(listing, all->list[i].column, branches)))
            type = &all->list[i];
    for (size_t i = 0; i < all->count && type; i++) {
        const unsigned *share = all->list[i].column->share;
        if (is_in(listing, &all->list[i]) && share[TRAIT_EMAIL] >= 50 &&
            share[TRAIT_EMAIL] + share[TRAIT_PHONE] >= 500)
            value = &all->list[i];
    }
    if (!type || !value || type == value)
        return false;
    value->use = USE_VALUE;
    value->record = 0;
    value->element = branches[0].element;
    value->branches = branches;
    value->branch_count = count;
    value->type = type->column;
    value->kind = value->scheme = value->note = NULL;
    value->confidence = count == type->column->value_count ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
    if (count < type->column->value_count)
        value->note = "not all types are known: those that are not get no value";
    type->use = USE_QUALIFIER;
    type->element = NULL;
    type->confidence = CONFIDENCE_NONE;
    return true;
}

/* Has the list a column whose name means this element? */
static bool says(const struct listing *listing, const char *name)
{
    const struct element *element = dictionary_element(listing->dictionary, name);
    const struct dictionary *dictionary = listing->dictionary;
    for (size_t i = 0; element && i < listing->all->count; i++) {
        const struct suggestion *suggestion = &listing->all->list[i];
        size_t at =
            (size_t)(dictionary_class(dictionary, element->class_name) - dictionary->classes);
        const struct named *named = at < CLASSES_MOST ? &suggestion->reading.of[at] : NULL;
        if (named && is_in(listing, suggestion) && named->element == element &&
            named->score >= FAIR && evidence_for(dictionary, suggestion->column, element) >= 0)
            return true;
    }
    return false;
}

static bool are_lines(const struct listing *listing)
{
    static const char *const what[] = {"transaction.line.sku",
                                       "transaction.line.product",
                                       "transaction.line.description",
                                       "transaction.line.price",
                                       "product.sku",
                                       "product.ean",
                                       "product.name",
                                       "product.price"};
    bool some = false;
    for (size_t i = 0; i < COUNT_OF(what); i++)
        some |= says(listing, what[i]);
    return some &&
           (says(listing, "transaction.quantity") || says(listing, "transaction.line.quantity"));
}

/* The path within a line of what a name says that something else has: an order, a product. */
static const char *line_path(struct arena *arena, const struct element *element)
{
    static const struct {
        const char *from, *to;
    } other[] = {{"product.name", "description"},
                 {"product.number", "sku"},
                 {"product.ean", "sku"},
                 {"product.vin", "product"},
                 {"product.serial", "product"}};
    const char *path = element->path;
    for (size_t i = 0; i < COUNT_OF(other); i++)
        if (text_equal(element->name, other[i].from))
            path = other[i].to;
    return text_starts(path, "line.") ? path : arena_printf(arena, "line.%s", path);
}

/* What a line's column is, by the name that it has as something of its own. */
static const struct element *line_element(const struct dictionary *dictionary,
                                          const struct suggestion *suggestion)
{
    static const char *const own[] = {"transaction", "product"};
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        ARENA(scratch);
        size_t at = (size_t)(dictionary_class(dictionary, own[i]) - dictionary->classes);
        const struct named *named = at < CLASSES_MOST ? &suggestion->reading.of[at] : NULL;
        if (!named || named->score < FAIR)
            continue;
        const struct element *element =
            dictionary_path(dictionary, "transaction", line_path(scratch, named->element));
        if (element && evidence_for(dictionary, suggestion->column, element) >= 0)
            return element;
    }
    return NULL;
}

/* Is the column called as what tells items apart? */
static bool is_called_number(const struct column *column)
{
    static const char *const words[] = {"id",       "ref", "reference", "no",    "nr",   "number",
                                        "key",      "seq", "pos",       "index", "code", "uuid",
                                        "position", "vin", "serial",    NULL};
    ARENA(scratch);
    const char *slash = strrchr(column->name, '/'), *own = slash ? slash + 1 : column->name;
    const char *colon = strrchr(own, ':');
    own = colon ? colon + 1 : own;
    own = text_lower_ascii(scratch, own + (*own == '@'));
    return word_is(words, own) || text_ends(own, "_id") || text_ends(own, "_no") ||
           text_ends(own, "number");
}

/* What tells the items of a list in a record apart: its number, mostly. */
static struct suggestion *part_column(const struct listing *listing)
{
    struct suggestion *list = listing->all->list;
    size_t most = 0;
    for (size_t i = 0; i < listing->all->count; i++)
        if (is_in(listing, &list[i]) && list[i].column->texts > most)
            most = list[i].column->texts;
    for (size_t i = 0; i < listing->all->count; i++)
        if (is_in(listing, &list[i]) && list[i].column->texts == most &&
            is_called_number(list[i].column))
            return &list[i];
    return NULL;
}

static void take_lines(const struct listing *listing)
{
    struct suggestions *all = listing->all;
    const struct object_class *class = dictionary_class(listing->dictionary, "transaction");
    size_t record = all->records[0].class == class ? 0 : suggest_plan(all, class, "order");
    if (record == RECORDS_MOST)
        return;
    suggest_take_class(listing->dictionary, all, NULL, class, record);
    const struct suggestion *by = part_column(listing);
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (!is_in(listing, suggestion))
            continue;
        bool number = suggestion == by && by->column->share[TRAIT_INTEGER] == 1000;
        const struct element *element =
            number ? dictionary_path(listing->dictionary, "transaction", "line.number")
                   : line_element(listing->dictionary, suggestion);
        suggestion->use = element ? USE_VALUE : USE_NONE;
        suggestion->element = element;
        suggestion->record = record;
        suggestion->confidence = element ? CONFIDENCE_MEDIUM : CONFIDENCE_NONE;
        suggestion->scheme = suggestion->kind = suggestion->note = NULL;
    }
}

static bool are_people(const struct listing *listing)
{
    unsigned names = 0, others = 0;
    for (size_t i = 0; i < listing->all->count; i++) {
        const struct suggestion *suggestion = &listing->all->list[i];
        if (!is_in(listing, suggestion) || is_plain(suggestion) || suggestion->use != USE_VALUE ||
            suggestion->confidence == CONFIDENCE_LOW ||
            !text_equal(suggestion->element->class_name, "customer"))
            continue;
        const char *path = suggestion->element->path;
        bool name = text_equal(path, "name.full") || text_equal(path, "name.given") ||
                    text_equal(path, "name.family");
        names += name;
        others += !name && (suggestion->element->many || text_equal(path, "birth_date") ||
                            text_equal(path, "sex") || text_equal(path, "name.prefix"));
    }
    return names >= 2 || (names && others);
}

static void plan_list(const struct listing *listing, const struct object_class *class,
                      const char *role, size_t record)
{
    struct suggestions *all = listing->all;
    struct suggestion *by = part_column(listing);
    const char *word = role ? role : class->name;
    bool alone = true;
    for (size_t i = 0; i < all->record_count; i++)
        alone &= !all->records[i].each;
    const char *part = word;
    if (by)
        part = alone ? arena_printf(listing->arena, "{%s}", by->column->name)
                     : arena_printf(listing->arena, "%s-{%s}", word, by->column->name);
    all->records[record] =
        (struct planned){.class = class, .part = part, .each = listing->each, .role = role};
    if (!by || (by->use == USE_VALUE && by->record == record))
        return;
    by->use = USE_KEY;
    by->element = NULL;
    by->confidence = CONFIDENCE_NONE;
    by->note = by->scheme = by->kind = NULL;
}

static void take_people(const struct listing *listing)
{
    struct suggestions *all = listing->all;
    ARENA(scratch);
    const char *role = word_meaning(word_roles, name_of(scratch, listing->each));
    if (all->record_count == RECORDS_MOST)
        return;
    size_t record = all->record_count++;
    for (size_t i = 0; i < all->count; i++)
        if (is_in(listing, &all->list[i]))
            all->list[i].record = record;
    struct suggestion *by = part_column(listing);
    if (by)
        by->record = 0;
    plan_list(listing, dictionary_class(listing->dictionary, "customer"), role ? role : "contact",
              record);
}

/* What is left with the main record is a guess: whose is it? */
static void doubt(const struct listing *listing)
{
    for (size_t i = 0; i < listing->all->count; i++) {
        struct suggestion *suggestion = &listing->all->list[i];
        bool own =
            is_in(listing, suggestion) && suggestion->use == USE_VALUE && !is_plain(suggestion);
        if (own && suggestion->confidence == CONFIDENCE_HIGH)
            suggestion->confidence = CONFIDENCE_MEDIUM;
    }
}

static void take_list(const struct listing *listing)
{
    struct suggestions *all = listing->all;
    unsigned sum;
    if (take_typed(listing))
        return;
    if (are_lines(listing)) {
        take_lines(listing);
        return;
    }
    if (are_people(listing)) {
        take_people(listing);
        return;
    }
    const struct object_class *class =
        suggest_class_of(listing->dictionary, all, listing->each, &sum);
    if (class && sum >= CLEAR_IN_LIST && all->record_count < RECORDS_MOST) {
        size_t record = all->record_count++;
        suggest_take_class(listing->dictionary, all, listing->each, class, record);
        plan_list(listing, class, NULL, record);
    }
    doubt(listing);
}

void suggest_lists(struct arena *arena, const struct dictionary *dictionary,
                   struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const char *each = all->list[i].column->each;
        bool again = !each;
        for (size_t j = 0; j < i && !again; j++)
            again = text_equal(text_or_empty(all->list[j].column->each), each);
        if (!again)
            take_list(&(struct listing){arena, dictionary, all, each});
    }
}
