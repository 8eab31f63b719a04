/*
 * Bags: very many small items of one size, thrown into numbered bags by several threads, taken out a bag at a
 * time.
 *
 * They lie in chunks.  Chunks are used again; when so many are in use that the bound is reached, those that
 * are full go to a file that no name leads to, so that nothing of it stays whatever happens to us.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/base/arena.h"
#include "hub/base/error.h"

/* Chunks and the file behind them; several sets of bags can share one. */
struct pool;
struct pool *pool_new(struct arena *arena, unsigned threads, size_t memory, const char *scratch);
/* False when something could not be spilled: what was made of the bags since says nothing. */
bool pool_intact(const struct pool *pool, struct error *err) MUST_CHECK;
/* Bytes that went to the file so far. */
size_t pool_spilled(const struct pool *pool);

struct bag {
    char *at; /* room for the next item */
    size_t left;
    struct chunk *chunks; /* the open one first */
};

struct bags {
    struct pool *pool;
    size_t count, item; /* bags; bytes of an item */
    struct bag *list;   /* of each thread `count` */
};

/* Items of `item` bytes, a power of two. */
struct bags *bags_new(struct arena *arena, struct pool *pool, size_t count, size_t item);
/* Of one thread's bag the room for a further item. */
void bag_open(struct bags *bags, struct bag *bag, unsigned thread);
static inline void *bags_add(struct bags *bags, unsigned thread, size_t number)
{
    struct bag *bag = &bags->list[thread * bags->count + number];
    if (!bag->left)
        bag_open(bags, bag, thread);
    void *room = bag->at;
    bag->at += bags->item;
    bag->left -= bags->item;
    return room;
}

/* Items in one bag, all threads together; in the fullest. */
size_t bags_size(const struct bags *bags, size_t number);
size_t bags_most(const struct bags *bags);
/* Move what is in a bag to `to`: of each thread in the order in which it was thrown in.  `thread` is who asks. */
void bags_take(struct bags *bags, unsigned thread, size_t number, void *to);
