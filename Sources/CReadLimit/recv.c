// The program's own recv(), which libpq calls as well: the static link finds it before libc's, and the dynamic linker
// prefers the program's own symbols.
#include "read_limit.h"

#include <errno.h>
#include <sys/socket.h>

enum { nobody = -2 };

static _Thread_local int limited = nobody;
static _Thread_local size_t left, taken;

void read_limit_begin(int descriptor, size_t size) {
    limited = descriptor;
    left = size;
    taken = 0;
}

size_t read_limit_end(void) {
    limited = nobody;
    return taken;
}

ssize_t recv(int descriptor, void *buffer, size_t size, int flags) {
    if (descriptor != limited || (flags & MSG_PEEK) != 0) return recvfrom(descriptor, buffer, size, flags, NULL, NULL);
    if (left == 0 && size > 0) {
        errno = EAGAIN;
        return -1;
    }
    ssize_t count = recvfrom(descriptor, buffer, size < left ? size : left, flags, NULL, NULL);
    if (count > 0) {
        left -= (size_t)count;
        taken += (size_t)count;
    }
    return count;
}
