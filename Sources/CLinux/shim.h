// The Linux calls that Glibc's Swift module leaves out, and the few that take variadic
// arguments or macros. Defining _GNU_SOURCE here would give fd_set a second shape and break
// the import of Glibc, so what needs it is declared by hand.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// O_PATH, which wants _GNU_SOURCE: a descriptor that can neither be read nor written.
static const int clinux_path_only = 010000000;

// Nanoseconds of CLOCK_MONOTONIC. A wrapper, because `timespec` is shared by several C modules.
static inline int64_t clinux_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Milliseconds since the epoch, CLOCK_REALTIME.
static inline int64_t clinux_unix_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// accept4, which wants _GNU_SOURCE: the connection is nonblocking and close-on-exec.
static inline int clinux_accept(int listener) {
    extern int accept4(int, struct sockaddr *, socklen_t *, int);
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// Bytes that a TCP socket has received so far, read or not; 0 where the kernel does not say.
// The field's place is kernel ABI (struct tcp_info in linux/tcp.h, since 4.1); that header and
// libc's netinet/tcp.h cannot be included together.
static inline uint64_t clinux_tcp_bytes_received(int descriptor) {
    enum { tcp_info_option = 11, bytes_received_offset = 128 };
    unsigned char information[256] = {0};
    socklen_t size = sizeof information;
    uint64_t received = 0;
    if (getsockopt(descriptor, IPPROTO_TCP, tcp_info_option, information, &size) == 0
        && size >= bytes_received_offset + sizeof received) {
        __builtin_memcpy(&received, information + bytes_received_offset, sizeof received);
    }
    return received;
}

// Bytes that malloc has handed out and not got back.
static inline uint64_t clinux_allocated_bytes(void) {
    struct mallinfo2 information = mallinfo2();
    return information.uordblks + information.hblkhd;
}

// The environment as the C library sees it; the pointers stay valid when a variable is unset.
static inline char **clinux_environment(void) {
    extern char **environ;
    return environ;
}

static inline const char *clinux_libc_version(void) {
    return gnu_get_libc_version();
}
