#include "connectors/mail/carry.h"

#include <unistd.h>

void carry_forget(struct carry *carry)
{
    arena_free(carry->arena);
    *carry = (struct carry){.wanted = carry->wanted};
}

struct batch *carry_begin(struct carry *carry)
{
    carry_forget(carry);
    carry->arena = arena_new();
    carry->batch.arena = carry->arena;
    return &carry->batch;
}

bool carry_waiting(const struct carry *carry)
{
    return carry->next < carry->batch.count;
}

/* Has a message files that are not staged? */
static bool has_files(struct carry *carry, const struct pull *pull, size_t which)
{
    const struct feed_item *item = &carry->batch.list[which];
    if (carry->looked != which + 1) {
        carry->files = (struct attachments){0};
        carry->file = 0;
        carry->looked = which + 1;
        pull_beat(pull);
        if (!item->reject)
            attachments_find(carry->arena, pull, carry->wanted, item->raw, &carry->files);
    }
    return carry->file < carry->files.count;
}

static bool hand_file(const struct carry *carry, const struct pull *pull, struct batch *batch,
                      struct error *err)
{
    const struct attachment *file = &carry->files.list[carry->file];
    batch->stream = NULL;
    batch->label = text_repair(batch->arena, file->name, strlen(file->name));
    batch->file_for = file->source;
    batch->file = attachments_write(batch->arena, pull, file, err);
    return batch->file;
}

bool carry_hand(struct carry *carry, const struct pull *pull, struct batch *batch,
                struct error *err)
{
    batch->stream = carry->batch.stream;
    batch->label = carry->batch.label;
    batch->arrived_ms = carry->batch.arrived_ms;
    batch->more = carry->batch.more;
    for (size_t at = carry->next; at < carry->batch.count; at++) {
        const struct feed_item *item = &carry->batch.list[at];
        if (has_files(carry, pull, at))
            return batch->count || hand_file(carry, pull, batch, err);
        batch->cursor = arena_printf(batch->arena, "%lld", (long long)item->position);
        (void)batch_add(batch, *item);
    }
    return true;
}

void carry_settle(struct carry *carry, const struct batch *batch)
{
    if (batch->file) {
        (void)unlink(batch->file);
        carry->file++;
        return;
    }
    carry->next += batch->count;
}
