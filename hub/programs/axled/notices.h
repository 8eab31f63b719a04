/*
 * Notices: what children say of themselves (hub/base/notify.h), and what it means when one is silent.
 */
#pragma once

#include "hub/programs/axled/children.h"

/* Open the socket and put its address into the environment that children get; -1 with err. */
int notices_open(struct arena *arena, struct error *err);
/* Take in what has come. */
void notices_read(int fd, struct children *children);
/* Kill whoever has been silent for too long: it is stuck, and another one may not be. */
void notices_end_stuck(const struct children *children);
