#include "hub/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <strings.h>

static void make_room(struct buffer *buffer, size_t more)
{
    size_t need = buffer->length + more + 1;
    if (need <= buffer->room)
        return;
    size_t room = buffer->room * 2 > need ? buffer->room * 2 : need + 32;
    char *data = arena_alloc(buffer->arena, room);
    if (buffer->length)
        memcpy(data, buffer->data, buffer->length);
    buffer->data = data;
    buffer->room = room;
}

void buffer_add(struct buffer *buffer, const char *bytes, size_t size)
{
    make_room(buffer, size);
    if (size)
        memcpy(buffer->data + buffer->length, bytes, size);
    buffer->length += size;
    buffer->data[buffer->length] = '\0';
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_char(struct buffer *buffer, char c)
{
    buffer_add(buffer, &c, 1);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    make_room(buffer, 0);
    size_t room = buffer->room - buffer->length;
    int length = vsnprintf(buffer->data + buffer->length, room, format, args);
    va_end(args);
    if (length < 0)
        abort(); /* only a broken format string can do this */
    make_room(buffer, (size_t)length);
    if ((size_t)length >= room)
        (void)vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
    va_end(again);
    buffer->length += (size_t)length;
}

const char *buffer_string(const struct buffer *buffer)
{
    return buffer->data ? buffer->data : "";
}

/* Length of the valid UTF-8 sequence at `at`, of at most `room` bytes; 0 if there is none. */
static size_t sequence(const unsigned char *at, size_t room)
{
    static const struct {
        unsigned char lead_from, lead_to, second_from, second_to;
        size_t length;
    } forms[] = {
        {0x01, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t f = 0; f < COUNT_OF(forms); f++) {
        if (*at < forms[f].lead_from || *at > forms[f].lead_to)
            continue;
        if (forms[f].length > room)
            return 0;
        if (forms[f].length > 1 && (at[1] < forms[f].second_from || at[1] > forms[f].second_to))
            return 0;
        for (size_t i = 2; i < forms[f].length; i++)
            if ((at[i] & 0xc0) != 0x80)
                return 0;
        return forms[f].length;
    }
    return 0;
}

bool text_check(const char *bytes, size_t size, size_t *bad)
{
    const unsigned char *at = (const unsigned char *)bytes;
    for (size_t i = 0; i < size;) {
        if (at[i] - 1U < 0x7f) {
            i++;
            continue;
        }
        size_t length = sequence(at + i, size - i);
        if (!length) {
            *bad = i;
            return false;
        }
        i += length;
    }
    return true;
}

const char *text_repair(struct arena *arena, const char *bytes, size_t size)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *out = arena_alloc(arena, size * 3 + 1), *to = out;
    const unsigned char *at = (const unsigned char *)bytes;
    for (size_t i = 0; i < size;) {
        bool control = at[i] < ' ' || at[i] == 0x7f;
        size_t length = control ? 0 : sequence(at + i, size - i);
        size_t step = length ? length : 3;
        memcpy(to, length ? bytes + i : replacement, step);
        to += step;
        i += length ? length : 1;
    }
    return out;
}

uint32_t text_next(const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    size_t length = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code_point = *p & mask[length];
    for (size_t i = 1; i < length; i++)
        code_point = code_point << 6 | (p[i] & 0x3f);
    *at += length;
    return code_point;
}

size_t text_put(char bytes[4], uint32_t c)
{
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--, c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(lead[size] | c);
    return size;
}

void buffer_code_point(struct buffer *buffer, uint32_t c)
{
    char bytes[4];
    buffer_add(buffer, bytes, text_put(bytes, c));
}

size_t text_length(const char *text)
{
    size_t length = 0;
    for (; *text; text++)
        length += (*text & 0xc0) != 0x80;
    return length;
}

/* Bytes of blank at the start of the text. */
static size_t blank_at(const char *text)
{
    if (*text == ' ' || (*text >= '\t' && *text <= '\r'))
        return 1;
    return text_starts(text, "\xc2\xa0") ? 2 : 0;
}

const char *text_trim(struct arena *arena, const char *text)
{
    for (size_t blank; (blank = blank_at(text));)
        text += blank;
    size_t keep = 0;
    for (size_t i = 0, blank; text[i];) {
        blank = blank_at(text + i);
        i += blank ? blank : 1;
        if (!blank)
            keep = i;
    }
    return text[keep] ? arena_strndup(arena, text, keep) : text;
}

bool text_is_blank(const char *text)
{
    for (size_t blank; (blank = blank_at(text));)
        text += blank;
    return !*text;
}

bool text_is_ascii(const char *text)
{
    for (; *text; text++)
        if (*text & 0x80)
            return false;
    return true;
}

const char *text_lower_ascii(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c | 0x20);
    return copy;
}

bool text_same(const char *left, const char *right)
{
    return strcasecmp(left, right) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

bool text_to_int(const char *text, int64_t least, int64_t most, int64_t *number)
{
    char *end;
    if (*text != '-' && !isdigit((unsigned char)*text))
        return false;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || end == text || value < least || value > most)
        return false;
    *number = value;
    return true;
}

const char **text_split(struct arena *arena, const char *text, char separator, size_t *count)
{
    size_t pieces = 1;
    for (const char *c = text; *c; c++)
        pieces += *c == separator;
    const char **piece = NEW_ARRAY(arena, const char *, pieces);
    for (size_t i = 0; i < pieces; i++) {
        const char *end = strchr(text, separator);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        piece[i] = arena_strndup(arena, text, length);
        text += length + (end != NULL);
    }
    *count = pieces;
    return piece;
}

const char *text_from_int(struct arena *arena, int64_t number)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (number < 0)
        *--at = '-';
    return arena_strndup(arena, at, (size_t)(digits + sizeof(digits) - at));
}

const char *text_number(struct arena *arena, int64_t number)
{
    const char *digits = text_from_int(arena, number);
    struct buffer text = {.arena = arena};
    size_t length = strlen(digits), first = number < 0;
    for (size_t i = 0; i < length; i++) {
        if (i > first && (length - i) % 3 == 0)
            buffer_char(&text, ',');
        buffer_char(&text, digits[i]);
    }
    return buffer_string(&text);
}

const char *text_hex(struct arena *arena, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes;
    char *hex = arena_alloc(arena, size * 2 + 1);
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = digits[from[i] >> 4];
        hex[2 * i + 1] = digits[from[i] & 15];
    }
    return hex;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_unhex(const char *hex, void *bytes, size_t size)
{
    unsigned char *to = bytes;
    if (strlen(hex) != size * 2)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        to[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}
