/* Look: a file that somebody wants to know, opened, unpacked, its format told, its columns profiled. */
#pragma once

#include "hub/profile/read.h"
#include "hub/programs/axle/command.h"
#include "hub/store/site.h"

struct looked {
    struct slice content;
    bool gzip;            /* it was packed */
    const char *encoding; /* it was in UTF-16, this one; NULL: it was not */
};

struct look {
    struct site site;
    const char *path;
    struct looked file;
    struct sniffed sniffed; /* not where a mapping says how it is read */
    struct format format;
    const struct mapping *mapping; /* NULL: none was given */
    const char *region;
    const struct profile *profile;
    struct profile_rejects rejects;
};

/* The call's first argument, read as the mapping says (NULL: as it looks); `region` "" is unknown. */
bool look_open(const struct call *call, const char *mapping, const char *region, struct look *look,
               struct error *err) MUST_CHECK;

/* A mapping by its path or the name of its source; mistakes in it are printed. */
const struct mapping *look_mapping(const struct call *call, const char *given, struct site *site,
                                   struct error *err);
/* All of a file, unpacked; symbolic links are followed. */
bool look_read(struct arena *arena, const char *path, struct looked *looked,
               struct error *err) MUST_CHECK;

/* The format in words: "CSV, delimiter ';', windows-1252". */
const char *look_format_text(struct arena *arena, const struct look *look);
/* Say on standard error what could not be read, and which columns were too many. */
void look_warn(const struct look *look);
