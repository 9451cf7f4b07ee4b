#pragma once
#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

// Logins whose rounds are computed in slices (Sources/CStaticLink). Only the static link can put itself in the place
// of libpq's own computing: elsewhere these are null, and libpq does it in one piece.
#ifndef OF_THE_STATIC_LINK
#define OF_THE_STATIC_LINK __attribute__((weak))
#endif

// What a password became under the salts of servers, remembered for the next login.
struct salted_passwords;

OF_THE_STATIC_LINK struct salted_passwords *salted_passwords_new(void);
// Wipes it.
OF_THE_STATIC_LINK void salted_passwords_free(struct salted_passwords *);
// Wipes what belongs to another password than this one.
OF_THE_STATIC_LINK void salted_passwords_keep(struct salted_passwords *, const void *password, size_t length);

// A step of a connection that logs in, on a stack of its own.
struct login;

// Null without memory for a stack.
OF_THE_STATIC_LINK struct login *login_new(PGconn *, struct salted_passwords *);
// Ends an unfinished step as a failure of the connection, which must be there still.
OF_THE_STATIC_LINK void login_free(struct login *);
// PQconnectPoll, or what was left of it. False while it computes: to be called again.
OF_THE_STATIC_LINK bool login_step(struct login *, PostgresPollingStatusType *);
// The rounds that it computes.
OF_THE_STATIC_LINK int login_rounds(const struct login *);
// How many logins are in the middle of a step.
OF_THE_STATIC_LINK int login_unfinished(void);

static inline bool clibpq_slices_logins(void) {
    return &login_new != 0;
}
