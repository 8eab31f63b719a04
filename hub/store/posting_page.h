/*
 * Posting pages: the base of the postings, packed some forty to a row, in the order of key, refine and
 * record.  hub.posting holds what was added since, and what left, and outweighs the base.
 *
 * All postings of a key lie in one page, or in pages that hold nothing else; among these the same goes for
 * the postings of a refine.  So the first page that ends at a key or behind it has all of them, unless it ends
 * with that very key.
 */
#pragma once

#include "hub/store/db.h"

/* That a record holds a key. */
struct posting {
    int64_t key, record_id;
    int32_t refine;
};

struct postings {
    struct posting *list;
    size_t count, room;
};

/* For qsort: by key, refine and record, as signed numbers. */
int posting_order(const void *left, const void *right);

/* The packed postings of a page, one after the other. */
struct posting_page {
    const char *at, *end;
    int64_t key;
    uint64_t left; /* of this key */
};

struct posting_page posting_page_open(struct slice packed);
/* False at its end. */
bool posting_page_next(struct posting_page *page, struct posting *posting);
/* Pass over what comes before a key. */
void posting_page_seek(struct posting_page *page, int64_t key);

/*
 * Write pages of postings that come in order (posting_order), none twice; within a transaction of the caller's.
 *
 *     struct posting_pages *pages = posting_pages_begin(work, db, err);
 *     while (pages && ...)
 *         if (!posting_pages_add(pages, &posting, err))
 *             return false;
 *     return pages && posting_pages_end(pages, err);
 *
 * Between begin and end nothing else is asked on the connection.
 */
struct posting_pages;
struct posting_pages *posting_pages_begin(struct arena *arena, struct db *db, struct error *err);
bool posting_pages_add(struct posting_pages *pages, const struct posting *posting,
                       struct error *err) MUST_CHECK;
bool posting_pages_end(struct posting_pages *pages, struct error *err) MUST_CHECK;
/* Forget all postings, in a transaction that writes all of them anew and keeps everybody from resolving
 * and taking in. */
bool posting_pages_clear(struct db *db, struct error *err) MUST_CHECK;
