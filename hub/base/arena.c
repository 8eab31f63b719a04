#include "hub/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__) || defined(ARENA_ONE_BLOCK_EACH)
/* Every allocation gets its own block, so that sanitizers see each bound. */
#define CHUNK_BYTES ((size_t)0)
#define CHUNK_BYTES_MOST ((size_t)1)
#else
#define CHUNK_BYTES ((size_t)16 * 1024) /* the first; each further one doubles */
#define CHUNK_BYTES_MOST ((size_t)1024 * 1024)
#endif

struct chunk {
    struct chunk *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *arg);
    void *arg;
};

struct arena {
    struct chunk *chunks;
    struct deferred *deferred;
    size_t next_chunk; /* bytes of the chunk to open next: doubles, so that big units open few */
};

static NORETURN void out_of_memory(size_t size)
{
    fprintf(stderr, "<2>out of memory: cannot allocate %zu bytes\n", size);
    abort();
}

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        out_of_memory(size);
    return memory;
}

struct arena *arena_new(void)
{
    return allocate(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct deferred *d = arena->deferred; d; d = d->next)
        d->fn(d->arg);
    for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        out_of_memory(size);
    size_t need = (size + align - 1) / align * align;

    struct chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < need) {
        size_t plain = arena->next_chunk ? arena->next_chunk : CHUNK_BYTES;
        size_t room = need > plain ? need : plain;
        arena->next_chunk = plain * 2 < CHUNK_BYTES_MOST ? plain * 2 : CHUNK_BYTES_MOST;
        chunk = allocate(sizeof(*chunk) + (CHUNK_BYTES ? room : size));
        chunk->size = CHUNK_BYTES ? room : 0;
        chunk->next = arena->chunks;
        arena->chunks = chunk;
        if (!CHUNK_BYTES)
            return chunk->bytes;
    }
    void *memory = chunk->bytes + chunk->used;
    chunk->used += need;
    return memory;
}

void *arena_alloc_array(struct arena *arena, size_t size, size_t count)
{
    size_t total;
    if (__builtin_mul_overflow(size, count, &total))
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, total);
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *bytes, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (size)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        abort(); /* only a broken format string can do this */
    char *text = arena_alloc(arena, (size_t)length + 1);
    (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void arena_defer(struct arena *arena, void (*fn)(void *arg), void *arg)
{
    struct deferred *d = NEW(arena, struct deferred);
    *d = (struct deferred){.next = arena->deferred, .fn = fn, .arg = arg};
    arena->deferred = d;
}
