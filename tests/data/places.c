#include "tests/data/places.h"

#include <ctype.h>

#include "hub/base/hash.h"
#include "hub/base/map.h"
#include "hub/base/text.h"

#define SUBURBS 2600
#define STREETS 1500

static const struct state {
    const char *name;
    unsigned share, first, last;
    char area_code;
} states[] = {
    {"NSW", 320, 2000, 2599, '2'}, {"VIC", 260, 3000, 3996, '3'}, {"QLD", 200, 4000, 4895, '7'},
    {"WA", 105, 6000, 6797, '8'},  {"SA", 70, 5000, 5734, '8'},   {"TAS", 22, 7000, 7470, '3'},
    {"ACT", 15, 2600, 2618, '2'},  {"NT", 8, 800, 886, '8'},
};

static const struct {
    const char *name;
    unsigned postcode;
} known[] = {
    {"Parramatta", 2150},    {"Blacktown", 2148},
    {"Point Cook", 3030},    {"Reservoir", 3073},
    {"Castle Hill", 2154},   {"Werribee", 3030},
    {"Liverpool", 2170},     {"Tarneit", 3029},
    {"Auburn", 2144},        {"Bankstown", 2200},
    {"Glen Waverley", 3150}, {"Craigieburn", 3064},
    {"Penrith", 2750},       {"Sunnybank Hills", 4109},
    {"Southport", 4215},     {"Surfers Paradise", 4217},
    {"Toowoomba", 4350},     {"Cairns", 4870},
    {"Newcastle", 2300},     {"Wollongong", 2500},
    {"Geelong", 3220},       {"Ballarat", 3350},
    {"Bendigo", 3550},       {"St Kilda", 3182},
    {"Brunswick", 3056},     {"Footscray", 3011},
    {"Frankston", 3199},     {"Dandenong", 3175},
    {"Preston", 3072},       {"Richmond", 3121},
    {"Hornsby", 2077},       {"Chatswood", 2067},
    {"Manly", 2095},         {"Bondi", 2026},
    {"Randwick", 2031},      {"Cronulla", 2230},
    {"Hurstville", 2220},    {"Strathfield", 2135},
    {"Campbelltown", 2560},  {"Gosford", 2250},
    {"Dubbo", 2830},         {"Tamworth", 2340},
    {"Wagga Wagga", 2650},   {"Albury", 2640},
    {"Joondalup", 6027},     {"Fremantle", 6160},
    {"Rockingham", 6168},    {"Mandurah", 6210},
    {"Bunbury", 6230},       {"Morley", 6062},
    {"Canning Vale", 6155},  {"Glenelg", 5045},
    {"Norwood", 5067},       {"Salisbury", 5108},
    {"Morphett Vale", 5162}, {"Mount Gambier", 5290},
    {"Sandy Bay", 7005},     {"Launceston", 7250},
    {"Devonport", 7310},     {"Belconnen", 2617},
    {"Palmerston", 830},     {"Alice Springs", 870},
    {"Ipswich", 4305},       {"Logan Central", 4114},
    {"Redcliffe", 4020},     {"Chermside", 4032},
    {"Carindale", 4152},     {"Caboolture", 4510},
};

static const char suburb_stems[] =
    "Ash Banks Bell Black Box Broad Burn Camp Carl Castle Clay Cran Dale Dun East Elm Fair Fern "
    "Glen Grange "
    "Green Hamp Haw High Hope Kings Lake Lang Lil Mar Mel Mill Mount~ New~ North Oak Park Pine "
    "Port~ Red "
    "Ring River Rock Rose Sand Sea Shell South Spring Stan Sun Thorn Up Wal War West White Wind "
    "Wood "
    "Warra Kooya Bunda Narra Wara Mooro Yarra Coola Wollo Gunda Tarra Bulla";
static const char suburb_ends[] = "brook bury dale field ford ham hill hurst leigh more mont ridge "
                                  "side stead ton vale view ville water "
                                  "wood worth ~Park ~Heights ~Bay ~Beach ~Creek ~Plains ~Junction "
                                  "bong gong gee long nda wal roo bah";
static const char street_names[] = "High Church Main Park Victoria Railway Station George King "
                                   "Queen William Albert Elizabeth Station Beach "
                                   "Bridge Mill School Hill Forest Garden Lake River Ocean Wattle "
                                   "Banksia Acacia Grevillea Jacaranda Boronia "
                                   "Waratah Bottlebrush Kookaburra Rosella Magpie Lorikeet Wombat "
                                   "Cook Phillip Macquarie Hunter Darling Murray "
                                   "Sturt Burke Wills Oxley Flinders Banks Collins Bourke Swanston "
                                   "Lonsdale Pitt Kent Sussex York Clarence "
                                   "Cambridge Oxford Regent Princes Crown Liberty Anzac Gallipoli "
                                   "Menzies Curtin Chifley Deakin Barton Fisher "
                                   "Cedar Elm Oak Ash Pine Poplar Willow Maple Birch Cypress First "
                                   "Second Third Fourth Fifth North South East West";
static const char street_stems[] = "Ald Ann Ash Bal Beau Ben Black Bran Bur Cal Car Char Clif Cor "
                                   "Dar Dev Dun Ed El Fal Far Glen Gor Gran Hal Har "
                                   "Hen Hol Jas Kel Ken Kin Lan Law Lin Mar Mel Mer Mon Mor Nel "
                                   "New Nor Os Pen Per Pres Ray Rich Ros Rus Shel Sher "
                                   "Stan Sun Sut Tal Tem Thor Tre Var Ver Wal War Wel Wil Win";
static const char street_ends[] =
    "bert by dale den don ford grove ham ine lea ley lyn man mere mont more ney "
    "ora ridge shire side son ston ton vale view ville well wick wood worth";

const struct street_type street_types[] = {
    {"Street", "St"},   {"Road", "Rd"},     {"Avenue", "Ave"},    {"Court", "Ct"},
    {"Place", "Pl"},    {"Drive", "Dr"},    {"Crescent", "Cres"}, {"Close", "Cl"},
    {"Lane", "Ln"},     {"Parade", "Pde"},  {"Terrace", "Tce"},   {"Way", "Wy"},
    {"Circuit", "Cct"}, {"Highway", "Hwy"},
};
const size_t street_type_count = COUNT_OF(street_types);
static const unsigned street_type_share[] = {330, 150, 110, 120, 80, 70, 50,
                                             40,  15,  12,  9,   8,  4,  2};
_Static_assert(COUNT_OF(street_type_share) == COUNT_OF(street_types), "a share each");

static const struct state *state_of(unsigned postcode)
{
    const struct state *found = &states[0];
    for (size_t i = 0; i < COUNT_OF(states); i++)
        if (postcode >= states[i].first && postcode <= states[i].last)
            found = &states[i];
    return found;
}

/* A made-up name of two parts; '~' stands for a blank. */
static const char *compose(struct arena *arena, struct dice *dice, const char *stems,
                           const char *ends)
{
    ARENA(work);
    size_t stem_count, end_count;
    const char **stem = text_split(work, stems, ' ', &stem_count);
    const char **end = text_split(work, ends, ' ', &end_count);
    size_t first = dice_below(dice, (uint32_t)stem_count);
    size_t second = dice_below(dice, (uint32_t)end_count);
    char *name = arena_printf(arena, "%s%s", stem[first], end[second]);
    size_t length = 0;
    for (const char *from = name; *from; from++) {
        if (*from == '~' && length && name[length - 1] == ' ')
            continue;
        bool capital = length && name[length - 1] == ' ';
        int letter = capital ? toupper((unsigned char)*from) : *from;
        if (letter == '~')
            letter = ' ';
        name[length++] = (char)letter;
    }
    name[length] = '\0';
    return name;
}

static void add_suburbs(struct arena *process, struct dice *dice, struct places *places)
{
    unsigned shares[COUNT_OF(states)];
    for (size_t i = 0; i < COUNT_OF(states); i++)
        shares[i] = states[i].share;
    places->suburb = NEW_ARRAY(process, struct suburb, SUBURBS);
    places->rank.word = NEW_ARRAY(process, const char *, SUBURBS);
    for (size_t i = 0; i < SUBURBS; i++) {
        struct suburb *suburb = &places->suburb[i];
        if (i < COUNT_OF(known)) {
            suburb->name = known[i].name;
            suburb->postcode = known[i].postcode;
        } else {
            suburb->name = compose(process, dice, suburb_stems, suburb_ends);
            const struct state *state = &states[dice_weighted(dice, shares, COUNT_OF(states))];
            suburb->postcode = state->first + dice_below(dice, state->last - state->first + 1);
        }
        suburb->state = state_of(suburb->postcode)->name;
        suburb->area_code = state_of(suburb->postcode)->area_code;
        places->rank.word[places->rank.count++] = suburb->name;
    }
    words_weigh(process, &places->rank, 60);
}

static void add_streets(struct arena *process, struct dice *dice, struct places *places)
{
    size_t known_count;
    const char **known_street = text_split(process, street_names, ' ', &known_count);
    places->street.word = NEW_ARRAY(process, const char *, STREETS);
    for (size_t i = 0; i < STREETS; i++)
        places->street.word[i] =
            i < known_count ? known_street[i] : compose(process, dice, street_stems, street_ends);
    places->street.count = STREETS;
    words_weigh(process, &places->street, 40);
}

const struct places *places_new(struct arena *process)
{
    struct places *places = NEW(process, struct places);
    struct dice dice;
    dice_seed(&dice, SUBURBS);
    add_suburbs(process, &dice, places);
    add_streets(process, &dice, places);
    return places;
}

static struct address in_suburb(const struct places *places, struct dice *dice,
                                const struct suburb *suburb)
{
    struct address address = {.suburb = suburb};
    if (dice_chance(dice, 220)) {
        unsigned units = dice_chance(dice, 800) ? 12 : 90;
        address.unit = 1 + dice_below(dice, units);
    }
    unsigned numbers = dice_chance(dice, 750) ? 90 : 400;
    address.number = 1 + dice_below(dice, numbers);
    address.street = dice_word(dice, &places->street);
    address.type = &street_types[dice_weighted(dice, street_type_share, street_type_count)];
    return address;
}

struct address places_address(const struct places *places, struct dice *dice)
{
    return in_suburb(places, dice, &places->suburb[dice_rank(dice, &places->rank)]);
}

struct address places_nearby(const struct places *places, struct dice *dice,
                             const struct address *address)
{
    return in_suburb(places, dice, address->suburb);
}
