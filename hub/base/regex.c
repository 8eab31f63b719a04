#define PCRE2_CODE_UNIT_WIDTH 8
#include "hub/base/regex.h"

#include <pcre2.h>

#include "hub/base/text.h"

#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 2000
#define HEAP_LIMIT_KIB 4096
#define RESULT_MOST ((size_t)1024 * 1024) /* bytes */

struct regex {
    pcre2_code *code;
    pcre2_match_context *limits;
};

static void free_code(void *code)
{
    pcre2_code_free(code);
}

static void free_limits(void *limits)
{
    pcre2_match_context_free(limits);
}

static void free_match(void *match)
{
    pcre2_match_data_free(match);
}

const struct regex *regex_compile(struct arena *arena, const char *pattern, size_t *offset,
                                  const char **message)
{
    int code;
    struct regex *regex = NEW(arena, struct regex);
    regex->code = pcre2_compile(
        (PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
        PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C, &code, offset, NULL);
    if (!regex->code) {
        PCRE2_UCHAR text[200] = "";
        (void)pcre2_get_error_message(code, text, sizeof(text));
        *message = arena_strdup(arena, (const char *)text);
        return NULL;
    }
    arena_defer(arena, free_code, regex->code);
    regex->limits = pcre2_match_context_create(NULL);
    if (!regex->limits)
        abort(); /* out of memory */
    arena_defer(arena, free_limits, regex->limits);
    pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(regex->limits, HEAP_LIMIT_KIB);
    /* Where memory must not become code, this fails and matching goes the slower way. */
    (void)pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
    return regex;
}

static int substitute(const struct regex *regex, const char *text, const char *with, char *out,
                      size_t *size)
{
    ARENA(scratch);
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(regex->code, NULL);
    if (!match)
        abort(); /* out of memory */
    arena_defer(scratch, free_match, match);
    uint32_t options = PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_UNSET_EMPTY |
                       PCRE2_SUBSTITUTE_OVERFLOW_LENGTH | PCRE2_NO_UTF_CHECK;
    return pcre2_substitute(regex->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, options, match,
                            regex->limits, (PCRE2_SPTR)with, PCRE2_ZERO_TERMINATED,
                            (PCRE2_UCHAR *)out, size);
}

enum regex_answer regex_replace(struct arena *arena, const struct regex *regex, const char *text,
                                const char *with, const char **result)
{
    size_t room = strlen(text) * 2 + 64, size = room;
    char *out = arena_alloc(arena, room);
    int count = substitute(regex, text, with, out, &size);
    if (count == PCRE2_ERROR_NOMEMORY && size <= RESULT_MOST) {
        out = arena_alloc(arena, size);
        count = substitute(regex, text, with, out, &size);
    }
    if (count < 0)
        return REGEX_FAILED;
    *result = count ? out : text;
    return count ? REGEX_YES : REGEX_NO;
}

unsigned regex_groups(const struct regex *regex)
{
    uint32_t groups = 0;
    (void)pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    return groups;
}

enum regex_answer regex_match(struct arena *arena, const struct regex *regex, const char *text,
                              unsigned group, const char **found)
{
    ARENA(scratch);
    *found = NULL;
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(regex->code, NULL);
    if (!match)
        abort(); /* out of memory */
    arena_defer(scratch, free_match, match);
    int count = pcre2_match(regex->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0,
                            PCRE2_NO_UTF_CHECK, match, regex->limits);
    if (count == PCRE2_ERROR_NOMATCH)
        return REGEX_NO;
    if (count < 0)
        return REGEX_FAILED;
    size_t start = PCRE2_UNSET, end = PCRE2_UNSET;
    if (group < (unsigned)count) {
        const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(match) + (size_t)group * 2;
        start = offsets[0];
        end = offsets[1];
    }
    if (start != PCRE2_UNSET && start <= end)
        *found = arena_strndup(arena, text + start, end - start);
    return REGEX_YES;
}

/* A replacement is only looked at where the expression matches, so its groups are checked here. */
bool regex_takes(const struct regex *regex, const char *with)
{
    unsigned groups = regex_groups(regex);
    for (const char *at = strchr(with, '$'); at; at = strchr(at, '$')) {
        at++;
        if (*at == '$') {
            at++;
            continue;
        }
        bool braced = *at == '{';
        at += braced;
        size_t length = strspn(at, "0123456789");
        if (length == 0 || length > 2)
            return false;
        uint32_t group = (uint32_t)(at[0] - '0');
        if (length == 2)
            group = group * 10 + (uint32_t)(at[1] - '0');
        if (group > groups || (braced && at[length] != '}'))
            return false;
    }
    return true;
}
