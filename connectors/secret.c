#include "connectors/secret.h"

#include <sys/stat.h>

#include "hub/base/file.h"
#include "hub/base/log.h"
#include "hub/base/text.h"

#define SECRET_MOST 65536

const char *secret_path(struct arena *arena, const struct pull *pull, const char *file)
{
    return *file == '/' ? file : arena_printf(arena, "%s/%s", pull->instance->site, file);
}

static void tell_open(const struct pull *pull, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || !(status.st_mode & S_IROTH) || map_get_text(pull->told, path))
        return;
    map_put_text(pull->told, arena_strdup(pull->told->arena, path), pull->told);
    log_line(LOG_WARNING, "source '%s': everybody may read '%s'; 'chmod 600' it",
             pull->source->mapping->source, path);
}

bool secret_read(struct arena *arena, const struct pull *pull, const char *file,
                 const char **secret, struct error *err)
{
    struct slice content;
    const char *path = secret_path(arena, pull, file);
    if (!file_read(arena, path, SECRET_MOST, &content, err)) {
        err->kind = ERROR_FATAL;
        return false;
    }
    tell_open(pull, path);
    size_t end = strcspn(content.bytes, "\r\n");
    *secret = text_trim(arena, arena_strndup(arena, content.bytes, end));
    if (!**secret)
        return error_set(err, ERROR_FATAL, "'%s' has nothing in its first line", path);
    if (!text_equal(text_repair(arena, *secret, strlen(*secret)), *secret))
        return error_set(err, ERROR_FATAL, "the first line of '%s' is no text", path);
    return true;
}
