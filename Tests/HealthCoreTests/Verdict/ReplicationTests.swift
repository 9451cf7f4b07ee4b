import HealthCore
import Testing

/// What servers say of their part in a replication, and what that means.
struct ReplicationTests {
    private func reason(_ body: () throws -> Void) -> Reason? {
        do {
            try body()
            return nil
        } catch {
            return (error as? Failure)?.reason
        }
    }

    @Test(
        "a standby is behind by the age of what it replayed last, unless it has replayed all and hears more",
        arguments: [
            ("primary", nil), ("standby 1 1 5000.000", nil), ("standby 1 1 -", nil),
            ("standby 1 0 2.000", nil),
            ("standby 1 0 3.001", .lag), ("standby 1 0 -", .lag), ("standby 0 1 2.000", nil),
            ("standby 0 1 5000.000", .linkDown), ("standby 0 0 5000.000", .linkDown),
            ("standby 0 1 -", .linkDown),
            ("standby 1 0 -0.5", nil),
        ] as [(String, Reason?)])
    func lag(value: String, expected: Reason?) {
        #expect(reason { try ReplicationState(value).requireLag(atMost: .seconds(3)) } == expected)
    }

    @Test("another role is refused, and what is no answer is an error")
    func role() {
        #expect(reason { try ReplicationState("primary").require(.primary) } == nil)
        #expect(reason { try ReplicationState("primary").require(.standby) } == .role)
        #expect(reason { try ReplicationState("standby 1 1 -").require(.standby) } == nil)
        #expect(reason { try ReplicationState("standby 1 1 -").require(.primary) } == .role)
        for value in [nil, "", "standby", "standby 1 1", "t", "primary x"] as [String?] {
            #expect(reason { _ = try ReplicationState(value) } == .error, "\(value ?? "nil")")
        }
    }

    @Test("INFO replication tells a Redis's role and link (R-11)")
    func redis() {
        let master = RedisState(Array("# Replication\r\nrole:master\r\nconnected_slaves:0\r\n".utf8))
        let replica = RedisState(
            Array("role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:up\r\n".utf8))
        let lost = RedisState(
            Array(
                "role:slave\r\nmaster_host:m\r\nmaster_link_status:down\r\nmaster_link_down_since_seconds:7\r\n"
                    .utf8))
        #expect(reason { try master.require(.master) } == nil && reason { try master.requireLink() } == nil)
        #expect(reason { try master.require(.replica) } == .role)
        #expect(
            reason { try replica.require(.replica) } == nil && reason { try replica.requireLink() } == nil)
        #expect(throws: Failure(.role, "it is a replica of 10.0.0.1:6379, and not a master")) {
            try replica.require(.master)
        }
        #expect(throws: Failure(.linkDown, "the link to m is down since 7 s")) { try lost.requireLink() }
        #expect(reason { try RedisState([]).require(.master) } == .protocol)
        #expect(reason { try RedisState(Array("cluster_state:ok\r\n".utf8)).requireCluster() } == nil)
        #expect(
            throws: Failure(.clusterDown, "the cluster's state is fail, 10923 of 16384 slots are served")
        ) { try RedisState(Array("cluster_state:fail\r\ncluster_slots_ok:10923\r\n".utf8)).requireCluster() }
        #expect(reason { try RedisState([]).requireCluster() } == .protocol)
    }
}
