#include "hub/standard/website.h"

#include <ctype.h>

#include "hub/standard/clean.h"

static bool is_host(const char *host, size_t size)
{
    bool dot = false;
    for (size_t i = 0; i < size; i++) {
        if (host[i] == '.')
            dot = dot || (i > 0 && i + 1 < size && host[i + 1] != '.');
        else if (!(host[i] & 0x80) && !isalnum((unsigned char)host[i]) && host[i] != '-' &&
                 host[i] != ':' && host[i] != '_')
            return false;
    }
    return dot;
}

const char *website_read(struct arena *arena, const char *text)
{
    text = clean_text(arena, text);
    if (strchr(text, ' ') || strchr(text, '@'))
        return NULL;
    const char *scheme = strstr(text, "://"), *host = scheme ? scheme + 3 : text;
    if (scheme && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+.-") !=
                      (size_t)(scheme - text))
        return NULL;
    size_t size = strcspn(host, "/?#");
    if (!is_host(host, size))
        return NULL;
    size_t lowered = (size_t)(host - text) + size, length = strlen(text);
    if (text_equal(text + lowered, "/"))
        length--;
    char *copy = arena_strndup(arena, text, length);
    for (size_t i = 0; i < lowered; i++)
        copy[i] = (char)tolower((unsigned char)copy[i]);
    return copy;
}
