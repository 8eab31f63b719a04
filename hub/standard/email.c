#include "hub/standard/email.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <idn2.h>
#include <libpsl.h>

#include "hub/standard/clean.h"
#include "hub/standard/unicode.h"

#define LOCAL_MOST 64
#define DOMAIN_MOST 253
#define LABEL_MOST 63

/* "Ann <ann@example.org>" and "mailto:ann@example.org?subject=hello" to the address alone. */
static const char *address_part(struct arena *arena, const char *text)
{
    const char *open = strrchr(text, '<');
    if (open) {
        const char *close = strchr(open, '>');
        text =
            arena_strndup(arena, open + 1, close ? (size_t)(close - open - 1) : strlen(open + 1));
    }
    text += strspn(text, " ([");
    if ((*text == '"' || *text == '\'') && text[1] && text[strlen(text) - 1] == *text)
        text++; /* quotes around the whole */
    if (strncasecmp(text, "mailto:", 7) == 0)
        text = arena_strndup(arena, text + 7, strcspn(text + 7, "?"));
    text += strspn(text, " ");
    size_t size = strlen(text);
    bool literal = strstr(text, "@[") != NULL;
    while (size && strchr(literal ? " .,;:>)'\"" : " .,;:>)]'\"", text[size - 1]))
        size--;
    return arena_strndup(arena, text, size);
}

static bool is_atom_char(char c)
{
    return (c & 0x80) || isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool is_dot_atom(const char *text)
{
    if (!*text || *text == '.')
        return false;
    for (; *text; text++)
        if (!is_atom_char(*text) && (*text != '.' || text[1] == '.' || !text[1]))
            return false;
    return true;
}

/* The end of the quoted string that `text` starts with; its content goes to `out`.  NULL: none. */
static const char *read_quoted(const char *text, struct buffer *out)
{
    for (text++; *text && *text != '"'; text++) {
        if (*text == '\\' && text[1])
            text++;
        buffer_char(out, *text);
    }
    return *text == '"' ? text + 1 : NULL;
}

/* Quotes that need not be there are not part of the address. */
static const char *requoted(struct arena *arena, const char *content)
{
    if (is_dot_atom(content))
        return content;
    struct buffer out = {.arena = arena};
    buffer_char(&out, '"');
    for (; *content; content++) {
        if (*content == '"' || *content == '\\')
            buffer_char(&out, '\\');
        buffer_char(&out, *content);
    }
    buffer_char(&out, '"');
    return buffer_string(&out);
}

/* The local part in its standard form, and the domain behind it; false when there are not both. */
static bool cut_local(struct arena *arena, const char *address, const char **local,
                      const char **domain)
{
    if (*address == '"') {
        struct buffer content = {.arena = arena};
        const char *end = read_quoted(address, &content);
        if (!end || *end != '@' || !content.length)
            return false;
        *local = requoted(arena, buffer_string(&content));
        *domain = end + 1;
    } else {
        const char *at = strchr(address, '@');
        if (!at)
            return false;
        *local = arena_strndup(arena, address, (size_t)(at - address));
        *domain = at + 1;
        if (!is_dot_atom(*local))
            return false;
    }
    return strlen(*local) <= LOCAL_MOST;
}

static bool is_label(const char *label, size_t size)
{
    if (!size || size > LABEL_MOST || label[0] == '-' || label[size - 1] == '-')
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)label[i]) && label[i] != '-')
            return false;
    return true;
}

static bool is_host_name(const char *host)
{
    size_t labels = 0, size = 0;
    if (strlen(host) > DOMAIN_MOST)
        return false;
    for (const char *label = host;; label += size + 1) {
        size = strcspn(label, ".");
        if (!is_label(label, size))
            return false;
        labels++;
        if (!label[size])
            return labels > 1 && strspn(label, "0123456789") != size;
    }
}

static const char *host_name(struct arena *arena, const char *domain)
{
    char *ascii = NULL;
    if (text_is_ascii(domain)) {
        domain = text_lower_ascii(arena, domain);
    } else {
        if (idn2_to_ascii_8z(domain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
            return NULL;
        arena_defer(arena, idn2_free, ascii);
        domain = text_lower_ascii(arena, ascii);
    }
    if (!is_host_name(domain))
        return NULL;
    bool bare =
        psl_is_public_suffix2(psl_builtin(), domain, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
    return bare ? NULL : domain;
}

/* [192.0.2.1] or [IPv6:2001:db8::1] */
static const char *address_literal(struct arena *arena, const char *domain)
{
    size_t size = strlen(domain);
    if (size < 4 || domain[size - 1] != ']')
        return NULL;
    char *inner = arena_strndup(arena, domain + 1, size - 2);
    unsigned char bytes[16];
    bool six = strncasecmp(inner, "IPv6:", 5) == 0;
    if (inet_pton(six ? AF_INET6 : AF_INET, six ? inner + 5 : inner, bytes) != 1)
        return NULL;
    return text_lower_ascii(arena, domain);
}

static const char *folded(struct arena *arena, const char *text)
{
    return text_is_ascii(text) ? text_lower_ascii(arena, text) : unicode_casefold(arena, text);
}

const char *email_read(struct arena *arena, const char *text)
{
    ARENA(scratch);
    text = clean_text(scratch, text);
    if (!text_is_ascii(text))
        text = unicode_plain(scratch, text);
    const char *local, *domain;
    if (!cut_local(scratch, address_part(scratch, text), &local, &domain))
        return NULL;
    domain = *domain == '[' ? address_literal(scratch, domain) : host_name(scratch, domain);
    return domain ? arena_printf(arena, "%s@%s", folded(scratch, local), domain) : NULL;
}
