#include "hub/profile/names.h"

#include <ctype.h>

#include "hub/base/list.h"
#include "hub/base/nearest.h"
#include "hub/profile/words.h"
#include "hub/standard/fold.h"

#define WORDS_MOST 16
#define COMPOUND_LEAST 6 /* letters of a word that may be several in one */
#define COMPOUND_MOST 40
#define FOREIGN 45      /* what a word for somebody else takes off a score */
#define SCHEME_LEAST 70 /* score from which a name speaks of a scheme */

struct words {
    const char *list[WORDS_MOST + 1];
    size_t count;
    size_t context; /* so many of them stand around the name itself */
};

/* One way of calling an element. */
struct phrase {
    const struct element *element;
    const char *scheme;
    struct words words;
    unsigned *classes; /* that have it */
};

struct namer {
    struct arena *arena;
    const struct dictionary *dictionary;
    struct phrase *list;
    size_t count, room;
    struct map vocabulary; /* every word that some phrase or table has */
    struct map skeletons;  /* those words by what is left without vowels: "birth" by "brth" */
    struct map said;       /* in how many classes, by phrase */
};

static const char *const generic[] = {"number", "date",      "name",   "code",  "type",
                                      "id",     "line",      "full",   "value", "kind",
                                      "key",    "reference", "status", NULL};
/* Words that are short, and may end or join a compound. */
static const char *const joints[] = {"id", "no", "nr", "of", "dt", "cd", NULL};
static const char *const key_words[] = {"id",   "key",  "number", "code", "reference", "account",
                                        "uuid", "guid", "konto",  "pk",   "index",     NULL};

static void add_word(struct words *words, const char *word)
{
    bool again = words->count && text_equal(words->list[words->count - 1], word);
    if (words->count < WORDS_MOST && *word && !again)
        words->list[words->count++] = word;
}

/* A word as it stands, or what it is short for; a number is a word of its own. */
static void add_meaning(struct arena *arena, struct words *words, const char *word)
{
    size_t count;
    const char *means = word_meaning(word_meanings, word);
    const char **parts = text_split(arena, means ? means : word, ' ', &count);
    for (size_t i = 0; i < count; i++)
        add_word(words, parts[i]);
}

/* The known word that this one is the plural of, or the word. */
static const char *singular(struct arena *arena, const struct namer *namer, const char *word)
{
    size_t length = strlen(word);
    if (length < 5 || word[length - 1] != 's' || map_get_text(&namer->vocabulary, word))
        return word;
    bool es = length > 5 && text_ends(word, "ses"); /* addresses */
    const char *one = arena_strndup(arena, word, length - (es ? 2 : 1));
    return word_meaning(word_meanings, one) || map_get_text(&namer->vocabulary, one) ? one : word;
}

static bool is_piece(const struct namer *namer, const char *piece, size_t length)
{
    return map_get_text(&namer->vocabulary, piece) && (length >= 3 || word_is(joints, piece));
}

/* "dateofbirth": the fewest known words that make it up. */
static bool add_compound(struct arena *arena, const struct namer *namer, struct words *words,
                         const char *word)
{
    size_t length = strlen(word), pieces[COMPOUND_MOST + 1] = {0}, from[COMPOUND_MOST + 1] = {0};
    if (length < COMPOUND_LEAST || length > COMPOUND_MOST)
        return false;
    for (size_t end = 1; end <= length; end++)
        for (size_t start = 0; start + 1 < end; start++) {
            bool reached = start == 0 || pieces[start];
            bool shorter = !pieces[end] || pieces[start] + 1 < pieces[end];
            if (reached && shorter &&
                is_piece(namer, arena_strndup(arena, word + start, end - start), end - start)) {
                pieces[end] = pieces[start] + 1;
                from[end] = start;
            }
        }
    if (!pieces[length])
        return false;
    const char *found[COMPOUND_MOST];
    size_t count = 0;
    for (size_t end = length; end > 0; end = from[end])
        found[count++] = arena_strndup(arena, word + from[end], end - from[end]);
    while (count)
        add_meaning(arena, words, found[--count]);
    return true;
}

static bool break_between(char left, char right, char next)
{
    bool camel = islower((unsigned char)left) && isupper((unsigned char)right);
    bool acronym = isupper((unsigned char)left) && isupper((unsigned char)right) &&
                   islower((unsigned char)next);
    bool digit = (isdigit((unsigned char)left) != 0) != (isdigit((unsigned char)right) != 0);
    return camel || acronym || digit;
}

/* With blanks where words meet. */
static const char *spaced(struct arena *arena, const char *name)
{
    struct buffer out = {.arena = arena};
    for (const char *c = name; *c; c++) {
        bool sign = !isalnum((unsigned char)*c) && !(*c & 0x80);
        if (sign)
            buffer_char(&out, ' ');
        else
            buffer_char(&out, *c);
        if (c[1] && !sign && break_between(*c, c[1], c[2]))
            buffer_char(&out, ' ');
    }
    return buffer_string(&out);
}

static void add_words(struct arena *arena, const struct namer *namer, struct words *words,
                      const char *name, bool compounds)
{
    size_t count;
    const char *folded = fold_german(arena, spaced(arena, name));
    folded = folded ? folded : fold_name(arena, spaced(arena, name));
    const char **parts = text_split(arena, folded, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        parts[i] = singular(arena, namer, parts[i]);
        bool known =
            word_meaning(word_meanings, parts[i]) || map_get_text(&namer->vocabulary, parts[i]);
        const char *whole = known ? NULL : map_get_text(&namer->skeletons, parts[i]);
        if (known || !compounds || (!whole && !add_compound(arena, namer, words, parts[i])))
            add_meaning(arena, words, parts[i]);
        else if (whole)
            add_meaning(arena, words, whole);
    }
}

static struct words read_words(struct arena *arena, const struct namer *namer, const char *name,
                               bool compounds)
{
    struct words words = {.count = 0};
    add_words(arena, namer, &words, name, compounds);
    return words;
}

static bool has_any(const struct words *words, size_t from, const char *const *table)
{
    for (size_t i = from; i < words->count; i++)
        if (word_is(table, words->list[i]))
            return true;
    return false;
}

static bool is_vague(const char *word)
{
    return word_is(generic, word) || word_is(word_noise, word) || isdigit((unsigned char)*word);
}

/* Is a step of a path, whose words stand from here on, about the customer or a kind of address? */
static bool starts_anew(const struct words *words, size_t from)
{
    bool kind = false;
    for (size_t i = from; i < words->count; i++)
        kind |= word_meaning(word_kinds, words->list[i]) != NULL;
    return kind || has_any(words, from, word_customers);
}

/* Of a path the words around the last step come first.  A step that speaks of the customer, or is a kind
 * of address, is as good as the outermost; a last step that says nothing needs the one above. */
static struct words read_path(struct arena *arena, const struct namer *namer, const char *path)
{
    struct words words = {.count = 0};
    size_t count, above = 0;
    const char **steps = text_split(arena, path, '/', &count);
    for (size_t i = 0; i < count; i++) {
        const char *colon = count > 1 || *path == '@' ? strrchr(steps[i], ':') : NULL;
        size_t before = words.count;
        add_words(arena, namer, &words, colon ? colon + 1 : steps[i], true);
        if (i + 1 < count && starts_anew(&words, before)) {
            words.count -= before;
            memmove(words.list, words.list + before, words.count * sizeof(*words.list));
            before = 0;
        }
        if (words.count > before) {
            above = words.context;
            words.context = before;
        }
    }
    bool vague = true;
    for (size_t i = words.context; i < words.count; i++)
        vague &= is_vague(words.list[i]);
    words.context = vague ? above : words.context;
    return words;
}

const char *const *namer_words(struct arena *arena, const struct namer *namer, const char *name)
{
    struct words *words = NEW(arena, struct words);
    *words = read_words(arena, namer, name, true);
    return words->list;
}

static void learn(struct namer *namer, const char *word)
{
    static int known;
    char *skeleton = arena_strdup(namer->arena, word), *to = skeleton + (*word != '\0');
    for (const char *from = to; *from; from++)
        if (!strchr("aeiou", *from))
            *to++ = *from;
    *to = '\0';
    if (strlen(skeleton) >= 3 && !map_get_text(&namer->skeletons, skeleton))
        map_put_text(&namer->skeletons, skeleton, arena_strdup(namer->arena, word));
    map_put_text(&namer->vocabulary, word, &known);
}

/* How many classes say it; the elements of a class come one after the other. */
static unsigned *count_class(struct namer *namer, const struct phrase *phrase)
{
    struct said {
        unsigned classes;
        const char *last;
    };
    ARENA(scratch);
    struct buffer key = {.arena = scratch};
    for (size_t i = 0; i < phrase->words.count; i++)
        buffer_printf(&key, "%s ", phrase->words.list[i]);
    struct said *said = map_get_text(&namer->said, buffer_string(&key));
    if (!said) {
        said = NEW(namer->arena, struct said);
        *said = (struct said){0, NULL};
        map_put_text(&namer->said, arena_strdup(namer->arena, buffer_string(&key)), said);
    }
    said->classes += !said->last || !text_equal(said->last, phrase->element->class_name);
    said->last = phrase->element->class_name;
    return &said->classes;
}

static void add_phrase(struct namer *namer, const struct element *element, const char *scheme,
                       const char *text)
{
    struct phrase phrase = {element, scheme, read_words(namer->arena, namer, text, false), NULL};
    if (!phrase.words.count)
        return;
    phrase.classes = count_class(namer, &phrase);
    for (size_t i = 0; i < phrase.words.count; i++)
        learn(namer, phrase.words.list[i]);
    LIST_ADD(namer->arena, namer, phrase);
}

static void add_element(struct namer *namer, const struct element *element)
{
    const char *dot = strrchr(element->path, '.'), *last = dot ? dot + 1 : element->path;
    add_phrase(namer, element, NULL, element->label);
    add_phrase(namer, element, NULL, element->path);
    if (!word_is(generic, last) && !text_equal(last, "unit") && !text_equal(last, "social"))
        add_phrase(namer, element, NULL, last);
    for (const char *const *synonym = element->synonyms; synonym && *synonym; synonym++)
        add_phrase(namer, element, NULL, *synonym);
}

static void add_table(struct namer *namer, const struct element *element,
                      const struct word_meaning *table)
{
    for (; element && table->word; table++)
        add_phrase(namer, element, table->means, table->word);
}

struct namer *namer_new(struct arena *arena, const struct dictionary *dictionary)
{
    struct namer *namer = NEW(arena, struct namer);
    *namer = (struct namer){.arena = arena,
                            .dictionary = dictionary,
                            .vocabulary = {.arena = arena},
                            .skeletons = {.arena = arena},
                            .said = {.arena = arena}};
    add_table(namer, dictionary_element(dictionary, "customer.identifier"), word_schemes);
    add_table(namer, dictionary_element(dictionary, "customer.social"), word_accounts);
    for (size_t i = 0; i < dictionary->element_count; i++)
        add_element(namer, &dictionary->elements[i]);
    for (const struct word_meaning *word = word_meanings; word->word; word++)
        learn(namer, word->word);
    for (const struct word_meaning *word = word_kinds; word->word; word++)
        learn(namer, word->word);
    for (const struct word_meaning *word = word_others; word->word; word++)
        learn(namer, word->word);
    for (const char *const *word = word_noise; *word; word++)
        learn(namer, *word);
    learn(namer, "number");
    learn(namer, "id");
    learn(namer, "type");
    return namer;
}

static bool has_word(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->list[i], word))
            return true;
    return false;
}

/* Words that are one slip apart. */
static bool has_similar(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (strlen(word) >= 6 && strlen(words->list[i]) >= 6 &&
            edit_distance(words->list[i], word) == 1)
            return true;
    return false;
}

static bool is_customer(const struct element *element)
{
    return text_equal(element->class_name, "customer");
}

/* The same for words that are about somebody: 0 for all others. */
static unsigned cost_of_subject(const struct element *element, const char *word)
{
    const char *other = word_meaning(word_others, word);
    if (text_equal(word, "customer") && !is_customer(element))
        return FOREIGN;
    if (word_is(word_noise, word) || text_equal(word, element->class_name))
        return 1;
    if (!other)
        return 0;
    return *other && strstr(other, element->class_name) ? 1 : FOREIGN;
}

/* What a word of the name that the phrase lacks takes off. */
static unsigned cost_of(const struct phrase *phrase, const char *word, bool context,
                        struct named *named)
{
    const char *kind = word_meaning(word_kinds, word);
    unsigned subject = cost_of_subject(phrase->element, word);
    bool number = isdigit((unsigned char)*word) && strlen(word) <= 2;
    if (kind) {
        named->kind = kind;
        return 2;
    }
    if (number) {
        named->index = (unsigned)(word[0] - '0');
        return 2;
    }
    if (subject)
        return subject;
    if (phrase->element->composite && text_equal(word, phrase->element->composite))
        return 0;
    if (word_is(generic, word))
        return phrase->scheme || text_equal(phrase->element->path, "phone") ? 1 : 8;
    return context || strlen(word) == 1 ? 3 : 22;
}

/* How well the phrase says what the name says: 0 not at all. */
static struct named compare(const struct phrase *phrase, const struct words *words)
{
    struct named named = {
        .element = phrase->element, .scheme = phrase->scheme, .classes = *phrase->classes};
    unsigned cost = 0, found = 0;
    bool own = false;
    for (size_t i = 0; i < phrase->words.count; i++) {
        const char *word = phrase->words.list[i];
        if (has_word(words, word)) {
            found++;
        } else if (has_similar(words, word)) {
            found++;
            cost += 8;
        }
    }
    for (size_t i = words->context; i < words->count && !own; i++)
        own =
            has_word(&phrase->words, words->list[i]) || has_similar(&phrase->words, words->list[i]);
    if (found < phrase->words.count || !own)
        return named;
    for (size_t i = 0; i < words->count; i++)
        if (!has_word(&phrase->words, words->list[i]) &&
            !has_similar(&phrase->words, words->list[i]))
            cost += cost_of(phrase, words->list[i], i < words->context, &named);
    named.score = cost < 100 ? 100 - cost : 0;
    return named;
}

/* A part of what the phrase says ("birth"), if it is a telling one. */
static struct named compare_part(const struct phrase *phrase, const struct words *words)
{
    struct named named = {
        .element = phrase->element, .scheme = phrase->scheme, .classes = CLASSES_MOST};
    unsigned found = 0, cost = 0;
    for (size_t i = 0; i < words->count; i++) {
        bool has = has_word(&phrase->words, words->list[i]);
        found += has && i >= words->context && !word_is(generic, words->list[i]) &&
                 !word_is(word_noise, words->list[i]) && !word_meaning(word_kinds, words->list[i]);
        cost += has ? 0 : cost_of(phrase, words->list[i], i < words->context, &named);
    }
    named.score = found && cost < 20 ? 75 - cost : 0;
    return named;
}

/* A scheme is worth a lower score: "passport number" is an identifier, and a passport. */
static void merge(struct named *into, const struct named *other)
{
    if (!into->scheme && other->scheme && other->score >= SCHEME_LEAST)
        into->scheme = other->scheme;
    if (!into->kind)
        into->kind = other->kind;
}

static void offer_class(const struct namer *namer, struct reading *reading,
                        const struct named *named)
{
    const struct dictionary *dictionary = namer->dictionary;
    size_t at =
        (size_t)(dictionary_class(dictionary, named->element->class_name) - dictionary->classes);
    if (at < CLASSES_MOST && named->score > reading->of[at].score)
        reading->of[at] = *named;
}

/* Keep the best of each element, best first. */
static void offer(const struct namer *namer, struct reading *reading, struct named named)
{
    if (!named.score)
        return;
    offer_class(namer, reading, &named);
    if (!is_customer(named.element)) {
        if (named.score > reading->other.score)
            reading->other = named;
        return;
    }
    for (size_t i = 0; i < NAMED_MOST; i++) {
        struct named *best = &reading->best[i];
        if (named.score > best->score) {
            struct named weaker = *best;
            *best = named;
            if (weaker.element == named.element) {
                merge(best, &weaker);
                return;
            }
            named = weaker;
        } else if (best->element == named.element) {
            merge(best, &named);
            return;
        }
    }
}

static void offer_all(const struct namer *namer, const struct words *words, struct reading *reading)
{
    for (size_t i = 0; i < namer->count; i++) {
        offer(namer, reading, compare(&namer->list[i], words));
        offer(namer, reading, compare_part(&namer->list[i], words));
    }
}

static struct words without(const struct words *words, const char *word)
{
    struct words rest = {.count = 0}; /* in which all count: "phones/phone/type" */
    for (size_t i = 0; i < words->count; i++)
        if (!text_equal(words->list[i], word))
            rest.list[rest.count++] = words->list[i];
    return rest;
}

/* "phone type", "passport country": about another column. */
static void look_for_qualifier(const struct namer *namer, const struct words *words,
                               struct reading *reading)
{
    struct reading rest = {.identifies = false};
    const char *word = has_word(words, "type")      ? "type"
                       : has_word(words, "kind")    ? "kind"
                       : has_word(words, "country") ? "country"
                                                    : NULL;
    if (!word || words->count < 2)
        return;
    struct words others = without(words, word);
    offer_all(namer, &others, &rest);
    bool country = text_equal(word, "country");
    struct named *named = &rest.best[0];
    if (named->score < 70 || (country && !named->scheme))
        return;
    bool many = named->scheme || named->element->composite ||
                text_equal(named->element->path, "phone") ||
                text_equal(named->element->path, "email");
    reading->is_country = country;
    reading->is_type = !country && many;
    reading->qualified = *named;
}

void namer_read(struct namer *namer, const char *column, struct reading *reading)
{
    ARENA(scratch);
    struct words words = read_path(scratch, namer, column);
    *reading = (struct reading){.meaningless = true};
    for (size_t i = words.context; i < words.count; i++) {
        const char *word = words.list[i];
        bool column_word = text_equal(word, "column") || text_equal(word, "field");
        bool noise =
            strlen(word) <= 2 || isdigit((unsigned char)*word) || column_word ||
            word_is((const char *const[]){"col", "attr", "var", "unnamed", "input", NULL}, word);
        reading->meaningless &= noise && !text_equal(word, "id");
        reading->identifies |= word_is(key_words, word);
    }
    reading->of_customer = has_any(&words, 0, word_customers);
    for (size_t i = 0; i < words.count; i++) {
        const char *other = word_meaning(word_others, words.list[i]);
        reading->foreign |= other && !*other;
    }
    if (reading->meaningless)
        return;
    offer_all(namer, &words, reading);
    look_for_qualifier(namer, &words, reading);
}
