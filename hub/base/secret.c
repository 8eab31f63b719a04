#include "hub/base/secret.h"

#include "hub/base/file.h"

#define SECRET_MOST 65536

const char *secret_file(struct arena *arena, const char *site, const char *file)
{
    return *file == '/' ? file : arena_printf(arena, "%s/%s", site, file);
}

bool secret_file_read(struct arena *arena, const char *path, const char **secret, struct error *err)
{
    struct slice content;
    if (!file_read(arena, path, SECRET_MOST, &content, err)) {
        err->kind = ERROR_FATAL;
        return false;
    }
    size_t end = strcspn(content.bytes, "\r\n");
    *secret = text_trim(arena, arena_strndup(arena, content.bytes, end));
    if (!**secret)
        return error_set(err, ERROR_FATAL, "'%s' has nothing in its first line", path);
    if (!text_equal(text_repair(arena, *secret, strlen(*secret)), *secret))
        return error_set(err, ERROR_FATAL, "the first line of '%s' is no text", path);
    return true;
}
