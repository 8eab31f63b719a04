/* Suggestions for files of several records: orders, cards, calls, lists; written as odd as they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/mapping/mapping.h"
#include "tests/unit/profiles.h"

#define WANTED_MOST 10

/* A file, and what its mapping must say; after an exclamation mark what it must not. */
static const struct {
    const char *file, *text;
    const char *wanted[WANTED_MOST];
} files[] = {
    {"bestellungen.csv",
     "Bestellnr;Bestelldatum;Kd-Nr;Name;E-Mail;Gesamtbetrag;W\303\244hrung;Menge;Artikelnr;"
     "Zahlungsart\n"
     "B-1001;13.05.2024 10:22;77001;M\303\274ller, "
     "Hans;hans.mueller@example.de;1.234,50;EUR;3;A-99-1;Kreditkarte\n"
     "B-1002;14.05.2024 11:05;77002;Sch\303\244fer, "
     "Anna;anna@schaefer.example;89,90;EUR;1;A-99-2;Rechnung\n"
     "B-1003;15.05.2024 09:41;77001;M\303\274ller, "
     "Hans;hans.mueller@example.de;12,00;EUR;2;A-99-3;PayPal\n"
     "B-1004;16.05.2024 23:59;77003;Wei\303\237, "
     "Peter;peter.weiss@example.de;2.050,00;EUR;10;A-99-1;Kreditkarte\n",
     {"<record class=\"customer\" key=\"Kd-Nr\">",
      "<value of=\"customer.name.full\" from=\"Name\" confidence=\"high\"/>",
      "<record class=\"transaction\" key=\"Bestellnr\" part=\"order\">",
      "<value of=\"transaction.number\" from=\"Bestellnr\"",
      "from=\"Bestelldatum\" date=\"D.M.YYYY hh:mm\" confidence=\"high\"",
      "<value of=\"transaction.amount\" from=\"Gesamtbetrag\" confidence=\"high\"><number",
      "<number decimal=\",\" group=\".\"/></value>",
      "<value of=\"transaction.currency\" from=\"W\303\244hrung\"",
      "<value of=\"transaction.line.quantity\" from=\"Menge\""}},
    {"warranty.xml",
     "<?xml version=\"1.0\"?>\n"
     "<w:cards xmlns:w=\"urn:x:w\">\n"
     "<w:card "
     "no=\"W1\"><w:owner><w:first>Ann</w:first><w:surname>Lee</w:surname><w:mail>ann@lee.example</"
     "w:mail></w:owner><w:vehicle><w:vin>WVWZZZ1JZXW000001</w:vin><w:make>Volkswagen</"
     "w:make><w:model>Golf</w:model></w:vehicle><w:purchased>2024-01-05</"
     "w:purchased><w:dealer><w:name>City Motors Pty "
     "Ltd</w:name><w:mail>info@citymotors.example</w:mail></w:dealer></w:card>\n"
     "<w:card "
     "no=\"W2\"><w:owner><w:first>Robert</w:first><w:surname>Smith</"
     "w:surname><w:mail>bob@ray.example</w:mail></w:owner><w:vehicle><w:vin>WVWZZZ1JZXW000002</"
     "w:vin><w:make>Volkswagen</w:make><w:model>Polo</w:model></w:vehicle><w:purchased>2024-02-05</"
     "w:purchased><w:dealer><w:name>City Motors Pty "
     "Ltd</w:name><w:mail>info@citymotors.example</w:mail></w:dealer></w:card>\n"
     "<w:card "
     "no=\"W3\"><w:owner><w:first>Mary</w:first><w:surname>Johnson</"
     "w:surname><w:mail>mary@ray.example</w:mail></w:owner><w:vehicle><w:vin>WVWZZZ1JZXW000003</"
     "w:vin><w:make>Skoda</w:make><w:model>Fabia</w:model></w:vehicle><w:purchased>2024-02-25</"
     "w:purchased><w:dealer><w:name>North "
     "Cars</w:name><w:mail>sales@northcars.example</w:mail></w:dealer></w:card>\n"
     "</w:cards>\n",
     {"<record class=\"customer\" key=\"@no\">",
      "<value of=\"customer.name.family\" from=\"w:owner/w:surname\" confidence=\"high\"/>",
      "<record class=\"product\" key=\"@no\" part=\"product\">",
      "<value of=\"product.vin\" from=\"w:vehicle/w:vin\" confidence=\"high\"/>",
      "<record class=\"registration\" key=\"@no\" part=\"registration\">",
      "<relation to=\"product\" role=\"product\"/>",
      "<value of=\"registration.purchase_date\" from=\"w:purchased\"",
      "<value of=\"registration.dealer\" from=\"w:dealer/w:name\"",
      "<!-- w:dealer/w:mail: ", "!product.number"}},
    {"calls.json",
     "{\"calls\":[\n"
     "{\"callId\":\"c-1\",\"callerPhone\":\"03 9123 4567\",\"callerName\":\"Ann "
     "Lee\",\"callStart\":\"2024-03-05T10:22:33Z\",\"duration\":183,\"agentId\":\"A17\","
     "\"callReason\":\"complaint\",\"queue\":\"Sales\"},\n"
     "{\"callId\":\"c-2\",\"callerPhone\":\"0412 345 678\",\"callerName\":\"Robert "
     "Smith\",\"callStart\":\"2024-03-05T11:22:33Z\",\"duration\":20,\"agentId\":\"A18\","
     "\"callReason\":\"question\",\"queue\":\"Support\"},\n"
     "{\"callId\":\"c-3\",\"callerPhone\":\"03 9888 4567\",\"callerName\":\"Mary "
     "Johnson\",\"callStart\":\"2024-03-06T10:22:33Z\",\"duration\":601,\"agentId\":\"A17\","
     "\"callReason\":\"order\",\"queue\":\"Sales\"}]}\n",
     {"<record class=\"customer\" key=\"/callId\">",
      "<value of=\"customer.phone\" from=\"/callerPhone\" confidence=\"high\"/>",
      "<record class=\"interaction\" key=\"/callId\" part=\"interaction\">",
      "<value of=\"interaction.duration\" from=\"/duration\"",
      "<value of=\"interaction.agent\" from=\"/agentId\"",
      "<value of=\"interaction.reason\" from=\"/callReason\""}},
    {"accounts.xml",
     "<?xml version=\"1.0\"?>\n"
     "<c:accounts xmlns:c=\"urn:x:crm\" xmlns:crm=\"urn:x:site\">\n"
     "<c:account id=\"1\"><c:company>Smith Plumbing Pty Ltd</c:company><crm:site><crm:street>12 "
     "Park Road</crm:street><crm:town>Carlton</crm:town><crm:zip>3053</crm:zip></crm:site>\n"
     "<c:contacts><c:contact "
     "ref=\"1\"><c:name><c:first>Ann</c:first><c:last>Lee</c:last></"
     "c:name><c:mail>ann@lee.example</c:mail></c:contact><c:contact "
     "ref=\"2\"><c:name><c:first>Robert</c:first><c:last>Smith</c:last></"
     "c:name><c:mail>rob@lee.example</c:mail><c:phone>03 9123 "
     "4567</c:phone></c:contact></c:contacts></c:account>\n"
     "<c:account id=\"2\"><c:company>Acme Ltd</c:company><crm:site><crm:street>5 High "
     "St</crm:street><crm:town>Ballarat</crm:town><crm:zip>3350</crm:zip></crm:site>\n"
     "<c:contacts><c:contact "
     "ref=\"1\"><c:name><c:first>Mary</c:first><c:last>Johnson</c:last></"
     "c:name><c:mail>mj@acme.example</c:mail></c:contact></c:contacts></c:account>\n"
     "<c:account id=\"3\"><c:company>Bendigo Trading Company</c:company><crm:site><crm:street>9 "
     "Elm "
     "Avenue</crm:street><crm:town>Hobart</crm:town><crm:zip>7000</crm:zip></crm:site></"
     "c:account>\n"
     "</c:accounts>\n",
     {"<value of=\"customer.name.organization\" from=\"c:company\"",
      "<value of=\"customer.address.postcode\" from=\"crm:site/crm:zip\"",
      "<value of=\"customer.address.city\" from=\"crm:site/crm:town\"",
      "<record class=\"customer\" key=\"@id\" each=\"c:contacts/c:contact\" part=\"{@ref}\">",
      "<relation to=\"\" role=\"contact\"/>", "<value of=\"customer.email\" from=\"c:mail\"",
      "<value of=\"customer.name.given\" from=\"c:name/c:first\""}},
    {"orders.jsonl",
     "{\"orderNo\":\"O-1\",\"placedAt\":\"2024-03-05 "
     "10:22:33\",\"customer\":{\"id\":\"17\",\"firstName\":\"Ann\",\"lastName\":\"Lee\","
     "\"contacts\":[{\"type\":\"email\",\"value\":\"ann@lee.example\"},{\"type\":\"mobile\","
     "\"value\":\"0412 345 "
     "678\"}]},\"total\":\"120.50\",\"currency\":\"AUD\",\"lines\":[{\"pos\":1,\"sku\":\"A1\","
     "\"qty\":2,\"unitPrice\":\"10.25\"},{\"pos\":2,\"sku\":\"B1\",\"qty\":1,\"unitPrice\":\"100."
     "00\"}]}\n"
     "{\"orderNo\":\"O-2\",\"placedAt\":\"2024-03-06 "
     "11:22:33\",\"customer\":{\"id\":\"18\",\"firstName\":\"Robert\",\"lastName\":\"Smith\","
     "\"contacts\":[{\"type\":\"email\",\"value\":\"bob@ray.example\"},{\"type\":\"phone\","
     "\"value\":\"03 9123 "
     "4567\"}]},\"total\":\"20.50\",\"currency\":\"AUD\",\"lines\":[{\"pos\":1,\"sku\":\"A1\","
     "\"qty\":2,\"unitPrice\":\"10.25\"}]}\n"
     "{\"orderNo\":\"O-3\",\"placedAt\":\"2024-03-07 "
     "11:22:33\",\"customer\":{\"id\":\"17\",\"firstName\":\"Ann\",\"lastName\":\"Lee\","
     "\"contacts\":[{\"type\":\"email\",\"value\":\"ann@lee.example\"}]},\"total\":\"1020.50\","
     "\"currency\":\"AUD\",\"lines\":[{\"pos\":1,\"sku\":\"C1\",\"qty\":1,\"unitPrice\":\"1020."
     "50\"}]}\n",
     {"<record class=\"customer\" key=\"/customer/id\">",
      "<value of=\"customer.email\" each=\"/customer/contacts\"",
      "each=\"/customer/contacts\" from=\"/value\" if=\"/type\" is=\"email\"",
      "from=\"/value\" if=\"/type\" is=\"mobile\" kind=\"mobile\"",
      "<record class=\"transaction\" key=\"/orderNo\" part=\"order\">",
      "<value of=\"transaction.line.number\" each=\"/lines\" from=\"/pos\"",
      "<value of=\"transaction.line.sku\" each=\"/lines\" from=\"/sku\"",
      "<value of=\"transaction.line.quantity\" each=\"/lines\" from=\"/qty\""}},
    {"products.csv",
     "sku,product name,brand,list price,ean,description\n"
     "A1,Kettle,Acme,19.95,4006381333931,Boils water\n"
     "A2,Toaster,Acme,29.95,4006381333948,Makes toast\n"
     "A3,Robert Mixer,Smith,129.95,4006381333955,Mixes\n",
     {"<record class=\"product\" key=\"sku\">", "<value of=\"product.name\" from=\"product name\"",
      "!customer"}},
    {"fixed.txt",
     "CUSTNO    SURNAME         FIRST NAME      DOB         POSTCODE\n"
     "000001    Smith           Robert          13/05/1961  3053    \n"
     "000002    Johnson         Mary            24/06/1971  3350    \n"
     "000003    Williams        John            30/11/1955  7000    \n"
     "000004    Brown           Susan           14/02/1990  3220    \n",
     {"<value of=\"customer.name.given\" from=\"FIRST NAME\" confidence=\"high\"/>",
      "key=\"CUSTNO\""}},
    {"abbr.csv",
     "CUST_NO,ORD_NO,ORD_DT,TOT_AMT,CCY,PROD_CD,QTY,DLR_CD,AGT_ID,FRST_NM,LST_NM,SX\n"
     "1,O1,05/03/2024,12.50,AUD,P1,1,D1,A1,Robert,Smith,M\n"
     "2,O2,15/03/2024,112.50,AUD,P2,1,D1,A2,Mary,Johnson,W\n"
     "3,O3,25/03/2024,1.50,AUD,P1,1,D2,A1,John,Williams,M\n",
     {"<record class=\"customer\" key=\"CUST_NO\">",
      "<record class=\"transaction\" key=\"ORD_NO\" part=\"order\">",
      "<value of=\"transaction.amount\" from=\"TOT_AMT\"",
      "<value of=\"transaction.currency\" from=\"CCY\""}},
    {"camel.csv",
     "customerId,consentPurpose,consentChannel,consentState,emailAddress,optInDate\n"
     "1,marketing,email,given,a@example.com,2024-01-05\n"
     "2,marketing,phone,withdrawn,b@example.com,2024-01-06\n"
     "3,profiling,email,given,c@example.com,2024-01-07\n",
     {"<record class=\"customer\" key=\"customerId\">",
      "<record class=\"consent\" key=\"customerId\" part=\"consent\">",
      "<value of=\"consent.state\" from=\"consentState\"",
      "<value of=\"customer.email\" from=\"emailAddress\" confidence=\"high\"/>"}},
    {"codes.csv",
     "id;Nachname;Geschlecht;Kontostand\n"
     "1;Smith;M;1\n"
     "2;Johnson;M;2\n"
     "3;Brown;xx;3\n"
     "4;Miller;F;4\n",
     {"no code of sex is: 'xx'"}},
    {"euro.csv",
     "id;order no;customer name;order total;order date\n"
     "1;O1;Robert Smith;EUR 1.234,50;2024-01-05T10:00:00Z\n"
     "2;O2;Mary Johnson;EUR 20,00;2024-01-06T10:00:00Z\n"
     "3;O3;John Brown;EUR 3,10;2024-01-07T10:00:00Z\n",
     {"<money decimal=\",\" group=\".\"/>"}},
    {"family.json",
     "[{\"id\":1,\"name\":\"Robert "
     "Smith\",\"children\":[{\"no\":1,\"firstName\":\"Mary\",\"birthDate\":\"2010-05-13\"},{\"no\":"
     "2,\"firstName\":\"John\",\"birthDate\":\"2012-05-14\"}]},\n"
     "{\"id\":2,\"name\":\"Susan "
     "Brown\",\"children\":[{\"no\":1,\"firstName\":\"David\",\"birthDate\":\"2011-05-15\"}]}]\n",
     {"each=\"/children\" part=\"{/no}\">", "<relation to=\"\" role=\"child\"/>",
      "<value of=\"customer.birth_date\" from=\"/birthDate\""}},
    {"bare.csv",
     "1001,Robert,Smith,robert@smith.example,13/05/1961\n"
     "1002,Mary,Johnson,mary@johnson.example,24/06/1971\n"
     "1003,John,Williams,jw@example.org,30/11/1955\n",
     {"<record class=\"customer\" key=\"1\">",
      "<value of=\"customer.email\" from=\"4\" confidence=\"high\"/>"}},
    {"orders_of.json",
     "{\"accounts\":[{\"id\":\"a1\",\"name\":\"Robert "
     "Smith\",\"email\":\"bob@ray.example\",\"orders\":[{\"orderNumber\":\"O-1\",\"orderDate\":"
     "\"2024-01-05\",\"orderTotal\":\"12.50\"},{\"orderNumber\":\"O-2\",\"orderDate\":\"2024-02-"
     "05\",\"orderTotal\":\"13.50\"}]},{\"id\":\"a2\",\"name\":\"Mary "
     "Johnson\",\"email\":\"mj@ray.example\",\"orders\":[{\"orderNumber\":\"O-3\",\"orderDate\":"
     "\"2024-01-15\",\"orderTotal\":\"2.50\"}]}]}",
     {"<record class=\"transaction\" key=\"/id\" each=\"/orders\" part=\"{/orderNumber}\">",
      "<value of=\"transaction.number\" from=\"/orderNumber\"",
      "<value of=\"customer.email\" from=\"/email\" confidence=\"high\"/>"}},
    {"others.csv",
     "id,first name,last name,spouse email,dealer email\n"
     "1,Robert,Smith,a@example.com,d@example.com\n"
     "2,Mary,Johnson,b@example.com,d@example.com\n"
     "3,John,Williams,c@example.com,d@example.com\n",
     {"!of=\"customer.email\""}},
    {"tickets.csv",
     "Ticket ID|Requester Name|Requester Email|Subject|Opened|Closed|Priority|Assigned "
     "To|Resolution\n"
     "T1|Ann Lee|ann@lee.example|Broken lid|05/03/2024 10:22|06/03/2024 11:00|high|Maria "
     "K|replaced\n"
     "T2|Robert Smith|bob@ray.example|Late|15/03/2024 10:22|16/03/2024 11:00|low|Jo M|refund\n"
     "T3|Mary Johnson|mj@ray.example|Late|25/03/2024 10:22||normal|Jo M|\n",
     {"<record class=\"case\" key=\"Ticket ID\" part=\"case\">",
      "<value of=\"case.number\" from=\"Ticket ID\"",
      "from=\"Opened\" date=\"D/M/YYYY hh:mm\" confidence=\"high\""}},
    {"loyal.csv",
     "cardNo,programme,tier,points,memberSince,givenName,familyName,mobile\n"
     "700001,Star,gold,1200,2019-05-01,Ann,Lee,0412 345 678\n"
     "700002,Star,silver,20,2020-05-01,Robert,Smith,0412 345 679\n"
     "700003,Star,gold,3400,2021-05-01,Mary,Johnson,0412 345 670\n",
     {"<record class=\"loyalty\" key=\"cardNo\" part=\"loyalty\">",
      "<value of=\"loyalty.number\" from=\"cardNo\"",
      "<value of=\"loyalty.points\" from=\"points\"",
      "<value of=\"customer.phone\" from=\"mobile\""}},
    {"campaign.csv",
     "campaign_code;campaign_name;channel;start_date;end_date;budget;spend\n"
     "C1;Spring;mail;01.03.2024;31.03.2024;10.000,00;9.500,50\n"
     "C2;Summer;email;01.06.2024;30.06.2024;20.000,00;19.500,50\n",
     {"<record class=\"campaign\" key=\"campaign_code\">",
      "<value of=\"campaign.code\" from=\"campaign_code\"",
      "<value of=\"campaign.budget\" from=\"budget\" confidence=\"high\"><number decimal=\",\" "
      "group=\".\"/></value>",
      "!customer"}},
    {"cars.xml",
     "<owners><owner id=\"1\"><name>Robert "
     "Smith</name><email>bob@ray.example</email><vehicles><vehicle><vin>WVWZZZ1JZXW000001</"
     "vin><make>Volkswagen</make><model>Golf</model><colour>red</colour></"
     "vehicle><vehicle><vin>WVWZZZ1JZXW000002</vin><make>Skoda</make><model>Fabia</"
     "model><colour>blue</colour></vehicle></vehicles></owner>\n"
     "<owner id=\"2\"><name>Mary "
     "Johnson</name><email>mj@ray.example</email><vehicles><vehicle><vin>WVWZZZ1JZXW000003</"
     "vin><make>Volkswagen</make><model>Golf</model><colour>red</colour></vehicle></vehicles></"
     "owner></owners>\n",
     {"<record class=\"product\" key=\"@id\" each=\"vehicles/vehicle\" part=\"{vin}\">",
      "<value of=\"product.vin\" from=\"vin\""}},
    {"addr.jsonl",
     "{\"id\":1,\"name\":{\"first\":\"Ann\",\"last\":\"Lee\"},\"addresses\":[{\"type\":\"home\","
     "\"street\":\"12 Park "
     "Road\",\"city\":\"Carlton\",\"postcode\":\"3053\"},{\"type\":\"work\",\"street\":\"5 High "
     "St\",\"city\":\"Ballarat\",\"postcode\":\"3350\"}],\"emails\":[\"ann@lee.example\"]}\n"
     "{\"id\":2,\"name\":{\"first\":\"Robert\",\"last\":\"Smith\"},\"addresses\":[{\"type\":"
     "\"home\",\"street\":\"9 Elm "
     "Avenue\",\"city\":\"Hobart\",\"postcode\":\"7000\"}],\"emails\":[\"bob@ray.example\",\"b@x."
     "example\"]}\n",
     {"<value of=\"customer.address.street\" each=\"/addresses\" from=\"/street\" kind=\"{/type}\"",
      "<value of=\"customer.email\" each=\"/emails\" from=\"\"", "!<relation"}},
    {"pos.txt",
     "NAME           PHONE          BALANCE    \n"
     "Smith Robert   0412 345 678    1.234,50  \n"
     "Johnson Mary   0412 345 679      200,00  \n"
     "Brown Susan    0412 345 670       10,10  \n",
     {"<field name=\"PHONE\" from=\"16\" to=\"30\"/>",
      "<value of=\"customer.phone\" from=\"PHONE\""}},
};

static void expect(const char *mapping, const char *file, const char *wanted)
{
    bool unwanted = *wanted == '!';
    bool found = strstr(mapping, wanted + unwanted) != NULL;
    if (found == unwanted)
        fail_msg("%s: the mapping %s %s\n%s", file, unwanted ? "says" : "does not say",
                 wanted + unwanted, mapping);
}

/* Neither an error nor a warning, and what was to be said. */
static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        ARENA(work);
        struct format format;
        const struct profile *profile =
            workshop_profile(work, workshop_text(files[i].text), "AU", &format);
        assert_non_null(profile);
        const struct suggestions *all = suggest(work, shop.dictionary, profile, "AU");
        const char *mapping = suggest_mapping(work, all, "found", files[i].file,
                                              format_element(work, &format), profile->records);
        struct findings findings = {.arena = work};
        const struct mapping *read = mapping_read(work, shop.dictionary, "schemas/source.xsd",
                                                  "found.xml", workshop_text(mapping), &findings);
        if (!read || findings.first)
            fail_msg("%s: %s\n%s", files[i].file, finding_text(work, findings.first), mapping);
        for (size_t w = 0; w < WANTED_MOST && files[i].wanted[w]; w++)
            expect(mapping, files[i].file, files[i].wanted[w]);
    }
}

/* What tells next to nothing still is a mapping. */
static const char *const poor[] = {"",
                                   "id,name\n",
                                   "{}\n",
                                   "[]",
                                   "<a/>",
                                   "a--b,\"x \"\"q\"\"\",<t>,{z},\n1,2,3,4,5\n2,3,4,5,6\n",
                                   "{\"a\":[[1,2],[3]],\"w{x}\":\"<&>\",\"c\\\"d\":[{\"e\":1}]}\n",
                                   "<a b='1'><c/><c/></a>"};

static void test_poor(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(poor); i++) {
        ARENA(work);
        struct format format;
        struct findings findings = {.arena = work};
        const struct profile *profile = workshop_profile(work, workshop_text(poor[i]), "", &format);
        assert_non_null(profile);
        const char *mapping =
            suggest_mapping(work, suggest(work, shop.dictionary, profile, ""), "found", "poor.csv",
                            format_element(work, &format), profile->records);
        if (!mapping_read(work, shop.dictionary, "schemas/source.xsd", "found.xml",
                          workshop_text(mapping), &findings))
            fail_msg("%zu: %s\n%s", i, finding_first(work, &findings), mapping);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_poor)};
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
