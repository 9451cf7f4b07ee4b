// Runs libpq's login on a stack of its own: the SCRAM computing (salted_password.c) is suspended there for the loop's
// other jobs, and resumed, or made to fail, which unwinds the stack and frees libpq's memory.
#include "login.h"
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

// Room for OpenSSL's deepest calls, and more; unused pages cost nothing.
enum { stack_size = 256 * 1024, guard_size = 64 * 1024 };

// The longest login without a stack of its own (PQping). Its failure changes no verdict: the server has asked for a
// password.
static const int64_t patience = 20000000;

// A login, which lies at the upper end of its stack.
struct login {
    char *memory;
    PGconn *connection;
    struct salted_passwords *salted;
    ucontext_t inside, outside;
    PostgresPollingStatusType status;
    int rounds;
    bool is_suspended, gives_up;
};

// The login that runs now: all logins run on the loop's thread.
static struct login *running;
static int unfinished;
// A stack that no login uses, kept for the next one: hardly any step is suspended, so one stack serves all logins.
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
