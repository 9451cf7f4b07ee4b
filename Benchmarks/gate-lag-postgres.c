// gate-lag-postgres WAITFOR STAMP PORT RUNS TO_MS SERVER [ARG...]
//
// As gate-lag, with a real PostgreSQL that is started up to TO_MS after the gate. SERVER runs in the foreground on
// PORT, logs to standard error and begins each line with its time (log_line_prefix = '%n '): it is ready when it
// says so.
// Prints a line for each run: "postgres", delay, lag in ms (or "failed").
#include "bench.h"

// The time in ms at which the server wrote that it accepts connections; 0 if it ended without.
static double read_ready_time(FILE *log) {
    char line[1024];
    while (fgets(line, sizeof line, log)) {
        if (strstr(line, "database system is ready to accept connections")) return atof(line) * 1e3;
    }
    return 0;
}

static void one_gate(char *waitfor, char *stamp, const char *port, double delay, char **server_command) {
    char target[64];
    snprintf(target, sizeof target, "postgres://postgres@127.0.0.1:%s/postgres", port);
    int answer, log_end;
    pid_t gate = start((char *[]){waitfor, target, "--", stamp, NULL}, STDOUT_FILENO, &answer);
    pause_for(delay);
    pid_t server = start(server_command, STDERR_FILENO, &log_end);

    FILE *log = fdopen(log_end, "r");
    double ready = read_ready_time(log);
    struct stamp stamped = {0};
    if (ready > 0 && readable(answer, 5000)) {
        if (read(answer, &stamped, sizeof stamped) != sizeof stamped) stamped.realtime = 0;
    }
    if (ready > 0 && stamped.realtime >= ready)
        printf("postgres\t%.0f\t%.3f\n", delay, stamped.realtime - ready);
    else
        printf("postgres\t%.0f\tfailed\n", delay);
    fflush(stdout);

    kill(gate, SIGKILL);
    waitpid(gate, NULL, 0);
    close(answer);
    kill(server, SIGINT);  // fast shutdown: the next run starts from a clean data directory
    while (fgetc(log) != EOF) {}
    waitpid(server, NULL, 0);
    fclose(log);
}

int main(int argc, char **argv) {
    if (argc < 7) fail("usage: gate-lag-postgres WAITFOR STAMP PORT RUNS TO_MS SERVER [ARG...]", 0);
    int runs = atoi(argv[4]);
    double to = atof(argv[5]);
    for (int each = 0; each < runs; each++) {
        one_gate(argv[1], argv[2], argv[3], to * (each + 0.5) / runs, argv + 6);
    }
    return 0;
}
