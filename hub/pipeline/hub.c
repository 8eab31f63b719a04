#include "hub/pipeline/hub.h"

bool hub_enter(const struct hub *hub, struct error *err)
{
    return applied_enter_work(hub->db, hub->dictionary, hub->model ? model_hash(hub->model) : NULL,
                              err);
}
