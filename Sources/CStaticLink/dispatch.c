// Swift's concurrency brings libdispatch for its global executor: 0.2 MB, and at every start it reads the number
// of processors from /sys, twice. Every task of this program runs on its own loop (`./dev lint` sees to it), so
// none of these functions is ever called: a call would end the program.

#define NEVER_CALLED(name) _Noreturn void name(void) { __builtin_trap(); }

NEVER_CALLED(dispatch_activate)
NEVER_CALLED(dispatch_after_f)
NEVER_CALLED(dispatch_assert_queue)
NEVER_CALLED(dispatch_async_f)
NEVER_CALLED(dispatch_main)
NEVER_CALLED(dispatch_queue_attr_make_with_qos_class)
NEVER_CALLED(dispatch_queue_create)
NEVER_CALLED(dispatch_queue_set_width)
NEVER_CALLED(dispatch_release)
NEVER_CALLED(dispatch_set_context)
NEVER_CALLED(dispatch_source_create)
NEVER_CALLED(dispatch_source_set_event_handler_f)
NEVER_CALLED(dispatch_source_set_timer)
NEVER_CALLED(dispatch_walltime)

// Objects of which only the address is taken.
char _dispatch_main_q, _dispatch_queue_attr_concurrent, _dispatch_source_type_timer;
