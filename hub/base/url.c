#include "hub/base/url.h"

const char *percent_decode(struct arena *arena, const char *text, size_t size, bool query)
{
    char *decoded = arena_alloc(arena, size + 1);
    size_t length = 0, bad;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == '+' && query)
            c = ' ';
        if (c == '%') {
            if (i + 2 >= size || !text_unhex(arena_strndup(arena, text + i + 1, 2), &c, sizeof(c)))
                return NULL;
            i += 2;
        }
        decoded[length++] = c;
    }
    return text_check(decoded, length, &bad) ? decoded : NULL;
}

struct slice url_query(const char *url)
{
    size_t fragment = strcspn(url, "#");
    const char *mark = memchr(url, '?', fragment);
    return mark ? (struct slice){mark + 1, (size_t)(url + fragment - mark - 1)}
                : (struct slice){NULL, 0};
}

static bool read_pair(struct arena *arena, struct slice text, struct url_pair *pair)
{
    const char *equals = text.size ? memchr(text.bytes, '=', text.size) : NULL;
    size_t name = equals ? (size_t)(equals - text.bytes) : text.size;
    size_t value = equals ? name + 1 : text.size;
    pair->name = percent_decode(arena, text.bytes, name, true);
    pair->value = percent_decode(arena, text.bytes + value, text.size - value, true);
    return name && pair->name && pair->value;
}

bool url_next(struct arena *arena, struct slice *query, struct url_pair *pair)
{
    while (query->size) {
        const char *amp = memchr(query->bytes, '&', query->size);
        size_t size = amp ? (size_t)(amp - query->bytes) : query->size;
        struct slice text = {query->bytes, size};
        size += amp != NULL;
        *query = (struct slice){query->bytes + size, query->size - size};
        if (read_pair(arena, text, pair))
            return true;
    }
    return false;
}
