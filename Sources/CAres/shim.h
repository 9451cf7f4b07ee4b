#pragma once
#include <ares.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// What the sockets of one lookup may do, and what went wrong with them.
struct cares_traffic {
    // The epoll descriptor that watches them.
    int poller;
    // How often they may still be read in this turn: the library itself reads for as long as something comes.
    int reads_left;
    // The error number of a socket that could not be made, and of one that could not be watched; 0 without.
    int socket_error, watch_error;
};

static inline ares_socket_t cares_open(int domain, int type, int protocol, void *context) {
    int descriptor = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (descriptor < 0) ((struct cares_traffic *)context)->socket_error = errno;
    return descriptor;
}

static inline int cares_close(ares_socket_t descriptor, void *context) {
    (void)context;
    return close(descriptor);
}

static inline int cares_connect(
    ares_socket_t descriptor, const struct sockaddr *address, ares_socklen_t size, void *context) {
    (void)context;
    return connect(descriptor, address, size);
}

// A datagram in which the QR bit is not set is a question, ours sent back perhaps, and no answer; one that is shorter
// than a header is neither. No version of the library looks at that bit.
static inline ares_ssize_t cares_receive(
    ares_socket_t descriptor, void *buffer, size_t size, int flags, struct sockaddr *from, ares_socklen_t *from_size,
    void *context) {
    struct cares_traffic *traffic = context;
    ares_socklen_t room = from_size ? *from_size : 0;
    while (traffic->reads_left-- > 0) {
        if (from_size) *from_size = room;
        ares_ssize_t count = recvfrom(descriptor, buffer, size, flags, from, from_size);
        if (!from || count < 0 || (count >= 12 && ((unsigned char *)buffer)[2] & 0x80)) return count;
    }
    errno = EAGAIN;
    return -1;
}

static inline ares_ssize_t cares_send(ares_socket_t descriptor, const struct iovec *pieces, int count, void *context) {
    (void)context;
    // `writev` raises SIGPIPE where the server has hung up.
    struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = (size_t)count};
    return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

// Has the sockets of a channel go through the functions above. `traffic` must live as long as the channel.
static inline void cares_watch_traffic(ares_channel channel, struct cares_traffic *traffic) {
    static const struct ares_socket_functions functions = {
        cares_open, cares_close, cares_connect, cares_receive, cares_send};
    ares_set_socket_functions(channel, &functions, traffic);
}
