// The Linux calls that Glibc's Swift module leaves out, and the few that take variadic
// arguments or macros. Defining _GNU_SOURCE here would give fd_set a second shape and break
// the import of Glibc, so calls that need it are declared by hand.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/resource.h>
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

// Nanoseconds for which this thread has had a processor.
static inline int64_t clinux_thread_nanoseconds(void) {
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
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

// memfd_create with MFD_CLOEXEC, which want _GNU_SOURCE: a file that is nowhere but in memory; negative if there is none.
static inline int clinux_file_in_memory(void) {
    extern int memfd_create(const char *, unsigned int);
    return memfd_create("waitfor", 1);
}

// Replaces what is in such a file, which never blocks.
static inline bool clinux_fill(int descriptor, const void *bytes, size_t count) {
    return ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes, count, 0) == (ssize_t)count;
}

// pwritev2 with RWF_NOWAIT, which want _GNU_SOURCE: writes the bytes that can be written without blocking.
static inline ssize_t clinux_write_at_once(int descriptor, const void *bytes, size_t count) {
    extern ssize_t pwritev2(int, const struct iovec *, int, off_t, int);
    struct iovec vector = {(void *)bytes, count};
    return pwritev2(descriptor, &vector, 1, -1, 0x8);
}

// gettid, which wants _GNU_SOURCE.
static inline int clinux_thread(void) {
    extern int gettid(void);
    return gettid();
}

// accept4, which wants _GNU_SOURCE: the connection is nonblocking and close-on-exec.
static inline int clinux_accept(int listener) {
    extern int accept4(int, struct sockaddr *, socklen_t *, int);
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// The user of the process at the other end of a Unix socket, SO_PEERCRED, whose struct ucred wants _GNU_SOURCE;
// negative where there is none.
static inline int64_t clinux_peer_user(int descriptor) {
    struct { pid_t process; uid_t user; gid_t group; } peer;
    socklen_t size = sizeof peer;
    // The process may be 0: one of another PID namespace. The user of what is no Unix socket is -1.
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.user == (uid_t)-1) return -1;
    return peer.user;
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

// The environment as the C library sees it, in a list of its own that is never freed: unsetting a variable changes the C
// library's list, and not the strings. Null if there is no memory.
static inline char **clinux_environment(void) {
    extern char **environ;
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL) count++;
    char **list = calloc(count + 1, sizeof *list);
    if (list != NULL && count > 0) memcpy(list, environ, count * sizeof *list);
    return list;
}

// The path that the kernel was given to start the program: a script's interpreter and an emulator see the program here,
// and not themselves. Null where the kernel does not say.
static inline const char *clinux_started_path(void) {
    return (const char *)getauxval(AT_EXECFN);
}

// Whether these are the program headers of the running program.
static inline bool clinux_has_program_headers(const unsigned char *bytes, size_t count) {
    const void *own = (const void *)getauxval(AT_PHDR);
    return own && count == getauxval(AT_PHNUM) * getauxval(AT_PHENT) && memcmp(own, bytes, count) == 0;
}

// The length of the program headers of the running program.
static inline size_t clinux_program_headers_length(void) {
    return getauxval(AT_PHNUM) * getauxval(AT_PHENT);
}

static inline const char *clinux_libc_version(void) {
    return gnu_get_libc_version();
}

// A descriptor that becomes readable when the child has ended (pidfd_open); -1 where the kernel has no pidfd_open.
static inline int clinux_process_descriptor(pid_t pid) {
    extern long syscall(long, ...);
    return (int)syscall(434, pid, 0);
}

// Kills a process by its descriptor (pidfd_send_signal).
static inline void clinux_kill(int process) {
    extern long syscall(long, ...);
    syscall(424, process, SIGKILL, 0, 0);
}

// Whether a child has ended; its exit status is not taken.
static inline bool clinux_has_ended(pid_t pid) {
    siginfo_t information;
    information.si_pid = 0;
    return waitid(P_PID, (id_t)pid, &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_pid == pid;
}

// __WALL, which wants _GNU_SOURCE: children of every kind.
static const int clinux_all_children = 0x40000000;

// Any child that has ended, or 0; its exit status is not taken.
static inline pid_t clinux_ended_child(void) {
    siginfo_t information;
    information.si_pid = 0;
    if (waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT | clinux_all_children) != 0) return 0;
    return information.si_pid;
}

// A program to start. Bit n - 1 of a set stands for signal n.
struct clinux_program {
    // The file; null looks the first argument up in PATH.
    const char *file;
    char *const *arguments;
    char *const *environment;
    // The folders of PATH, separated by colons.
    const char *path;
    // What become stdin, and stdout and stderr, of a program that has no other descriptor and dies with us; negative
    // for a program that has those of ours that are not close-on-exec, and outlives us.
    int input, output;
    // The program's soft limit on descriptors.
    uint64_t descriptors;
    // The signals that the program begins with ignored, and blocked.
    uint64_t ignored, blocked;
    // The terminal whose foreground group the program's becomes; negative for none.
    int terminal;
    pid_t parent;
    int error;
};

// Tries execve in each of the folders, as execvp does, but starts no shell for a file without an executable format.
static inline int clinux_execute(const struct clinux_program *program) {
    if (program->file) {
        execve(program->file, program->arguments, program->environment);
        return errno;
    }
    const char *name = program->arguments[0];
    size_t length = strlen(name);
    if (length == 0) return ENOENT;
    if (strchr(name, '/')) {
        execve(name, program->arguments, program->environment);
        return errno;
    }
    bool denied = false;
    char candidate[4096];
    for (const char *folder = program->path;; folder++) {
        const char *end = folder + strcspn(folder, ":");
        size_t size = (size_t)(end - folder);
        if (size + length + 2 <= sizeof candidate) {
            memcpy(candidate, folder, size);
            if (size > 0) candidate[size++] = '/';
            memcpy(candidate + size, name, length + 1);
            execve(candidate, program->arguments, program->environment);
            if (errno == EACCES) denied = true;
            else if (errno != ENOENT && errno != ENOTDIR) return errno;
        }
        if (*end == 0) return denied ? EACCES : ENOENT;
        folder = end;
    }
}

// In the child of a probe: its streams, its death with its parent, and no other descriptor. Returns an error number, or -1
// if the parent is dead already.
static inline int clinux_confine(const struct clinux_program *program) {
    extern long syscall(long, ...);
    extern int prctl(int, ...);
    // PR_SET_PDEATHSIG
    prctl(1, SIGKILL);
    if (getppid() != program->parent) return -1;
    if (dup2(program->input, 0) < 0 || dup2(program->output, 1) < 0 || dup2(program->output, 2) < 0) return errno;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    // close_range, which Linux has since 5.9.
    if (syscall(436, 3, ~0U, 0) != 0)
        for (int number = 3; number < 65536 && (rlim_t)number < limit.rlim_cur; number++) close(number);
    return 0;
}

// Runs as the child, in the parent's memory and on a stack of its own, while the parent waits, with every signal blocked.
// The child ends by returning: a sanitizer's `_exit` would do its work in the parent's memory.
static inline int clinux_become(void *pointer) {
    struct clinux_program *program = pointer;
    setpgid(0, 0);
    // Before the program runs, which may look at once whether it is in the foreground.
    if (program->terminal >= 0) tcsetpgrp(program->terminal, getpid());
    if (program->input >= 0 && (program->error = clinux_confine(program)) != 0) return 127;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = program->descriptors;
    setrlimit(RLIMIT_NOFILE, &limit);
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int signal = 1; signal < 65; signal++) {
        uint64_t bit = (uint64_t)1 << (signal - 1);
        struct sigaction action = {.sa_handler = program->ignored & bit ? SIG_IGN : SIG_DFL};
        sigaction(signal, &action, 0);
        if (program->blocked & bit) sigaddset(&blocked, signal);
    }
    sigprocmask(SIG_SETMASK, &blocked, 0);
    program->error = clinux_execute(program);
    return 127;
}

// Starts a program as the leader of a process group of its own. posix_spawn has no death signal, and starts no program in
// a terminal's foreground. Returns an error number.
static inline int clinux_spawn(pid_t *pid, struct clinux_program *program) {
    // By the name `__clone` no sanitizer takes the child for a fork of the parent.
    extern int __clone(int (*)(void *), void *, int, void *, ...);
    enum { vm = 0x100, vfork = 0x4000, size = 1 << 16 };
    static char stack[size] __attribute__((aligned(16)));
    sigset_t all, mask;
    // No signal handler of the parent may run in the child.
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &mask);
    program->parent = getpid();
    program->error = 0;
    *pid = __clone(clinux_become, stack + size, vm | vfork | SIGCHLD, program);
    int error = *pid < 0 ? errno : program->error;
    sigprocmask(SIG_SETMASK, &mask, 0);
    if (*pid > 0 && error != 0) waitpid(*pid, 0, 0);
    return error;
}

// Has the orphans among our descendants become children of ours (PR_SET_CHILD_SUBREAPER).
static inline bool clinux_adopt_orphans(void) {
    extern int prctl(int, ...);
    return prctl(36, 1, 0, 0, 0) == 0;
}

// The state of getopt_long, which Swift refuses as mutable globals.
static inline const char *clinux_option_value(void) {
    extern char *optarg;
    return optarg;
}

static inline int clinux_next_argument(void) {
    extern int optind;
    return optind;
}
