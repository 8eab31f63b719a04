/* What an HTTP interface says of its pages: no header and no page leads elsewhere, every way to read one ends, a
 * mark never moves on by itself, and a cursor that was written is read as it was. */
#include <assert.h>
#include <strings.h>

#include "connectors/http/mark.h"
#include "connectors/http/paging.h"
#include "connectors/http/round.h"
#include "hub/base/text.h"
#include "tests/fuzz/fuzz.h"

static const char base[] = "https://shop.example/api/orders?page=1";

static void follow(struct arena *work, const char *link)
{
    struct error err = {0};
    const char *to = url_follow(work, base, link, &err);
    assert(to || err.kind == ERROR_FATAL);
    if (!to)
        return;
    /* Whoever reads it once more comes to the same server. */
    assert(url_follow(work, base, to, &err));
    assert(strncasecmp(to, "https://shop.example", strlen("https://shop.example")) == 0);
    const char after = to[strlen("https://shop.example")];
    assert(!after || strchr("/:?#", after));
}

static void read_header(struct arena *work, const char *text)
{
    const char *link = link_next(work, text);
    if (link)
        follow(work, link);
    follow(work, text);
    const char *with = url_with(work, base, "since", text);
    assert(text_equal(url_parameter(work, with, "since"), text));
}

static void read_page(struct arena *work, const char *bytes, size_t size)
{
    static const char *const pointers[] = {"", "/next", "/a/0/b", "/0", "/links/next/href", "//"};
    const struct slice page = {bytes, size};
    for (size_t i = 0; i < COUNT_OF(pointers); i++) {
        struct slice value;
        const char *text;
        struct error err = {0};
        if (page_find(page, pointers[i], &value))
            assert(value.bytes >= bytes && value.bytes + value.size <= bytes + size);
        assert(page_text(work, page, pointers[i], &text, &err) || err.kind == ERROR_REJECT);
    }
}

static void read_mark(struct arena *work, const char *text)
{
    const char *back = mark_back(work, text, 60000);
    assert(!mark_behind(text, back) && !mark_behind(text, text));
    assert(strlen(back) <= strlen(text));
    assert(!mark_time(text, &(int64_t){0}, NULL) || mark_time(back, &(int64_t){0}, NULL) || *back);
}

static void read_cursor(struct arena *work, const char *text)
{
    struct round round;
    round_read(work, text, &round);
    const char *written = round_write(work, &round);
    round_read(work, written, &round);
    assert(text_equal(round_write(work, &round), written));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    size_t bad;
    const char *bytes = (const char *)data;
    read_page(work, bytes, size);
    if (!text_check(bytes, size, &bad))
        return 0;
    const char *text = arena_strndup(work, bytes, size);
    read_header(work, text);
    read_mark(work, text);
    read_cursor(work, text);
    return 0;
}
