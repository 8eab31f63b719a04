#include "hub/golden/ownership.h"

#include <stdlib.h>

#include "hub/base/text.h"

/* A registration that counts. */
struct claim {
    const struct registration *registration;
    const char *since; /* "" where nothing is known */
};

struct claims {
    struct claim *list;
    size_t count;
};

static bool is_same(const struct claim *left, const struct claim *right)
{
    return uuid_compare(left->registration->customer, right->registration->customer) == 0;
}

/* Dated ones first. */
static int compare(const void *left, const void *right)
{
    const struct claim *l = left, *r = right;
    if (!*l->since != !*r->since)
        return *l->since ? -1 : 1;
    int order = strcmp(l->since, r->since);
    if (order)
        return order;
    int64_t a = l->registration->record_id, b = r->registration->record_id;
    return (a > b) - (a < b);
}

static int compare_by_customer(const void *left, const void *right)
{
    const struct claim *l = left, *r = right;
    int order = uuid_compare(l->registration->customer, r->registration->customer);
    order = order ? order : strcmp(l->since, r->since);
    int64_t a = l->registration->record_id, b = r->registration->record_id;
    return order ? order : (a > b) - (a < b);
}

/* Sorted by customer: what begins like this one follows it, `end` is the first that is not the same. */
static bool is_said_better(const struct claims *all, size_t at, size_t end)
{
    return end < all->count && is_same(&all->list[at], &all->list[end]) &&
           text_starts(all->list[end].since, all->list[at].since);
}

/* What each customer says of the time, once, and nothing that the same one says more exactly. */
static struct claims gather(struct arena *arena, const struct registration *registrations,
                            size_t count, size_t *customers)
{
    struct claims all = {.list = NEW_ARRAY(arena, struct claim, count + 1)}, claims = {0};
    for (size_t i = 0; i < count; i++)
        if (!uuid_is_nil(registrations[i].customer))
            all.list[all.count++] =
                (struct claim){&registrations[i], text_or_empty(registrations[i].since)};
    qsort(all.list, all.count, sizeof(*all.list), compare_by_customer);
    claims.list = NEW_ARRAY(arena, struct claim, all.count + 1);
    *customers = 0;
    for (size_t i = 0, end; i < all.count; i = end) {
        *customers += !i || !is_same(&all.list[i - 1], &all.list[i]);
        for (end = i + 1; end < all.count && is_same(&all.list[i], &all.list[end]); end++)
            if (strcmp(all.list[i].since, all.list[end].since) != 0)
                break;
        if (!is_said_better(&all, i, end))
            claims.list[claims.count++] = all.list[i];
    }
    qsort(claims.list, claims.count, sizeof(*claims.list), compare);
    return claims;
}

/* Where the claims end of which nothing says that they are later than the one at `first`: those of its
 * date, those that its partial date may mean, and whatever has no date. */
static size_t end_of_group(const struct claims *claims, size_t first)
{
    size_t end = first + 1;
    while (end < claims->count && text_starts(claims->list[end].since, claims->list[first].since))
        end++;
    return end;
}

static bool is_owner(const struct ownership *ownership, size_t from, const struct claim *claim)
{
    for (size_t i = from; i < ownership->owner_count; i++)
        if (uuid_compare(ownership->owners[i].registration->customer,
                         claim->registration->customer) == 0)
            return true;
    return false;
}

static void dispute(struct ownership *ownership, const struct registration *one,
                    const struct registration *other, const char *since)
{
    bool first = one->record_id < other->record_id;
    ownership->disputes[ownership->dispute_count++] =
        (struct dispute){first ? one : other, first ? other : one, text_or_null(since)};
}

/* `from` is where the owners of the time before begin.  Returns where those of this time do. */
static size_t add_group(struct ownership *ownership, const struct claims *claims, size_t first,
                        size_t end, size_t from)
{
    size_t at = ownership->owner_count, others = 0;
    const char *since = claims->list[first].since;
    for (size_t i = first; i < end; i++)
        others += !is_same(&claims->list[first], &claims->list[i]);
    if (!others && at - from == 1 && is_owner(ownership, from, &claims->list[first]))
        return from; /* the same owner registers again */
    for (size_t i = from; i < at && *since; i++)
        ownership->owners[i].until = since;
    for (size_t i = first; i < end; i++) {
        const struct claim *claim = &claims->list[i];
        if (is_owner(ownership, *since ? at : 0, claim))
            continue;
        /* Without a date it is disputed with the last owner that is known. */
        size_t rival = *since || !at ? at : from;
        ownership->owners[ownership->owner_count++] =
            (struct owner){claim->registration, text_or_null(claim->since), NULL};
        if (rival + 1 < ownership->owner_count)
            dispute(ownership, ownership->owners[rival].registration, claim->registration, since);
    }
    return at;
}

void ownership_decide(struct arena *arena, const struct registration *registrations, size_t count,
                      struct ownership *ownership)
{
    size_t customers;
    struct claims claims = gather(arena, registrations, count, &customers);
    *ownership = (struct ownership){
        .owners = NEW_ARRAY(arena, struct owner, claims.count + 1),
        .disputes = NEW_ARRAY(arena, struct dispute, claims.count + 1),
        .crowded = customers > OWNERS_MOST,
    };
    if (ownership->crowded)
        return;
    for (size_t first = 0, end, from = 0; first < claims.count; first = end) {
        end = *claims.list[first].since ? end_of_group(&claims, first) : claims.count;
        from = add_group(ownership, &claims, first, end, from);
    }
}
