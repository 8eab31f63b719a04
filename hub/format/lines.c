#include "hub/format/csv.h"
#include "hub/format/cutters.h"

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

struct line_cutter {
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

static size_t find(const struct line_cutter *cutter, char c, size_t from, size_t to)
{
    const char *bytes = cutter->stream.bytes;
    const char *found = from < to ? memchr(bytes + from, c, to - from) : NULL;
    return found ? (size_t)(found - bytes) : to;
}

struct line_cutter *line_cutter(struct arena *arena, const struct format *format,
                                struct slice stream, size_t from)
{
    struct line_cutter *cutter = NEW(arena, struct line_cutter);
    *cutter = (struct line_cutter){.format = *format, .stream = stream, .at = from, .line = 1};
    cutter->header_due =
        format->header && (format->kind == FORMAT_CSV || format->kind == FORMAT_FIXED);
    cutter->line_feed = find(cutter, '\n', cutter->at, stream.size);
    return cutter;
}

/* Where the line that starts at `at` ends.  Each search starts where the one before it ended. */
static size_t line_end(struct line_cutter *cutter)
{
    size_t size = cutter->stream.size, at = cutter->at;
    if (cutter->line_feed < at)
        cutter->line_feed = find(cutter, '\n', at, size);
    size_t feed = cutter->line_feed;
    if (cutter->format.kind != FORMAT_JSONL && cutter->format.kind != FORMAT_LOG)
        return find(cutter, '\r', at, feed);
    return feed > at && cutter->stream.bytes[feed - 1] == '\r' ? feed - 1 : feed;
}

/* Behind the line end at `end`. */
static size_t next_line(const struct line_cutter *cutter, size_t end)
{
    const char *bytes = cutter->stream.bytes;
    if (end >= cutter->stream.size)
        return end;
    bool pair = bytes[end] == '\r' && end + 1 < cutter->stream.size && bytes[end + 1] == '\n';
    return end + (pair ? 2 : 1);
}

static bool is_blank(const struct line_cutter *cutter, size_t end)
{
    const struct format *format = &cutter->format;
    for (size_t i = cutter->at; i < end; i++) {
        char c = cutter->stream.bytes[i];
        bool blank = c == ' ' || c == '\t' || c == '\r';
        if (!blank || (format->kind == FORMAT_CSV && c == format->delimiter))
            return false;
    }
    return true;
}

static struct csv_scan scan_of(const struct line_cutter *cutter, size_t from, size_t to)
{
    const char *bytes = cutter->stream.bytes;
    return (struct csv_scan){.at = bytes + from,
                             .end = bytes + to,
                             .delimiter = cutter->format.delimiter,
                             .quote = cutter->format.quote};
}

/* Look from a line start within quotes to where it ends, well or badly. */
static void look_ahead(struct line_cutter *cutter, size_t from)
{
    struct csv_field field = {0};
    struct csv_scan scan = scan_of(cutter, from, cutter->stream.size);
    struct outlook *outlook = &cutter->outlook;
    *outlook = (struct outlook){.known = true, .from = from, .fields = 1};
    enum csv_stop stop = csv_next_inside(&scan, &field);
    for (; stop == CSV_DELIMITER; outlook->fields++)
        stop = csv_next(&scan, &field);
    outlook->to = (size_t)(scan.at - cutter->stream.bytes);
    outlook->fate = stop == CSV_UNCLOSED  ? FATE_UNCLOSED
                    : stop == CSV_GARBAGE ? FATE_GARBAGE
                                          : FATE_CLOSED;
}

/* Move the start of what is known to a later line start: count the fields that close before it. */
static void move_ahead(struct line_cutter *cutter, size_t from)
{
    struct outlook *outlook = &cutter->outlook;
    struct csv_field field = {0};
    struct csv_scan scan = scan_of(cutter, outlook->from, from);
    enum csv_stop stop = csv_next_inside(&scan, &field);
    for (; stop == CSV_DELIMITER; outlook->fields--)
        stop = csv_next(&scan, &field);
    outlook->from = from;
}

static const struct outlook *outlook_at(struct line_cutter *cutter, size_t from)
{
    struct outlook *outlook = &cutter->outlook;
    if (!outlook->known || from < outlook->from || from > outlook->to)
        look_ahead(cutter, from);
    else if (from > outlook->from && outlook->fate == FATE_CLOSED)
        move_ahead(cutter, from);
    return outlook;
}

static const struct reject *refuse(struct line_cutter *cutter, const char *stage, const char *code,
                                   size_t at, const char *message)
{
    cutter->reject = (struct reject){.stage = stage,
                                     .code = code,
                                     .line = cutter->line,
                                     .column = (unsigned)(at - cutter->at) + 1,
                                     .message = message};
    return &cutter->reject;
}

static const struct reject *refuse_size(struct line_cutter *cutter, size_t length)
{
    (void)snprintf(cutter->message, sizeof(cutter->message), "%zu bytes; the most is %d", length,
                   FORMAT_RECORD_MOST);
    return refuse(cutter, "size", "too-long", cutter->at, cutter->message);
}

/*
 * Why a record whose quote is open at the end of its first line is not to be believed, or NULL.  A
 * stray quote swallows good lines up to the next one; what gives it away is what then follows, or the
 * wrong number of fields.
 */
static const char *doubt(const struct line_cutter *cutter, const struct outlook *outlook,
                         size_t fields)
{
    if (outlook->fate == FATE_UNCLOSED)
        return "the quote never closes";
    if (outlook->fate == FATE_GARBAGE)
        return "neither a delimiter nor a line end follows where the quote closes";
    if (outlook->to - cutter->at > FORMAT_RECORD_MOST)
        return "the quote closes too far away";
    if (cutter->columns && fields != cutter->columns)
        return "the quote closes in another line, which does not give the header's fields";
    return NULL;
}

/* Where the record ends that starts in the line up to `end`; *reject set: set that line aside. */
static size_t record_end(struct line_cutter *cutter, size_t end, const struct reject **reject)
{
    if (!cutter->format.quote || find(cutter, cutter->format.quote, cutter->at, end) == end)
        return end;
    struct csv_field field;
    struct csv_scan scan = scan_of(cutter, cutter->at, end);
    enum csv_stop stop = CSV_DELIMITER;
    size_t fields = 0;
    for (; stop == CSV_DELIMITER; fields++)
        stop = csv_next(&scan, &field);
    if (stop != CSV_UNCLOSED && stop != CSV_GARBAGE)
        return end;
    const char *message = "neither a delimiter nor a line end follows the closing quote";
    if (stop == CSV_UNCLOSED) {
        const struct outlook *outlook = outlook_at(cutter, next_line(cutter, end));
        message = doubt(cutter, outlook, fields - 1 + outlook->fields);
        if (!message)
            return outlook->to;
    }
    *reject =
        refuse(cutter, "decode", "quote", (size_t)(field.start - cutter->stream.bytes), message);
    return end;
}

static size_t count_fields(const struct line_cutter *cutter, size_t end)
{
    struct csv_field field;
    struct csv_scan scan = scan_of(cutter, cutter->at, end);
    size_t fields = 1;
    while (csv_next(&scan, &field) == CSV_DELIMITER)
        fields++;
    return fields;
}

static unsigned count_lines(const struct line_cutter *cutter, size_t from, size_t to)
{
    const char *bytes = cutter->stream.bytes;
    unsigned lines = 0;
    for (size_t i = from; i < to; i++)
        lines += bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n');
    return lines;
}

/* Hand out the bytes from `at` to `end`, which are so many lines, and go on behind them. */
static void take(struct line_cutter *cutter, size_t end, unsigned lines, struct cut *cut)
{
    size_t length = end - cutter->at, next = next_line(cutter, end);
    bool whole = !cut->reject || length <= FORMAT_REJECT_KEPT;
    cut->raw = (struct slice){.bytes = cutter->stream.bytes + cutter->at,
                              .size = whole ? length : FORMAT_REJECT_KEPT};
    cut->length = length;
    cut->line = cutter->line;
    cut->offset = cutter->at;
    cut->is_header = cutter->header_due;
    if (cutter->header_due && !cut->reject && cutter->format.kind == FORMAT_CSV)
        cutter->columns = count_fields(cutter, end);
    cutter->header_due = false;
    cutter->line += lines;
    cutter->at = next;
}

bool line_cutter_next(struct line_cutter *cutter, struct cut *cut)
{
    while (cutter->at < cutter->stream.size) {
        size_t line = line_end(cutter), end = line;
        if (is_blank(cutter, end)) {
            cutter->at = next_line(cutter, end);
            cutter->line++;
            continue;
        }
        if (end - cutter->at > FORMAT_RECORD_MOST)
            cut->reject = refuse_size(cutter, end - cutter->at);
        else if (cutter->format.kind == FORMAT_CSV)
            end = record_end(cutter, end, &cut->reject);
        take(cutter, end, 1 + count_lines(cutter, line, end), cut);
        return true;
    }
    return false;
}
