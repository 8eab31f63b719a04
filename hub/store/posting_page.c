#include "hub/store/posting_page.h"

#include "hub/base/list.h"
#include "hub/store/copy.h"
#include "sql.gen.h"

#define PAGE_MOST 48   /* postings: a row of less than 900 bytes */
#define ENTRY_BYTES 12 /* refine 4, record 8; in the machine's order */

int posting_order(const void *left, const void *right)
{
    const struct posting *l = left, *r = right;
    if (l->key != r->key)
        return l->key < r->key ? -1 : 1;
    if (l->refine != r->refine)
        return l->refine < r->refine ? -1 : 1;
    return (l->record_id > r->record_id) - (l->record_id < r->record_id);
}

static uint64_t read_number(const char **at)
{
    uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = (unsigned char)*(*at)++;
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
}

static void write_number(struct buffer *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        buffer_add(to, (const char[]){(char)(number | 0x80)}, 1);
    buffer_add(to, (const char[]){(char)number}, 1);
}

struct posting_page posting_page_open(struct slice packed)
{
    return (struct posting_page){.at = packed.bytes, .end = packed.bytes + packed.size};
}

/* Each key stands once, as its distance from the one before it, with the number of its postings. */
static bool next_key(struct posting_page *page)
{
    if (page->at >= page->end)
        return false;
    page->key = (int64_t)((uint64_t)page->key + read_number(&page->at));
    page->left = read_number(&page->at);
    return true;
}

bool posting_page_next(struct posting_page *page, struct posting *posting)
{
    if (!page->left && !next_key(page))
        return false;
    posting->key = page->key;
    memcpy(&posting->refine, page->at, sizeof(posting->refine));
    memcpy(&posting->record_id, page->at + sizeof(posting->refine), sizeof(posting->record_id));
    page->at += ENTRY_BYTES;
    page->left--;
    return true;
}

void posting_page_seek(struct posting_page *page, int64_t key)
{
    for (;;) {
        const struct posting_page before = *page;
        if (!page->left && !next_key(page))
            return;
        if (page->key >= key) {
            *page = before;
            return;
        }
        page->at += page->left * ENTRY_BYTES;
        page->left = 0;
    }
}

struct posting_pages {
    struct arena *arena;
    struct copy *rows;
    struct postings page; /* to come */
    struct postings key;  /* the last key so far */
    struct buffer packed;
};

static void pack(struct buffer *packed, const struct posting *list, size_t count)
{
    int64_t before = 0;
    packed->length = 0;
    for (size_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && list[i + run].key == list[i].key; run++)
            ;
        write_number(packed, (uint64_t)list[i].key - (uint64_t)before);
        write_number(packed, run);
        before = list[i].key;
        for (size_t j = i; j < i + run; j++) {
            buffer_add(packed, (const char *)&list[j].refine, sizeof(list[j].refine));
            buffer_add(packed, (const char *)&list[j].record_id, sizeof(list[j].record_id));
        }
    }
}

static bool end_page(struct posting_pages *pages, struct error *err)
{
    struct postings *page = &pages->page;
    if (!page->count)
        return true;
    const struct posting *first = page->list, *last = &page->list[page->count - 1];
    pack(&pages->packed, page->list, page->count);
    page->count = 0;
    if (!copy_row(pages->rows, 5, err))
        return false;
    copy_int8(pages->rows, first->key);
    copy_int8(pages->rows, last->key);
    copy_int4(pages->rows, last->refine);
    copy_int8(pages->rows, last->record_id);
    copy_bytes(pages->rows, (struct slice){pages->packed.data, pages->packed.length});
    return true;
}

/* Postings that belong together: in this page where they fit, otherwise from the next one on. */
static bool add_together(struct posting_pages *pages, const struct posting *list, size_t count,
                         struct error *err)
{
    if (pages->page.count + count > PAGE_MOST && !end_page(pages, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        LIST_ADD(pages->arena, &pages->page, list[i]);
        if (pages->page.count == PAGE_MOST && !end_page(pages, err))
            return false;
    }
    return count <= PAGE_MOST || end_page(pages, err);
}

/* Too many for a page: pages of their own, in which what has the same refine belongs together. */
static bool add_heavy(struct posting_pages *pages, const struct postings *key, struct error *err)
{
    if (!end_page(pages, err))
        return false;
    for (size_t i = 0, run; i < key->count; i += run) {
        for (run = 1; i + run < key->count && key->list[i + run].refine == key->list[i].refine;
             run++)
            ;
        if (!add_together(pages, &key->list[i], run, err))
            return false;
    }
    return end_page(pages, err);
}

static bool end_key(struct posting_pages *pages, struct error *err)
{
    const struct postings *key = &pages->key;
    bool added = key->count <= PAGE_MOST ? add_together(pages, key->list, key->count, err)
                                         : add_heavy(pages, key, err);
    pages->key.count = 0;
    return added;
}

struct posting_pages *posting_pages_begin(struct arena *arena, struct db *db, struct error *err)
{
    struct posting_pages *pages = NEW(arena, struct posting_pages);
    *pages = (struct posting_pages){.arena = arena,
                                    .rows = copy_in(arena, db, &SQL_POSTING_PAGE_COPY, err),
                                    .packed = {.arena = arena}};
    return pages->rows ? pages : NULL;
}

bool posting_pages_add(struct posting_pages *pages, const struct posting *posting,
                       struct error *err)
{
    if (pages->key.count && pages->key.list[0].key != posting->key && !end_key(pages, err))
        return false;
    LIST_ADD(pages->arena, &pages->key, *posting);
    return true;
}

bool posting_pages_end(struct posting_pages *pages, struct error *err)
{
    return end_key(pages, err) && end_page(pages, err) && copy_end(pages->rows, err);
}

bool posting_pages_clear(struct db *db, struct error *err)
{
    return db_script(db, "truncate hub.posting_page, hub.posting", err);
}
