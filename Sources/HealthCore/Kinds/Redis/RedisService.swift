/// How to ask a Redis or Valkey server.
package struct RedisService: Sendable, Equatable {
    package var user: String?
    package var password = PasswordSource.none
    /// Whether the password came from the context: then "no password configured" is ignored.
    package var passwordIsAmbient = false
    package var database = 0
    /// The role that it must have.
    package var role: RedisRole?
    /// Whether a replica's link to its master must be up.
    package var requiresLink = false
    /// Whether the cluster that it belongs to must have all of its slots.
    package var requiresCluster = false
    package var expectedKey: ExpectedKey?
    /// The name of the master to ask a Sentinel for: then the endpoint is the Sentinel's.
    package var sentinelMaster: String?
    /// The Sentinel's own password, which is another than the server's.
    package var sentinelPassword = PasswordSource.none
    /// Where to look when the endpoint does not answer, in this order: servers, or Sentinels.
    package var alternatives: [Endpoint] = []

    package init() {}

    /// A key that must be there, with this value if there is one.
    package struct ExpectedKey: Sendable, Equatable {
        package var name: String
        package var value: Secret?
    }
}

/// What a Redis server is to the others.
package enum RedisRole: String, Sendable {
    case master, replica
}
