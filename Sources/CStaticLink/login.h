// The functions of login.c that salted_password.c calls.
#pragma once
// The static link defines these functions, so they are not weak.
#define OF_THE_STATIC_LINK
#include "../CLibPQ/shim.h"
#include <stdint.h>

// CLOCK_MONOTONIC in nanoseconds.
int64_t login_clock(void);

// The salted passwords of the running login; null if no login runs.
struct salted_passwords *login_memory(void);

// Suspends the login after a slice, so that other jobs have their turn. False if the login is to fail.
bool login_pause(int rounds, int64_t began);
