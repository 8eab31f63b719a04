/*
 * Peers: who is at the other end of a server's connections, and whose turn it is.
 *
 * A client that says its request a byte at a time, or never reads the answer, keeps its connection as
 * long as it likes.  So once most connections are taken, each new one costs the one that has kept us
 * waiting longest: slow clients shut nobody out.  All calls come from the connection thread.
 */
#pragma once

#include <stddef.h>

#include "hub/base/arena.h"

struct peers;
struct peer;

/* `room`: how many connections there may be. */
struct peers *peers_new(struct arena *arena, size_t room);
/* A new connection, which we wait for now. */
struct peer *peer_new(struct peers *peers, int fd);
/* It is the client's turn, to speak or to read. */
void peer_wait(struct peer *peer);
/* It is ours: no reason to hang up. */
void peer_work(struct peer *peer);
void peer_end(struct peer *peer);
