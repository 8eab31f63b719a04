#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "hub/format/decode.h"

static void close_converter(void *converter)
{
    ucnv_close(converter);
}

/* A strict converter: what cannot be decoded stops it. */
static UConverter *open_converter(struct arena *arena, const char *encoding)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(encoding, &status);
    if (U_FAILURE(status))
        return NULL;
    arena_defer(arena, close_converter, converter);
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    return U_SUCCESS(status) ? converter : NULL;
}

/* UTF-16 is UTF-8 by the time records are cut: unpack() sees to that. */
static bool is_utf8(const char *encoding)
{
    return !encoding || !*encoding || ucnv_compareNames(encoding, "UTF-8") == 0 ||
           encoding_is_utf16(encoding);
}

bool encoding_is_utf16(const char *encoding)
{
    static const char *const names[] = {"UTF-16", "UTF-16LE", "UTF-16BE"};
    for (size_t i = 0; encoding && i < COUNT_OF(names); i++)
        if (ucnv_compareNames(encoding, names[i]) == 0)
            return true;
    return false;
}

/* Records are cut at bytes, so the ASCII bytes must stand for themselves (not so in UTF-16). */
bool format_encoding_known(const char *encoding)
{
    ARENA(scratch);
    UChar units[128];
    char ascii[127];
    UErrorCode status = U_ZERO_ERROR;
    if (is_utf8(encoding))
        return true;
    UConverter *converter = open_converter(scratch, encoding);
    if (!converter)
        return false;
    for (size_t i = 0; i < sizeof(ascii); i++)
        ascii[i] = (char)(i + 1);
    int32_t length = ucnv_toUChars(converter, units, (int32_t)COUNT_OF(units), ascii,
                                   (int32_t)sizeof(ascii), &status);
    bool same = U_SUCCESS(status) && length == (int32_t)sizeof(ascii);
    for (size_t i = 0; same && i < sizeof(ascii); i++) {
        bool text = ascii[i] >= ' ' || ascii[i] == '\t' || ascii[i] == '\n' || ascii[i] == '\r';
        same = !text || ascii[i] == 0x7f || units[i] == (UChar)ascii[i];
    }
    return same;
}

static bool refuse(const struct decoding *decoding, size_t offset, const char *encoding)
{
    const char *message =
        arena_printf(decoding->arena, "byte 0x%02x is not %s",
                     (unsigned)(unsigned char)decoding->text.bytes[offset], encoding);
    return decode_refuse(decoding, "encoding", offset, message);
}

static bool convert(struct decoding *decoding)
{
    ARENA(scratch);
    const struct format *format = decoding->format;
    const char *from = decoding->text.bytes, *end = from + decoding->text.size;
    size_t room = decoding->text.size * 2 + 16;
    UChar *units = NEW_ARRAY(scratch, UChar, room), *to = units;
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = open_converter(scratch, format->encoding);
    if (!converter)
        return decode_refuse(
            decoding, "encoding", 0,
            arena_printf(decoding->arena, "the encoding '%s' is unknown", format->encoding));

    ucnv_toUnicode(converter, &to, units + room, &from, end, NULL, true, &status);
    if (U_FAILURE(status)) {
        char invalid[32];
        int8_t length = (int8_t)sizeof(invalid);
        UErrorCode ignored = U_ZERO_ERROR;
        ucnv_getInvalidChars(converter, invalid, &length, &ignored);
        size_t offset = (size_t)(from - decoding->text.bytes);
        size_t back = U_SUCCESS(ignored) && length > 0 ? (size_t)length : 1;
        return refuse(decoding, offset > back ? offset - back : 0, format->encoding);
    }
    int32_t length;
    size_t size = (size_t)(to - units) * 3 + 1;
    char *text = arena_alloc(decoding->arena, size);
    u_strToUTF8(text, (int32_t)size, &length, units, (int32_t)(to - units), &status);
    if (U_FAILURE(status))
        return decode_refuse(decoding, "encoding", 0, "no Unicode text");
    decoding->text = (struct slice){.bytes = text, .size = (size_t)length};
    return true;
}

static bool has_high_byte(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.bytes[i] >= 0x80)
            return true;
    return false;
}

bool encoding_decode(struct decoding *decoding)
{
    struct slice text = decoding->text;
    size_t bad;
    const char *nul = text.size ? memchr(text.bytes, '\0', text.size) : NULL;
    if (nul)
        return decode_refuse(decoding, "nul", (size_t)(nul - text.bytes), "a NUL byte");
    if (!is_utf8(decoding->format->encoding))
        return !has_high_byte(text) || convert(decoding);
    return text_check(text.bytes, text.size, &bad) || refuse(decoding, bad, "UTF-8");
}

/* Behind the character at `at`; NULL when there is none. */
static const char *next_character(UConverter *converter, const char *at, const char *end)
{
    UErrorCode status = U_ZERO_ERROR;
    if (!converter) {
        while (++at < end && ((unsigned char)*at & 0xc0) == 0x80)
            ;
        return at;
    }
    (void)ucnv_getNextUChar(converter, &at, end, &status);
    return U_SUCCESS(status) ? at : NULL;
}

int64_t encoding_offsets(struct arena *arena, const char *encoding, struct slice raw,
                         const size_t **offsets)
{
    ARENA(scratch);
    UConverter *converter = is_utf8(encoding) ? NULL : open_converter(scratch, encoding);
    const char *at = raw.bytes, *end = at + raw.size;
    size_t *list = NEW_ARRAY(arena, size_t, raw.size + 1);
    int64_t count = 0;
    *offsets = list;
    while (at < end) {
        list[count++] = (size_t)(at - raw.bytes);
        at = next_character(converter, at, end);
        if (!at)
            return -1;
    }
    list[count] = raw.size;
    return count;
}
