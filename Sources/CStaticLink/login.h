// What salted_password.c asks of login.c.
#pragma once
// Here they are defined.
#define OF_THE_STATIC_LINK
#include "../CLibPQ/shim.h"
#include <stdint.h>

// CLOCK_MONOTONIC in nanoseconds.
int64_t login_clock(void);

// Where the login that runs finds its salted passwords; null where none does.
struct salted_passwords *login_memory(void);

// Called when a slice is over: others have their turn. False if there is no use in going on.
bool login_pause(int rounds, int64_t began);
