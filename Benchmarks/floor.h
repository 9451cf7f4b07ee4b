// What both floor programs need: one nonblocking loopback connection, driven by epoll.
// Any trouble is exit 1: a floor has nothing to explain.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
    int socket, epoll;
};

// A check has a deadline of 2 s; here each wait has.
static void await_event(struct peer peer, uint32_t events) {
    struct epoll_event event = {.events = events};
    if (epoll_ctl(peer.epoll, EPOLL_CTL_MOD, peer.socket, &event) != 0) exit(1);
    if (epoll_wait(peer.epoll, &event, 1, 2000) != 1) exit(1);
}

static struct peer connect_to(const char *port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(port)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct peer peer = {
        .socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
        .epoll = epoll_create1(EPOLL_CLOEXEC),
    };
    struct epoll_event event = {0};
    if (epoll_ctl(peer.epoll, EPOLL_CTL_ADD, peer.socket, &event) != 0) exit(1);
    if (connect(peer.socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) exit(1);
    return peer;
}

// Tries at once: on loopback the connection is usually there by the time connect() returns.
static void send_all(struct peer peer, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(peer.socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN) exit(1);
            await_event(peer, EPOLLOUT);
            continue;
        }
        bytes += sent;
        count -= (size_t)sent;
    }
}

// Waits first: no server has answered within the microsecond since the send.
static size_t receive(struct peer peer, char *buffer, size_t room) {
    await_event(peer, EPOLLIN);
    ssize_t count = recv(peer.socket, buffer, room, 0);
    if (count <= 0) exit(1);
    return (size_t)count;
}
