#include "hub/profile/suggest.h"

#include "hub/profile/words.h"
#include "hub/standard/address.h"

const char *const confidence_names[] = {
    [CONFIDENCE_NONE] = "none",
    [CONFIDENCE_LOW] = "low",
    [CONFIDENCE_MEDIUM] = "medium",
    [CONFIDENCE_HIGH] = "high",
};

#define CONTRARY 5 /* texts that contradict a name need be so many */

struct suggesting {
    struct arena *arena;
    const struct dictionary *dictionary;
    struct suggestions *all;
};

enum confidence suggest_weigh(const struct column *column, unsigned score, int evidence)
{
    if (score >= STRONG && evidence >= 50)
        return CONFIDENCE_HIGH;
    if (evidence < 0)
        return column->texts < CONTRARY && score >= STRONG ? CONFIDENCE_LOW : CONFIDENCE_NONE;
    if (score >= STRONG || (score >= FAIR && evidence == 100))
        return CONFIDENCE_MEDIUM;
    return score >= FAIR ? CONFIDENCE_LOW : CONFIDENCE_NONE;
}

/* "address 1" that holds streets; "first name 2". */
static const struct element *refine(const struct suggesting *suggesting,
                                    const struct column *column, const struct named *named)
{
    static const struct {
        const char *path, *second;
    } seconds[] = {{"name.given", "name.middle"},
                   {"name.family", "name.former"},
                   {"address.line", "address.unit"},
                   {"address.street", "address.unit"}};
    const char *path = named->element->path;
    if (named->index >= 2)
        for (size_t i = 0; i < COUNT_OF(seconds); i++)
            if (text_equal(path, seconds[i].path))
                return dictionary_path(suggesting->dictionary, "customer", seconds[i].second);
    bool streets = column->share[TRAIT_STREET] > column->share[TRAIT_ADDRESS] * 3;
    if (text_equal(path, "address.line") && (named->index == 1 || streets))
        return dictionary_path(suggesting->dictionary, "customer", "address.street");
    return named->element;
}

static void place(const struct suggesting *suggesting, struct suggestion *suggestion,
                  const struct named *named)
{
    const struct column *column = suggestion->column;
    const struct element *element = refine(suggesting, column, named);
    int evidence = evidence_for(suggesting->dictionary, column, element);
    enum confidence confidence = suggest_weigh(column, named->score, evidence);
    bool apart = text_equal(element->path, "identifier") && named->score < STRONG;
    bool constant = column->value_count == 1 && !column->more_values && column->texts >= CONTRARY;
    if (apart || (constant && (evidence < 50 || !element->domain->permitted)))
        return;
    bool second = element != named->element && named->index >= 2;
    if (second && confidence > CONFIDENCE_MEDIUM)
        confidence = CONFIDENCE_MEDIUM;
    if (second && text_equal(element->path, "name.former"))
        confidence = CONFIDENCE_LOW;
    if (confidence <= suggestion->confidence)
        return;
    suggestion->use = USE_VALUE;
    suggestion->element = element;
    suggestion->confidence = confidence;
    suggestion->scheme = named->scheme;
    suggestion->kind = named->kind;
}

/* By contents alone; where they show something else than the name they must be conclusive. */
static void place_alone(const struct suggesting *suggesting, struct suggestion *suggestion)
{
    enum confidence confidence;
    const struct reading *reading = &suggestion->reading;
    const struct element *element = evidence_alone(suggesting->dictionary, suggestion->column,
                                                   reading->meaningless, &confidence);
    bool other_class = reading->other.score >= STRONG && !reading->best[0].score;
    if (!element || confidence <= suggestion->confidence || reading->foreign ||
        (suggestion->use != USE_NONE && confidence < CONFIDENCE_HIGH) ||
        (other_class && confidence < CONFIDENCE_HIGH))
        return;
    bool named_otherwise = reading->identifies && reading->best[0].element != element;
    suggestion->use = USE_VALUE;
    suggestion->element = element;
    suggestion->confidence = named_otherwise ? CONFIDENCE_LOW : confidence;
    suggestion->kind = reading->best[0].element == element ? reading->best[0].kind : NULL;
    suggestion->scheme = NULL;
    suggestion->note = reading->meaningless ? NULL : "by its contents alone";
}

static void explain(const struct suggesting *suggesting, struct suggestion *suggestion)
{
    const struct column *column = suggestion->column;
    const struct named *best = &suggestion->reading.best[0];
    const struct named *other = &suggestion->reading.other;
    bool said = best->score && best->score >= other->score;
    suggestion->guess = said ? best->element : other->score ? other->element : NULL;
    if (column->value_count == 1 && !column->more_values && column->texts > 1)
        suggestion->reason =
            arena_printf(suggesting->arena, "it is always '%s'", column->values[0].text);
    else if (said && best->score >= FAIR &&
             evidence_for(suggesting->dictionary, column, best->element) < 0)
        suggestion->reason = "what its name says is not what it holds";
    else if (other->score >= FAIR)
        suggestion->reason = "its name speaks of something else than the customer";
    else if (!column->texts)
        suggestion->reason = "it is empty, and its name is not known";
    else
        suggestion->reason = "neither its name nor its contents are known";
}

/* A column with the list around it; but whom a list is of does not matter to its items: those are records. */
static const char *name_of(struct arena *arena, const struct column *column)
{
    if (!column->each)
        return column->name;
    const char *slash = strrchr(column->each, '/'), *list = slash ? slash + 1 : column->each;
    const char *colon = strrchr(list, ':');
    ARENA(scratch);
    const char *word = text_lower_ascii(scratch, colon ? colon + 1 : list);
    size_t length = strlen(word);
    const char *one =
        length && word[length - 1] == 's' ? arena_strndup(scratch, word, length - 1) : word;
    if (word_meaning(word_roles, word) || word_meaning(word_roles, one))
        return column->name;
    return arena_printf(arena, "%s/%s", column->each, column->name);
}

static void suggest_one(const struct suggesting *suggesting, struct namer *namer,
                        struct suggestion *suggestion)
{
    const struct reading *reading = &suggestion->reading;
    namer_read(namer, name_of(suggesting->arena, suggestion->column), &suggestion->reading);
    for (size_t i = 0; i < NAMED_MOST && reading->best[i].score; i++)
        place(suggesting, suggestion, &reading->best[i]);
    place_alone(suggesting, suggestion);
    if (suggestion->use == USE_VALUE && !suggestion->column->texts) {
        suggestion->confidence = CONFIDENCE_LOW;
        suggestion->note = "empty in this file";
    }
}

/* Who has the majority wins (Boyer and Moore). */
struct vote {
    const char *leader;
    int64_t lead;
    size_t all;
};

static void vote_for(struct vote *vote, const char *country)
{
    vote->all++;
    if (vote->lead == 0)
        vote->leader = country;
    vote->lead += text_equal(vote->leader, country) ? 1 : -1;
}

/* The country that most states are of. */
static const char *region_of(struct arena *arena, const struct profile *profile)
{
    struct vote vote = {.lead = 0};
    for (size_t c = 0; c < profile->count; c++) {
        const struct column *column = &profile->columns[c];
        for (size_t i = 0; column->share[TRAIT_REGION] >= 500 && i < column->sample_count; i++) {
            const char *code = address_region_code(column->sample[i], "");
            const char *country = code ? address_region_country(code) : NULL;
            if (country)
                vote_for(&vote, country);
        }
    }
    return vote.lead * 3 > (int64_t)vote.all ? arena_strdup(arena, vote.leader) : NULL;
}

static bool is_single(const struct element *element)
{
    return !element->many && !text_starts(element->path, "name.") && !element->composite;
}

static bool says_same(const struct suggestion *left, const struct suggestion *right)
{
    return left->use == USE_VALUE && right->use == USE_VALUE && left->element == right->element &&
           left->record == right->record &&
           text_equal(text_or_empty(left->kind), text_or_empty(right->kind)) &&
           text_equal(text_or_empty(left->scheme), text_or_empty(right->scheme));
}

/* Two columns for what stands once only: the surer one stays. */
static void settle(const struct suggesting *suggesting)
{
    struct suggestions *all = suggesting->all;
    for (size_t i = 0; i < all->count; i++)
        for (size_t j = 0; j < all->count; j++) {
            struct suggestion *first = &all->list[i], *second = &all->list[j];
            bool ahead = first->confidence > second->confidence ||
                         (first->confidence == second->confidence && i < j);
            if (i == j || !says_same(first, second) || !ahead || first->column->each)
                continue;
            if (second->confidence == CONFIDENCE_HIGH)
                second->confidence = CONFIDENCE_MEDIUM;
            second->note = arena_printf(suggesting->arena, "'%s' seems to hold the same",
                                        first->column->label);
            if (!is_single(second->element))
                continue;
            second->use = USE_NONE;
            second->reason = arena_printf(suggesting->arena, "'%s' holds the same more surely",
                                          first->column->label);
            second->guess = second->element;
        }
}

const struct suggestions *suggest(struct arena *arena, const struct dictionary *dictionary,
                                  const struct profile *profile, const char *region)
{
    struct suggestions *all = NEW(arena, struct suggestions);
    struct namer *namer = namer_new(arena, dictionary);
    struct suggesting suggesting = {arena, dictionary, all};
    const char *found = text_or_null(region) ? NULL : region_of(arena, profile);
    *all = (struct suggestions){.list = NEW_ARRAY(arena, struct suggestion, profile->count + 1),
                                .count = profile->count,
                                .region = found ? found : region,
                                .region_found = found != NULL};
    for (size_t i = 0; i < all->count; i++) {
        all->list[i].column = &profile->columns[i];
        suggest_one(&suggesting, namer, &all->list[i]);
    }
    all->records[all->record_count++] =
        (struct planned){.class = dictionary_class(dictionary, "customer")};
    suggest_classes(dictionary, all);
    suggest_lists(arena, dictionary, all);
    suggest_key(arena, dictionary, profile, all);
    suggest_joined(arena, dictionary, all);
    suggest_dates(arena, dictionary, all);
    suggest_values(arena, dictionary, all);
    settle(&suggesting);
    for (size_t i = 0; i < all->count; i++) {
        all->placed += all->list[i].use != USE_NONE;
        if (all->list[i].use == USE_NONE && !all->list[i].reason)
            explain(&suggesting, &all->list[i]);
    }
    return all;
}
