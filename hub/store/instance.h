/*
 * Instance: the places and settings of one Axle, from the environment (AXLE_HOME, AXLE_SITE, AXLE_DSN,
 * AXLE_LISTEN, AXLE_WORKERS, AXLE_BATCH, AXLE_INBOX_MOST,
 * AXLE_CORES, AXLE_MEMORY, AXLE_BULK_LEAST) and from where the program itself lies: a checkout or an
 * installation.
 *
 * Every program opens it once, first of all.  Opening takes the PG* variables out of the environment:
 * AXLE_HOME or AXLE_DSN alone decides which database is used.
 */
#pragma once

#include <stdint.h>

#include "hub/base/arena.h"
#include "hub/base/error.h"

struct instance {
    const char *bin;     /* the directory of the programs */
    const char *home;    /* absolute, as all paths here; may not exist yet */
    const char *site;    /* holds mappings/ and perhaps dictionary.xml, matching.xml, axle.xml */
    const char *schemas; /* what is shipped: dictionary.xml, matching.xml, *.xsd, migrations/ */
    const char *samples; /* files to feed to a new instance; NULL: none, for the site is given */
    const char *dsn;     /* libpq connection string */
    /* HOST:PORT of the API, as given, recorded by the running one, or by default */
    const char *listen;
    const char *url; /* http://HOST:PORT that reaches it */
    int workers;     /* AXLE_WORKERS: how many axle-worker to start, 0 to 64 */
    size_t batch;    /* AXLE_BATCH: deliveries, or jobs, of a transaction of theirs, 1 to 5000 */
    size_t
        inbox_most; /* AXLE_INBOX_MOST: while more than that waits for workers, nobody brings more */
    /* Of work on the hub as a whole: */
    unsigned cores;    /* AXLE_CORES: on how many at once; usually all that there are */
    size_t memory;     /* AXLE_MEMORY: with how many MiB, 64 or more; usually 2048 */
    size_t bulk_least; /* AXLE_BULK_LEAST: records of a file that is worth it; usually 4000 */
    bool embedded;     /* the PostgreSQL server is ours, under home */
    bool usual_home;   /* AXLE_HOME was not given */
    bool usual_site;   /* AXLE_SITE was not given */
    bool usual_listen; /* AXLE_LISTEN was not given */
    bool installed;    /* not run from a checkout */
};

/* The port inside the private socket directory; there is no TCP. */
#define INSTANCE_SOCKET_PORT 5432
#define INSTANCE_LISTEN "127.0.0.1:8470"
#define INSTANCE_DATABASE "axle"
#define INSTANCE_ROLE "axle"

bool instance_open(struct arena *arena, struct instance *instance, struct error *err) MUST_CHECK;

/* The socket directory of the embedded server. */
const char *instance_socket(struct arena *arena, const struct instance *instance);
/* The token with all scopes that the instance was born with; NULL before its first start. */
const char *instance_token(struct arena *arena, const struct instance *instance);
/* HOST:PORT taken apart; a host in [] loses them.  FATAL when it is no such thing. */
bool instance_address(struct arena *arena, const char *listen, const char **host, uint16_t *port,
                      struct error *err) MUST_CHECK;
