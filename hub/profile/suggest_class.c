/* Records of other classes: an order, the product that a card registers, a call. */
#include "hub/profile/suggest.h"

#define CLEAR 5 /* the sum of what names tell from which a class is clear */

#define BARE 5 /* classes that call something so: more say nothing */

static size_t place_of(const struct dictionary *dictionary, const struct object_class *class)
{
    return (size_t)(class - dictionary->classes);
}

static bool in_list(const struct suggestion *suggestion, const char *each)
{
    return text_equal(text_or_empty(suggestion->column->each), text_or_empty(each));
}

/* A name that few classes use tells more. */
static unsigned weight_of(const struct named *named)
{
    unsigned weight = named->classes == 1 ? 3 : named->classes == 2 ? 2 : named->classes == 3;
    return named->score >= STRONG ? weight : named->score >= FAIR ? weight / 2 : 0;
}

/* Is it the customer's rather than of the other class? */
static bool is_kept(const struct suggestion *suggestion, const struct named *named)
{
    if (suggestion->use != USE_VALUE || !text_equal(suggestion->element->class_name, "customer"))
        return suggestion->use != USE_NONE;
    return suggestion->confidence == CONFIDENCE_HIGH ||
           (suggestion->confidence == CONFIDENCE_MEDIUM &&
            suggestion->reading.best[0].score >= named->score);
}

static bool can_take(const struct dictionary *dictionary, const struct suggestion *suggestion,
                     const struct object_class *class)
{
    size_t at = place_of(dictionary, class);
    const struct named *named = at < CLASSES_MOST ? &suggestion->reading.of[at] : NULL;
    /* A bare number is the number of anything. */
    bool bare = named && named->classes > BARE && text_equal(named->element->path, "number");
    return named && named->score >= FAIR && !bare && !is_kept(suggestion, named) &&
           evidence_for(dictionary, suggestion->column, named->element) >= 0;
}

/* The class's weight in all; *columns: that tell something. */
static unsigned sum_of(const struct dictionary *dictionary, const struct suggestions *all,
                       const char *each, const struct object_class *class, unsigned *columns)
{
    unsigned sum = 0;
    *columns = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct suggestion *suggestion = &all->list[i];
        if (!in_list(suggestion, each) || !suggestion->column->texts ||
            !can_take(dictionary, suggestion, class))
            continue;
        unsigned weight = weight_of(&suggestion->reading.of[place_of(dictionary, class)]);
        sum += weight;
        *columns += weight > 0;
    }
    return sum;
}

const struct object_class *suggest_class_of(const struct dictionary *dictionary,
                                            const struct suggestions *all, const char *each,
                                            unsigned *sum)
{
    const struct object_class *best = NULL;
    *sum = 0;
    for (size_t i = 0; i < dictionary->class_count && i < CLASSES_MOST; i++) {
        const struct object_class *class = &dictionary->classes[i];
        unsigned columns = 0, here = 0;
        if (!text_equal(class->name, "customer"))
            here = sum_of(dictionary, all, each, class, &columns);
        if (columns >= 2 && here > *sum) {
            *sum = here;
            best = class;
        }
    }
    return best;
}

static enum confidence confidence_of(const struct suggestion *suggestion, const struct named *named,
                                     int evidence)
{
    enum confidence confidence = suggest_weigh(suggestion->column, named->score, evidence);
    bool plain = (weight_of(named) >= 2 || named->element->domain->check) && evidence == 100;
    if (confidence == CONFIDENCE_HIGH && !plain)
        confidence = CONFIDENCE_MEDIUM;
    bool identifier = strstr(named->element->domain->name, "identifier") != NULL;
    return named->classes > 3 && evidence < 100 && !identifier && confidence > CONFIDENCE_LOW
               ? CONFIDENCE_LOW
               : confidence;
}

void suggest_take_class(const struct dictionary *dictionary, struct suggestions *all,
                        const char *each, const struct object_class *class, size_t record)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (!in_list(suggestion, each) || !can_take(dictionary, suggestion, class))
            continue;
        const struct named *named = &suggestion->reading.of[place_of(dictionary, class)];
        int evidence = evidence_for(dictionary, suggestion->column, named->element);
        enum confidence confidence = confidence_of(suggestion, named, evidence);
        if (confidence == CONFIDENCE_NONE)
            continue;
        suggestion->use = USE_VALUE;
        suggestion->element = named->element;
        suggestion->record = record;
        suggestion->confidence = suggestion->column->texts ? confidence : CONFIDENCE_LOW;
        suggestion->note = suggestion->column->texts ? NULL : "empty in this file";
        suggestion->scheme = suggestion->kind = NULL;
    }
}

size_t suggest_plan(struct suggestions *all, const struct object_class *class, const char *part)
{
    for (size_t i = 0; i < all->record_count; i++)
        if (all->records[i].class == class && !all->records[i].each && i > 0)
            return i;
    if (all->record_count == RECORDS_MOST)
        return RECORDS_MOST;
    all->records[all->record_count] = (struct planned){.class = class, .part = part};
    return all->record_count++;
}

/* How much a value is a sign of a customer. */
static unsigned sign_of(const struct suggestion *suggestion)
{
    if (suggestion->use != USE_VALUE || suggestion->record != 0)
        return 0;
    const char *path = suggestion->element->path;
    bool sure = suggestion->confidence == CONFIDENCE_HIGH;
    if (text_equal(path, "identifier"))
        return suggestion->reading.of_customer && suggestion->confidence > CONFIDENCE_LOW ? 2 : 0;
    bool personal = text_starts(path, "name.") || suggestion->element->composite ||
                    suggestion->element->many || text_equal(path, "birth_date");
    return personal ? (sure ? 2 : suggestion->confidence == CONFIDENCE_MEDIUM) : 0;
}

/* Does somebody's name, address, telephone or number stand in the file? */
static bool has_customer(const struct suggestions *all)
{
    unsigned signs = 0;
    for (size_t i = 0; i < all->count; i++)
        signs += sign_of(&all->list[i]);
    return signs >= 2;
}

/* The file is about nobody: what was taken for a customer's is free for the class. */
static void drop_customer(struct suggestions *all, const struct object_class *class)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (suggestion->use != USE_VALUE || suggestion->column->each)
            continue;
        suggestion->use = USE_NONE;
        suggestion->element = NULL;
        suggestion->confidence = CONFIDENCE_NONE;
        suggestion->note = suggestion->scheme = suggestion->kind = NULL;
    }
    all->records[0] = (struct planned){.class = class};
}

/* The quantity beside an article is the line's. */
static void join_line(const struct dictionary *dictionary, struct suggestions *all)
{
    const struct element *whole = dictionary_element(dictionary, "transaction.quantity");
    const struct element *line = dictionary_element(dictionary, "transaction.line.quantity");
    bool lines = false;
    for (size_t i = 0; i < all->count; i++)
        lines |= all->list[i].use == USE_VALUE && line && !all->list[i].column->each &&
                 text_equal(text_or_empty(all->list[i].element->composite), line->composite);
    for (size_t i = 0; i < all->count && lines; i++)
        if (all->list[i].use == USE_VALUE && all->list[i].element == whole)
            all->list[i].element = line;
}

static const char *part_of(const struct object_class *class)
{
    return text_equal(class->name, "transaction") ? "order" : class->name;
}

void suggest_classes(const struct dictionary *dictionary, struct suggestions *all)
{
    unsigned sum;
    for (unsigned i = 0; i < 3; i++) {
        const struct object_class *class = suggest_class_of(dictionary, all, NULL, &sum);
        if (!class || sum < CLEAR)
            return;
        size_t record = 0;
        if (i == 0 && !has_customer(all))
            drop_customer(all, class);
        else
            record = suggest_plan(all, class, part_of(class));
        suggest_take_class(dictionary, all, NULL, class, record);
        join_line(dictionary, all);
    }
}
