#include "hub/standard/phonenumber.h"

#include <cstring>
#include <string>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

bool phonenumber_read(const char *written, const char *region, char e164[PHONENUMBER_ROOM])
{
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse(written, *region ? region : "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return false;
    if (util->IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE)
        return false;
    std::string text;
    util->Format(number, PhoneNumberUtil::E164, &text);
    if (text.size() >= PHONENUMBER_ROOM)
        return false;
    std::memcpy(e164, text.c_str(), text.size() + 1);
    return true;
}
