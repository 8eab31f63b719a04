#include "hub/pipeline/replay_count.h"

#include "hub/base/list.h"

struct replay_count *replay_counter(struct arena *arena, struct replay_counts *counts,
                                    const char *name)
{
    for (size_t i = 0; i < counts->count; i++)
        if (text_equal(counts->list[i].name, name))
            return &counts->list[i];
    LIST_ADD(arena, counts, (struct replay_count){.name = arena_strdup(arena, name)});
    return &counts->list[counts->count - 1];
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct replay_count *)left)->name,
                  ((const struct replay_count *)right)->name);
}

void replay_sort(struct replay_counts *counts)
{
    if (counts->count)
        qsort(counts->list, counts->count, sizeof(*counts->list), by_name);
}

/* The values of an element, each as its text; what is no list counts as one value. */
struct texts {
    const char **list;
    size_t count, room;
};

static int by_member(const void *left, const void *right)
{
    return strcmp(((const struct json *)left)->name, ((const struct json *)right)->name);
}

/* The database keeps members in an order of its own. */
static const char *text_of(struct arena *work, const struct json *value)
{
    struct json_writer writer = {.out = {.arena = work}};
    if (value->type != JSON_OBJECT) {
        json_value(&writer, value);
        return buffer_string(&writer.out);
    }
    struct json *members = NEW_ARRAY(work, struct json, value->count + 1);
    size_t n = 0;
    for (const struct json *member = value->first; member; member = member->next)
        members[n++] = *member;
    qsort(members, n, sizeof(*members), by_member);
    for (size_t i = 0; i < n; i++) {
        json_name(&writer, members[i].name);
        json_value(&writer, &members[i]);
    }
    return buffer_string(&writer.out);
}

static struct texts texts_of(struct arena *work, const struct json *values)
{
    struct texts texts = {0};
    if (values && values->type == JSON_ARRAY)
        for (const struct json *item = values->first; item; item = item->next)
            LIST_ADD(work, &texts, text_of(work, item));
    else if (values)
        LIST_ADD(work, &texts, text_of(work, values));
    return texts;
}

/* How many of the one are not in the other. */
static int64_t without(const struct texts *one, const struct texts *other, bool *taken)
{
    int64_t count = 0;
    memset(taken, 0, other->count);
    for (size_t i = 0; i < one->count; i++) {
        size_t found = 0;
        while (found < other->count &&
               (taken[found] || !text_equal(one->list[i], other->list[found])))
            found++;
        if (found < other->count)
            taken[found] = true;
        else
            count++;
    }
    return count;
}

static void compare_element(struct arena *work, struct arena *arena, struct replay_counts *elements,
                            const char *name, const struct json *const sides[2])
{
    struct texts before = texts_of(work, sides[0]), after = texts_of(work, sides[1]);
    bool *taken = NEW_ARRAY(work, bool, before.count + after.count + 1);
    int64_t gone = without(&before, &after, taken), come = without(&after, &before, taken);
    int64_t changed = gone < come ? gone : come;
    if (!gone && !come)
        return;
    struct replay_count *count = replay_counter(arena, elements, name);
    count->changed += changed;
    count->removed += gone - changed;
    count->added += come - changed;
}

void replay_compare(struct arena *arena, struct replay_counts *elements, const char *before,
                    const char *after)
{
    ARENA(work);
    struct json_fault fault;
    const struct json *old = json_parse(work, before, strlen(before), &fault);
    const struct json *new = json_parse(work, after, strlen(after), &fault);
    if (!old || !new)
        return;
    for (const struct json *member = old->first; member; member = member->next) {
        const struct json *const sides[2] = {member, json_get(new, member->name)};
        compare_element(work, arena, elements, member->name, sides);
    }
    for (const struct json *member = new->first; member; member = member->next) {
        const struct json *const sides[2] = {NULL, member};
        if (!json_get(old, member->name))
            compare_element(work, arena, elements, member->name, sides);
    }
}
