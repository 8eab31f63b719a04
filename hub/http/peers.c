#include "hub/http/peers.h"

#include <stdbool.h>
#include <sys/socket.h>

struct peer {
    struct arena *arena;
    struct peers *peers;
    int fd;
    bool waiting;
    struct peer *before, *after; /* in the order in which waiting began */
};

struct peers {
    size_t count, most;
    struct peer *first, *last; /* that we wait for */
};

struct peers *peers_new(struct arena *arena, size_t room)
{
    struct peers *peers = NEW(arena, struct peers);
    peers->most = room - room / 8;
    return peers;
}

void peer_work(struct peer *peer)
{
    struct peers *peers = peer->peers;
    if (!peer->waiting)
        return;
    *(peer->before ? &peer->before->after : &peers->first) = peer->after;
    *(peer->after ? &peer->after->before : &peers->last) = peer->before;
    peer->before = peer->after = NULL;
    peer->waiting = false;
}

void peer_wait(struct peer *peer)
{
    struct peers *peers = peer->peers;
    peer_work(peer);
    peer->before = peers->last;
    *(peers->last ? &peers->last->after : &peers->first) = peer;
    peers->last = peer;
    peer->waiting = true;
}

/* The connection ends as if the client had closed it; whoever was hung up on is not chosen again. */
static void hang_up(struct peer *peer)
{
    peer_work(peer);
    (void)shutdown(peer->fd, SHUT_RDWR);
}

struct peer *peer_new(struct peers *peers, int fd)
{
    struct arena *arena = arena_new();
    struct peer *peer = NEW(arena, struct peer);
    *peer = (struct peer){.arena = arena, .peers = peers, .fd = fd};
    if (peers->count++ >= peers->most && peers->first)
        hang_up(peers->first);
    peer_wait(peer);
    return peer;
}

void peer_end(struct peer *peer)
{
    peer_work(peer);
    peer->peers->count--;
    arena_free(peer->arena);
}
