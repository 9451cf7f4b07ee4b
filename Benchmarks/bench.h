// What the measuring programs share.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// What `stamp`, the command behind a gate's `--`, writes when it has begun: milliseconds.
struct stamp {
    double monotonic, realtime;
};

static inline double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static inline void pause_for(double milliseconds) {
    long whole = (long)milliseconds;
    struct timespec time = {whole / 1000, (whole % 1000) * 1000000 + (long)((milliseconds - (double)whole) * 1e6)};
    while (nanosleep(&time, &time) != 0) {}
}

static inline _Noreturn void fail(const char *what, int error) {
    fprintf(stderr, "%s%s%s\n", what, error ? ": " : "", error ? strerror(error) : "");
    exit(1);
}

// Starts a program whose `output` (descriptor 1 or 2) we read from *pipe_end; the rest goes to /dev/null.
// It dies with us, whoever ends us.
static inline pid_t start(char *const argv[], int output, int *pipe_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe2", errno);
    pid_t pid = fork();
    if (pid < 0) fail("fork", errno);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (int fd = 0; fd < 3; fd++) dup2(fd == output ? ends[1] : null, fd);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(ends[1]);
    *pipe_end = ends[0];
    return pid;
}

static inline int readable(int fd, int timeout) {
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    return poll(&entry, 1, timeout) == 1;
}
