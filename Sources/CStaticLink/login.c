// libpq on a stack of its own, which it can be left on: its SCRAM computing gives way to the loop (salted_password.c)
// and is gone on with, or told to fail, which unwinds the stack and frees what libpq holds.
#include "login.h"
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

// OpenSSL's deepest calls, with room to spare; pages that are not used cost nothing.
enum { stack_size = 256 * 1024, guard_size = 64 * 1024 };

// Without a stack of its own (PQping) a login fails after this time, which changes no verdict: it was asked for one.
static const int64_t patience = 20000000;

// Lies at the upper end of its stack.
struct login {
    char *memory;
    PGconn *connection;
    struct salted_passwords *salted;
    ucontext_t inside, outside;
    PostgresPollingStatusType status;
    int rounds;
    bool is_suspended, gives_up;
};

// The one that runs now: everything here is on the loop's thread.
static struct login *running;
static int unfinished;
// Hardly any step has to be left: one stack does for all of them.
static char *spare;

static char *stack_new(void) {
    char *memory = spare;
    spare = NULL;
    if (memory) return memory;
    memory = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    if (mprotect(memory, guard_size, PROT_NONE) == 0) return memory;
    munmap(memory, stack_size);
    return NULL;
}

struct login *login_new(PGconn *connection, struct salted_passwords *salted) {
    char *memory = stack_new();
    if (!memory) return NULL;
    size_t size = (sizeof(struct login) + 63) & ~(size_t)63;
    struct login *login = (struct login *)(memory + stack_size - size);
    login->memory = memory;
    login->connection = connection;
    login->salted = salted;
    login->rounds = 0;
    login->is_suspended = login->gives_up = false;
    return login;
}

static void poll(void) {
    struct login *login = running;
    login->status = PQconnectPoll(login->connection);
    login->is_suspended = false;
    unfinished--;
}

bool login_step(struct login *login, PostgresPollingStatusType *status) {
    if (!login->is_suspended) {
        getcontext(&login->inside);
        login->inside.uc_stack.ss_sp = login->memory + guard_size;
        login->inside.uc_stack.ss_size = (size_t)((char *)login - login->memory - guard_size);
        login->inside.uc_link = &login->outside;
        makecontext(&login->inside, poll, 0);
        login->is_suspended = true;
        unfinished++;
    }
    running = login;
    swapcontext(&login->outside, &login->inside);
    running = NULL;
    *status = login->status;
    return !login->is_suspended;
}

int login_rounds(const struct login *login) {
    return login->rounds;
}

int login_unfinished(void) {
    return unfinished;
}

void login_free(struct login *login) {
    PostgresPollingStatusType status;
    login->gives_up = true;
    while (login->is_suspended) login_step(login, &status);
    if (spare) munmap(login->memory, stack_size);
    else spare = login->memory;
}

int64_t login_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct salted_passwords *login_memory(void) {
    return running ? running->salted : NULL;
}

bool login_pause(int rounds, int64_t began) {
    struct login *login = running;
    if (!login) return login_clock() - began < patience;
    login->rounds = rounds;
    if (!login->gives_up) swapcontext(&login->inside, &login->outside);
    return !login->gives_up;
}
