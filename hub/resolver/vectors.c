#include "hub/base/list.h"
#include "hub/resolver/inside.h"
#include "hub/resolver/pages.h"
#include "hub/resolver/sort.h"

#define BLOCK_BYTES ((size_t)4 * 1024 * 1024)

/* What a record takes in what is found: its cluster, its edges, .... */
#define RESULT_BYTES 48

/* Before the bytes of a vector in its block. */
struct vector_head {
    int64_t record;
    uint32_t size;
} __attribute__((packed));

struct resolver *resolver_new(struct arena *arena, const struct model *model,
                              const struct resolver_settings *settings)
{
    struct resolver *resolver = NEW(arena, struct resolver);
    const char *scratch = getenv("TMPDIR");
    *resolver = (struct resolver){.arena = arena, .model = model, .settings = *settings};
    if (!settings->threads)
        resolver->settings.threads = threads_available();
    if (!settings->memory)
        resolver->settings.memory = (size_t)5 << 29;
    if (!settings->scratch)
        resolver->settings.scratch = scratch && *scratch ? scratch : "/tmp";
    return resolver;
}

unsigned resolver_threads(const struct resolver *resolver)
{
    return resolver->settings.threads;
}

size_t resolver_count(const struct resolver *resolver)
{
    return resolver->count;
}

static char *room_for(struct resolver *resolver, size_t size)
{
    if (resolver->last_room < size) {
        char *bytes = pages_alloc(resolver->arena, BLOCK_BYTES);
        LIST_ADD(resolver->arena, &resolver->blocks, ((struct vector_block){bytes, 0}));
        resolver->last_room = BLOCK_BYTES;
    }
    struct vector_block *block = &resolver->blocks.list[resolver->blocks.count - 1];
    char *room = block->bytes + block->used;
    block->used += size;
    resolver->last_room -= size;
    return room;
}

bool resolver_add(struct resolver *resolver, int64_t record_id, struct slice packed,
                  struct error *err)
{
    _Alignas(max_align_t) char room[FEATURES_ROOM_MOST];
    if (!features_room(packed) || !features_place(room, record_id, packed))
        return error_set(err, ERROR_FATAL, "features of another version, or damaged; rebuild them");
    if (resolver->count == PAIR_RECORDS_MOST)
        return error_set(err, ERROR_FATAL, "more than %zu records", PAIR_RECORDS_MOST);
    struct vector_head head = {.record = record_id, .size = (uint32_t)packed.size};
    char *to = room_for(resolver, sizeof(head) + packed.size);
    memcpy(to, &head, sizeof(head));
    memcpy(to + sizeof(head), packed.bytes, packed.size);
    resolver->count++;
    resolver->bytes += sizeof(head) + packed.size;
    return true;
}

/* Signed order as that of unsigned numbers. */
static uint64_t rank_of(int64_t id)
{
    return (uint64_t)id ^ (uint64_t)1 << 63;
}

static void list_all(const struct resolver *resolver, struct item *items)
{
    for (size_t b = 0; b < resolver->blocks.count; b++) {
        const struct vector_block *block = &resolver->blocks.list[b];
        for (size_t at = 0; at < block->used;) {
            struct vector_head head;
            memcpy(&head, block->bytes + at, sizeof(head));
            *items++ = (struct item){rank_of(head.record), (uint64_t)b << 32 | at};
            at += sizeof(head) + head.size;
        }
    }
}

void vectors_settle(struct resolver *resolver)
{
    ARENA(scratch);
    size_t count = resolver->count;
    if (resolver->records)
        return;
    struct item *items = PAGES_ARRAY(scratch, struct item, count + 1);
    list_all(resolver, items);
    sort_items(items, PAGES_ARRAY(scratch, struct item, count + 1), count);
    resolver->records = PAGES_ARRAY(resolver->arena, int64_t, count + 1);
    resolver->vectors = PAGES_ARRAY(resolver->arena, const char *, count + 1);
    resolver->outlines = PAGES_ARRAY(resolver->arena, struct outline, count + 1);
    for (size_t i = 0; i < count; i++) {
        resolver->records[i] = (int64_t)rank_of((int64_t)items[i].high);
        resolver->vectors[i] =
            resolver->blocks.list[items[i].low >> 32].bytes + (uint32_t)items[i].low;
    }
}

struct slice vectors_at(const struct resolver *resolver, size_t record)
{
    struct vector_head head;
    memcpy(&head, resolver->vectors[record], sizeof(head));
    return (struct slice){resolver->vectors[record] + sizeof(head), head.size};
}

const struct features *vectors_place(const struct resolver *resolver, size_t record, void *room)
{
    struct vector_head head;
    memcpy(&head, resolver->vectors[record], sizeof(head));
    return features_place(room, head.record, vectors_at(resolver, record));
}

struct pool *vectors_pool(const struct resolver *resolver, struct arena *arena)
{
    const struct resolver_settings *settings = &resolver->settings;
    size_t each = sizeof(struct outline) + sizeof(int64_t) + sizeof(char *) + RESULT_BYTES;
    size_t held = resolver->bytes + resolver->count * each;
    return pool_new(arena, settings->threads, settings->memory > held ? settings->memory - held : 0,
                    settings->scratch);
}
