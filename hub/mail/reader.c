/* What is set up once: GMime and the expressions that lines are recognised by. */
#include <assert.h>

#include "hub/mail/message.h"

static void free_options(void *options)
{
    g_mime_parser_options_free(options);
}

static GMimeParserOptions *read_loosely(struct arena *arena)
{
    static const char *charsets[] = {"utf-8", "windows-1252", NULL};
    GMimeParserOptions *options = g_mime_parser_options_new();
    arena_defer(arena, free_options, options);
    g_mime_parser_options_set_address_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_parameter_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_allow_addresses_without_domain(options, true);
    g_mime_parser_options_set_fallback_charsets(options, charsets);
    return options;
}

#define NUMBER "[^\\d+(]{0,3}(\\+?[\\d(][\\d ()./-]{5,24}\\d)\\b"
#define COUNTRY "(?:,\\s*(\\p{L}[\\p{L} .]{2,30}))?$"
#define TOWN "(\\p{L}[\\p{L} .'-]{1,40}?)"
#define BEFORE "^(?:(.{3,60}?),\\s*)?"

static const struct expression {
    size_t offset;
    const char *pattern;
} expressions[] = {
    {offsetof(struct mail_reader, company), "(?i)\\b(?:pty|ltd|limited|inc|incorporated|llc|llp|"
                                            "plc|corp|corporation|company|gmbh|ag|kg|ohg|"
                                            "s\\.?a\\.?r\\.?l|s\\.?a|b\\.?v|n\\.?v|s\\.?p\\.?a|srl|"
                                            "oy|ab|aps|kk|group|holdings?|university|"
                                            "institute)\\b\\.?,?$"},
    {offsetof(struct mail_reader, title),
     "(?i)\\b(?:manager|director|engineer|officer|head of|chief|c[eftio]o|president|consultant|"
     "assistant|secretary|accountant|analyst|developer|designer|supervisor|co-?ordinator|"
     "representative|specialist|partner|owner|founder|lead|sales|marketing|support|teacher|"
     "professor|lecturer|executive|leiter|leiterin|geschäftsführer(?:in)?)\\b"},
    {offsetof(struct mail_reader, street),
     "(?i)^(?:(?:unit|level|suite|flat|apt|shop|floor|p\\.?o\\.? box|g\\.?p\\.?o\\.? box)\\b.*|"
     "\\d+[a-z]?(?:\\s?[/-]\\s?\\d+[a-z]?)?,?\\s+\\p{L}.*|"
     "\\p{L}[\\p{L} .-]*(?:stra(?:ß|ss)e|str\\.|weg|platz|allee|gasse|ring)\\s*\\d+.*)$"},
    {offsetof(struct mail_reader, closing),
     "(?i)^(?:(?:with\\s+)?(?:kind|best|warm|warmest|many)?\\s*(?:regards|wishes)|(?:yours\\s+)?"
     "(?:sincerely|faithfully|truly)(?:\\s+yours)?|cheers|best|(?:many\\s+)?thanks|thank you|"
     "all the best|(?:mit\\s+)?(?:freundlichen|herzlichen|besten|viele|liebe)\\s+grü(?:ß|ss)en?|"
     "cordialement|saludos|cordiali saluti)[\\s,.!-]*$"},
    {offsetof(struct mail_reader, quoted),
     "(?i)^(?:-{2,}\\s*(?:original message|forwarded message|ursprüngliche nachricht|"
     "message d'origine)\\s*-{2,}|(?:on|am|le|el|il)\\s.{6,200}\\s(?:wrote|schrieb|écrit|"
     "escribió|scritto).{0,60}:)$"},
    {offsetof(struct mail_reader, link),
     "(?i)^(?:web(?:site)?[: ]+)?((?:https?://|www\\.)[^\\s<>|,]+\\.[^\\s<>|,]+)$"},
    {offsetof(struct mail_reader, phone),
     "(?i)^(?:telephone|telefon|phone|tel|ph|office|direct|work|business|t|p|o|d|w|b)\\b" NUMBER},
    {offsetof(struct mail_reader, mobile), "(?i)^(?:mobile|mob|cell|handy|mobil|m|c)\\b" NUMBER},
    {offsetof(struct mail_reader, fax), "(?i)^(?:facsimile|fax|f)\\b" NUMBER},
    {offsetof(struct mail_reader, places),
     BEFORE TOWN ",?\\s+([A-Z]{2,3})\\.?,?\\s+(\\d{4,5}(?:-\\d{4})?)" COUNTRY},
    {offsetof(struct mail_reader, places) + sizeof(void *),
     BEFORE TOWN ",?\\s+()([A-Z]{1,2}\\d[A-Z\\d]?\\s*\\d[A-Z]{2})" COUNTRY},
    /* The postcode before the town. */
    {offsetof(struct mail_reader, places) + 2 * sizeof(void *),
     BEFORE "(?:[A-Z]{1,2}-)?(\\d{4,5})\\s+" TOWN COUNTRY},
};

struct mail_reader *mail_reader_new(struct arena *arena)
{
    struct mail_reader *reader = NEW(arena, struct mail_reader);
    g_mime_init();
    reader->options = read_loosely(arena);
    for (size_t i = 0; i < COUNT_OF(expressions); i++) {
        size_t offset;
        const char *message;
        const struct regex **regex =
            (const struct regex **)(void *)((char *)reader + expressions[i].offset);
        *regex = regex_compile(arena, expressions[i].pattern, &offset, &message);
        assert(*regex);
    }
    return reader;
}
