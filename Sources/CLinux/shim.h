// The Linux calls that Glibc's Swift module leaves out, and the few that take variadic
// arguments or macros. Defining _GNU_SOURCE here would give fd_set a second shape and break
// the import of Glibc, so what needs it is declared by hand.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
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

// Sleeps for less than a second.
static inline void clinux_pause(long nanoseconds) {
    struct timespec time = {0, nanoseconds};
    nanosleep(&time, 0);
}

// pwritev2 with RWF_NOWAIT, which want _GNU_SOURCE: writes what can be written without waiting.
static inline ssize_t clinux_write_at_once(int descriptor, const void *bytes, size_t count) {
    extern ssize_t pwritev2(int, const struct iovec *, int, off_t, int);
    struct iovec vector = {(void *)bytes, count};
    return pwritev2(descriptor, &vector, 1, -1, 0x8);
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

// A descriptor that becomes readable when the child has ended (pidfd_open); -1 where there is none.
static inline int clinux_process_descriptor(pid_t pid) {
    extern long syscall(long, ...);
    return (int)syscall(434, pid, 0);
}

// Whether a child has ended; its status stays to be taken.
static inline bool clinux_has_ended(pid_t pid) {
    siginfo_t information;
    information.si_pid = 0;
    return waitid(P_PID, (id_t)pid, &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_pid == pid;
}

// Starts a program as the leader of a process group: stdin is `input`, stdout and stderr are `output`,
// nothing else is open, no signal is blocked or ignored. Returns an error number.
static inline int clinux_spawn(
    pid_t *pid, char *const *arguments, char *const *environment, int input, int output) {
    extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    // Not the two that belong to libc: it would ignore them.
    for (int signal = 1; signal < 32; signal++) sigaddset(&usual, signal);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int number = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (number == 0) number = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (number == 0) number = posix_spawn_file_actions_adddup2(&actions, output, 2);
    if (number == 0) number = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (number == 0) number = posix_spawnp(pid, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return number;
}

// The state of getopt_long, which Swift takes for variables that anybody could change.
static inline const char *clinux_option_value(void) {
    extern char *optarg;
    return optarg;
}

static inline int clinux_next_argument(void) {
    extern int optind;
    return optind;
}
