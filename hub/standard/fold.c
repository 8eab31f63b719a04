#include "hub/standard/fold.h"

#include "hub/base/hash.h"
#include "hub/standard/unicode.h"

/* Only short texts are remembered: those are the ones that come again. */
#define MEMO_SLOTS 1024
struct memo {
    char from[48], to[80];
};

static bool recall(const struct memo *memo, const char *text)
{
    return *memo->from && text_equal(memo->from, text);
}

static void remember(struct memo *memo, const char *text, const char *folded)
{
    size_t size = strlen(text), room = strlen(folded);
    if (size >= sizeof(memo->from) || room >= sizeof(memo->to))
        return;
    memcpy(memo->from, text, size + 1);
    memcpy(memo->to, folded, room + 1);
}

static bool is_apostrophe(uint32_t c)
{
    switch (c) {
    case '\'':
    case '`':
    case 0xb4:
    case 0x2b9:
    case 0x2bb:
    case 0x2bc:
    case 0x2bd:
    case 0x2018:
    case 0x2019:
    case 0x201b:
    case 0x2032:
    case 0xff07:
        return true;
    default:
        return false;
    }
}

static const char *fold_ascii(struct arena *arena, const char *text)
{
    char *folded = arena_alloc(arena, strlen(text) + 1), *to = folded;
    for (; *text; text++) {
        char c = *text;
        if (c >= 'A' && c <= 'Z')
            *to++ = (char)(c | 0x20);
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            *to++ = c;
        else if (!is_apostrophe((unsigned char)c) && to > folded && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > folded && to[-1] == ' ')
        to--;
    *to = '\0';
    return folded;
}

/* What a letter, digit or mark folds to; 0 for all else. */
static uint32_t folded_point(uint32_t c)
{
    int digit = unicode_digit(c);
    if (digit >= 0)
        return '0' + (uint32_t)digit;
    if (c >= 'A' && c <= 'Z')
        return c | 0x20; /* transliterating brings some capitals back */
    return unicode_is_letter(c) || unicode_is_mark(c) ? c : 0;
}

/* Letters, digits and the marks of other scripts stay, the rest are blanks. */
static const char *tokens(struct arena *arena, const char *text)
{
    struct buffer out = {.arena = arena};
    bool gap = false, ascii = false;
    while (*text) {
        uint32_t c = text_next(&text), to = folded_point(c);
        if (is_apostrophe(c) || (ascii && unicode_is_mark(c)))
            continue;
        if (!to) {
            gap = true;
            continue;
        }
        if (gap && out.length)
            buffer_char(&out, ' ');
        gap = false;
        ascii = to < 0x80;
        buffer_code_point(&out, to);
    }
    return buffer_string(&out);
}

static bool holds(const char *text, bool (*is)(uint32_t))
{
    while (*text)
        if (is(text_next(&text)))
            return true;
    return false;
}

/* Transliterate by script. */
static const char *read_out(struct arena *arena, const char *text)
{
    if (holds(text, unicode_is_cyrillic))
        text = unicode_read(arena, UNICODE_READ_CYRILLIC, text);
    if (holds(text, unicode_is_greek))
        text = unicode_read(arena, UNICODE_READ_GREEK, text);
    return unicode_read(arena, UNICODE_READ_LATIN, text);
}

static const char *finish(struct arena *arena, const char *text)
{
    if (text_is_ascii(text))
        return fold_ascii(arena, text);
    /* What was left out may have stood between a letter and its mark. */
    return unicode_casefold(arena, tokens(arena, text));
}

const char *fold_name(struct arena *arena, const char *text)
{
    static _Thread_local struct memo memos[MEMO_SLOTS];
    if (text_is_ascii(text))
        return fold_ascii(arena, text);
    struct memo *memo = &memos[hash64_text(text) % MEMO_SLOTS];
    if (recall(memo, text))
        return arena_strdup(arena, memo->to);
    ARENA(scratch);
    const char *read = read_out(scratch, unicode_casefold(scratch, text));
    const char *folded = arena_strdup(arena, finish(scratch, read));
    remember(memo, text, folded);
    return folded;
}

/* The letters for which German, and the Scandinavian languages, write two in ASCII. */
static const char *german_pair(uint32_t c)
{
    switch (c) {
    case 0xe4:
    case 0xe6:
        return "ae";
    case 0xf6:
    case 0xf8:
        return "oe";
    case 0xfc:
        return "ue";
    case 0xe5:
        return "aa";
    default:
        return NULL;
    }
}

const char *fold_german(struct arena *arena, const char *text)
{
    if (text_is_ascii(text))
        return NULL;
    ARENA(scratch);
    struct buffer spelled = {.arena = scratch};
    for (const char *at = unicode_casefold(scratch, text); *at;) {
        uint32_t c = text_next(&at);
        const char *pair = german_pair(c);
        if (pair)
            buffer_text(&spelled, pair);
        else
            buffer_code_point(&spelled, c);
    }
    const char *folded = fold_name(arena, buffer_string(&spelled));
    return text_equal(folded, fold_name(scratch, text)) ? NULL : folded;
}

const char *fold_weak(struct arena *arena, const char *text)
{
    static _Thread_local struct memo memos[MEMO_SLOTS];
    if (text_is_ascii(text))
        return NULL;
    struct memo *memo = &memos[hash64_text(text) % MEMO_SLOTS];
    if (recall(memo, text))
        return *memo->to ? arena_strdup(arena, memo->to) : NULL;
    ARENA(scratch);
    const char *strong = fold_name(scratch, text), *folded = "";
    if (!text_is_ascii(strong))
        folded = finish(scratch, unicode_read(scratch, UNICODE_READ_ANY, strong));
    remember(memo, text, folded);
    return *folded ? arena_strdup(arena, folded) : NULL;
}
