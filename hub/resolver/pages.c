#include "hub/resolver/pages.h"

#include <stdint.h>
#include <sys/mman.h>

#define LARGE_PAGE ((size_t)2 * 1024 * 1024)
#define LINE ((size_t)64)

struct pages {
    void *start;
    size_t size;
};

static void unmap(void *arg)
{
    const struct pages *pages = arg;
    (void)munmap(pages->start, pages->size);
}

static size_t round_up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

static void *align(char *room, size_t unit)
{
    return room + (round_up((uintptr_t)room, unit) - (uintptr_t)room);
}

void *pages_alloc(struct arena *arena, size_t size)
{
    if (size < LARGE_PAGE)
        return align(arena_alloc(arena, size + LINE), LINE);
    struct pages *pages = NEW(arena, struct pages);
    pages->size = round_up(size, LARGE_PAGE) + LARGE_PAGE;
    pages->start = mmap(NULL, pages->size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages->start == MAP_FAILED)
        return arena_alloc(arena, size); /* which ends the process if there is no memory */
    arena_defer(arena, unmap, pages);
    void *room = align(pages->start, LARGE_PAGE);
    (void)madvise(room, round_up(size, LARGE_PAGE), MADV_HUGEPAGE);
    return room;
}
