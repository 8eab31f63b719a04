/* The report of `axle train`: one page, with its charts as SVG, that needs nothing from elsewhere.  It holds counts
 * and estimates, and no value of any record. */
#include <math.h>
#include <stdlib.h>

#include "hub/programs/axle/version.h"

#define WIDTH 880
#define LABEL 190 /* of a row, to the left of its bars */
#define ROW 18
#define SPREAD_LEAST 1.5 /* passes that differ by less agree */
#define SPREADS_MOST 16

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Matching model %lld</title>\n<style>\n"
    ":root{color-scheme:light dark;--paper:#fbfbfa;--card:#fff;--ink:#1d2430;--dim:#667085;"
    "--line:#e4e7ec;--old:#b6bfcc;--new:#2f6fde;--bad:#d9622b;--good:#1f9d74}\n"
    "@media (prefers-color-scheme:dark){:root{--paper:#14171c;--card:#1c2027;--ink:#e8eaee;"
    "--dim:#98a2b3;--line:#303743;--old:#566072;--new:#6ea2ff;--bad:#f08a58;--good:#4cc79c}}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:15px/1.5 system-ui,sans-serif}\n"
    "main{max-width:940px;margin:0 auto;padding:32px 20px 64px}\n"
    "h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:0 0 4px}\n"
    "p{margin:0 0 14px;color:var(--dim)}\n"
    "section{background:var(--card);border:1px solid var(--line);border-radius:10px;"
    "padding:20px 24px;margin:20px 0;overflow-x:auto}\n"
    "dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px;margin:0}\n"
    "dt{color:var(--dim);font-size:13px}dd{margin:0;font-size:22px;font-variant-numeric:"
    "tabular-nums}\n"
    "dd small{font-size:13px;color:var(--dim)}\n"
    "svg{display:block;width:100%%;min-width:640px;height:auto}\n"
    "svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .dim{fill:var(--dim)}\n"
    ".axis{stroke:var(--line)}.old{fill:var(--old)}.new{fill:var(--new)}.bad{fill:var(--bad)}"
    ".good{fill:var(--good)}.mark{stroke:var(--ink);stroke-dasharray:4 3}"
    ".range{stroke:var(--old);stroke-width:4;stroke-linecap:round}\n"
    "table{border-collapse:collapse;width:100%%;font-variant-numeric:tabular-nums}"
    "th,td{text-align:right;padding:4px 8px;border-bottom:1px solid var(--line);font-weight:400}"
    "th{color:var(--dim);font-size:13px}th:first-child,td:first-child{text-align:left}\n"
    ".key i{display:inline-block;width:11px;height:11px;border-radius:3px;margin:0 5px 0 14px}"
    ".key{color:var(--dim);font-size:13px;margin-bottom:10px}\n"
    "</style></head><body><main>\n";

static void open_chart(struct buffer *out, int height, const char *title)
{
    buffer_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", WIDTH,
                  height, title);
}

static void add_text(struct buffer *out, double x, double y, const char *look, const char *text)
{
    buffer_printf(out, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", x, y, look, text);
}

static void add_bar(struct buffer *out, const char *class, double x, double y, double width,
                    double height)
{
    buffer_printf(out,
                  "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                  "rx=\"2\"/>\n",
                  class, x, y, width > 0 ? width : 0, height > 0 ? height : 0);
}

static void add_line(struct buffer *out, const char *class, double x1, double y1, double x2,
                     double y2)
{
    buffer_printf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                  class, x1, y1, x2, y2);
}

static void add_fact(struct buffer *out, const char *name, const char *value, const char *note)
{
    buffer_printf(out, "<div><dt>%s</dt><dd>%s <small>%s</small></dd></div>\n", name, value, note);
}

static void add_facts(struct buffer *out, const struct training *t, const struct rehearsal *r)
{
    struct arena *a = out->arena;
    buffer_text(out, "<section><dl>\n");
    add_fact(out, "records", arena_printf(a, "%zu", t->records), "");
    add_fact(out, "customers then", arena_printf(a, "%zu", r->clusters),
             arena_printf(a, "now %zu", r->customers));
    add_fact(out, "joined", arena_printf(a, "%zu", r->joined),
             arena_printf(a, "into %zu", r->joining));
    add_fact(out, "fall apart", arena_printf(a, "%zu", r->splitting), "");
    add_fact(out, "largest", arena_printf(a, "%zu", r->largest), "records");
    add_fact(out, "duplicates a record", arena_printf(a, "%.2f", t->duplicates),
             arena_printf(a, "was %.2f", t->old_duplicates));
    add_fact(out, "a match from", arena_printf(a, "%.3f", t->match),
             arena_printf(a, "was %.3f", t->old_match));
    add_fact(out, "expected precision", arena_printf(a, "%.3f", t->precision), "of pairs");
    add_fact(out, "expected recall", arena_printf(a, "%.3f", t->recall), "of pairs");
    buffer_text(out, "</dl></section>\n");
}

/* Bits to the right of 0 speak for one customer. */
static double weight_x(double bits)
{
    double bounded = bits < -10 ? -10 : bits > 24 ? 24 : bits;
    return LABEL + (bounded + 10) / 34 * (WIDTH - LABEL - 60);
}

static void add_weight(struct buffer *out, const struct training_level *level, double y)
{
    double zero = weight_x(0), old = weight_x(level->old_weight / 1000.0);
    double now = weight_x(level->weight / 1000.0);
    add_text(out, LABEL - 10, y + 12, "text-anchor=\"end\"", level->level);
    add_bar(out, "old", old < zero ? old : zero, y + 2, fabs(old - zero), 5);
    add_bar(out, "new", now < zero ? now : zero, y + 8, fabs(now - zero), 6);
    add_text(out, WIDTH - 8, y + 12, "text-anchor=\"end\" class=\"dim\"",
             arena_printf(out->arena, "%+.1f", level->weight / 1000.0));
}

static void add_weights(struct buffer *out, const struct training *t)
{
    int rows = 0;
    for (size_t i = 0; i < t->level_count; i++)
        rows += 1 + (!i || !text_equal(t->levels[i].element, t->levels[i - 1].element));
    buffer_text(out,
                "<section><h2>Weights by level</h2><p>What a level says, in bits: to the right "
                "for one customer, to the left against it.</p><div class=\"key\"><i "
                "style=\"background:var(--old)\"></i>before<i "
                "style=\"background:var(--new)\"></i>trained</div>\n");
    open_chart(out, rows * ROW + 20, "weights by level, before and trained");
    for (int bits = -10; bits <= 20; bits += 5) {
        add_line(out, "axis", weight_x(bits), 14, weight_x(bits), rows * ROW + 20);
        add_text(out, weight_x(bits), 10, "text-anchor=\"middle\" class=\"dim\"",
                 arena_printf(out->arena, "%+d", bits));
    }
    double y = 16;
    for (size_t i = 0; i < t->level_count; i++, y += ROW) {
        if (!i || !text_equal(t->levels[i].element, t->levels[i - 1].element)) {
            add_text(out, 0, y + 15, "style=\"font-weight:600\"", t->levels[i].element);
            y += ROW;
        }
        add_weight(out, &t->levels[i], y);
    }
    buffer_text(out, "</svg></section>\n");
}

static double score_x(const struct training *t, double bits)
{
    return 50 + (bits - t->bins_from) / TRAIN_BINS * (WIDTH - 60);
}

/* Counts differ by powers of ten. */
static double score_height(double pairs)
{
    return pairs < 1 ? 0 : (log10(pairs) + 0.3) * 26;
}

static void add_threshold(struct buffer *out, const struct training *t, int32_t weight, double y,
                          const char *name)
{
    double x = score_x(t, weight / 1000.0);
    add_line(out, "mark", x, 20, x, y);
    add_text(out, x + 4, 18 + (*name == 'r' ? 14 : 0), "", name);
}

static void add_scores(struct buffer *out, const struct training *t)
{
    const double floor = 240;
    buffer_text(out, "<section><h2>Scores of pairs</h2><p>Pairs by their weight in bits, on a "
                     "logarithmic scale, as estimated for all records: of one customer, and of "
                     "others. Only pairs that share a whole value.</p><div class=\"key\"><i "
                     "style=\"background:var(--good)\"></i>one customer<i "
                     "style=\"background:var(--bad)\"></i>others</div>\n");
    open_chart(out, (int)floor + 24, "pairs by weight, with thresholds");
    static const char *const powers[] = {"1", "100", "10,000", "1 M", "100 M"};
    for (size_t i = 0; i < COUNT_OF(powers); i++) {
        double y = floor - score_height(pow(100, (double)i));
        add_line(out, "axis", 50, y, WIDTH, y);
        add_text(out, 44, y + 4, "text-anchor=\"end\" class=\"dim\"", powers[i]);
    }
    double each = (WIDTH - 60.0) / TRAIN_BINS;
    for (int i = 0; i < TRAIN_BINS; i++) {
        double x = score_x(t, t->bins_from + i), same = score_height(t->bins[i].same);
        double other = score_height(t->bins[i].other);
        add_bar(out, "good", x, floor - same, each / 2 - 0.5, same);
        add_bar(out, "bad", x + each / 2, floor - other, each / 2 - 0.5, other);
    }
    for (int bits = t->bins_from; bits <= t->bins_from + TRAIN_BINS; bits += 10)
        add_text(out, score_x(t, bits), floor + 16, "text-anchor=\"middle\" class=\"dim\"",
                 arena_printf(out->arena, "%d", bits));
    add_threshold(out, t, model_match_weight(t->model, t->step), floor, "match");
    add_threshold(out, t, model_review_weight(t->model, t->step), floor, "review");
    buffer_text(out, "</svg></section>\n");
}

static void add_keys(struct buffer *out, const struct training *t, const struct rehearsal *r)
{
    uint64_t most = 1;
    int rows = 0;
    for (uint8_t k = 0; k < BLOCKING_TYPES_MOST; k++)
        if (r->figures.met[k]) {
            rows++;
            most = r->figures.met[k] > most ? r->figures.met[k] : most;
        }
    buffer_printf(out,
                  "<section><h2>Candidates by key</h2><p>%llu pairs were compared. What a key "
                  "brings together, and of that what no earlier key does; to the right the records "
                  "in its largest block.</p><div class=\"key\"><i "
                  "style=\"background:var(--old)\"></i>met<i "
                  "style=\"background:var(--new)\"></i>net of earlier keys</div>\n",
                  (unsigned long long)r->figures.pairs);
    open_chart(out, rows * 26 + 6, "pairs per key");
    double y = 4, wide = WIDTH - LABEL - 230;
    for (uint8_t k = 0; k < BLOCKING_TYPES_MOST; k++) {
        if (!r->figures.met[k])
            continue;
        double met = (double)r->figures.met[k], net = (double)r->figures.net[k];
        add_text(out, LABEL - 10, y + 14, "text-anchor=\"end\"", blocking_name(t->model, k));
        add_bar(out, "old", LABEL, y + 2, met / (double)most * wide, 8);
        add_bar(out, "new", LABEL, y + 10, net / (double)most * wide, 8);
        add_text(out, LABEL + wide + 130, y + 14, "text-anchor=\"end\" class=\"dim\"",
                 arena_printf(out->arena, "%.0f net of %.0f", net, met));
        add_text(out, WIDTH - 8, y + 14, "text-anchor=\"end\"",
                 arena_printf(out->arena, "%u", r->figures.largest[k]));
        y += 26;
    }
    buffer_text(out, "</svg></section>\n");
}

static void add_passes(struct buffer *out, const struct training *t)
{
    buffer_text(out, "<section><h2>Passes</h2><p>Pairs that share one value whole, and what they "
                     "were taken for.</p><table><tr><th>that share</th><th>pairs</th><th>one "
                     "customer</th><th>one household</th><th>others</th></tr>\n");
    for (size_t i = 0; i < TRAIN_PASSES; i++) {
        const struct training_pass *p = &t->passes[i];
        if (p->pairs >= 1)
            buffer_printf(out,
                          "<tr><td>%s</td><td>%.0f</td><td>%.0f</td><td>%.0f</td><td>%.0f</td>"
                          "</tr>\n",
                          p->element, p->pairs, p->same, p->household,
                          fmax(p->pairs - p->same - p->household, 0));
    }
    buffer_text(out, "</table></section>\n");
}

/* How far the passes are apart about a level: the ratio of the largest m to the smallest. */
static double spread_of(const struct training_level *level, double *least, double *most)
{
    *least = 1;
    *most = 0;
    for (size_t p = 0; p < TRAIN_PASSES; p++)
        if (level->pass_m[p] > 0) {
            *least = fmin(*least, level->pass_m[p]);
            *most = fmax(*most, level->pass_m[p]);
        }
    return *most > *least ? *most / *least : 1;
}

static int by_spread(const void *left, const void *right)
{
    const struct training_level *const *a = left, *const *b = right;
    double least, most, l = spread_of(*a, &least, &most), r = spread_of(*b, &least, &most);
    return l > r ? -1 : l < r ? 1 : (*a > *b) - (*a < *b);
}

static double share_x(double share)
{
    return LABEL + (log10(share < 1e-4 ? 1e-4 : share) + 4) / 4 * (WIDTH - LABEL - 60);
}

static void add_spread(struct buffer *out, const struct training_level *level, double y)
{
    double least, most, spread = spread_of(level, &least, &most);
    add_text(out, LABEL - 10, y + 12, "text-anchor=\"end\"",
             arena_printf(out->arena, "%s %s", level->element, level->level));
    add_line(out, "range", share_x(least), y + 8, share_x(most), y + 8);
    for (size_t p = 0; p < TRAIN_PASSES; p++)
        if (level->pass_m[p] > 0)
            buffer_printf(out, "<circle class=\"new\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n",
                          share_x(level->pass_m[p]), y + 8);
    add_text(out, WIDTH - 8, y + 12, "text-anchor=\"end\" class=\"dim\"",
             arena_printf(out->arena, "x%.1f", spread));
}

static void add_spreads(struct buffer *out, const struct training *t)
{
    double least, most;
    size_t count = 0;
    const struct training_level **list =
        NEW_ARRAY(out->arena, const struct training_level *, t->level_count + 1);
    for (size_t i = 0; i < t->level_count; i++)
        if (spread_of(&t->levels[i], &least, &most) >= SPREAD_LEAST)
            list[count++] = &t->levels[i];
    qsort(list, count, sizeof(struct training_level *), by_spread);
    count = count < SPREADS_MOST ? count : SPREADS_MOST;
    buffer_text(out, "<section><h2>Where the passes disagree</h2><p>How often records of one "
                     "customer stand at a level, as each pass sees it (logarithmic). Far apart "
                     "means: pairs that were chosen by another value behave otherwise.</p>\n");
    if (!count)
        buffer_text(out, "<p>Nowhere.</p>");
    open_chart(out, (int)count * 22 + 20, "m by pass");
    for (int power = -4; power <= 0; power++) {
        double share = pow(10, power);
        add_line(out, "axis", share_x(share), 14, share_x(share), (double)count * 22 + 20);
        add_text(out, share_x(share), 10, "text-anchor=\"middle\" class=\"dim\"",
                 arena_printf(out->arena, "%g", share));
    }
    for (size_t i = 0; i < count; i++)
        add_spread(out, list[i], 16 + (double)i * 22);
    buffer_text(out, "</svg></section>\n");
}

const char *training_page(struct arena *arena, const struct training *training, int64_t number,
                          const struct rehearsal *rehearsal)
{
    struct buffer out = {.arena = arena};
    buffer_printf(&out, head, (long long)number);
    buffer_printf(&out,
                  "<h1>Matching model, version %lld</h1><p>Trained without labels on %zu records; "
                  "it holds the shares of %zu given and %zu family names. Hash %.16s.</p>\n",
                  (long long)number, training->records, training->given_names,
                  training->family_names, model_hash(training->model));
    add_facts(&out, training, rehearsal);
    add_weights(&out, training);
    add_scores(&out, training);
    add_keys(&out, training, rehearsal);
    add_passes(&out, training);
    add_spreads(&out, training);
    buffer_text(&out, "</main></body></html>\n");
    return buffer_string(&out);
}
