// libpq.a wants GSSAPI, and no distribution ships it as an archive. Every call fails, so libpq goes
// on without Kerberos. Declared here: the header would be one more package for eleven functions.
#include <stddef.h>
#include <stdint.h>

enum { GSS_S_FAILURE = 13u << 16 };

void *GSS_C_NT_HOSTBASED_SERVICE = NULL;

// The arguments are never looked at, so the parameter lists are left open.
#pragma clang diagnostic ignored "-Wdeprecated-non-prototype"
#pragma clang diagnostic ignored "-Wstrict-prototypes"

#define FAILS(name) uint32_t name() { return GSS_S_FAILURE; }

FAILS(gss_acquire_cred)
FAILS(gss_delete_sec_context)
FAILS(gss_display_status)
FAILS(gss_import_name)
FAILS(gss_init_sec_context)
FAILS(gss_release_buffer)
FAILS(gss_release_cred)
FAILS(gss_release_name)
FAILS(gss_unwrap)
FAILS(gss_wrap)
FAILS(gss_wrap_size_limit)
