/* Findings: mistakes in configuration files, as commands print them. */
#pragma once

#include <stdio.h>

#include "hub/base/finding.h"

/* A line each, "file:line:column: message", so that an editor can jump there; warnings too, or not. */
void findings_print(const struct findings *findings, bool warnings, FILE *out);
/* As a JSON array. */
void findings_print_json(const struct findings *findings, FILE *out);
