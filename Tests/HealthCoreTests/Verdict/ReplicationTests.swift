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
            ("standby 0 1 -", .linkDown), ("standby 1 0 0", nil), ("standby 1 0 0.000", nil),
            ("standby 1 0 9223372036.000", .lag),
        ] as [(String, Reason?)])
    func lag(value: String, expected: Reason?) {
        #expect(reason { try ReplicationState(value).requireLag(atMost: .seconds(3)) } == expected)
    }

    @Test("another role is refused, and what is no answer is an error")
    func role() {
        #expect(reason { try ReplicationState.require(.primary, "f") } == nil)
        #expect(reason { try ReplicationState.require(.standby, "f") } == .role)
        #expect(reason { try ReplicationState.require(.standby, "t") } == nil)
        #expect(reason { try ReplicationState.require(.primary, "t") } == .role)
        for value in [nil, "", "true", "T", "tf", "1", "primary", "standby 1 1 -"] as [String?] {
            #expect(reason { try ReplicationState.require(.primary, value) } == .protocol)
        }
    }

    @Test("a word that no server says is no answer to the query, whatever it could be made to mean")
    func foreign() {
        let ages = [
            "inf", "-inf", "infinity", "nan", "NaN", "1e300", "1e19", "2e20", "1e2", "0x1p3", "0x10", "-5",
            "-0.5",
            "-0", "+1", ".5", "5.", "1.2.3", "2.0000000001", "0.0000", "1,5", "1s", "1m2", "--", "x", "",
            "99999999999999999999",
            "9223372037", "18446744073709551616", "1.00000000000000000000000000000000000000000x",
            "\u{0663}", "1\u{0}", "1\n",
        ]
        let values =
            ages.map { "standby 1 0 \($0)" } + [
                nil, "", " ", "standby", "standby 1 1", "standby 1 1 1 1", "standby 1 1 - ", " standby 1 1 -",
                "standby  1 1 -", "standby -1 1 999", "standby x 1 999", "standby 2 1 1", "standby 01 1 1",
                "standby 1 2 1", "standby 1 t 1", "standby 1 -1 1", "standby 1 true 1", "standby\t1 1 1", "t",
                "primary x", "primary ", "Primary", "PRIMARY", "primary\u{0}", "master", "stand",
                "standbyx 1 1 1",
            ]
        for value in values as [String?] {
            #expect(reason { _ = try ReplicationState(value) } == .protocol, "\(value ?? "nil")")
        }
    }

    @Test("INFO replication tells a Redis's role and link (R-11)")
    func redis() throws {
        let master = RedisState(Array("# Replication\r\nrole:master\r\nconnected_slaves:0\r\n".utf8))
        let replica = RedisState(
            Array("role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:up\r\n".utf8))
        let lost = RedisState(
            Array(
                "role:slave\r\nmaster_host:m\r\nmaster_link_status:down\r\nmaster_link_down_since_seconds:7\r\n"
                    .utf8))
        #expect(reason { try master.require(.master) } == nil)
        #expect(try !master.requireLink())
        #expect(reason { try master.require(.replica) } == .role)
        #expect(reason { try replica.require(.replica) } == nil)
        #expect(try replica.requireLink())
        #expect(throws: Failure(.role, "it is a replica of 10.0.0.1:6379, and not a master")) {
            try replica.require(.master)
        }
        #expect(throws: Failure(.linkDown, "the link to m is down since 7 s")) { _ = try lost.requireLink() }
        #expect(reason { try RedisState(Array("cluster_state:ok\r\n".utf8)).requireCluster() } == nil)
        #expect(
            throws: Failure(.clusterDown, "the cluster's state is fail, 10923 of 16384 slots are served")
        ) { try RedisState(Array("cluster_state:fail\r\ncluster_slots_ok:10923\r\n".utf8)).requireCluster() }
    }

    @Test("INFO persistence says that a server loads in a line of its own")
    func loading() {
        let texts: [(String, Bool?)] = [
            ("$9\r\n# Persistence\r\nloading:1\r\n", true), ("loading:1\r\nloading:0\r\n", true),
            ("#\r\nloading:0\r\nasync_loading:1\r\n", false), ("$9\r\nasync_loading:1\r\n", nil),
            ("\nloading:12\r\n", nil), ("\nloading:2\r\n", nil), ("\nloading:1", nil), ("", nil),
            ("\nloadin\nloading:1\r", true), ("x\nloading:1\n", nil),
        ]
        for (text, isLoading) in texts {
            #expect(RedisState.isLoading(Array(text.utf8)[...]) == isLoading, "\(text)")
        }
    }

    private func state(_ lines: String...) -> RedisState {
        RedisState(Array(lines.joined(separator: "\r\n").utf8))
    }

    @Test("a role that no Redis says is none")
    func foreignRole() {
        for state in [
            state(), state("# Replication"), state("role"), state("role:"), state("role:Master"),
            state("role:master "), state("role:replica"), state(" role:master"), state("roles:master"),
        ] {
            #expect(reason { try state.require(.master) } == .protocol)
            #expect(reason { try state.require(.replica) } == .protocol)
            #expect(reason { _ = try state.requireLink() } == .protocol)
        }
    }

    @Test("a replica says whether its link is up, and a master has none")
    func foreignLink() throws {
        for status in ["", "Up", "up ", "connected", "down2", "x"] {
            let replica = state("role:slave", "master_link_status:\(status)")
            #expect(reason { _ = try replica.requireLink() } == .protocol, "\(status)")
        }
        #expect(reason { _ = try state("role:slave").requireLink() } == .protocol)
        #expect(try !state("role:master", "master_link_status:x").requireLink())
    }

    @Test("a cluster is ok or has failed, and numbers that are none are not shown")
    func foreignNumbers() {
        for status in ["", "OK", "ok ", "degraded"] {
            #expect(
                reason { try state("cluster_state:\(status)").requireCluster() } == .protocol, "\(status)")
        }
        #expect(reason { try state().requireCluster() } == .protocol)
        #expect(throws: Failure(.clusterDown, "the cluster's state is fail")) {
            try state("cluster_state:fail", "cluster_slots_ok:lots").requireCluster()
        }
        #expect(throws: Failure(.linkDown, "the link to the master is down")) {
            _ = try state(
                "role:slave", "master_link_status:down", "master_link_down_since_seconds:-1"
            ).requireLink()
        }
        #expect(throws: Failure(.role, "it is a replica of m:?, and not a master")) {
            try state("role:slave", "master_host:m", "master_port:x").require(.master)
        }
    }
}
