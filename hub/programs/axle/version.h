/* Version: model versions at the desk: trained, tried in memory, changed over to. */
#pragma once

#include "hub/load/settle.h"
#include "hub/match/train.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/progress.h"
#include "hub/resolver/resolver.h"

struct version_desk {
    const struct call *call;
    struct desk desk;
    struct progress_line line;
};
bool version_open(const struct call *call, struct version_desk *desk, struct error *err) MUST_CHECK;

/* Everything that is stored, resolved in memory. */
bool version_resolve(struct version_desk *desk, struct arena *arena, const struct model *model,
                     struct resolved *resolved, struct error *err) MUST_CHECK;

/* What a version would make of all that is stored; nothing is written. */
struct rehearsal {
    size_t records, customers, clusters; /* customers now, clusters then */
    size_t joining, joined; /* clusters that would join customers, and how many of those */
    size_t splitting;       /* customers that would fall apart */
    size_t largest;         /* records in the largest cluster */
    struct resolver_figures figures;
};
bool version_rehearse(struct version_desk *desk, const struct model *model,
                      struct rehearsal *rehearsal, struct error *err) MUST_CHECK;
/* Give every stored vector to the trainer. */
bool version_read(struct version_desk *desk, struct trainer *trainer, struct error *err) MUST_CHECK;
/* Make it the active version and bring all that is stored to it; *later: that is left to the workers. */
bool version_adopt(struct version_desk *desk, const struct model *model, bool *later,
                   struct error *err) MUST_CHECK;

/* What training came to, as a JSON object. */
const char *training_json(struct arena *arena, const struct training *training, int64_t number,
                          bool active);
/* The same in words. */
void training_print(const struct training *training);
/* The same as a page with charts, by itself. */
const char *training_page(struct arena *arena, const struct training *training, int64_t number,
                          const struct rehearsal *rehearsal);
