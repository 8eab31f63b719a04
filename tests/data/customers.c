#include "tests/data/customers.h"

#include <errno.h>
#include <stdio.h>

#include "hub/base/text.h"
#include "tests/data/sources.h"

#define RECORDS_OF_ENTITY_MOST 12

struct row {
    enum source source;
    const char *key, *line;
    unsigned entity, household; /* household 0: a company */
};

struct rows {
    struct arena *process;
    struct row *row;
    size_t count, most;
    unsigned of_source[SOURCE_COUNT];
};

static void add_row(struct rows *rows, struct scribe *scribe, const struct card *card,
                    struct row row)
{
    if (rows->count == rows->most)
        return;
    const struct source_row *source = &source_rows[card->source];
    struct buffer out = {.arena = scribe->work};
    row.source = card->source;
    row.key = source->key(rows->process, rows->of_source[card->source]++);
    source->write(&out, scribe->dice, row.key, card);
    row.line = arena_strdup(rows->process, buffer_string(&out));
    rows->row[rows->count++] = row;
}

static unsigned entity_size(struct dice *dice)
{
    static const unsigned weights[RECORDS_OF_ENTITY_MOST] = {450, 215, 120, 80, 50, 30,
                                                             20,  12,  9,   6,  5,  3};
    return 1 + (unsigned)dice_weighted(dice, weights, COUNT_OF(weights));
}

static enum source some_source(struct dice *dice)
{
    static const unsigned weights[SOURCE_COUNT] = {230, 250, 290, 230};
    return (enum source)dice_weighted(dice, weights, SOURCE_COUNT);
}

/* Can this card be told from those of others: by an earlier card, or, the first, by itself? */
static bool links_any(const struct card *cards, size_t count, const struct card *card,
                      const struct person *person)
{
    if (!count)
        return card_links(card, card, person) &&
               (!person->has_double || card->suffix || card->born.year);
    for (size_t i = 0; i < count; i++)
        if (card_links(&cards[i], card, person))
            return true;
    return false;
}

/* Records of a person; each can be recognised by an earlier one, but for a few that stay hopeless. */
static void write_person(struct rows *rows, struct scribe *scribe,
                         const struct household *household, const struct person *person)
{
    struct card cards[RECORDS_OF_ENTITY_MOST];
    unsigned count = entity_size(scribe->dice);
    for (unsigned i = 0; i < count; i++) {
        for (int tries = 0; tries < 12; tries++) {
            enum source source = some_source(scribe->dice);
            unsigned day = dice_below(scribe->dice, WORLD_DAYS);
            cards[i] = card_person(scribe, household, person, source, day);
            if (links_any(cards, i, &cards[i], person))
                break;
        }
        add_row(rows, scribe, &cards[i],
                (struct row){.entity = person->entity, .household = household->id});
    }
}

static void write_company(struct rows *rows, struct scribe *scribe, const struct company *company)
{
    unsigned count = entity_size(scribe->dice);
    for (unsigned i = 0; i < count; i++) {
        enum source source = some_source(scribe->dice);
        unsigned day = dice_below(scribe->dice, WORLD_DAYS);
        struct card card = card_company(scribe, company, source, day);
        add_row(rows, scribe, &card, (struct row){.entity = company->entity});
    }
}

static void fill_rows(struct rows *rows, struct dice *dice, const struct customers *options)
{
    struct world *world = world_new(rows->process, dice, (unsigned)options->records);
    while (rows->count < rows->most) {
        ARENA(work);
        struct scribe scribe = {work, dice, world_names(world), (unsigned)options->dirt};
        const struct company *company = dice_chance(dice, 45) ? world_company(world) : NULL;
        if (company)
            write_company(rows, &scribe, company);
        const struct household *household = world_household(world, work, dice);
        for (size_t i = 0; i < household->count; i++)
            write_person(rows, &scribe, household, &household->person[i]);
    }
}

static void shuffle(struct rows *rows, struct dice *dice)
{
    for (size_t i = rows->count; i > 1; i--) {
        size_t other = dice_below(dice, (uint32_t)i);
        struct row kept = rows->row[i - 1];
        rows->row[i - 1] = rows->row[other];
        rows->row[other] = kept;
    }
}

static void close_file(void *file)
{
    (void)fclose(file);
}

static FILE *open_file(struct arena *work, const char *directory, const char *name,
                       struct error *err)
{
    FILE *file = fopen(arena_printf(work, "%s/%s", directory, name), "w");
    if (!file) {
        error_set(err, ERROR_FATAL, "cannot write '%s/%s': %s", directory, name, strerror(errno));
        return NULL;
    }
    arena_defer(work, close_file, file);
    return file;
}

static bool finish(FILE *file, const char *name, struct error *err)
{
    if (fflush(file) == 0 && !ferror(file))
        return true;
    return error_set(err, ERROR_FATAL, "cannot write '%s': %s", name, strerror(errno));
}

static bool write_source(const struct rows *rows, enum source source, const char *directory,
                         struct error *err)
{
    ARENA(work);
    const struct source_row *shape = &source_rows[source];
    FILE *file = open_file(work, directory, shape->file, err);
    if (!file)
        return false;
    if (shape->head)
        (void)fprintf(file, "%s\n", shape->head);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->row[i].source == source)
            (void)fprintf(file, "%s\n", rows->row[i].line);
    return finish(file, shape->file, err);
}

static bool write_truth(const struct rows *rows, const char *directory, struct error *err)
{
    ARENA(work);
    FILE *truth = open_file(work, directory, "truth.csv", err);
    FILE *homes = truth ? open_file(work, directory, "households.csv", err) : NULL;
    if (!homes)
        return false;
    (void)fputs("source,source_key,entity\n", truth);
    (void)fputs("source,source_key,household\n", homes);
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->row[i];
        const char *source = source_rows[row->source].name;
        (void)fprintf(truth, "%s,%s,%c%u\n", source, row->key, row->household ? 'p' : 'o',
                      row->entity);
        if (row->household)
            (void)fprintf(homes, "%s,%s,h%u\n", source, row->key, row->household);
    }
    return finish(truth, "truth.csv", err) && finish(homes, "households.csv", err);
}

bool customers_write(const struct customers *options, struct error *err)
{
    ARENA(process);
    struct dice dice;
    dice_seed(&dice, (uint64_t)options->seed);
    struct rows rows = {.process = process, .most = (size_t)options->records};
    rows.row = NEW_ARRAY(process, struct row, rows.most);
    fill_rows(&rows, &dice, options);
    shuffle(&rows, &dice);
    for (enum source source = 0; source < SOURCE_COUNT; source++)
        if (!write_source(&rows, source, options->directory, err))
            return false;
    return write_truth(&rows, options->directory, err);
}
