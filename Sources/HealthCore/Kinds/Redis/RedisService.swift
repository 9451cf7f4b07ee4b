/// The settings of a probe of Redis or Valkey.
package struct RedisService: Sendable, Equatable {
    package var user: String?
    package var password = PasswordSource.none
    /// Whether the password came from the environment, so that "no password configured" is ignored.
    package var passwordIsAmbient = false
    package var database = 0
    /// The required role.
    package var role: RedisRole?
    /// Whether a replica's link to its master must be up.
    package var requiresLink = false
    /// Whether the cluster must serve all of its slots.
    package var requiresCluster = false
    package var expectedKey: ExpectedKey?
    /// The name of the master to ask a Sentinel for; if set, the endpoint is the Sentinel's.
    package var sentinelMaster: String?
    /// The Sentinel's own password, which is another than the server's.
    package var sentinelPassword = PasswordSource.none
    /// Where to look when the endpoint does not answer, in this order: servers, or Sentinels.
    package var alternatives: [Endpoint] = []

    package init() {}

    /// A key that must exist, with this value unless it is nil.
    package struct ExpectedKey: Sendable, Equatable {
        package var name: String
        package var value: Secret?
    }
}

/// The replication role of a Redis server.
package enum RedisRole: String, Sendable {
    case master, replica
}
