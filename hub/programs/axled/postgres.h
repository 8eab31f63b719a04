/*
 * Postgres: the embedded server: where it lives, how it is made and with which settings it starts.
 *
 * As root it runs as user postgres.  It listens on no network: its socket lies in a directory that
 * only its user (and root) may enter, and whoever gets there is trusted as the administrator.
 */
#pragma once

#include "hub/base/process.h"
#include "hub/store/instance.h"

struct postgres {
    const char *bin;     /* the server's programs */
    const char *data;    /* what `pg` under home is or leads to */
    const char *socket;  /* directory */
    const char *user;    /* NULL: ours */
    const char *cluster; /* how its processes are told from other servers' */
};

/* Find the server's programs and make the cluster when there is none yet. */
bool postgres_prepare(struct arena *arena, struct postgres *postgres,
                      const struct instance *instance, struct error *err) MUST_CHECK;
/* How to start it. */
struct process_plan postgres_plan(struct arena *arena, const struct postgres *postgres);
/* Does the server with that process id accept connections? */
bool postgres_ready(const struct postgres *postgres, pid_t pid);
/* Send `signal` to what is left of an earlier server on this cluster; returns how many processes. */
size_t postgres_leftovers(const struct postgres *postgres, int signal);
