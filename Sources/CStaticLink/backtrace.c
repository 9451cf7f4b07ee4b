// Swift's runtime looks for its backtracer at every start, in seven places beside the program, and keeps 64 KB
// for its settings. A program without symbols has no use for a backtracer: a crash is a signal.
#include <stdbool.h>

// All settings are zero, which turns backtraces off. The runtime reads the second word.
const int _swift_backtraceSettings[64];

// Replaces the function that pulls the real backtracer into every program.
bool _swift_backtrace_isThunkFunction(const char *name) {
    (void)name;
    return false;
}
