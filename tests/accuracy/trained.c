#include "tests/accuracy/trained.h"

void train_on(struct arena *arena, const struct model *model, const struct samples *samples,
              struct training *training)
{
    struct trainer *trainer = trainer_new(arena, model, (int64_t)samples->count);
    struct error err;
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *sample = &samples->list[i];
        if (!trainer_add(trainer, sample->record->id, features_pack(arena, sample->features), &err))
            abort();
    }
    trainer_run(trainer, training);
}
