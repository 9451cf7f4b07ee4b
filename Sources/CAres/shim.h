#pragma once
#include <ares.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// c-ares's statuses, as callbacks get them: newer versions declare them as an enumeration, which Swift tells from int.
static const int cares_success = ARES_SUCCESS;
static const int cares_no_data = ARES_ENODATA;
static const int cares_server_failed = ARES_ESERVFAIL;
static const int cares_not_found = ARES_ENOTFOUND;
static const int cares_not_implemented = ARES_ENOTIMP;
static const int cares_server_refused = ARES_EREFUSED;
static const int cares_bad_name = ARES_EBADNAME;
static const int cares_no_server = ARES_ECONNREFUSED;
static const int cares_timed_out = ARES_ETIMEOUT;

// The limits and the errors of one lookup's sockets.
struct cares_traffic {
    // The epoll descriptor that watches the sockets.
    int poller;
    // The reads that are left in this turn: c-ares itself reads for as long as bytes come.
    int reads_left;
    // The error numbers of a socket that could not be made, and of a socket that could not be watched; 0 without error.
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

// Drops a datagram without the QR bit, which is a question (perhaps our own, sent back), and a datagram shorter than a
// header. No version of c-ares looks at that bit.
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

// Makes the sockets of a channel use the functions above. `traffic` must live as long as the channel.
static inline void cares_watch_traffic(ares_channel channel, struct cares_traffic *traffic) {
    static const struct ares_socket_functions functions = {
        cares_open, cares_close, cares_connect, cares_receive, cares_send};
    ares_set_socket_functions(channel, &functions, traffic);
}
