#include "hub/standard/placeholder.h"

#include "hub/base/text.h"

static const char *const placeholders[] = {"unknown",
                                           "n a",
                                           "na",
                                           "none",
                                           "null",
                                           "nil",
                                           "test",
                                           "tbd",
                                           "xxx",
                                           "xxxx",
                                           "nn",
                                           "no name",
                                           "not known",
                                           "not applicable",
                                           "not available",
                                           "anonymous",
                                           "tba",
                                           "tbc",
                                           "unbekannt",
                                           "keine",
                                           "kein",
                                           "inconnu",
                                           "desconocido",
                                           "missing",
                                           "unspecified",
                                           "no one"};

bool placeholder_is_word(const char *folded)
{
    for (size_t i = 0; i < COUNT_OF(placeholders); i++)
        if (text_equal(folded, placeholders[i]))
            return true;
    return false;
}

bool placeholder_is_filler(const char *folded)
{
    return placeholder_is_word(folded) || !folded[strspn(folded, " 0")] ||
           !folded[strspn(folded, " x")];
}
