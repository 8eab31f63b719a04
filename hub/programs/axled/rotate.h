/* Rotate: keeps the log files of an instance from growing without end. */
#pragma once

#include "hub/store/instance.h"

/* Once in a while, move what is in a large log to NAME.log.1.  Cheap to call often. */
void rotate_logs(const struct instance *instance);
