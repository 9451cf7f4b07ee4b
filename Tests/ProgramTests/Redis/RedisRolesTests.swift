import TestSupport
import Testing

/// Roles, links, clusters, Sentinels and keys of real Redis servers (R-11…R-14).
struct RedisRolesTests: ServerStateTests {
    let kind = "redis"
    let targetName = "cache"

    @Test("a master is a master, a replica a replica with or without its link")
    func roles() throws {
        let master = try RedisServer.started()
        let replica = try RedisServer.replica(of: master)
        try expect("ready", "a master", master.target(), ["role=master"], says: "PONG, a master")
        let unlinked = try expect("ready", "a master has no link", master.target(), ["link=up"])
        #expect(unlinked.message == "PONG")
        try expect(
            "role", "a master, and not a replica", master.target(), ["role=replica"], says: "it is a master")
        try expect(
            "ready", "a replica, linked", replica.target(), ["role=replica", "link=up"],
            says: "its link is up")
        try expect(
            "role", "a replica, and not a master", replica.target(), ["role=master"],
            says: "it is a replica of 127.0.0.1:\(master.port)")
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 200ms, retries: 1, start_period: 0s}
            targets:
              cache: {redis: "127.0.0.1:\(replica.port)", role: replica, link: up}
            """)
        try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
        master.stop()
        let isDown = eventually(within: 10) {
            replica.command(["INFO", "replication"]).contains("master_link_status:down")
        }
        #expect(isDown)
        try expect("ready", "a replica without its link", replica.target(), ["role=replica"])
        try expect(
            "link_down", "a replica that needs its link", replica.target(), ["link=up"], says: "is down")
        try agent.expect("cache", "unhealthy", reason: "link_down", isReady: false, within: 5)
        #expect(
            try Asked(replica.target(), options: ["--set", "cache.link=up", "--for", "liveness"]).verdict
                == "ready")
    }

    @Test(
        "a cluster that has lost a node answers PONG and is cluster_down where the cluster is asked for (R-12)"
    )
    func cluster() throws {
        let nodes = try RedisServer.cluster()
        let isOk = eventually(within: 20) {
            nodes[0].command(["CLUSTER", "INFO"]).contains("cluster_state:ok")
        }
        #expect(isOk)
        try expect("ready", "a cluster", nodes[0].target(), ["cluster=ok"], says: "the cluster is ok")
        nodes[2].stop()
        let isFailed = eventually(within: 20) {
            nodes[0].command(["CLUSTER", "INFO"]).contains("cluster_state:fail")
        }
        #expect(isFailed)
        try expect("ready", "a node of a failed cluster", nodes[0].target())
        try expect(
            "cluster_down", "a failed cluster", nodes[0].target(), ["cluster=ok"], says: "state is fail")
        let alone = try RedisServer.started()
        try expect(
            "error", "no cluster at all", alone.target(), ["cluster=ok"],
            says: "ERR This instance has cluster support disabled")
    }

    @Test("a Sentinel is asked where the master is, also after a failover")
    func sentinel() throws {
        let master = try RedisServer.started()
        let replica = try RedisServer.replica(of: master)
        let sentinel = try RedisSentinel(watching: master)
        let target = "cache=redis+sentinel://127.0.0.1:\(sentinel.port)/mymaster"
        let asked = try expect("ready", "the master of a Sentinel", target, says: "PONG, a master")
        #expect(asked.address == "127.0.0.1:\(master.port)")
        try expect(
            "missing", "a master that the Sentinel does not know",
            "cache=redis+sentinel://127.0.0.1:\(sentinel.port)/other",
            says: "knows no master called other")
        try expect(
            "error", "no Sentinel", "cache=redis+sentinel://127.0.0.1:\(master.port)/mymaster",
            says: "ERR unknown command")
        let knows = eventually(within: 20) {
            sentinel.command(["SENTINEL", "replicas", "mymaster"]).contains("\(replica.port)")
        }
        #expect(knows)
        let gate = try Program(
            Program.waitfor, ["-v", "-t", "40", target, "--set", "cache.success_threshold=100000"]
        ).start()
        master.stop()
        let isPromoted = eventually(within: 30) {
            (try? Asked(target))?.address == "127.0.0.1:\(replica.port)"
                && (try? Asked(target).verdict) == "ready"
        }
        #expect(isPromoted, "\(gate.standardError.suffix(2000))")
        gate.stop()
        #expect(
            gate.standardError.contains(": not ready: refused"), "\(gate.standardError.suffix(2000))")
    }

    @Test("a key must be there, and have its value where one is named")
    func keys() throws {
        let server = try RedisServer.started(["requirepass": "secret"])
        server.command(["SET", "warm", "yes"], password: "secret")
        server.command(["LPUSH", "list", "a"], password: "secret")
        let target = server.target(":secret", "/0")
        try expect("ready", "a key", target, ["expect_key=warm"], says: "the key is there")
        try expect("ready", "a key of another type", target, ["expect_key=list"])
        try expect("missing", "no key", target, ["expect_key=cold"], says: "there is no key cold")
        try expect("ready", "a key with its value", target, ["expect_key=warm=yes"])
        let other = try expect(
            "body_mismatch", "a key with another value", target, ["expect_key=warm=n0t-s0"])
        #expect(!other.finished.output.contains("n0t-s0"))
        try expect("missing", "no key with a value", target, ["expect_key=cold=yes"])
        try expect("error", "a list as a value", target, ["expect_key=list=a"], says: "WRONGTYPE")
        server.command(["ACL", "SETUSER", "app", "on", ">pw", "+ping", "~*"], password: "secret")
        try expect(
            "denied", "a user who may not read", server.target("app:pw"), ["expect_key=warm"], says: "NOPERM")
    }
}
