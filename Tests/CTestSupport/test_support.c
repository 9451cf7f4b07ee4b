#define _GNU_SOURCE
#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Runs between vfork and execve on the parent's memory: system calls only.
static int become(const struct support_program *program) {
    setpgid(0, 0);
    for (int number = 0; number < 3; number++)
        if (dup2(program->descriptors[number], number) < 0) return errno;
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int number = 1; number < 64; number++) {
        // The kernel's struct, handler first: glibc's sigaction refuses the signals 32 and 33.
        uintptr_t action[4] = {(uintptr_t)SIG_DFL};
        if (program->ignored_signals >> number & 1) action[0] = (uintptr_t)SIG_IGN;
        syscall(SYS_rt_sigaction, number, action, NULL, 8);
        if (program->blocked_signals >> number & 1) sigaddset(&blocked, number);
    }
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    execve(program->path, program->arguments, program->environment);
    return errno;
}

// vfork, because a fork of a test process with many threads is slow, and posix_spawn cannot
// make a signal ignored. Signals are blocked so that no handler of the parent runs in the child.
int support_spawn(const struct support_program *program, int *pid) {
    sigset_t all, before;
    volatile int failure = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = vfork();
    if (child == 0) {
        failure = become(program);
        _exit(127);
    }
    if (child < 0) failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child > 0 && failure) waitpid(child, NULL, 0);
    *pid = child;
    return failure;
}

int support_pidfd(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int support_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int support_size_pipe(int end, int size) { return fcntl(end, F_SETPIPE_SZ, size); }

int support_terminal(int ends[2]) {
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[0] < 0 || grantpt(ends[0]) || unlockpt(ends[0])) return -1;
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
    return ends[1];
}

int support_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

int support_unshare_namespaces(void) { return unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS); }

int support_unshare_directories(void) { return unshare(CLONE_FS); }

int support_enter_namespace(int descriptor) { return setns(descriptor, 0); }

int support_mount_private(void) { return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL); }

int support_bind_mount(const char *file, const char *onto) {
    return mount(file, onto, NULL, MS_BIND, NULL);
}

int support_tun(const char *name) {
    int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (device < 0) return -1;
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(device, TUNSETIFF, &request) < 0) {
        int failure = errno;
        close(device);
        errno = failure;
        return -1;
    }
    return device;
}
