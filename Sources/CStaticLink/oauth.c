// libpq.a since 18 wants a library for logins by OAuth, which wants curl, and no distribution ships all of that as
// archives. Such a login fails.
#include <libpq-fe.h>

PostgresPollingStatusType pg_fe_run_oauth_flow(PGconn *connection) {
    (void)connection;
    return PGRES_POLLING_FAILED;
}

void pg_fe_cleanup_oauth_flow(PGconn *connection) { (void)connection; }
