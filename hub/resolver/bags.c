#include "hub/resolver/bags.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "hub/resolver/pages.h"

/* Of each bag a chunk is open: so small that they do not fill the memory, so large that files are written in
 * long runs. */
#define CHUNK_LEAST ((size_t)256)
#define CHUNK_MOST ((size_t)16 * 1024)
#define CHUNKS_OPEN 2048
/* Chunks are cut from so much at a time. */
#define SLAB_BYTES ((size_t)4 * 1024 * 1024)

struct chunk {
    struct chunk *next;
    char *bytes; /* NULL: in the file */
    off_t at;
    size_t used;
};

/* What one thread has at hand. */
struct shelf {
    struct arena *arena;
    char *slab;
    size_t slab_left;
    struct chunk *free; /* with bytes */
    struct chunk *bare; /* without */
    char padding[64];   /* no two in one line of the cache */
};

struct pool {
    unsigned threads;
    size_t chunk; /* bytes, a power of two */
    size_t chunks_most;
    atomic_size_t chunks; /* with bytes */
    const char *scratch;
    int fd;
    atomic_size_t end;  /* of the file */
    atomic_int trouble; /* errno of the first failure */
    struct shelf *shelves;
};

static void close_file(void *arg)
{
    const struct pool *pool = arg;
    if (pool->fd >= 0)
        (void)close(pool->fd);
}

static void free_shelf(void *arg)
{
    arena_free(arg);
}

static int open_file(const char *scratch)
{
    int fd = open(scratch, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    ARENA(work);
    char *path = arena_printf(work, "%s/axle-XXXXXX", scratch);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static size_t chunk_bytes(unsigned threads, size_t memory)
{
    size_t bytes = CHUNK_MOST;
    while (bytes > CHUNK_LEAST && bytes * CHUNKS_OPEN * threads > memory)
        bytes /= 2;
    return bytes;
}

struct pool *pool_new(struct arena *arena, unsigned threads, size_t memory, const char *scratch)
{
    struct pool *pool = NEW(arena, struct pool);
    *pool = (struct pool){
        .threads = threads,
        .chunk = chunk_bytes(threads, memory),
        .scratch = scratch,
        .fd = -1,
        .shelves = NEW_ARRAY(arena, struct shelf, threads + 1),
    };
    pool->chunks_most = memory / pool->chunk;
    for (unsigned i = 0; i < threads; i++) {
        pool->shelves[i].arena = arena_new();
        arena_defer(arena, free_shelf, pool->shelves[i].arena);
    }
    arena_defer(arena, close_file, pool);
    pool->fd = open_file(scratch);
    if (pool->fd < 0)
        pool->trouble = errno;
    return pool;
}

bool pool_intact(const struct pool *pool, struct error *err)
{
    return !pool->trouble || error_set(err, ERROR_RETRY, "cannot keep interim results in %s: %s",
                                       pool->scratch, strerror(pool->trouble));
}

size_t pool_spilled(const struct pool *pool)
{
    return pool->end;
}

static void fail(struct pool *pool)
{
    int none = 0;
    (void)atomic_compare_exchange_strong(&pool->trouble, &none, errno ? errno : EIO);
}

static void write_out(struct pool *pool, struct chunk *chunk)
{
    chunk->at = (off_t)atomic_fetch_add(&pool->end, pool->chunk);
    for (size_t done = 0; done < chunk->used;) {
        ssize_t n =
            pwrite(pool->fd, chunk->bytes + done, chunk->used - done, chunk->at + (off_t)done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR) {
            fail(pool);
            return;
        }
    }
}

static void read_back(struct pool *pool, const struct chunk *chunk, char *to)
{
    for (size_t done = 0; done < chunk->used;) {
        ssize_t n = pread(pool->fd, to + done, chunk->used - done, chunk->at + (off_t)done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR) {
            memset(to, 0, chunk->used);
            fail(pool);
            return;
        }
    }
}

static struct chunk *pop(struct chunk **from)
{
    struct chunk *chunk = *from;
    if (chunk)
        *from = chunk->next;
    return chunk;
}

static void push(struct chunk **to, struct chunk *chunk)
{
    chunk->next = *to;
    *to = chunk;
}

static char *cut_chunk(const struct pool *pool, struct shelf *shelf)
{
    if (!shelf->slab_left) {
        shelf->slab = pages_alloc(shelf->arena, SLAB_BYTES);
        shelf->slab_left = SLAB_BYTES;
    }
    shelf->slab_left -= pool->chunk;
    return shelf->slab + shelf->slab_left;
}

/* An empty chunk; when no more are to be had, the full one that is given is emptied into the file. */
static struct chunk *get_chunk(struct pool *pool, unsigned thread, struct chunk *full)
{
    struct shelf *shelf = &pool->shelves[thread];
    struct chunk *chunk = pop(&shelf->free);
    if (chunk)
        return chunk;
    chunk = pop(&shelf->bare);
    if (!chunk)
        chunk = NEW(shelf->arena, struct chunk);
    if (full && atomic_load_explicit(&pool->chunks, memory_order_relaxed) >= pool->chunks_most) {
        write_out(pool, full);
        chunk->bytes = full->bytes;
        full->bytes = NULL;
    } else {
        atomic_fetch_add_explicit(&pool->chunks, 1, memory_order_relaxed);
        chunk->bytes = cut_chunk(pool, shelf);
    }
    return chunk;
}

struct bags *bags_new(struct arena *arena, struct pool *pool, size_t count, size_t item)
{
    struct bags *bags = NEW(arena, struct bags);
    *bags = (struct bags){
        .pool = pool,
        .count = count,
        .item = item,
        .list = NEW_ARRAY(arena, struct bag, pool->threads * count + 1),
    };
    return bags;
}

void bag_open(struct bags *bags, struct bag *bag, unsigned thread)
{
    if (bag->chunks)
        bag->chunks->used = bags->pool->chunk;
    push(&bag->chunks, get_chunk(bags->pool, thread, bag->chunks));
    bag->at = bag->chunks->bytes;
    bag->left = bags->pool->chunk;
}

static size_t bytes_in(const struct bags *bags, const struct bag *bag)
{
    size_t bytes = 0;
    for (const struct chunk *chunk = bag->chunks; chunk; chunk = chunk->next)
        bytes += bags->pool->chunk;
    return bytes - bag->left;
}

size_t bags_size(const struct bags *bags, size_t number)
{
    size_t bytes = 0;
    for (unsigned t = 0; t < bags->pool->threads; t++)
        bytes += bytes_in(bags, &bags->list[t * bags->count + number]);
    return bytes / bags->item;
}

size_t bags_most(const struct bags *bags)
{
    size_t most = 0;
    for (size_t i = 0; i < bags->count; i++) {
        size_t size = bags_size(bags, i);
        most = size > most ? size : most;
    }
    return most;
}

/* The last chunk stands first. */
static char *take_one(struct bags *bags, struct bag *bag, struct shelf *shelf, char *to)
{
    char *end = to + bytes_in(bags, bag), *at = end;
    if (bag->chunks)
        bag->chunks->used = bags->pool->chunk - bag->left;
    for (struct chunk *chunk; (chunk = pop(&bag->chunks));) {
        at -= chunk->used;
        if (chunk->bytes)
            memcpy(at, chunk->bytes, chunk->used);
        else
            read_back(bags->pool, chunk, at);
        push(chunk->bytes ? &shelf->free : &shelf->bare, chunk);
    }
    *bag = (struct bag){.at = NULL};
    return end;
}

void bags_take(struct bags *bags, unsigned thread, size_t number, void *to)
{
    for (unsigned t = 0; t < bags->pool->threads; t++)
        to =
            take_one(bags, &bags->list[t * bags->count + number], &bags->pool->shelves[thread], to);
}
