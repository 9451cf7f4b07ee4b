// gate-lag WAITFOR STAMP RUNS FROM_MS TO_MS STAGGER_MS
//
// How long after a server can answer does a gate become its command? For TCP and for Redis, RUNS gates each.
// A gate waits for a port that is bound but not listening; after a delay between FROM_MS and TO_MS it listens and,
// for Redis, answers PING. The gates run side by side, STAGGER_MS apart: one that waits is nearly idle.
// Prints a line for each: kind, delay, lag in ms (or "failed").
#include "bench.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const char *kinds[] = {"tcp", "redis"};

// A port that refuses connections, and that nobody else can take, until listen() is called on it.
static int bind_port(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, size) != 0) fail("bind", errno);
    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0) fail("getsockname", errno);
    *port = ntohs(address.sin_port);
    return listener;
}

// Answers whatever comes on one connection as Redis answers PING and INFO, in one piece (to a TCP probe nothing comes),
// until it is closed.
static void serve(int listener) {
    char request[256];
    int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    while (peer >= 0 && readable(peer, 5000) && read(peer, request, sizeof request) > 0) {
        static const char answer[] = "+PONG\r\n$11\r\nloading:0\r\n\r\n";
        if (send(peer, answer, sizeof answer - 1, MSG_NOSIGNAL) != sizeof answer - 1) break;
    }
    close(peer);
}

static void one_gate(char *waitfor, char *stamp, const char *kind, double delay) {
    char target[64];
    int port, answer, listener = bind_port(&port);
    snprintf(target, sizeof target, "%s://127.0.0.1:%d", kind, port);
    pid_t gate = start((char *[]){waitfor, target, "--", stamp, NULL}, STDOUT_FILENO, &answer);
    pause_for(delay);

    double ready = now(CLOCK_MONOTONIC);
    if (listen(listener, 16) != 0) fail("listen", errno);
    struct pollfd events[] = {{.fd = listener, .events = POLLIN}, {.fd = answer, .events = POLLIN}};
    struct stamp stamped = {0};
    while (poll(events, 2, 5000) > 0) {
        if (events[0].revents) serve(listener);
        if (events[1].revents) {
            if (read(answer, &stamped, sizeof stamped) != sizeof stamped) stamped.monotonic = 0;
            break;
        }
    }
    // One write for each line: the gates share our standard output.
    if (stamped.monotonic > ready)
        dprintf(STDOUT_FILENO, "%s\t%.0f\t%.3f\n", kind, delay, stamped.monotonic - ready);
    else
        dprintf(STDOUT_FILENO, "%s\t%.0f\tfailed\n", kind, delay);
    kill(gate, SIGKILL);
    waitpid(gate, NULL, 0);
}

int main(int argc, char **argv) {
    if (argc != 7) fail("usage: gate-lag WAITFOR STAMP RUNS FROM_MS TO_MS STAGGER_MS", 0);
    int runs = atoi(argv[3]);
    double from = atof(argv[4]), to = atof(argv[5]), stagger = atof(argv[6]);
    for (int each = 0; each < 2 * runs; each++) {
        pid_t pid = fork();
        if (pid < 0) fail("fork", errno);
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            pause_for(each * stagger);
            one_gate(argv[1], argv[2], kinds[each % 2], from + (to - from) * (each / 2 + 0.5) / runs);
            return 0;
        }
    }
    while (wait(NULL) > 0) {}
    return 0;
}
