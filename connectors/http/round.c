#include "connectors/http/round.h"

#include <inttypes.h>
#include <stddef.h>

#include "connectors/http/mark.h"
#include "connectors/http/paging.h"
#include "hub/base/hash.h"
#include "hub/base/json.h"

#define CLOCK_SLACK_MS 2000
#define ZONES_MS 50400000LL /* as far as a local time may be ahead of UTC */
#define AGAIN_MOST 3

enum kind { KIND_TEXT, KIND_NUMBER, KIND_YES };

static const struct {
    const char *name;
    enum kind kind;
    size_t offset;
} members[] = {
#define MEMBER(name, kind)                               \
    {                                                    \
#name, KIND_##kind, offsetof(struct round, name) \
    }
    MEMBER(mark, TEXT),   MEMBER(high, TEXT),     MEMBER(since, TEXT),     MEMBER(next, TEXT),
    MEMBER(page, NUMBER), MEMBER(began, NUMBER),  MEMBER(server, NUMBER),  MEMBER(ahead, NUMBER),
    MEMBER(last, NUMBER), MEMBER(anchor, NUMBER), MEMBER(again, NUMBER),   MEMBER(full, YES),
    MEMBER(etag, TEXT),   MEMBER(modified, TEXT), MEMBER(etag_of, NUMBER), MEMBER(spoiled, YES),
#undef MEMBER
};

void round_read(struct arena *arena, const char *cursor, struct round *round)
{
    struct json_fault fault;
    const struct json *root = cursor ? json_parse(arena, cursor, strlen(cursor), &fault) : NULL;
    *round = (struct round){0};
    for (size_t i = 0; root && i < COUNT_OF(members); i++) {
        const struct json *value = json_get(root, members[i].name);
        void *to = (char *)round + members[i].offset;
        if (!value)
            continue;
        switch (members[i].kind) {
        case KIND_TEXT:
            *(const char **)to = value->text;
            break;
        case KIND_NUMBER:
            if (!value->text || !text_to_int(value->text, INT64_MIN, INT64_MAX, to))
                *(int64_t *)to = 0;
            break;
        case KIND_YES:
            *(bool *)to = value->type == JSON_TRUE;
            break;
        }
    }
}

const char *round_write(struct arena *arena, const struct round *round)
{
    struct json_writer out = {.out = {.arena = arena}};
    json_open(&out, '{');
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        const void *from = (const char *)round + members[i].offset;
        switch (members[i].kind) {
        case KIND_TEXT:
            json_member(&out, members[i].name, *(const char *const *)from);
            break;
        case KIND_NUMBER:
            if (*(const int64_t *)from)
                json_member_int(&out, members[i].name, *(const int64_t *)from);
            break;
        case KIND_YES:
            if (*(const bool *)from) {
                json_name(&out, members[i].name);
                json_bool(&out, true);
            }
            break;
        }
    }
    json_close(&out, '}');
    return buffer_string(&out.out);
}

static bool pages_by(const struct transport *from, const char *how)
{
    return from->paging && text_equal(from->paging, how);
}

/* Where pages are counted from: 1, or what the address says already. */
static int64_t first_page(struct arena *arena, const struct transport *from)
{
    int64_t number;
    const char *said = url_parameter(arena, from->url, from->page);
    return said && text_to_int(said, 0, INT32_MAX, &number) ? number : 1;
}

const char *round_url(struct arena *arena, const struct transport *from, struct round *round)
{
    if (pages_by(from, "link") && round->next)
        return round->next;
    if (!round->page)
        round->since = round->mark ? mark_back(arena, round->mark, from->overlap_ms) : NULL;
    const char *size = arena_printf(arena, "%u", from->page_size);
    const char *url = url_with(arena, from->url, from->size, size);
    url = url_with(arena, url, from->since, round->since);
    if (pages_by(from, "page") && round->page)
        url = url_with(arena, url, from->page,
                       arena_printf(arena, "%" PRId64, first_page(arena, from) + round->page));
    if (pages_by(from, "cursor"))
        url = url_with(arena, url, from->page, round->next);
    return url;
}

/* It begins anew, from the same mark. */
static void restart(struct round *round)
{
    round->high = round->since = round->next = NULL;
    round->page = round->began = round->anchor = round->last = 0;
    round->full = round->spoiled = false;
}

bool round_begin(struct arena *arena, struct round *round, int64_t server_ms, int64_t our_ms)
{
    int64_t ahead = our_ms - server_ms, back = 0;
    if (round->server) {
        back = ahead - round->ahead;
        if (round->server - server_ms > back)
            back = round->server - server_ms;
    }
    round->ahead = ahead;
    round->server = server_ms;
    round->began = server_ms;
    if (back <= CLOCK_SLACK_MS || !round->mark || !mark_time(round->mark, &(int64_t){0}, NULL))
        return true;
    round->mark = mark_back(arena, round->mark, back);
    restart(round);
    return false;
}

/* How far it can be said that everything was read. */
static const char *reach(struct arena *arena, const struct round *round)
{
    int64_t high;
    bool zoned;
    if (!mark_time(round->high, &high, &zoned))
        return round->high;
    int64_t most = round->began + (zoned ? 0 : ZONES_MS);
    return mark_back(arena, round->high, high - most);
}

/* Pages by number shift when something changes while they are read, and what slips from one to the one
 * before is not seen. */
static bool has_shifted(const struct transport *from, const struct round *round)
{
    int64_t high;
    return pages_by(from, "page") && round->page > 1 && round->high &&
           mark_time(round->high, &high, NULL) && high >= round->began && round->again < AGAIN_MOST;
}

enum round_state round_end(struct arena *arena, const struct transport *from, struct round *round)
{
    bool again = has_shifted(from, round);
    round->again = again ? round->again + 1 : 0;
    if (!again && !round->spoiled && round->high) {
        const char *mark = reach(arena, round);
        if (!round->mark || mark_behind(round->mark, mark))
            round->mark = mark;
    }
    restart(round);
    return again ? ROUND_ON : ROUND_OVER;
}

static enum round_state turn_page(struct arena *arena, const struct transport *from,
                                  struct round *round, const struct turn *turn)
{
    bool repeated = round->page > 1 && turn->digest == round->last;
    bool is_short = from->size && round->full && !turn->spoiled && turn->items < from->page_size;
    bool broken = turn->spoiled && round->page > 1 && !round->last; /* one after the other */
    if ((!turn->items && !turn->spoiled) || repeated || is_short || broken)
        return round_end(arena, from, round);
    round->last = turn->spoiled ? 0 : turn->digest;
    round->full |= turn->items >= from->page_size;
    return ROUND_ON;
}

/*
 * Brent's way to see a loop, however long, by one page that is kept: the one of the last power of two.
 * The same link is no loop where it brings something else, as a cursor on the server does.
 */
static bool is_loop(struct round *round, const struct turn *turn)
{
    int64_t state = (int64_t)hash64_mix(hash64_text(turn->next), (uint64_t)turn->digest);
    if (round->page > 1 && state == round->anchor)
        return true;
    if ((round->page & (round->page - 1)) == 0)
        round->anchor = state;
    return false;
}

enum round_state round_turn(struct arena *arena, const struct transport *from, struct round *round,
                            const struct turn *turn)
{
    round->page++;
    round->spoiled |= turn->spoiled;
    if (turn->high && (!round->high || mark_behind(round->high, turn->high)))
        round->high = turn->high;
    if (pages_by(from, "page"))
        return turn_page(arena, from, round, turn);
    if (!turn->next)
        return round_end(arena, from, round);
    if (!turn->items && round->next && text_equal(round->next, turn->next)) {
        round->page--;
        return from->since ? round_end(arena, from, round) : ROUND_IDLE;
    }
    if (is_loop(round, turn)) {
        restart(round);
        return ROUND_LOOP;
    }
    round->next = turn->next;
    return ROUND_ON;
}
