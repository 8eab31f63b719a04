/* Drop: fields that must not be stored leave a raw record before it is. */
#pragma once

#include "hub/format/format.h"

/*
 * Take these fields (names as a mapping writes them; ends with NULL) out of a cut: a column becomes empty
 * (of fixed width: blanks), an XML element or attribute goes, and all else stays byte for byte; of JSON,
 * which is written anew, a member goes and an item of a list becomes null.  Without drops a cut stays as it is.
 *
 * Where the fields cannot be found, because it is set aside or cannot be decoded (then it is set aside
 * now), none of its bytes may stay: its raw is empty, its length and offset still those of the file.
 */
void format_drop(struct arena *arena, const struct format *format, struct slice header,
                 const char *const *drops, struct cut *cut);
