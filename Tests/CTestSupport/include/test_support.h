// The system calls that tests need and Glibc's Swift module leaves out. It includes no system
// header on purpose: _GNU_SOURCE here would change the shapes that Swift imports.
#pragma once

#include <stdint.h>

// A program to start. Bit n of a signal set stands for signal n.
struct support_program {
    const char *path;
    char *const *arguments;
    char *const *environment;
    int descriptors[3];
    uint64_t ignored_signals;
    uint64_t blocked_signals;
};

// Starts `program` in a process group of its own and stores its pid. Returns 0 or an errno.
int support_spawn(const struct support_program *program, int *pid);

// These return a descriptor (or 0), or -1 with errno set. Every descriptor is close-on-exec.
int support_pidfd(int pid);
int support_pipe(int ends[2]);
int support_size_pipe(int end, int size);
// A terminal: its master first.
int support_terminal(int ends[2]);
int support_accept(int listener);

// The network, mount and host name namespaces of the calling thread only.
int support_unshare_namespaces(void);
// Gives the calling thread a working directory and root of its own, which setns requires.
int support_unshare_directories(void);
int support_enter_namespace(int descriptor);
int support_mount_private(void);
int support_bind_mount(const char *file, const char *onto);

// A TUN device of this name in the network namespace of the calling thread: whole IP packets, no header.
// It goes away with its descriptor.
int support_tun(const char *name);

// Serves TLS on a connected socket: after the handshake `head`, if there is one, then for so many seconds what has no
// end: session tickets (0), new keys (1), records of one byte (2). Returns whether it came to that.
int support_tls_flood(
    int descriptor, const char *certificate, const char *key, const char *head, int kind, double seconds);
