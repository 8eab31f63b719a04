/*
 * Imap: what a server may say.  The first byte picks how the rest is divided on its way and how long its
 * literals may be; the answers must be those of the same bytes in one piece.
 */
#include <assert.h>
#include <stdint.h>

#include "connectors/mail/imap.h"
#include "tests/fuzz/fuzz.h"

static void add_text(struct buffer *out, const char *text)
{
    size_t bad;
    assert(!text || text_check(text, strlen(text), &bad));
    buffer_printf(out, "%s|", text_or_empty(text));
}

static void add_answer(struct buffer *out, const struct imap_answer *answer)
{
    buffer_printf(out, "%d %d %d %d|", answer->kind, answer->result, answer->closed,
                  answer->delimiter);
    buffer_printf(out, "%ld %ld %ld %ld %ld %d|", (long)answer->number, (long)answer->uid,
                  (long)answer->size, (long)answer->uid_next, (long)answer->uid_validity,
                  answer->has_body);
    add_text(out, answer->text);
    add_text(out, answer->value);
    buffer_printf(out, "%s %s %s|", text_or_empty(answer->tag), text_or_empty(answer->code),
                  text_or_empty(answer->words));
    buffer_text(out, text_or_empty(answer->folder));
    if (answer->folder)
        add_text(out, imap_folder_name(out->arena, answer->folder, answer->delimiter));
    if (answer->folder)
        buffer_text(out, text_or_empty(imap_quote(out->arena, answer->folder)));
    assert(answer->uid >= 0 && answer->uid <= IMAP_UID_MOST && answer->size >= 0);
    if (answer->has_body)
        buffer_add(out, answer->body.bytes, answer->body.size);
    buffer_char(out, '\n');
}

static struct buffer read_all(struct arena *arena, struct slice bytes, size_t part, size_t most)
{
    struct imap_reader *reader = NEW(arena, struct imap_reader);
    struct buffer out = {.arena = arena};
    struct imap_answer answer;
    enum imap_step step = IMAP_MORE;
    imap_begin(reader, arena, most);
    while (bytes.size && step != IMAP_BROKEN) {
        struct slice piece = {bytes.bytes, bytes.size < part ? bytes.size : part};
        bytes = (struct slice){bytes.bytes + piece.size, bytes.size - piece.size};
        while ((step = imap_take(reader, &piece, &answer)) == IMAP_ANSWER)
            add_answer(&out, &answer);
        assert(step == IMAP_BROKEN || !piece.size);
    }
    assert((step == IMAP_BROKEN) == (reader->fault != NULL));
    assert(reader->head.size <= IMAP_HEAD_MOST && (reader->announced || !reader->head.size));
    buffer_text(&out, text_or_empty(reader->fault));
    buffer_add(&out, text_or_empty(reader->head.bytes), reader->head.size);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    if (!size)
        return 0;
    struct slice bytes = {(const char *)data + 1, size - 1};
    size_t part = (*data & 15) + 1U, most = *data & 16 ? 1 << 20 : 20;
    struct buffer whole = read_all(work, bytes, SIZE_MAX, most);
    struct buffer parts = read_all(work, bytes, part, most);
    assert(whole.length == parts.length);
    assert(!whole.length || memcmp(whole.data, parts.data, whole.length) == 0);
    return 0;
}
