#include "hub/standard/unicode.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

struct utf16 {
    UChar *units;
    int32_t length, room;
};

/* Everything is done in buffers this many times larger than the text: ICU's expansions of single
 * characters stay below it, and what would not fit is left as it was. */
#define GROWTH 18

static bool to_utf16(struct arena *arena, const char *text, int32_t growth, struct utf16 *wide)
{
    size_t size = strlen(text);
    if (size > INT_MAX / 64)
        return false;
    wide->room = ((int32_t)size + 4) * growth;
    wide->units = arena_alloc_array(arena, sizeof(UChar), (size_t)wide->room);
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8(wide->units, wide->room, &wide->length, text, (int32_t)size, &status);
    return U_SUCCESS(status);
}

/* NULL when a transformation left half a surrogate pair. */
static const char *to_utf8(struct arena *arena, const UChar *units, int32_t length)
{
    int32_t room = length * 3 + 1;
    char *text = arena_alloc(arena, (size_t)room);
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8(text, room, NULL, units, length, &status);
    return U_SUCCESS(status) ? text : NULL;
}

static const char *normalised(struct arena *arena, const UNormalizer2 *form, const char *text)
{
    ARENA(scratch);
    struct utf16 from;
    if (!to_utf16(scratch, text, 1, &from))
        return text;
    int32_t room = (from.length + 4) * GROWTH;
    UChar *to = arena_alloc_array(scratch, sizeof(UChar), (size_t)room);
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = unorm2_normalize(form, from.units, from.length, to, room, &status);
    const char *result = U_SUCCESS(status) ? to_utf8(arena, to, length) : NULL;
    return result ? result : text;
}

const char *unicode_nfc(struct arena *arena, const char *text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFCInstance(&status);
    assert(form);
    return normalised(arena, form, text);
}

const char *unicode_casefold(struct arena *arena, const char *text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    assert(form);
    return normalised(arena, form, text);
}

const char *unicode_plain(struct arena *arena, const char *text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCInstance(&status);
    assert(form);
    return normalised(arena, form, text);
}

static const char *const readings[] = {
    [UNICODE_READ_LATIN] = "Latin-ASCII",
    [UNICODE_READ_CYRILLIC] = "Russian-Latin/BGN; Cyrillic-Latin; Latin-ASCII",
    [UNICODE_READ_GREEK] = "Greek-Latin/UNGEGN; Latin-ASCII",
    [UNICODE_READ_ANY] = "Any-Latin; Latin-ASCII",
};

/* Transliterators are slow to open and not for sharing: each thread keeps its own until it ends. */
struct readers {
    UTransliterator *of[COUNT_OF(readings)];
};

static pthread_key_t readers_key;
static pthread_once_t readers_once = PTHREAD_ONCE_INIT;
static _Thread_local struct readers *thread_readers;

static void close_reader(void *reader)
{
    utrans_close(reader);
}

static void close_thread(void *arena)
{
    arena_free(arena);
}

static void make_key(void)
{
    if (pthread_key_create(&readers_key, close_thread) != 0)
        abort(); /* more than a thousand keys in one process */
}

static struct readers *open_readers(void)
{
    (void)pthread_once(&readers_once, make_key);
    struct arena *thread = arena_new();
    struct readers *opened = NEW(thread, struct readers);
    for (size_t i = 0; i < COUNT_OF(readings); i++) {
        UChar id[80];
        u_uastrcpy(id, readings[i]);
        UErrorCode status = U_ZERO_ERROR;
        opened->of[i] = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
        assert(U_SUCCESS(status)); /* part of ICU's own data */
        arena_defer(thread, close_reader, opened->of[i]);
    }
    (void)pthread_setspecific(readers_key, thread);
    return opened;
}

const char *unicode_read(struct arena *arena, enum unicode_reading reading, const char *text)
{
    if (!thread_readers)
        thread_readers = open_readers();
    ARENA(scratch);
    struct utf16 wide;
    if (!to_utf16(scratch, text, GROWTH, &wide))
        return text;
    int32_t limit = wide.length;
    UErrorCode status = U_ZERO_ERROR;
    utrans_transUChars(thread_readers->of[reading], wide.units, &wide.length, wide.room, 0, &limit,
                       &status);
    const char *result = U_SUCCESS(status) ? to_utf8(arena, wide.units, wide.length) : NULL;
    return result ? result : text;
}

bool unicode_is_letter(uint32_t code_point)
{
    return u_isUAlphabetic((UChar32)code_point);
}

bool unicode_is_upper(uint32_t code_point)
{
    return u_isUUppercase((UChar32)code_point);
}

bool unicode_is_mark(uint32_t code_point)
{
    return U_GET_GC_MASK((UChar32)code_point) & U_GC_M_MASK;
}

bool unicode_is_control(uint32_t code_point)
{
    return u_charType((UChar32)code_point) == U_CONTROL_CHAR ||
           U_IS_UNICODE_NONCHAR((UChar32)code_point);
}

bool unicode_is_blank(uint32_t code_point)
{
    return u_isUWhiteSpace((UChar32)code_point);
}

static bool in_script(uint32_t code_point, UScriptCode script)
{
    UErrorCode status = U_ZERO_ERROR;
    return uscript_getScript((UChar32)code_point, &status) == script;
}

bool unicode_is_cyrillic(uint32_t code_point)
{
    return in_script(code_point, USCRIPT_CYRILLIC);
}

bool unicode_is_greek(uint32_t code_point)
{
    return in_script(code_point, USCRIPT_GREEK);
}

bool unicode_is_cjk(uint32_t code_point)
{
    return in_script(code_point, USCRIPT_HAN) || in_script(code_point, USCRIPT_HIRAGANA) ||
           in_script(code_point, USCRIPT_KATAKANA) || in_script(code_point, USCRIPT_HANGUL);
}

int unicode_digit(uint32_t code_point)
{
    return u_charDigitValue((UChar32)code_point);
}

const char *unicode_upper(struct arena *arena, const char *text)
{
    ARENA(scratch);
    struct utf16 from;
    if (!to_utf16(scratch, text, 1, &from))
        return text;
    int32_t room = (from.length + 4) * 3;
    UChar *to = arena_alloc_array(scratch, sizeof(UChar), (size_t)room);
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = u_strToUpper(to, room, from.units, from.length, "", &status);
    const char *result = U_SUCCESS(status) ? to_utf8(arena, to, length) : NULL;
    return result ? result : text;
}
