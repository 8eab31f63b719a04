#include "hub/base/arena.h"
#include "hub/format/csv.h"

#define RAW_KEPT 65536 /* of a record that is set aside */

enum fate { FATE_CLOSED, FATE_GARBAGE, FATE_UNCLOSED };

/*
 * What becomes of a quoted field that is still open where a line starts.  That does not depend on where
 * the quote was opened, and is the same for every line start up to the end; so the answer is kept, and a
 * stretch of the stream is looked at ahead of time once, however many records begin in it.
 */
struct outlook {
    bool known;
    size_t from, to; /* holds for line starts in there */
    size_t fields;   /* that are still to come, the open one too, as seen from `from` */
    enum fate fate;
};

struct splitter {
    struct format format;
    struct slice stream;
    size_t at, line_feed; /* the next line; the first line feed from there or before */
    unsigned line;
    bool header_due;
    size_t columns; /* that the header names; 0: unknown */
    struct outlook outlook;
    struct reject reject;
    char message[200];
};

static size_t find(const struct splitter *splitter, char c, size_t from, size_t to)
{
    const char *bytes = splitter->stream.bytes;
    const char *found = from < to ? memchr(bytes + from, c, to - from) : NULL;
    return found ? (size_t)(found - bytes) : to;
}

struct splitter *splitter_new(struct arena *arena, const struct format *format, struct slice stream)
{
    struct splitter *splitter = NEW(arena, struct splitter);
    *splitter = (struct splitter){.format = *format, .stream = stream, .line = 1};
    splitter->header_due = format->kind == FORMAT_CSV && format->header;
    if (stream.size >= 3 && memcmp(stream.bytes, "\xef\xbb\xbf", 3) == 0)
        splitter->at = 3;
    splitter->line_feed = find(splitter, '\n', splitter->at, stream.size);
    return splitter;
}

/* Where the line that starts at `at` ends.  Each search starts where the one before it ended. */
static size_t line_end(struct splitter *splitter)
{
    size_t size = splitter->stream.size, at = splitter->at;
    if (splitter->line_feed < at)
        splitter->line_feed = find(splitter, '\n', at, size);
    size_t feed = splitter->line_feed;
    if (splitter->format.kind == FORMAT_CSV)
        return find(splitter, '\r', at, feed);
    return feed > at && splitter->stream.bytes[feed - 1] == '\r' ? feed - 1 : feed;
}

/* Behind the line end at `end`. */
static size_t next_line(const struct splitter *splitter, size_t end)
{
    const char *bytes = splitter->stream.bytes;
    if (end >= splitter->stream.size)
        return end;
    bool pair = bytes[end] == '\r' && end + 1 < splitter->stream.size && bytes[end + 1] == '\n';
    return end + (pair ? 2 : 1);
}

static bool is_blank(const struct splitter *splitter, size_t end)
{
    const struct format *format = &splitter->format;
    for (size_t i = splitter->at; i < end; i++) {
        char c = splitter->stream.bytes[i];
        bool blank = c == ' ' || c == '\t' || c == '\r';
        if (!blank || (format->kind == FORMAT_CSV && c == format->delimiter))
            return false;
    }
    return true;
}

static struct csv_scan scan_of(const struct splitter *splitter, size_t from, size_t to)
{
    const char *bytes = splitter->stream.bytes;
    return (struct csv_scan){.at = bytes + from,
                             .end = bytes + to,
                             .delimiter = splitter->format.delimiter,
                             .quote = splitter->format.quote};
}

/* Look from a line start within quotes to where it ends, well or badly. */
static void look_ahead(struct splitter *splitter, size_t from)
{
    struct csv_field field = {0};
    struct csv_scan scan = scan_of(splitter, from, splitter->stream.size);
    struct outlook *outlook = &splitter->outlook;
    *outlook = (struct outlook){.known = true, .from = from, .fields = 1};
    enum csv_stop stop = csv_next_inside(&scan, &field);
    for (; stop == CSV_DELIMITER; outlook->fields++)
        stop = csv_next(&scan, &field);
    outlook->to = (size_t)(scan.at - splitter->stream.bytes);
    outlook->fate = stop == CSV_UNCLOSED  ? FATE_UNCLOSED
                    : stop == CSV_GARBAGE ? FATE_GARBAGE
                                          : FATE_CLOSED;
}

/* Move the start of what is known to a later line start: count the fields that close before it. */
static void move_ahead(struct splitter *splitter, size_t from)
{
    struct outlook *outlook = &splitter->outlook;
    struct csv_field field = {0};
    struct csv_scan scan = scan_of(splitter, outlook->from, from);
    enum csv_stop stop = csv_next_inside(&scan, &field);
    for (; stop == CSV_DELIMITER; outlook->fields--)
        stop = csv_next(&scan, &field);
    outlook->from = from;
}

static const struct outlook *outlook_at(struct splitter *splitter, size_t from)
{
    struct outlook *outlook = &splitter->outlook;
    if (!outlook->known || from < outlook->from || from > outlook->to)
        look_ahead(splitter, from);
    else if (from > outlook->from && outlook->fate == FATE_CLOSED)
        move_ahead(splitter, from);
    return outlook;
}

static const struct reject *refuse(struct splitter *splitter, const char *stage, const char *code,
                                   size_t at, const char *message)
{
    splitter->reject = (struct reject){.stage = stage,
                                       .code = code,
                                       .line = splitter->line,
                                       .column = (unsigned)(at - splitter->at) + 1,
                                       .message = message};
    return &splitter->reject;
}

static const struct reject *refuse_size(struct splitter *splitter, size_t length)
{
    (void)snprintf(splitter->message, sizeof(splitter->message), "%zu bytes; the most is %d",
                   length, FORMAT_RECORD_MOST);
    return refuse(splitter, "size", "too-long", splitter->at, splitter->message);
}

/*
 * Why a record whose quote is open at the end of its first line is not to be believed, or NULL.  A
 * stray quote swallows good lines up to the next one; what gives it away is what then follows, or the
 * wrong number of fields.
 */
static const char *doubt(const struct splitter *splitter, const struct outlook *outlook,
                         size_t fields)
{
    if (outlook->fate == FATE_UNCLOSED)
        return "the quote never closes";
    if (outlook->fate == FATE_GARBAGE)
        return "neither a delimiter nor a line end follows where the quote closes";
    if (outlook->to - splitter->at > FORMAT_RECORD_MOST)
        return "the quote closes too far away";
    if (splitter->columns && fields != splitter->columns)
        return "the quote closes in another line, which does not give the header's fields";
    return NULL;
}

/* Where the record ends that starts in the line up to `end`; *reject set: set that line aside. */
static size_t record_end(struct splitter *splitter, size_t end, const struct reject **reject)
{
    if (!splitter->format.quote || find(splitter, splitter->format.quote, splitter->at, end) == end)
        return end;
    struct csv_field field;
    struct csv_scan scan = scan_of(splitter, splitter->at, end);
    enum csv_stop stop = CSV_DELIMITER;
    size_t fields = 0;
    for (; stop == CSV_DELIMITER; fields++)
        stop = csv_next(&scan, &field);
    if (stop != CSV_UNCLOSED && stop != CSV_GARBAGE)
        return end;
    const char *message = "neither a delimiter nor a line end follows the closing quote";
    if (stop == CSV_UNCLOSED) {
        const struct outlook *outlook = outlook_at(splitter, next_line(splitter, end));
        message = doubt(splitter, outlook, fields - 1 + outlook->fields);
        if (!message)
            return outlook->to;
    }
    *reject = refuse(splitter, "decode", "quote", (size_t)(field.start - splitter->stream.bytes),
                     message);
    return end;
}

static size_t count_fields(const struct splitter *splitter, size_t end)
{
    struct csv_field field;
    struct csv_scan scan = scan_of(splitter, splitter->at, end);
    size_t fields = 1;
    while (csv_next(&scan, &field) == CSV_DELIMITER)
        fields++;
    return fields;
}

static unsigned count_lines(const struct splitter *splitter, size_t from, size_t to)
{
    const char *bytes = splitter->stream.bytes;
    unsigned lines = 0;
    for (size_t i = from; i < to; i++)
        lines += bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n');
    return lines;
}

/* Hand out the bytes from `at` to `end`, which are so many lines, and go on behind them. */
static void take(struct splitter *splitter, size_t end, unsigned lines, struct cut *cut)
{
    size_t length = end - splitter->at, next = next_line(splitter, end);
    bool whole = !cut->reject || length <= RAW_KEPT;
    cut->raw = (struct slice){.bytes = splitter->stream.bytes + splitter->at,
                              .size = whole ? length : RAW_KEPT};
    cut->length = length;
    cut->line = splitter->line;
    cut->offset = splitter->at;
    cut->is_header = splitter->header_due;
    if (splitter->header_due && !cut->reject)
        splitter->columns = count_fields(splitter, end);
    splitter->header_due = false;
    splitter->line += lines;
    splitter->at = next;
}

bool splitter_next(struct splitter *splitter, struct cut *cut)
{
    *cut = (struct cut){0};
    while (splitter->at < splitter->stream.size) {
        size_t line = line_end(splitter), end = line;
        if (is_blank(splitter, end)) {
            splitter->at = next_line(splitter, end);
            splitter->line++;
            continue;
        }
        if (end - splitter->at > FORMAT_RECORD_MOST)
            cut->reject = refuse_size(splitter, end - splitter->at);
        else if (splitter->format.kind == FORMAT_CSV)
            end = record_end(splitter, end, &cut->reject);
        take(splitter, end, 1 + count_lines(splitter, line, end), cut);
        return true;
    }
    return false;
}
