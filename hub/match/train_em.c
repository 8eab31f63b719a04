#include <math.h>

#include "hub/match/trainer.h"

#define ROUNDS_MOST 100
#define SETTLED 1e-6
#define AGAINST_MOST 4.0 /* times as often as the model says that training starts from */
#define APART_MOST 1.0   /* the same of what tells people of one household apart */
#define WRITING 0.7      /* of how m moves is how values are written, not whether they change */
#define PRIOR 300.0      /* pairs that the model stands for that training starts from */

/* Levels that say the same of two kinds of value share what is learnt. */
static const struct {
    enum comparison comparison;
    int level, with;
} ties[] = {
    {COMPARE_PHONE, PHONE_EXACT, PHONE_MOBILE},
    {COMPARE_EMAIL, EMAIL_EXACT, EMAIL_PERSONAL},
    {COMPARE_EMAIL, EMAIL_ROLE, EMAIL_PERSONAL},
    {COMPARE_IDENTIFIER, IDENTIFIER_ACCOUNT, IDENTIFIER_EXACT},
    {COMPARE_IDENTIFIER, IDENTIFIER_DIFFERENT, IDENTIFIER_ANOTHER},
    {COMPARE_BIRTH_DATE, BIRTH_TO_MONTH, BIRTH_EXACT},
    {COMPARE_BIRTH_DATE, BIRTH_TO_YEAR, BIRTH_EXACT},
};

int train_cell(int comparison, int level)
{
    if (!comparisons[comparison].levels[1] || !comparisons[comparison].levels[2])
        return -1; /* a price, or an echo of another comparison: reasoned, not counted */
    for (size_t i = 0; i < COUNT_OF(ties); i++)
        if ((int)ties[i].comparison == comparison && ties[i].level == level)
            return ties[i].with;
    return level;
}

/* Identifiers are compared within a scheme: how often two of them differ says nothing. */
bool train_learns_u(int comparison)
{
    return comparison != COMPARE_IDENTIFIER;
}

/* What is left out of a pass: the element that its pairs were chosen by. */
static bool is_left_out(enum train_pass pass, int comparison)
{
    switch (pass) {
    case PASS_NAME:
        return comparison == COMPARE_GIVEN || comparison == COMPARE_MIDDLE ||
               comparison == COMPARE_FAMILY || comparison == COMPARE_ORDER;
    case PASS_BIRTH:
        return comparison == COMPARE_BIRTH_DATE;
    case PASS_EMAIL:
        return comparison == COMPARE_EMAIL;
    case PASS_PHONE:
        return comparison == COMPARE_PHONE;
    case PASS_ADDRESS:
        return comparison == COMPARE_ADDRESS;
    case PASS_IDENTIFIER:
        return comparison == COMPARE_IDENTIFIER;
    case PASS_COMPANY:
        return comparison == COMPARE_ORGANIZATION;
    case PASSES:
        break;
    }
    return false;
}

/* Three kinds of pair, and how many there are of each. */
enum { SAME, OTHER, HOUSEHOLD, KINDS };

struct em {
    enum train_pass pass;
    const struct chances *from;
    double m[COMPARISONS][LEVELS_MOST];     /* of each level */
    double prior[COMPARISONS][LEVELS_MOST]; /* of each cell, in shares of 1 */
    double seen[COMPARISONS][LEVELS_MOST];  /* of each cell, of one customer */
    double share[KINDS];
};

static void normalise_prior(struct em *em)
{
    for (int c = 0; c < COMPARISONS; c++) {
        double all = 0;
        for (int l = 0; comparisons[c].levels[l]; l++)
            if (train_cell(c, l) == l)
                all += em->from->m[c][l];
        for (int l = 0; comparisons[c].levels[l]; l++)
            em->prior[c][l] = train_cell(c, l) == l && all > 0 ? em->from->m[c][l] / all : 0;
    }
}

/* What a pair may be, as shares of 1. */
static void weigh_kinds(const struct em *em, uint64_t levels, double kinds[KINDS])
{
    double sum = 0;
    for (int k = 0; k < KINDS; k++)
        kinds[k] = em->share[k];
    if (levels & PATTERN_COMPANY)
        kinds[HOUSEHOLD] = 0;
    for (int c = 0; c < COMPARISONS; c++) {
        int level = pattern_level(levels, c);
        if (level < 0 || is_left_out(em->pass, c))
            continue;
        kinds[SAME] *= em->m[c][level];
        kinds[OTHER] *= em->from->u[c][level];
        kinds[HOUSEHOLD] *= em->from->h[c][level];
    }
    for (int k = 0; k < KINDS; k++)
        sum += kinds[k];
    for (int k = 0; k < KINDS; k++)
        kinds[k] = sum > 0 ? kinds[k] / sum : 0;
}

/* By a single element a pair can be told only as the model tells it already: it teaches nothing of that one. */
static bool teaches(const struct em *em, uint64_t levels)
{
    int elements = 0;
    for (int c = 0; c < COMPARISONS; c++)
        elements +=
            pattern_level(levels, c) >= 0 && !is_left_out(em->pass, c) && train_cell(c, 0) >= 0;
    return elements > 1;
}

/* Expectation: how often each level was seen of one customer. */
static void expect(struct em *em, const struct patterns *patterns, double counts[KINDS])
{
    memset(em->seen, 0, sizeof(em->seen));
    memset(counts, 0, KINDS * sizeof(*counts));
    for (size_t i = 0; i < patterns->count; i++) {
        const struct pattern *pattern = &patterns->list[i];
        double kinds[KINDS];
        weigh_kinds(em, pattern->levels, kinds);
        for (int k = 0; k < KINDS; k++)
            counts[k] += kinds[k] * pattern->weight;
        for (int c = 0; teaches(em, pattern->levels) && c < COMPARISONS; c++) {
            int level = pattern_level(pattern->levels, c);
            int cell = level < 0 ? -1 : train_cell(c, level);
            if (cell >= 0)
                em->seen[c][cell] += kinds[SAME] * pattern->weight;
        }
    }
}

/*
 * What speaks against one customer cannot become usual among the records of one: people of one household would be
 * taken for one customer and teach that given names and birth dates differ.  Where only those tell the two apart
 * pairs cannot say which they are, so there nothing is learnt that would bring families together.
 */
static double bounded(const struct em *em, int c, int cell, double m)
{
    double old = em->from->m[c][cell];
    bool apart = old < em->from->h[c][cell] && c != COMPARE_IDENTIFIER;
    double most = (apart ? APART_MOST : AGAINST_MOST) * em->prior[c][cell];
    return old < em->from->u[c][cell] && m > most ? most : m;
}

/* Maximisation, with the model that training starts from as so many pairs seen before. */
static void maximise(struct em *em, int c)
{
    double all = 0, cells[LEVELS_MOST] = {0}, sum = 0;
    for (int l = 0; comparisons[c].levels[l]; l++)
        all += em->seen[c][l];
    for (int l = 0; comparisons[c].levels[l]; l++)
        if (train_cell(c, l) == l) {
            double m = (em->seen[c][l] + PRIOR * em->prior[c][l]) / (all + PRIOR);
            cells[l] = bounded(em, c, l, m);
            sum += cells[l];
        }
    for (int l = 0; comparisons[c].levels[l]; l++) {
        int cell = train_cell(c, l);
        if (cell < 0)
            continue;
        double ratio = em->from->m[c][cell] > 0 ? em->from->m[c][l] / em->from->m[c][cell] : 1;
        em->m[c][l] = cells[cell] / sum * ratio;
    }
}

static double step(struct em *em, const struct patterns *patterns, double all)
{
    double counts[KINDS], moved = 0;
    expect(em, patterns, counts);
    for (int k = 0; k < KINDS; k++) {
        double share = (counts[k] + 1) / (all + KINDS);
        moved += fabs(share - em->share[k]);
        em->share[k] = share;
    }
    for (int c = 0; c < COMPARISONS; c++)
        if (!is_left_out(em->pass, c))
            maximise(em, c);
    return moved;
}

void train_pass(const struct trainer *trainer, enum train_pass pass, const struct chances *from,
                struct pass_result *result)
{
    const struct patterns *patterns = &trainer->pass[pass];
    struct em em = {.pass = pass, .from = from, .share = {0.4, 0.3, 0.3}};
    double all = 0;
    *result = (struct pass_result){.pairs = 0};
    memcpy(em.m, from->m, sizeof(em.m));
    normalise_prior(&em);
    for (size_t i = 0; i < patterns->count; i++)
        all += patterns->list[i].weight;
    for (int i = 0; patterns->count && i < ROUNDS_MOST; i++)
        if (step(&em, patterns, all) < SETTLED)
            break;
    memcpy(result->m, em.m, sizeof(em.m));
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l] && !is_left_out(pass, c); l++) {
            result->seen[c][l] = em.seen[c][l];
            result->same[c] += em.seen[c][l];
        }
    result->pairs = all;
    result->same_pairs = all * em.share[SAME];
    result->household_pairs = all * em.share[HOUSEHOLD];
}

static bool is_same(double a, double b)
{
    return a <= b && b <= a;
}

/* A level that was not seen, or hardly, stays: the model counts as having seen it once in 1 / u pairs. */
static void count_u(const struct patterns *random, int c, struct chances *chances)
{
    double seen[LEVELS_MOST] = {0}, all = 0;
    for (size_t i = 0; i < random->count; i++) {
        int level = pattern_level(random->list[i].levels, c);
        int cell = level < 0 ? -1 : train_cell(c, level);
        if (cell < 0)
            continue;
        if (is_same(chances->u[c][level], chances->u[c][cell]))
            seen[cell] += random->list[i].weight;
        all += random->list[i].weight;
    }
    for (int l = LEVELS_MOST; l--;) {
        double old = chances->u[c][l];
        int cell = comparisons[c].levels[l] ? train_cell(c, l) : -1;
        if (cell >= 0 && is_same(old, chances->u[c][cell]))
            chances->u[c][l] = (seen[cell] + 1) / (all + 1 / old);
    }
}

/* Do they share a telephone or a mailbox? */
static bool shares_contact(uint64_t levels)
{
    int phone = pattern_level(levels, COMPARE_PHONE), email = pattern_level(levels, COMPARE_EMAIL);
    return (phone >= 0 && phone <= PHONE_EXACT) || (email >= 0 && email <= EMAIL_EXACT);
}

/* People of one household who are known by their name and a contact point tell how often their addresses
 * agree.  What they share of telephones and mailboxes depends on whose those are: that is not counted. */
static void count_h(const struct patterns *household, struct chances *chances)
{
    double seen[LEVELS_MOST] = {0}, all = 0, prior = 0;
    double *h = chances->h[COMPARE_ADDRESS];
    for (size_t i = 0; i < household->count; i++) {
        const struct pattern *pattern = &household->list[i];
        int level = pattern_level(pattern->levels, COMPARE_ADDRESS);
        if (level < 0 || !shares_contact(pattern->levels))
            continue;
        seen[level] += pattern->weight;
        all += pattern->weight;
    }
    for (int l = 0; comparisons[COMPARE_ADDRESS].levels[l]; l++)
        prior += h[l];
    for (int l = 0; comparisons[COMPARE_ADDRESS].levels[l]; l++)
        h[l] = (seen[l] * prior + PRIOR * h[l]) / (all + PRIOR);
}

void train_count(const struct trainer *trainer, struct chances *chances)
{
    for (int c = 0; c < COMPARISONS; c++)
        if (train_learns_u(c))
            count_u(&trainer->random, c, chances);
}

bool train_is_of_home(int comparison)
{
    return comparison == COMPARE_FAMILY || comparison == COMPARE_ADDRESS;
}

/* Two people of a household have one surname and one address, written in as many ways as between two records of one
 * of them: where m moves, so does most of h. */
void train_homes(const struct trainer *trainer, const struct chances *old, struct chances *chances)
{
    for (int c = 0; c < COMPARISONS; c++) {
        double before = 0, after = 0;
        for (int l = 0; train_is_of_home(c) && comparisons[c].levels[l]; l++) {
            before += old->h[c][l];
            after += chances->h[c][l] =
                old->h[c][l] * pow(chances->m[c][l] / old->m[c][l], WRITING);
        }
        for (int l = 0; after > 0 && comparisons[c].levels[l]; l++)
            chances->h[c][l] *= before / after;
    }
    count_h(&trainer->household, chances);
}
