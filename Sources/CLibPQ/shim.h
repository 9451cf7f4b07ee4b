#pragma once
#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

// Logins whose SCRAM rounds are computed in slices (Sources/CStaticLink). Only the static link can replace libpq's own
// computing: elsewhere these functions are null, and libpq computes in one piece.
#ifndef OF_THE_STATIC_LINK
#define OF_THE_STATIC_LINK __attribute__((weak))
#endif

// The salted forms of one password, remembered for the next login.
struct salted_passwords;

OF_THE_STATIC_LINK struct salted_passwords *salted_passwords_new(void);
// Wipes the salted passwords, and frees them.
OF_THE_STATIC_LINK void salted_passwords_free(struct salted_passwords *);
// Wipes the salted passwords of any other password.
OF_THE_STATIC_LINK void salted_passwords_keep(struct salted_passwords *, const void *password, size_t length);

// A step of a login, on a stack of its own.
struct login;

// Null without memory for a stack.
OF_THE_STATIC_LINK struct login *login_new(PGconn *, struct salted_passwords *);
// Ends an unfinished step as a failure of its connection, which must still be open.
OF_THE_STATIC_LINK void login_free(struct login *);
// Runs PQconnectPoll, or resumes it. False while PQconnectPoll computes: call login_step again.
OF_THE_STATIC_LINK bool login_step(struct login *, PostgresPollingStatusType *);
// The SCRAM rounds that the login computes.
OF_THE_STATIC_LINK int login_rounds(const struct login *);
// How many logins are in the middle of a step.
OF_THE_STATIC_LINK int login_unfinished(void);

static inline bool clibpq_slices_logins(void) {
    return &login_new != 0;
}
