/* generate: writes made-up customers.  See README.md. */
#include <getopt.h>
#include <stdio.h>

#include "hub/base/text.h"
#include "tests/data/customers.h"

static bool read_options(int argc, char **argv, struct customers *options)
{
    static const struct option names[] = {{"seed", required_argument, NULL, 's'},
                                          {"records", required_argument, NULL, 'n'},
                                          {"out", required_argument, NULL, 'o'},
                                          {"dirty", required_argument, NULL, 'd'},
                                          {NULL, 0, NULL, 0}};
    int option;
    bool good = true;
    while (good && (option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (option == 's')
            good = text_to_int(optarg, 0, INT64_MAX, &options->seed);
        else if (option == 'n')
            good = text_to_int(optarg, 1, 100000000, &options->records);
        else if (option == 'd')
            good = text_to_int(optarg, 0, 500, &options->dirt);
        else if (option == 'o')
            options->directory = optarg;
        else
            good = false;
    }
    return good && optind == argc;
}

int main(int argc, char **argv)
{
    struct customers options = {.seed = 1, .records = 1000, .dirt = 100, .directory = "."};
    struct error err = {0};
    if (!read_options(argc, argv, &options)) {
        (void)fputs("usage: generate [--seed N] [--records N] [--dirty PERCENT] [--out DIR]\n",
                    stderr);
        return 2;
    }
    if (!customers_write(&options, &err)) {
        (void)fprintf(stderr, "generate: %s\n", err.text);
        return 1;
    }
    return 0;
}
