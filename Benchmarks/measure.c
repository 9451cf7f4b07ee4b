// measure ROUNDS NAME COMMAND [ARG...] ::: NAME COMMAND [ARG...] ...
//
// Runs the commands in turn (A B C A B C ...), so that whatever else the machine does meets all of them alike.
// Prints for each, separated by tabs: name, median and p95 of the wall time in ms, median CPU time (user + system)
// in ms, peak RSS in KiB, number of failures (exits other than 0).
//
// This program is linked static and stays small on purpose: the kernel counts a child's peak RSS from before its
// exec on, when it still shares our memory, so nothing smaller than we are could be seen.
#include "bench.h"
#include <spawn.h>
#include <sys/resource.h>

enum { MAX_COMMANDS = 8 };

struct series {
    char *name, **argv;
    double *wall, *cpu;
    long peak;
    int failures;
};

static double milliseconds(struct timeval time) { return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3; }

static void run(struct series *series, const posix_spawn_file_actions_t *quiet, int round) {
    pid_t pid;
    int status;
    struct rusage usage;
    double start = now(CLOCK_MONOTONIC);
    int error = posix_spawn(&pid, series->argv[0], quiet, NULL, series->argv, environ);
    if (error != 0) fail(series->argv[0], error);
    if (wait4(pid, &status, 0, &usage) != pid) fail("wait4", errno);
    double wall = now(CLOCK_MONOTONIC) - start;

    // What the command leaves behind (a server process that ends, memory to free) is not the next one's cost.
    pause_for(2);
    if (round < 0) return;
    series->wall[round] = wall;
    series->cpu[round] = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
    if (usage.ru_maxrss > series->peak) series->peak = usage.ru_maxrss;
    series->failures += status != 0;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 0, count = 0;
    struct series all[MAX_COMMANDS];
    for (int at = 2; rounds > 0 && at + 1 < argc; count++) {
        if (count == MAX_COMMANDS) fail("too many commands", 0);
        all[count] = (struct series){.name = argv[at], .argv = argv + at + 1};
        all[count].wall = calloc((size_t)rounds, sizeof(double));
        all[count].cpu = calloc((size_t)rounds, sizeof(double));
        while (at < argc && strcmp(argv[at], ":::") != 0) at++;
        argv[at++] = NULL;
    }
    if (count == 0) fail("usage: measure ROUNDS NAME COMMAND [ARG...] ::: ...", 0);

    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++) posix_spawn_file_actions_adddup2(&quiet, null, fd);

    for (int round = -1; round < rounds; round++) {  // round -1 warms the caches and is not counted
        for (int each = 0; each < count; each++) run(&all[each], &quiet, round);
    }
    for (struct series *each = all; each < all + count; each++) {
        double wall = median(each->wall, rounds);  // sorts
        printf("%s\t%.3f\t%.3f\t%.3f\t%ld\t%d\n", each->name, wall, each->wall[(rounds * 95 + 99) / 100 - 1],
               median(each->cpu, rounds), each->peak, each->failures);
    }
    return 0;
}
