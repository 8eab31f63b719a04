/*
 * Match: which records are the same customer (Fellegi-Sunter in fixed-point weights; formulas and
 * sources in hub/match/README.md).
 *
 * Pure: no database, no clock, no randomness.  For one model version, the weight of a pair is a function
 * of the two records and of which of their values are generic, and a partition is a function of its
 * component.  Weights are in thousandths of a bit (log2 of the likelihood ratio), without the prior.
 */
#pragma once

#include "hub/record/record.h"

/*
 * The immutable model version: comparison levels with m and u, term frequencies, blocking keys with
 * their limits, lambda as steps over the number of records, thresholds.  Read from
 * schemas/matching.xml (and its tables beside it), with the site's overrides.
 */
struct model;
const struct model *model_load(struct arena *arena, const char *schema, const char *shipped,
                               const char *site, struct findings *findings);
/* The same from the text of a whole version, which `file` is the name of. */
const struct model *model_read(struct arena *arena, const char *schema, const char *file,
                               const char *text, struct findings *findings);
/* The whole version as such a text, tables of names included: a matching.xml by itself. */
const char *model_text(struct arena *arena, const struct model *model);
/* The same version but for the probability from which a pair is a match: to try others. */
const struct model *model_with_match(struct arena *arena, const struct model *model, double match);
/* SHA-256 of that text and of the version of the rules in code: its version. */
const char *model_hash(const struct model *model);
/* The same of what vectors and blocking keys are made by: models alike in it share them. */
const char *model_form(const struct model *model);
/* Which lambda step holds for so many current customer records (a pure count). */
unsigned model_step(const struct model *model, int64_t records);
/* Weights from which a pair is a match, or is worth a review, at a step; review <= match. */
int32_t model_match_weight(const struct model *model, unsigned step);
int32_t model_review_weight(const struct model *model, unsigned step);
/* The probability of a match for a weight at a step, for people to read. */
double model_probability(const struct model *model, unsigned step, int32_t weight);

/* Is the folded word in the tables of given names (pet forms too), or of family names?  *rarity is lower
 * the commoner it is. */
bool model_given_name(const struct model *model, const char *folded, int32_t *rarity);
bool model_family_name(const struct model *model, const char *folded, int32_t *rarity);

/* Is there a comparison of this name, as the dictionary names them?  (Asked by `axle check`.) */
bool match_knows(const char *comparator);

/*
 * What is compared of one record: folded names, parsed address, dates, contact points, ....  Made once
 * a version, kept packed beside it.
 */
struct features;
const struct features *features_make(struct arena *arena, const struct model *model,
                                     const struct record *record);
struct slice features_pack(struct arena *arena, const struct features *features);
/* NULL with err filled in when the bytes are not such a vector (or of another format version).  The
 * bytes must live as long as the features. */
const struct features *features_unpack(struct arena *arena, int64_t record_id, struct slice packed,
                                       struct error *err);
/* The same without an arena, for who reads millions: into so many bytes of the caller's, at most
 * FEATURES_ROOM_MOST, aligned as for any type.  0 and NULL for bytes that are no such vector. */
#define FEATURES_ROOM_MOST 4608
size_t features_room(struct slice packed);
const struct features *features_place(void *room, int64_t record_id, struct slice packed);
int64_t features_record(const struct features *features);

/*
 * Candidates.  A record holds some blocking keys; records that share one are compared.  `refine` tells
 * the different people that hold one key apart (for a telephone: the name; for a name key: the birth
 * date or address): a key held with more than `limit` different refines, or by more than `holders`
 * records, among current records is generic.  A generic key brings together only records that hold it
 * with the same refine, as long as not too many share that as well.
 */
struct blocking_key {
    int64_t key;    /* hash of type and value */
    int32_t refine; /* 0: nothing to refine by: a generic key brings this record nothing */
    uint8_t type;
};
size_t blocking_keys(struct arena *arena, const struct model *model,
                     const struct features *features, const struct blocking_key **keys);
/* The same into an array of the caller's, of BLOCKING_KEYS_MOST. */
#define BLOCKING_KEYS_MOST 96
size_t blocking_keys_list(const struct model *model, const struct features *features,
                          struct blocking_key *list);
const char *blocking_name(const struct model *model, uint8_t type); /* "email", "phone", ... */
/* The names of a set of types (a bit each), in their order, blanks between: "email phone". */
#define BLOCKING_TYPES_MOST 32
const char *blocking_types_text(struct arena *arena, const struct model *model, uint32_t types);
unsigned blocking_limit(const struct model *model, uint8_t type); /* different refines */
/* Records that may hold a key; `refined`, a key with the same refine: hardly different people, but perhaps
 * one with very many records, so more of them may meet. */
unsigned blocking_holders(const struct model *model, uint8_t type, bool refined);

/* Is a key of this type one value, as a comparison may ask about it?  Names, birth dates and addresses weigh by themselves. */
bool blocking_is_value(uint8_t type);
/* Keys of the records at hand that are generic: their values carry little weight.  Those of blocking_is_value() do. */
struct generic_keys {
    struct map keys; /* by key; any value */
};

/* How a pair compares.  A vetoed pair never joins, whatever its weight. */
struct judgement {
    int32_t weight;
    bool veto;
};
struct judgement compare_records(const struct model *model, const struct generic_keys *generic,
                                 const struct features *left, const struct features *right);
/* Whether they compare without a veto and with at least the weight `floor`; then *judgement is that of
 * compare_records().  Much faster for the many pairs that do not. */
bool compare_reaches(const struct model *model, const struct generic_keys *generic,
                     const struct features *left, const struct features *right, int32_t floor,
                     struct judgement *judgement);

/* The same, said: one row an element or decision. */
struct reason {
    const char *element;      /* "name", "birth_date", ... */
    const char *left, *right; /* the values compared; NULL when missing */
    const char *level;        /* "exact", "nickname", "missing", "veto", ... */
    const char *agreement; /* "same", "similar" or "different"; NULL where nothing was compared */
    int32_t weight;        /* of the level */
    int32_t frequency;     /* the term-frequency part */
    int64_t
        one_in; /* of a name: one in so many people bears it, the commoner of the two; 0: not counted */
    const char *words; /* "same rare surname"; never a value */
};
struct explanation {
    struct judgement judgement;
    const struct reason *reasons;
    size_t count;
};
void explain_records(struct arena *arena, const struct model *model,
                     const struct generic_keys *generic, const struct features *left,
                     const struct features *right, struct explanation *explanation);

/* In one line, what speaks most for it and what against: "same e-mail address, same rare surname; but
 * different given names".  Never a value. */
const char *explanation_words(struct arena *arena, const struct explanation *explanation);
/* Why the two can never be one, or NULL. */
const char *match_veto(const struct model *model, const struct features *left,
                       const struct features *right);

/* Is a value passed over, for it stands for nobody (000-0000, 1900-01-01, test@...)?  Then it counts as
 * missing.  Asked of telephones, mailboxes, birth dates, names and identifiers; false for others. */
bool match_passes_over(struct arena *arena, const struct model *model, const struct value *value);

enum match_outcome { OUTCOME_MATCH, OUTCOME_REVIEW, OUTCOME_APART, OUTCOME_VETO };
enum match_outcome match_outcome(const struct model *model, unsigned step,
                                 struct judgement judgement);
const char *
match_outcome_name(enum match_outcome outcome); /* "match", "review", "no match", "veto" */
/* How sure that is, for people: same, close (both a match), likely (to review), plausible, unlikely, no chance. */
const char *match_bucket(const struct model *model, unsigned step, struct judgement judgement);

/*
 * Clustering: Kruskal over one component.  Edges are taken by weight (ties by record ids); two
 * clusters join unless a veto between any record of the one and any of the other forbids it, whether
 * or not those two were compared.  The result does not depend on the order of nodes or edges.
 */
struct match_edge {
    int64_t left, right; /* left < right */
    int32_t weight;
};
/* What became of an edge whose ends were not together yet, and why. */
enum match_verdict {
    JOIN_MADE,
    JOIN_VETOED,       /* two of their records can never be one */
    JOIN_DIVIDED,      /* all who state an element disagree about it */
    JOIN_CONTRADICTED, /* more of their records contradict each other than match */
    JOIN_FORBIDDEN     /* a steward says of two of their records that they are not the same */
};
struct match_join {
    struct match_edge edge;
    enum match_verdict verdict;
    int64_t left,
        right; /* the smallest record ids of the two groups: of the edge's left end first */
    unsigned left_size, right_size;
    unsigned matches, conflicts; /* between their witnesses; 0 where none were heard */
    const char *element;         /* of JOIN_DIVIDED: "given", ...; otherwise NULL */
};
struct match_listener {
    void (*told)(void *to,
                 const struct match_join *join); /* each in its turn; a refusal only once */
    void *to;
};
/* What a steward says of two records.  It outranks what the machine finds; where decisions contradict each
 * other, "not the same" holds. */
struct match_decision {
    int64_t left, right;
    bool same;
};
struct match_graph {
    const struct features *const *nodes;
    size_t node_count;
    const struct match_edge *edges; /* those that are vetoed left out */
    size_t edge_count;
    const struct match_decision *decisions;
    size_t decision_count;
};
/* clusters[i] is the smallest record id in the cluster of nodes[i]. */
void cluster_records(struct arena *arena, const struct model *model,
                     const struct match_graph *graph, int32_t match_weight, int64_t *clusters);
/* The same, and say how it went. */
void cluster_telling(struct arena *arena, const struct model *model,
                     const struct match_graph *graph, int32_t match_weight, int64_t *clusters,
                     const struct match_listener *listener);
