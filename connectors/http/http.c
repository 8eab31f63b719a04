#include "connectors/http/http.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "connectors/http/fetch.h"
#include "connectors/http/mark.h"
#include "connectors/http/paging.h"
#include "connectors/http/round.h"
#include "connectors/transfer.h"
#include "hub/base/clock.h"
#include "hub/base/hash.h"
#include "hub/base/log.h"
#include "hub/format/unpack.h"

#define PAGE_MOST ((size_t)64 << 20) /* bytes of a page, unpacked */
#define WHOLE_MOST ((size_t)1 << 30) /* of an answer that is all there is */
#define NAP_MS 500
#define BROKEN_MOST 5 /* times that a page is asked for again before it is set aside */

/* What outlives a session. */
struct patience {
    int64_t not_before; /* the server wants to be left alone until then */
    int broken;         /* times that the page at hand could not be read */
};

/* A page that is being read. */
struct page {
    struct arena *arena;
    struct round round; /* with this page still to be read */
    struct answer answer;
    struct slice stream;
    struct slice header;
    struct splitter *splitter;
    struct turn turn;
    size_t named; /* how many of its items have what names them */
    bool done;
};

struct http {
    const struct pull *pull;
    const struct transport *from;
    const struct format *format;
    struct fetcher *fetcher;
    struct patience *patience;
    const char *stream, *label;
    struct page *page;
    struct error trouble; /* to be told when what came before it is stored */
};

static void close_page(struct http *http)
{
    struct arena *arena = http->page ? http->page->arena : NULL;
    http->page = NULL;
    arena_free(arena);
}

static void close_session(void *http)
{
    close_page(http);
}

static struct patience *patience_of(const struct pull *pull, const char *stream)
{
    struct map *told = pull->told;
    struct patience *patience = map_get_text(told, stream);
    if (patience)
        return patience;
    patience = NEW(told->arena, struct patience);
    map_put_text(told, arena_strdup(told->arena, stream), patience);
    return patience;
}

static void *http_open(struct arena *session, const struct pull *pull, struct error *err)
{
    const struct transport *from = &pull->source->mapping->from;
    struct http *http = NEW(session, struct http);
    *http = (struct http){.pull = pull, .from = from, .format = &pull->source->mapping->format};
    /* Another address, another way to page or another mark: another stream. */
    http->stream = arena_printf(session, "%s %s %s", text_or_empty(from->paging),
                                text_or_empty(from->mark), from->url);
    http->label = arena_strndup(session, from->url, strcspn(from->url, "?#"));
    http->patience = patience_of(pull, http->stream);
    http->fetcher = fetch_open(session, pull, err);
    arena_defer(session, close_session, http);
    return http->fetcher ? http : NULL;
}

/* ---- getting a page */

static bool is_paged(const struct transport *from)
{
    return from->paging && !text_equal(from->paging, "none");
}

static bool pages_by(const struct http *http, const char *how)
{
    return http->from->paging && text_equal(http->from->paging, how);
}

static const char *accepted(const struct http *http)
{
    switch (http->format->kind) {
    case FORMAT_JSON:
        return "application/json";
    case FORMAT_JSONL:
        return "application/x-ndjson, application/jsonl, */*;q=0.8";
    case FORMAT_CSV:
        return "text/csv, */*;q=0.8";
    case FORMAT_XML:
        return "application/xml, text/xml, */*;q=0.8";
    case FORMAT_FIXED:
    case FORMAT_LOG:
    case FORMAT_MIME:
        return "*/*";
    }
    return "*/*";
}

static void close_file(void *fd)
{
    (void)close(*(int *)fd);
}

/* A file without a name: gone with the arena, or with us. */
static bool open_spool(struct arena *arena, const struct http *http, int **fd, struct error *err)
{
    char *path = arena_printf(arena, "%s/run/.page-XXXXXX", http->pull->instance->home);
    *fd = NEW(arena, int);
    **fd = mkostemp(path, O_CLOEXEC);
    if (**fd < 0)
        return error_set(err, ERROR_RETRY, "cannot make '%s': %m", path);
    arena_defer(arena, close_file, *fd);
    (void)unlink(path);
    return true;
}

static void close_view(void *stream)
{
    const struct slice *view = stream;
    union {
        const char *seen;
        void *mapped;
    } at = {.seen = view->bytes};
    (void)munmap(at.mapped, view->size);
}

static bool view_spool(struct page *page, int fd, struct error *err)
{
    size_t size = page->answer.size;
    page->stream = (struct slice){"", 0};
    if (!size)
        return true;
    void *view = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (view == MAP_FAILED)
        return error_set(err, ERROR_RETRY, "cannot map what came: %m");
    page->stream = (struct slice){view, size};
    struct slice *kept = NEW(page->arena, struct slice);
    *kept = page->stream;
    arena_defer(page->arena, close_view, kept);
    return true;
}

static bool ask(const struct http *http, struct page *page, const char *url, int fd,
                struct error *err)
{
    const struct round *round = &page->round;
    bool paged = is_paged(http->from);
    bool known = !paged && round->etag_of == (int64_t)hash64_text(url);
    const struct ask ask = {.url = url,
                            .accept = accepted(http),
                            .etag = known ? round->etag : NULL,
                            .modified = known ? round->modified : NULL,
                            .fd = fd,
                            .most = paged ? PAGE_MOST : WHOLE_MOST};
    if (fetch(page->arena, http->fetcher, &ask, &page->answer, err))
        return true;
    if (err->kind != ERROR_REJECT)
        return false;
    return error_set(err, ERROR_FATAL, "an answer of more than %zu MiB is not read%s",
                     ask.most >> 20, paged ? "; ask for smaller pages by size and page-size" : "");
}

/* A server may say that there is no page behind the last one: where it still has the first. */
static bool is_end(const struct http *http, struct page *page, int fd, bool *end, struct error *err)
{
    static const long said[] = {400, 404, 410, 416};
    struct round first = page->round;
    *end = false;
    for (size_t i = 0; i < COUNT_OF(said); i++)
        *end = *end || page->answer.status == said[i];
    *end = *end && page->round.page && pages_by(http, "page");
    if (!*end)
        return true;
    long status = page->answer.status;
    first.page = 0;
    if (!ask(http, page, round_url(page->arena, http->from, &first), fd, err))
        return false;
    *end = page->answer.status == 200;
    page->answer.status = status;
    return true;
}

/* The server's trouble; where it wants to be left alone, nobody asks it meanwhile. */
static bool refuse(const struct http *http, const struct answer *answer, struct error *err)
{
    if (transfer_status(answer->status, err))
        return true;
    if (answer->wait_ms && err->kind == ERROR_RETRY) {
        struct error said = *err;
        (void)error_set(err, ERROR_RETRY, "%s; it wants to be left alone for %lld s", said.text,
                        (long long)(answer->wait_ms + 999) / 1000);
        http->patience->not_before = clock_ms() + answer->wait_ms;
    }
    return false;
}

/* Where this page leads. */
static bool find_next(const struct http *http, struct page *page, struct error *err)
{
    const char *next = NULL;
    if (http->from->next && is_paged(http->from)) {
        if (!page_text(page->arena, page->stream, http->from->next, &next, err)) {
            err->kind = ERROR_FATAL;
            return false;
        }
    } else if (page->answer.link && pages_by(http, "link")) {
        next = link_next(page->arena, page->answer.link);
    }
    if (next && pages_by(http, "link"))
        next = url_follow(page->arena, page->answer.url, next, err);
    else if (!next)
        return true;
    page->turn.next = next;
    return next;
}

static bool make_ready(const struct http *http, struct page *page, int fd, struct error *err)
{
    struct reject reject;
    const char *run = arena_printf(page->arena, "%s/run", http->pull->instance->home);
    const struct unpack_room room = {.folder = run,
                                     .most = is_paged(http->from) ? PAGE_MOST : WHOLE_MOST};
    if (!view_spool(page, fd, err))
        return false;
    if (!unpack(page->arena, http->format, &room, &page->stream, &reject, err)) {
        err->kind = ERROR_RETRY;
        return false;
    }
    page->splitter = splitter_new(page->arena, http->format, page->stream);
    return find_next(http, page, err);
}

enum outcome { OUTCOME_PAGE, OUTCOME_NOTHING, OUTCOME_CURSOR };

static bool receive(const struct http *http, struct page *page, enum outcome *outcome,
                    struct error *err)
{
    int *fd;
    bool end;
    struct round *round = &page->round;
    *outcome = OUTCOME_NOTHING;
    const char *url = round_url(page->arena, http->from, round);
    if (!open_spool(page->arena, http, &fd, err) || !ask(http, page, url, *fd, err))
        return false;
    if (page->answer.status == 304)
        return true;
    if (!is_end(http, page, *fd, &end, err))
        return false;
    if (end)
        (void)round_end(page->arena, http->from, round);
    else if (!refuse(http, &page->answer, err))
        return false;
    else if (round->page || round_begin(page->arena, round, page->answer.date_ms, fetch_now()))
        *outcome = OUTCOME_PAGE;
    if (*outcome != OUTCOME_PAGE) {
        *outcome = OUTCOME_CURSOR;
        return true;
    }
    round->etag = is_paged(http->from) ? NULL : page->answer.etag;
    round->modified = is_paged(http->from) ? NULL : page->answer.modified;
    round->etag_of = is_paged(http->from) ? 0 : (int64_t)hash64_text(url);
    return make_ready(http, page, *fd, err);
}

/* Get the page to be read, unless there is none: then the batch has it all. */
static bool open_page(struct http *http, struct batch *batch, struct error *err)
{
    const char *cursor;
    enum outcome outcome;
    struct arena *arena = arena_new();
    http->page = NEW(arena, struct page);
    *http->page = (struct page){.arena = arena};
    if (!pull_cursor(arena, http->pull, http->stream, &cursor, err))
        return false;
    round_read(arena, cursor, &http->page->round);
    bool begun = http->page->round.page;
    if (!receive(http, http->page, &outcome, err))
        return begun ? error_wrap(err, "page %lld", (long long)http->page->round.page + 1) : false;
    if (outcome == OUTCOME_PAGE)
        return true;
    if (outcome == OUTCOME_CURSOR) {
        batch->cursor = round_write(batch->arena, &http->page->round);
        batch->more = !begun || http->page->round.again;
    }
    close_page(http);
    return true;
}

/* ---- reading it */

/* Is it the page that is broken, and not only one record of it? */
static bool is_structure(const struct cut *cut)
{
    return cut->reject && (cut->is_header || text_equal(cut->reject->code, "structure") ||
                           text_equal(cut->reject->code, "no-records"));
}

/* Errors are often told by a web page, whatever was asked for. */
static const char *wrong_kind(const struct http *http, const struct page *page)
{
    const char *at = page->stream.bytes, *end = at + page->stream.size, *type = page->answer.type;
    if (page->answer.status == 204)
        return NULL;
    if (type && http->format->kind != FORMAT_XML && strncasecmp(type, "text/html", 9) == 0)
        return "it is a web page";
    if (http->format->kind != FORMAT_JSON)
        return NULL;
    if (end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    while (at < end && strchr(" \t\r\n", *at) && *at)
        at++;
    return at < end && (*at == '[' || *at == '{') ? NULL : "it is no JSON";
}

/* What names it, and how far it marks. */
static void look_at(struct http *http, struct batch *batch, const struct cut *cut,
                    struct feed_item *item)
{
    ARENA(scratch);
    struct reject reject;
    struct page *page = http->page;
    page->turn.items++;
    page->turn.digest =
        (int64_t)hash64_mix((uint64_t)page->turn.digest, hash64(cut->raw.bytes, cut->raw.size));
    if (cut->reject || (!http->from->id && !http->from->mark))
        return;
    const struct fields *fields =
        format_decode(scratch, http->format, page->header, cut->raw, cut->line, &reject);
    if (!fields)
        return;
    const char *name = http->from->id ? fields_text(fields, http->from->id, NULL) : NULL;
    const char *mark = http->from->mark ? fields_text(fields, http->from->mark, NULL) : NULL;
    page->named += name && *name;
    if (name && *name)
        item->name = (struct slice){arena_strdup(batch->arena, name), strlen(name)};
    if (!mark || !*mark || (page->turn.high && !mark_behind(page->turn.high, mark)))
        return;
    page->turn.high = arena_strdup(page->arena, mark);
    (void)mark_time(mark, &batch->arrived_ms, NULL);
}

/* The page as a whole, set aside. */
static void set_aside(struct http *http, struct batch *batch, const char *message)
{
    const struct slice stream = http->page->stream;
    struct reject *reject = NEW(batch->arena, struct reject);
    *reject = (struct reject){.stage = "transport", .code = "page", .message = message};
    struct feed_item item = {.raw = stream, .length = stream.size, .remember = true};
    item.reject = reject;
    if (stream.size > FORMAT_REJECT_KEPT) {
        item.hash = sha256_hex(batch->arena, stream.bytes, stream.size);
        item.raw.size = FORMAT_REJECT_KEPT;
    }
    (void)batch_add(batch, item);
    http->page->turn.spoiled = true;
}

static void tell_lack(const struct http *http, const char *what, const char *field)
{
    ARENA(scratch);
    const char *text = arena_printf(scratch, "%s '%s' of %s", what, field, http->stream);
    if (pull_first(http->pull, text))
        log_line(LOG_WARNING, "source '%s': %s '%s'", http->pull->source->mapping->source, what,
                 field);
}

/* Names that lead nowhere stop nothing, but then all is read each time, or only a part. */
static void tell_lacks(const struct http *http, const struct page *page)
{
    const struct transport *from = http->from;
    const struct turn *turn = &page->turn;
    if (!turn->items || turn->spoiled)
        return;
    if (from->id && !page->named)
        tell_lack(http, "no record of the page has the id", from->id);
    if (from->mark && !turn->high)
        tell_lack(http, "no record of the page has the mark", from->mark);
    if (from->next && from->size && !page->round.page && !turn->next &&
        turn->items >= from->page_size)
        tell_lack(http, "the first page is full, and leads nowhere: there is nothing at next",
                  from->next);
}

static bool finish(struct http *http, struct batch *batch)
{
    struct page *page = http->page;
    page->done = true;
    http->patience->broken = 0;
    tell_lacks(http, page);
    enum round_state state = round_turn(batch->arena, http->from, &page->round, &page->turn);
    batch->cursor = round_write(batch->arena, &page->round);
    batch->more = state == ROUND_ON || state == ROUND_LOOP;
    if (state == ROUND_LOOP)
        (void)error_set(
            &http->trouble, ERROR_RETRY,
            "the pages lead back to one that was read before; the next look begins anew");
    return true;
}

/* A page that is broken is the server's trouble, and asked for again; in the end it is set aside, and what is
 * behind it is read where that can be found.  Its sound records count at once. */
static bool tell_broken(struct http *http, struct batch *batch, const char *message,
                        struct error *err)
{
    const char *text = arena_printf(batch->arena, "the page cannot be read: %s", message);
    if (++http->patience->broken >= BROKEN_MOST) {
        set_aside(http, batch, text);
        return finish(http, batch);
    }
    http->page->done = batch->more = true;
    if (!batch->count)
        return error_set(err, ERROR_RETRY, "%s", text);
    return !error_set(&http->trouble, ERROR_RETRY, "%s", text);
}

static bool read_page(struct http *http, struct batch *batch, struct error *err)
{
    struct cut cut;
    struct page *page = http->page;
    const char *fault = wrong_kind(http, page);
    if (fault)
        return tell_broken(http, batch, fault, err);
    for (bool room = true; room;) {
        if (!splitter_next(page->splitter, &cut))
            return finish(http, batch);
        if (is_structure(&cut))
            return tell_broken(http, batch, cut.reject->message, err);
        if (cut.is_header) {
            page->header = batch->header = cut.raw;
            continue;
        }
        struct feed_item item = {
            .raw = cut.raw, .length = cut.length, .line = cut.line, .remember = true};
        if (cut.reject) {
            struct reject *reject = NEW(batch->arena, struct reject);
            *reject = *cut.reject;
            reject->message = arena_strdup(batch->arena, reject->message);
            item.reject = reject;
        }
        look_at(http, batch, &cut, &item);
        room = batch_add(batch, item);
    }
    batch->more = true;
    return true;
}

static bool be_patient(const struct http *http, struct error *err)
{
    for (int64_t left; (left = http->patience->not_before - clock_ms()) > 0;) {
        if (pull_stopping(http->pull))
            return error_set(err, ERROR_RETRY, "it was to end before the server could be asked");
        pull_beat(http->pull);
        (void)poll(NULL, 0, (int)(left < NAP_MS ? left : NAP_MS));
    }
    return true;
}

static bool http_pull(void *session, struct batch *batch, struct error *err)
{
    struct http *http = session;
    batch->stream = http->stream;
    batch->label = http->label;
    if (http->trouble.kind) {
        *err = http->trouble;
        return false;
    }
    if (!be_patient(http, err))
        return false;
    if (http->page && http->page->done)
        close_page(http);
    if (!http->page && !open_page(http, batch, err))
        return false;
    if (!http->page)
        return true;
    batch->header = http->page->header;
    return read_page(http, batch, err);
}

const struct connector http_connector = {TRANSPORT_HTTP, http_open, http_pull, NULL, NULL};
