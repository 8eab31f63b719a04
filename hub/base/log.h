/*
 * Log: lines on standard error, each with the level prefix that journald understands.
 *
 * Only the main loops of daemons call this.  A line never carries a person's data: ids, counts and
 * hashes only.
 */
#pragma once

#include "hub/base/compiler.h"

enum log_level { LOG_ERROR = 3, LOG_WARNING = 4, LOG_NOTICE = 5, LOG_INFO = 6 };

void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);
