/* Try, traced: what happened to each value, for people and for programs. */
#pragma once

#include "hub/mapping/trace.h"

/* A member "trace" of the object that is open. */
void try_trace_json(struct json_writer *json, const struct trace *trace,
                    const struct mapped *mapped);
/* Some lines of text about the records of one source record, which starts in that line of the file. */
const char *try_trace_text(struct arena *arena, unsigned line, const struct trace *trace,
                           const struct mapped *mapped);
