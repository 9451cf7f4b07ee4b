// libpq, and OpenSSL below it, read for as long as something comes: a server that never stops sending what is no data
// (session tickets, greetings of a handshake) would keep a single call for ever. So it is told that nothing more has
// come, as if it had been quicker than the peer.
#pragma once

#include <stddef.h>

// From here on recv() on this descriptor, in this thread, takes at most so many bytes in all, and then says EAGAIN.
void read_limit_begin(int descriptor, size_t size);

// Ends that; returns how many bytes were taken.
size_t read_limit_end(void);
