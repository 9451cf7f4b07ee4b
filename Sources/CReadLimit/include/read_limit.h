// libpq, and OpenSSL below it, read for as long as bytes come: a server that never stops sending messages without data
// (session tickets, greetings of a handshake) would keep a single call busy for ever. So recv() says that no more bytes
// have come, as if libpq had been quicker than the peer.
#pragma once

#include <stddef.h>

// Limits recv() on this descriptor, in this thread, to `size` bytes in all; after them recv() says EAGAIN.
void read_limit_begin(int descriptor, size_t size);

// Ends the limit; returns how many bytes recv() has taken.
size_t read_limit_end(void);
