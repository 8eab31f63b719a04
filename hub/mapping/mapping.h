/*
 * Mapping: one file a source (mappings/NAME.xml): how to reach it, how to read it, and how its fields
 * map to dictionary elements.  A mapping is read once and does not change; its hash is its version.
 */
#pragma once

#include "hub/format/format.h"
#include "hub/mapping/transport.h"
#include "hub/record/record.h"

struct mapping {
    const char *source;    /* the file's name without .xml */
    const char *connector; /* mail callcenter web warranty */
    const char *description;
    const char *file;
    const char *hash; /* SHA-256 of the file's text and of its tables */
    const char *body; /* the file's text, kept in the hub with the records it made */
    /* And so are the texts of its look-up files and of its schema: {"dealers.csv":".."}; NULL: none. */
    const char *tables;
    unsigned trust;     /* 0-100 */
    const char *region; /* ISO 3166-1 alpha-2, or "" */
    struct transport from;
    struct format format;
    const char *const *drops;          /* fields that are never stored; ends with NULL */
    const char *const *ignores;        /* fields that are known and not wanted; ends with NULL */
    const struct domain *countries;    /* NULL: the dictionary has none */
    const struct delete_rule *deletes; /* opaque, like: */
    const struct record_rule *records; /* a linked list of <record> elements */
};

/*
 * Read and check one file against `schema` (source.xsd) and the dictionary; every mistake becomes a
 * finding with its place.  NULL when there are errors.
 */
const struct mapping *mapping_load(struct arena *arena, const struct dictionary *dictionary,
                                   const char *schema, const char *file, struct findings *findings);

/* The same for a text that is in memory, without look-up files; `file` is only its name for findings. */
const struct mapping *mapping_read(struct arena *arena, const struct dictionary *dictionary,
                                   const char *schema, const char *file, struct slice text,
                                   struct findings *findings);

/* What the hub keeps of a mapping: its name for findings, `body` and `tables`. */
struct mapping_copy {
    const char *file, *body, *tables;
};
/* The same for the hub's own copy. */
const struct mapping *mapping_restore(struct arena *arena, const struct dictionary *dictionary,
                                      const char *schema, const struct mapping_copy *copy,
                                      struct findings *findings);

/* Can one source record make several, told apart by their part? */
bool mapping_has_parts(const struct mapping *mapping);
/* Does it give values to this element?  (By name: the element may be of another dictionary.) */
bool mapping_fills(const struct mapping *mapping, const struct element *element);
/* The names of the fields that it reads, each once; ends with NULL.  Those of `each` are of its items. */
const char *const *mapping_fields(struct arena *arena, const struct mapping *mapping);
/* The same as they stand in the whole record, what is read in the items of an `each` behind its path: of XML
 * "c:contact/c:first"; of JSON the list itself is among them. */
const char *const *mapping_paths(struct arena *arena, const struct mapping *mapping);

/* The fields of the whole record that it reads, each once; ends with NULL.  Not those within the items of a
 * list: the list stands for them. */
const char *const *mapping_inputs(struct arena *arena, const struct mapping *mapping);

/* Values that a record cannot state while a field is not there; NULL words: whatever they are. */
struct loss {
    const struct element *element;
    const char *part, *kind, *scheme, *group;
    bool with_part; /* the part itself may not be made then */
};
/* What is lost with one of the inputs; returns how many. */
size_t mapping_losses(struct arena *arena, const struct mapping *mapping, const char *input,
                      const struct loss **losses);

/* What one source record became: no records at all means that the mapping passes it over. */
struct mapped {
    struct record **records;
    size_t count;
};

/*
 * Apply a mapping to one decoded record.  Values come back with raw, text and flag; they are not
 * standardised yet.  Empty and blank is absent.  A value that cannot be read is flagged, its raw text
 * kept: "date", "transform", "number", "currency", "too-long", or what fields_text() says.
 *
 * Where the source says that the record is gone, what comes back is `deleted`, one for each key and part
 * that the mapping would name, without values.
 *
 * Set aside, without a place, is only what cannot be named or is too much: stage "map" with code
 * "no-key" or "part-repeated", stage "size" with "key-too-long", "too-many-values" or
 * "too-many-records".
 */
bool mapping_apply(struct arena *arena, const struct mapping *mapping, const struct fields *fields,
                   struct mapped *mapped, struct reject *reject) MUST_CHECK;
