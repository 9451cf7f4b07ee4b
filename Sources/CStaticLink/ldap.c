// libpq.a wants LDAP for looking up service definitions, and no distribution ships it as an
// archive. Every look-up fails; targets that name a service are refused before libpq sees them.
#include <stddef.h>

enum { LDAP_UNAVAILABLE = 52 };

// The arguments are never looked at, so the parameter lists are left open.
#pragma clang diagnostic ignored "-Wdeprecated-non-prototype"
#pragma clang diagnostic ignored "-Wstrict-prototypes"

#define FAILS(name) int name() { return LDAP_UNAVAILABLE; }
#define FINDS_NOTHING(name) void *name() { return NULL; }

FAILS(ldap_result)
FAILS(ldap_search_st)
FAILS(ldap_set_option)
FAILS(ldap_simple_bind)
FAILS(ldap_unbind)
FINDS_NOTHING(ldap_first_entry)
FINDS_NOTHING(ldap_get_values_len)
FINDS_NOTHING(ldap_init)

int ldap_count_entries() { return 0; }
int ldap_msgfree() { return 0; }
void ldap_value_free_len() {}
const char *ldap_err2string() { return "LDAP is not part of this program"; }
