#include "hub/profile/sniff.h"

#include <strings.h>

#include "hub/base/json.h"

#define MESSAGE_LINES 60 /* of a header that are looked at */

static bool starts(struct slice bytes, const char *mark, size_t size)
{
    return bytes.size >= size && memcmp(bytes.bytes, mark, size) == 0;
}

bool sniff_gzip(struct slice bytes)
{
    return starts(bytes, "\x1f\x8b", 2);
}

/* Without a mark: every other byte of western text is zero. */
static const char *wide_encoding(struct slice sample)
{
    size_t zeros[2] = {0, 0}, most = sample.size < 4096 ? sample.size : 4096;
    for (size_t i = 0; i < most; i++)
        zeros[i % 2] += sample.bytes[i] == '\0';
    if (zeros[1] * 3 > most && zeros[0] * 20 < most)
        return "UTF-16LE";
    return zeros[0] * 3 > most && zeros[1] * 20 < most ? "UTF-16BE" : NULL;
}

/* Of one byte a character: does it use the places that only Windows fills? */
static const char *narrow_encoding(struct slice sample)
{
    static const char undefined[] = "\x81\x8d\x8f\x90\x9d";
    for (size_t i = 0; i < sample.size; i++)
        if (sample.bytes[i] && strchr(undefined, sample.bytes[i]))
            return "ISO-8859-1";
    return "windows-1252";
}

const char *sniff_encoding(struct slice sample, bool whole)
{
    size_t bad;
    const char *wide;
    if (starts(sample, "\xef\xbb\xbf", 3))
        return "UTF-8";
    if (starts(sample, "\xff\xfe", 2) || starts(sample, "\xfe\xff", 2))
        return "UTF-16";
    if ((wide = wide_encoding(sample)))
        return wide;
    /* The sample may end within a character. */
    if (text_check(sample.bytes, sample.size, &bad) || sample.bytes[bad] == '\0' ||
        (!whole && bad + 4 > sample.size))
        return "UTF-8";
    return narrow_encoding(sample);
}

/* The first line that is not blank. */
static struct slice first_line(struct slice sample)
{
    const char *at = sample.bytes, *end = at + sample.size;
    at += starts(sample, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < end && strchr(" \t\r\n", *at))
        at++;
    const char *line_end = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return (struct slice){.bytes = at, .size = (size_t)((line_end ? line_end : end) - at)};
}

static bool is_json_lines(struct arena *arena, struct slice sample, bool whole)
{
    struct json_fault fault;
    struct slice line = first_line(sample);
    const char *end = line.bytes + line.size, *sample_end = sample.bytes + sample.size;
    if (!line.size || *line.bytes != '{')
        return false;
    const struct json *first = json_parse(arena, line.bytes, line.size, &fault);
    if (!first)
        return false;
    /* One object alone: a document, if it holds a list of records. */
    struct slice rest = first_line((struct slice){end, (size_t)(sample_end - end)});
    const char *records = "";
    return rest.size || !whole || !sniff_json(arena, line, &records) || !*records;
}

/* Headers, two of them such as messages alone have, then a blank line. */
static bool is_message(struct slice sample)
{
    static const char *const names[] = {
        "from:", "message-id:", "received:", "mime-version:", "date:", "subject:", "return-path:"};
    struct slice rest = sample, line = first_line(rest);
    size_t known = 0;
    for (size_t i = 0; line.size && i < MESSAGE_LINES; i++) {
        bool divider = !i && line.size > 5 && memcmp(line.bytes, "From ", 5) == 0;
        bool folded = i && line.bytes > sample.bytes && strchr(" \t", line.bytes[-1]);
        if (!divider && !folded && !memchr(line.bytes, ':', line.size))
            return false;
        for (size_t n = 0; n < COUNT_OF(names); n++)
            known += line.size >= strlen(names[n]) &&
                     strncasecmp(line.bytes, names[n], strlen(names[n])) == 0;
        if (known >= 2)
            return true;
        rest.size -= (size_t)(line.bytes + line.size - rest.bytes);
        rest.bytes = line.bytes + line.size;
        line = first_line(rest);
    }
    return false;
}

void sniff(struct arena *arena, struct slice sample, bool whole, struct sniffed *sniffed)
{
    struct slice line = first_line(sample);
    *sniffed = (struct sniffed){.encoding = sniff_encoding(sample, whole)};
    if (is_message(sample)) {
        sniffed->kind = SNIFFED_MIME;
    } else if (line.size && *line.bytes == '<' && sniff_xml(arena, sample, sniffed)) {
        sniffed->kind = SNIFFED_XML;
    } else if (is_json_lines(arena, sample, whole)) {
        sniffed->kind = SNIFFED_JSONL;
    } else if (line.size && strchr("[{", *line.bytes) &&
               sniff_json(arena, sample, &sniffed->records)) {
        sniffed->kind = SNIFFED_JSON;
    } else if (!sniff_csv(arena, sample, sniffed) && sniff_fixed(arena, sample, sniffed)) {
        sniffed->kind = SNIFFED_FIXED;
    }
}
