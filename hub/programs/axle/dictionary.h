/* Dictionary: what the verbs of `axle dictionary` share. */
#pragma once

#include "hub/programs/axle/desk.h"
#include "hub/store/amend.h"

/* A dictionary to tell about, and where it is from. */
struct at_hand {
    struct db *db; /* NULL: no hub can be reached, and the dictionary is what the files say */
    const struct dictionary *dictionary;
};
/* What the hub works with; or, said on standard error, what the files say. */
bool dictionary_at_hand(const struct call *call, struct at_hand *at_hand,
                        struct error *err) MUST_CHECK;

/* The relation and column that publish an element: "axle.customer_email.value". */
const char *dictionary_column(struct arena *arena, const struct element *element);

enum exit_status dictionary_show(const struct call *call, struct error *err);
enum exit_status dictionary_diff_files(const struct call *call, struct error *err);
enum exit_status dictionary_apply(const struct call *call, struct error *err);
enum exit_status dictionary_schema(const struct call *call, struct error *err);
