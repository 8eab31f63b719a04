#include "connectors/mail/attachments.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <strings.h>
#include <unistd.h>

#include "hub/format/mime.h"

const struct source *const *attachments_wanted(struct arena *arena, const struct pull *pull)
{
    const struct sources *sources = pull_sources(pull);
    const struct source **wanted = NEW_ARRAY(arena, const struct source *, sources->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < sources->count; i++) {
        const struct transport *from = &sources->list[i].mapping->from;
        if (from->kind == TRANSPORT_ATTACHMENT && text_equal(from->of, pull->source->name))
            wanted[count++] = &sources->list[i];
    }
    return wanted;
}

/* A file has a name; most messages have none, and need not be read for that. */
static bool may_have_files(struct slice raw)
{
    static const char name[] = "name";
    size_t size = sizeof(name) - 1;
    for (size_t i = 0; i + size < raw.size; i++)
        if ((raw.bytes[i] | 0x20) == 'n' && strncasecmp(raw.bytes + i, name, size) == 0 &&
            (raw.bytes[i + size] == '=' || raw.bytes[i + size] == '*'))
            return true;
    return false;
}

/* Who sent it; "" where that cannot be told. */
static const char *read_sender(struct arena *arena, const struct pull *pull, struct slice raw)
{
    struct reject reject;
    const char *flag;
    const struct format *format = &pull->source->mapping->format;
    if (format->kind != FORMAT_MIME)
        return "";
    const struct fields *fields = format_decode(arena, format, (struct slice){0}, raw, 1, &reject);
    const char *sender = fields ? fields_text(fields, "From.address", &flag) : NULL;
    return text_lower_ascii(arena, text_or_empty(sender));
}

static bool is_sent_by(struct arena *arena, const struct transport *from, const char *sender)
{
    return !from->sender || fnmatch(text_lower_ascii(arena, from->sender), sender, 0) == 0;
}

void attachments_find(struct arena *arena, const struct pull *pull,
                      const struct source *const *wanted, struct slice raw,
                      struct attachments *attachments)
{
    struct mail_files files = {0};
    struct reject reject;
    const char *sender = NULL;
    if (!may_have_files(raw) || !mime_attachments(arena, raw, &files, &reject))
        return;
    for (size_t i = 0; i < files.count; i++) {
        const struct mail_file *file = &files.list[i];
        for (const struct source *const *at = wanted; *at; at++) {
            const struct transport *from = &(*at)->mapping->from;
            if (!*file->name || !transport_takes(from, file->name))
                continue;
            if (!sender)
                sender = read_sender(arena, pull, raw);
            if (is_sent_by(arena, from, sender))
                LIST_ADD(arena, attachments,
                         ((struct attachment){(*at)->name, file->name, file->content}));
        }
    }
}

static void close_later(void *fd)
{
    (void)close(*(const int *)fd);
}

const char *attachments_write(struct arena *arena, const struct pull *pull,
                              const struct attachment *attachment, struct error *err)
{
    const char *path =
        arena_printf(arena, "%s/run/%s.attachment", pull->instance->home, pull->source->name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    ARENA(scratch);
    if (fd < 0) {
        (void)error_set(err, ERROR_RETRY, "cannot write '%s': %m", path);
        return NULL;
    }
    arena_defer(scratch, close_later, &fd);
    for (size_t done = 0; done < attachment->content.size;) {
        ssize_t wrote =
            write(fd, attachment->content.bytes + done, attachment->content.size - done);
        if (wrote < 0) {
            (void)error_set(err, ERROR_RETRY, "cannot write '%s': %m", path);
            return NULL;
        }
        done += (size_t)wrote;
    }
    return path;
}
