#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "hub/mail/message.h"

#define BYTES_MOST ((size_t)4 * 1048576)

static void close_converter(void *converter)
{
    ucnv_close(converter);
}

static UConverter *open_converter(struct arena *arena, const char *charset)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = *charset ? ucnv_open(charset, &status) : NULL;
    if (!converter || U_FAILURE(status))
        return NULL;
    arena_defer(arena, close_converter, converter);
    return converter;
}

/* What cannot be read becomes U+FFFD. */
static struct slice convert(struct arena *arena, struct slice bytes, UConverter *converter)
{
    ARENA(scratch);
    size_t room = bytes.size * 2 + 16;
    UChar *units = NEW_ARRAY(scratch, UChar, room), *to = units;
    const char *from = bytes.bytes;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter, &to, units + room, &from, from + bytes.size, NULL, true, &status);
    size_t size = (size_t)(to - units) * 3 + 1;
    char *text = arena_alloc(arena, size);
    int32_t length = 0;
    status = U_ZERO_ERROR;
    u_strToUTF8WithSub(text, (int32_t)size, &length, units, (int32_t)(to - units), 0xfffd, NULL,
                       &status);
    return (struct slice){text, U_SUCCESS(status) ? (size_t)length : 0};
}

/* Encodings whose text looks like ASCII, or is full of zeros. */
static bool tells_itself_by_name(const char *charset)
{
    static const char *const names[] = {"utf-16", "utf16", "utf-32",   "utf-7",
                                        "ucs-",   "hz",    "iso-2022", "csiso2022"};
    ARENA(scratch);
    const char *lower = text_lower_ascii(scratch, charset);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (text_starts(lower, names[i]))
            return true;
    return false;
}

/* More characters of UTF-8 than bytes that are none. */
static bool is_mostly_utf8(struct slice text)
{
    size_t good = 0, wrong = 0, bad;
    while (text.size) {
        bool whole = text_check(text.bytes, text.size, &bad);
        size_t to = whole ? text.size : bad;
        for (size_t i = 0; i < to; i++)
            good += (unsigned char)text.bytes[i] >= 0xc0;
        wrong += !whole;
        to += !whole;
        text = (struct slice){text.bytes + to, text.size - to};
    }
    return good > wrong;
}

/* By what the bytes are, and only then by what the message says they are. */
static struct slice to_utf8(struct arena *arena, struct slice bytes, const char *charset)
{
    static const char *const vague[] = {"us-ascii", "ascii", "iso-8859-1", "latin1",
                                        "unknown-8bit"};
    size_t bad;
    UConverter *converter = open_converter(arena, charset);
    if (converter && tells_itself_by_name(charset))
        return convert(arena, bytes, converter);
    if (text_check(bytes.bytes, bytes.size, &bad))
        return bytes;
    for (size_t i = 0; i < COUNT_OF(vague); i++)
        if (text_same(charset, vague[i]))
            converter = NULL;
    if (is_mostly_utf8(bytes))
        converter = open_converter(arena, "UTF-8");
    else if (text_same(charset, "utf-8"))
        converter = NULL;
    if (!converter)
        converter = open_converter(arena, "windows-1252");
    return converter ? convert(arena, bytes, converter) : (struct slice){"", 0};
}

/* Cut off in the middle of a character, its beginning goes. */
static size_t whole_characters(struct slice bytes)
{
    size_t size = bytes.size, back = 0;
    while (back < 3 && back < size && ((unsigned char)bytes.bytes[size - 1 - back] & 0xc0) == 0x80)
        back++;
    if (back < size && (unsigned char)bytes.bytes[size - 1 - back] >= 0xc0)
        return size - 1 - back;
    return size;
}

const char *charset_text(struct arena *arena, struct slice bytes, const char *charset)
{
    if (bytes.size > BYTES_MOST) {
        bytes.size = BYTES_MOST;
        bytes.size = whole_characters(bytes);
    }
    bool wide = tells_itself_by_name(charset);
    char *plain = arena_alloc(arena, bytes.size + 1);
    size_t length = 0;
    for (size_t i = 0; i < bytes.size; i++)
        if (bytes.bytes[i] || wide)
            plain[length++] = bytes.bytes[i];
    struct slice text = to_utf8(arena, (struct slice){plain, length}, charset);
    char *out = arena_alloc(arena, text.size + 1), *to = out;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c == '\r' && !(i + 1 < text.size && text.bytes[i + 1] == '\n'))
            *to++ = '\n';
        else if (c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f))
            *to++ = (char)c;
    }
    return out;
}
