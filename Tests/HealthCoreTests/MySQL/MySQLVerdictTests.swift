import HealthCore
import Testing

@Suite("What MySQL's errors and states mean")
struct MySQLVerdictTests {
    private typealias Bytes = MySQLBytes

    static let reasons: [(UInt16, Reason)] = [
        (1040, .tooManyConnections), (1203, .tooManyConnections), (1226, .tooManyConnections), (1045, .auth),
        (1251, .auth), (1524, .auth), (1698, .auth), (1820, .auth), (1862, .auth), (3118, .auth),
        (3955, .auth),
        (4150, .auth),
        (4151, .auth), (1044, .denied), (1142, .denied), (1143, .denied), (1227, .denied), (1129, .denied),
        (1130, .denied), (1370, .denied), (1049, .noDatabase), (1053, .shuttingDown), (1047, .starting),
        (3032, .busy),
        (3159, .tls), (1792, .readOnly), (1836, .readOnly), (1290, .error), (1146, .error), (1064, .error),
        (0, .error),
    ]

    @Test("an error's reason is by its number, whatever the language", arguments: reasons)
    func reason(number: UInt16, reason: Reason) {
        let failure = MySQLError(number: number, text: Array("Zugriff verweigert".utf8)).failure
        #expect(failure.reason == reason && failure.code == "\(number)")
        #expect(failure.message == "\(number) \(number == 1045 ? "access denied" : "Zugriff verweigert")")
        #expect(failure.isPermanent == (reason == .tls || reason.isPermanent))
    }

    @Test("a wrong password's failure names the user that was sent, and has no word of the server's")
    func accessDenied() {
        let error = MySQLError(number: 1045, text: Array("user 'a' (using password: YES)".utf8))
        #expect(error.failure(of: "app").message == "1045 access denied for app")
        #expect(MySQLError(number: 1698, text: Array("no".utf8)).failure(of: "app").message == "1698 no")
    }

    @Test("a failure of an own query repeats none of it, and none of one that cannot be read")
    func query() {
        let query = Secret("SELECT 'topsecret'".utf8)
        func said(_ number: UInt16, _ text: String) -> String {
            MySQLError(number: number, text: Array(text.utf8)).failure.withholdingQuery(
                query, syntaxError: "1064"
            )
            .message
        }
        #expect(said(1064, "near 'SEL'") == "1064 the server cannot read the query")
        #expect(said(1054, "column 'topsecret'") == "1054 what it says repeats the query, and is not shown")
        #expect(said(1146, "Table 'a.b' doesn't exist") == "1146 Table 'a.b' doesn't exist")
    }

    @Test("1290 is read-only where its text names that option")
    func option() {
        for (name, reason) in [
            ("--read-only", Reason.readOnly), ("--super-read-only", .readOnly),
            ("--secure-file-priv", .error),
        ] {
            let text =
                "The MySQL server is running with the \(name) option so it cannot execute this statement"
            #expect(MySQLError(number: 1290, text: Array(text.utf8)).reason == reason)
        }
    }

    @Test("what has a cure of its own has that advice")
    func advice() {
        func hint(_ number: UInt16) -> Advice? { MySQLError(number: number, text: []).failure.hint }
        #expect(hint(1129) == .blockedHost && hint(1130) == .accountOfHost && hint(1698) == .socketLogin)
        #expect(hint(1862) == .expiredPassword && hint(3159) == .serverDemandsTLS && hint(1045) == nil)
    }

    @Test("a ping forgives a refusal about a user or a database that nobody named, and no other")
    func forgiveness() throws {
        func forgives(_ target: String, _ number: UInt16, _ variables: [String: String] = [:]) throws -> Bool
        {
            let failure = MySQLError(number: number, text: []).failure
            return try read(target, variables).mysql.forgives(failure)
        }
        for number in [1045, 1251, 1524, 1698] as [UInt16] {
            #expect(try forgives("db:3306", number) && !forgives("mysql://u@db", number))
            #expect(try forgives("db:3306", number, ["MYSQL_USER": "app"]))
        }
        let others: [UInt16] = [1040, 1044, 1049, 1053, 1129, 1130, 1820, 1862, 3118, 3159, 3955, 4150, 4151]
        for number in others {
            let (ours, image) = (
                try forgives("db:3306", number), try forgives("db:3306", number, ["MYSQL_USER": "a"])
            )
            #expect(!ours && !image, "\(number)")
        }
        #expect(try forgives("db:3306", 1049, ["MYSQL_DATABASE": "x"]) && !forgives("mysql://db/x", 1049))
        #expect(try !forgives("mysql://u:p@db", 1045))
        // A password that is given is somebody's.
        let failure = MySQLError(number: 1045, text: []).failure
        for key in ["password=x", "password_env=PW"] {
            let targets = try read(
                ["db=mysql://h"], set: ["db.level=ping", "db.\(key)"], context(["PW": "x"]))
            let service = try #require(targets.first).mysql
            #expect(!service.forgives(failure), "\(key)")
        }
    }

    /// What is said of a server that answers this to `SHOW VARIABLES`.
    private static func failure(ofVariables packets: [[UInt8]]) throws -> Failure? {
        let result = try #require(try Bytes.read(packets))
        return Bytes.failure { () throws(Failure) in
            let state = try MySQLState(result)
            try state.requireKnown()
            try state.requireWritable()
        }
    }

    @Test("a server takes writes where no variable says otherwise")
    func writable() throws {
        func said(_ rows: [[String?]]) throws -> Failure? {
            try Self.failure(ofVariables: Bytes.result(["Variable_name", "Value"], rows))
        }
        #expect(
            try said([["read_only", "OFF"], ["super_read_only", "OFF"], ["tx_read_only", "0"]]) == nil)
        #expect(
            try said([["read_only", "OFF"], ["super_read_only", "ON"]])?.message == "super_read_only is set")
        #expect(try said([["read_only", "NO_LOCK"]])?.reason == .readOnly)
        // What was not read is not off.
        for rows in [[], [["tx_read_only", "0"]], [["read_only", nil]], [["read_only", ""]]] as [[[String?]]]
        {
            #expect(try said(rows)?.reason == .protocol, "\(rows)")
        }
        let wide = Bytes.result(["a", "b", "c"], [["read_only", "OFF", "x"]])
        #expect(try Self.failure(ofVariables: wide)?.reason == .protocol)
        let nothing = try #require(try Bytes.read([[0, 0, 0, 2, 0, 0, 0]]))
        #expect(Bytes.failure { () throws(Failure) in try MySQLReplicas(nothing) }?.reason == .protocol)
    }

    /// Rows of `SHOW REPLICA STATUS`: channel, receiver, applier, seconds.
    private func replicas(_ rows: [[String?]], isOld: Bool = false) throws -> MySQLReplicas {
        let columns =
            isOld
            ? ["Connection_name", "Slave_IO_Running", "Slave_SQL_Running", "Seconds_Behind_Master"]
            : ["Channel_Name", "Replica_IO_Running", "Replica_SQL_Running", "Seconds_Behind_Source"]
        return try MySQLReplicas(try #require(try Bytes.read(Bytes.result(columns, rows))))
    }

    @Test("the worst channel counts, by whatever name its columns have", arguments: [false, true])
    func lag(isOld: Bool) throws {
        func reason(_ rows: [[String?]]) throws -> Reason? {
            let replicas = try replicas(rows, isOld: isOld)
            return Bytes.failure { () throws(Failure) in try replicas.requireLag(atMost: .seconds(5)) }?
                .reason
        }
        #expect(try reason([["", "Yes", "Yes", "5"]]) == nil && reason([["", "Yes", "Yes", "6"]]) == .lag)
        #expect(try reason([["a", "Yes", "Yes", "0"], ["b", "Yes", "Yes", "99"]]) == .lag)
        #expect(try reason([["a", "Yes", "Yes", "99"], ["b", "Yes", "No", nil]]) == .linkDown)
        for row in [
            ["", "Connecting", "Yes", nil], ["", "Yes", "No", nil], ["", "Yes", "Yes", nil],
            ["", "Yes", "Yes", "-1"],
        ] {
            #expect(try reason([row]) == .linkDown, "\(row)")
        }
        #expect(try reason([]) == .linkDown)
    }

    @Test("a primary replicates from nobody and takes writes; a group's own channels do not count")
    func role() throws {
        func said(_ role: MySQLRole, _ rows: [[String?]], readOnly: String) throws -> Reason? {
            let state = try MySQLState(
                try #require(
                    try Bytes.read(Bytes.result(["Variable_name", "Value"], [["read_only", readOnly]]))))
            let replicas = try replicas(rows)
            return Bytes.failure { () throws(Failure) in try replicas.require(role, state) }?.reason
        }
        let row = ["", "Yes", "Yes", "0"]
        #expect(
            try said(.primary, [], readOnly: "OFF") == nil && said(.replica, [], readOnly: "OFF") == .role)
        #expect(
            try said(.primary, [row], readOnly: "OFF") == .role
                && said(.replica, [row], readOnly: "ON") == nil)
        #expect(try said(.primary, [], readOnly: "ON") == .role && said(.replica, [], readOnly: "ON") == nil)
        #expect(
            try said(.primary, [["group_replication_applier", "Yes", "Yes", "0"]], readOnly: "OFF") == nil)
    }
}
