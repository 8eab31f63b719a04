/* A file is one message, or many: an mbox, where a line that begins with "From " stands before each. */
#include "hub/format/cutters.h"

struct mime_cutter {
    struct arena *arena;
    struct place place;
    struct reject reject;
    size_t at;
    bool many;
};

/* "From ann@lee.example Mon May  6 10:00:00 2024": the time tells it from a sentence. */
static bool is_divider(struct slice stream, size_t at)
{
    static const char word[] = "From ";
    size_t end = at;
    bool time = false;
    if (stream.size - at < sizeof(word) || memcmp(stream.bytes + at, word, sizeof(word) - 1) != 0)
        return false;
    for (; end < stream.size && stream.bytes[end] != '\n'; end++)
        time = time || (stream.bytes[end] == ':' && end + 2 < stream.size &&
                        stream.bytes[end - 1] >= '0' && stream.bytes[end - 1] <= '9' &&
                        stream.bytes[end + 1] >= '0' && stream.bytes[end + 1] <= '9');
    return time;
}

struct mime_cutter *mime_cutter(struct arena *arena, struct slice stream, size_t from)
{
    struct mime_cutter *cutter = NEW(arena, struct mime_cutter);
    *cutter = (struct mime_cutter){.arena = arena, .place = place_new(stream), .at = from};
    cutter->many = from < stream.size && is_divider(stream, from);
    return cutter;
}

static size_t line_behind(struct slice stream, size_t at)
{
    const char *end = memchr(stream.bytes + at, '\n', stream.size - at);
    return end ? (size_t)(end - stream.bytes) + 1 : stream.size;
}

/* Where the next divider stands behind a blank line, or the end. */
static size_t message_end(const struct mime_cutter *cutter, size_t at)
{
    struct slice stream = cutter->place.stream;
    bool blank = false;
    while (cutter->many && at < stream.size && !(blank && is_divider(stream, at))) {
        size_t next = line_behind(stream, at);
        blank = next - at == 1 || (next - at == 2 && stream.bytes[at] == '\r');
        at = next;
    }
    return cutter->many ? at : stream.size;
}

static bool is_space(char c)
{
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

bool mime_cutter_next(struct mime_cutter *cutter, struct cut *cut)
{
    struct slice stream = cutter->place.stream;
    size_t most = FORMAT_MESSAGE_MOST;
    while (cutter->at < stream.size) {
        size_t from = cutter->many ? line_behind(stream, cutter->at) : cutter->at;
        size_t to = message_end(cutter, from);
        cutter->at = to;
        while (from < to && (stream.bytes[from] == '\n' || stream.bytes[from] == '\r'))
            from++;
        size_t end = to;
        while (cutter->many && end > from && is_space(stream.bytes[end - 1]))
            end--;
        if (from == end)
            continue;
        struct cutting cutting = {.from = from, .to = end};
        if (end - from > most) {
            cutting.code = "too-long";
            cutting.message =
                arena_printf(cutter->arena, "%zu bytes; the most is %zu", end - from, most);
        }
        cut_make(&cutter->place, &cutting, &cutter->reject, cut);
        return true;
    }
    return false;
}
