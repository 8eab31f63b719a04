#include "hub/mapping/beside.h"

#include "hub/base/file.h"

#define FILE_MOST ((size_t)4 * 1024 * 1024)

/* "dealers.csv": no other folder, and nothing hidden. */
static bool is_file_name(const char *name, const char *extension)
{
    return !strpbrk(name, "/\\") && *name != '.' && text_ends(name, extension) &&
           strlen(name) <= 200;
}

static const char *read_file(const struct checking *checking, const struct xml_attribute *at)
{
    const char *file = checking->xml->file, *slash = strrchr(file, '/');
    const char *path = arena_printf(checking->arena, "%.*s%s", slash ? (int)(slash - file) + 1 : 0,
                                    file, at->value);
    struct slice content;
    struct error err;
    size_t bad;
    if (!file_read(checking->arena, path, FILE_MOST, &content, &err))
        CHECK_SAY(checking, at, "%s", err.text);
    else if (!text_check(content.bytes, content.size, &bad))
        CHECK_SAY(checking, at, "the file '%s' is not UTF-8 (at its byte %zu)", at->value, bad + 1);
    else
        return content.bytes;
    return NULL;
}

static const char *read_stored(const struct checking *checking, const struct xml_attribute *at)
{
    const char *text = checking->stored ? json_get_text(checking->stored, at->value) : NULL;
    if (!text)
        CHECK_SAY(checking, at, "the file '%s' is not kept with this mapping", at->value);
    return text;
}

const char *beside_read(const struct checking *checking, const struct xml_attribute *at,
                        const char *what, const char *extension)
{
    if (is_file_name(at->value, extension))
        return checking->is_stored ? read_stored(checking, at) : read_file(checking, at);
    CHECK_SAY(checking, at,
              "'%s' cannot be %s; it is a name that ends in %s, and lies beside the mapping",
              at->value, what, extension);
    return NULL;
}
