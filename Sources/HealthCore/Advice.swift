/// The advice for a failure whose reason's own advice does not fit: a closed set of sentences without any text of a peer.
package enum Advice: String, Sendable, CaseIterable {
    // TLS.
    case noServerTLS = "give the server TLS, or leave TLS out here"
    case serverWantsTLS =
        "let the client speak TLS, or see the server's pg_hba.conf; user and password are not the matter"
    case handshake = "the server's log says more of the handshake"
    case silentHandshake = "does it speak TLS? A server without TLS may wait for more, and say nothing"
    case hungUp =
        "it hung up: a proxy without a backend, a server that is stopping, or one that speaks TLS only"
    case plainServer = "ask it without TLS: redis://, http://, grpc://, smtp://, tcp://"
    case olderHTTP = "ask a listener of it that takes HTTP/1.1 as well; gRPC is asked with grpc://"
    case speaksTLS = "ask it over TLS: rediss://, https://, grpcs://, tls://"
    case clientCertificate = "the server wants another client certificate"
    case authority =
        "name the authority's certificate with sslrootcert; sslrootcert=system are this system's own"
    case clientKey = "correct sslcert and sslkey, and the owner and mode of the key's file"

    // PostgreSQL.
    case ownCertificate =
        "name a client certificate with sslcert and sslkey; the password is not the matter"
    case hostBasedRules = "see the server's pg_hba.conf: its lines decide by address, user, database and TLS"
    case kerberos = "let the server's pg_hba.conf take a password from here, or ask at level ping"
    case requiredMethod =
        "let the server's pg_hba.conf ask for a method that require_auth names, or change require_auth"
    case poolerWaits =
        "the pooler had no connection to its server free: is the server there, and the pool large enough?"
    case noLag = "this server cannot tell how far it is behind: leave max_lag out"
    case noRole = "this server cannot tell its role: leave role out"

    // Greetings.
    case greeterIsBusy = "it takes nobody now: see its log, its load and its limits of connections"
    case greeterIsClosed = "it takes nobody from this address: see its rules of access"
    case silentGreeter =
        "it says nothing: is it slow to greet, or does it wait for TLS (smtps://, imaps://, pop3s://, ftps://)?"
    // MySQL.
    case blockedHost =
        "run `mariadb-admin flush-hosts`, or TRUNCATE performance_schema.host_cache: somebody here hangs up in logins"
    case accountOfHost = "no account may come from this host: create one for 'USER'@'%', or for this address"
    case replicationPrivilege =
        "grant REPLICATION CLIENT (MySQL) or REPLICA MONITOR (MariaDB), or leave role and max_lag out"
    case socketLogin = "this account logs in by its socket only (unix_socket): name another user"
    case lockedAccount =
        "somebody has locked this account, or too many wrong passwords have: ALTER USER … ACCOUNT UNLOCK"
    case expiredPassword = "the password has expired: log in with mysql and set it anew"
    case galeraNode = "this node is not in step with its cluster: see its wsrep_local_state_comment"
    case offlineMode = "somebody has set offline_mode: it lets in administrators only"
    case serverDemandsTLS = "the server takes no client without TLS: set ssl_mode to REQUIRED or more"
    case demandsUnofferedTLS = "the server demands TLS and offers none: give it a certificate"
    case databaseAccess =
        "grant it to this user, or create it: who may not see a database is not told that it is missing"
    case passwordWantsTLS =
        "give the server TLS, name its key with server_public_key_file, or set get_server_public_key: true"
    case clearPassword = "verify who the server is: ssl_mode VERIFY_IDENTITY, or the server's own ca_file"
    case plugin = "give this user mysql_native_password or caching_sha2_password"

    // NATS.
    case silentNATS =
        "it says nothing: does it begin with TLS (nats+tls:// with tls_first)? is it another server?"
    case noJetStream = "let the server have JetStream, and the account of this user as well"

    // AMQP.
    case alarm = "free memory or disk there: rabbitmqctl list_alarms; publishers wait meanwhile"
    case noVirtualHost = "create the vhost, or correct its name; %2F is the one that is called `/`"

    // Waiting for an end.
    case notGone = "it is gone when it refuses, or when there is no such name any more"

    // Passwords.
    case ignoredPassFile = "libpq takes a password file only if group and others have no access: chmod 600"
    case passwordEndsInReturn =
        "check the user and the password, whose file ends in a carriage return (CRLF): it counts as part of it"
    case passwordEndsInNewline =
        "check the user and the password, whose file ends in several newlines: all but the last count as part of it"
    case passwordHasBlanks =
        "check the user and the password, whose file begins or ends in a blank: it counts as part of it"

    // gRPC.
    case notServing = "the service says so itself: see its log"
    case noSuchService =
        "check the name of the service: the server reports the health of none that is called so"
    case noHealthService = "let the server offer grpc.health.v1.Health; tcp:// asks the bare port"
    case callToken = "give the call a token that may ask, with header_file"
    case noBackend = "a proxy without a backend, or a server that is starting or being stopped"
    case noGRPC = "ask a port that speaks gRPC; http:// or https:// asks a web server"

    // Redis.
    case protectedMode = "give the server a password, or turn its protected mode off where nobody else comes"
    case anotherNode = "ask the node of the cluster that has this key"
    case noSelection = "this server has no database of this number: 0 is the one that all have"
    case noKey = "nobody has written this key yet, or it has expired"
    case noSuchMaster = "check the name of the master, and which masters this Sentinel watches"
    case noSentinel = "this is no Sentinel: check the port"
}
