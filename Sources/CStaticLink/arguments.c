// Swift's runtime looks for argv in /proc/self/maps at every start, which is 7 % of a check of Redis, and finds
// none where /proc is not mounted. libc hands argv to every constructor.
static char **arguments;
static int count;

__attribute__((constructor)) static void keep(int argc, char **argv) {
    count = argc;
    arguments = argv;
}

char **_swift_stdlib_getUnsafeArgvArgc(int *argc) {
    *argc = count;
    return arguments;
}
