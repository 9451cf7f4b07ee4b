import TestSupport
import Testing

/// What people really write, and what servers really answer: cases out of public issues, documentation and files, in the
/// order in which they were collected. The kind of each is what the program is held to, and other cases have other
/// tests.
@Suite(.serialized, .needsTheStaticProgram, .needsThePlainProgram)
struct FieldCaseTests {
    @Test("every case of the field ends as its writer needs, and in words that help")
    func table() throws {
        try Namespace(hosts: FieldLab.hosts).run {
            let lab = try FieldLab()
            var seen: Set<String> = []
            for section in FieldSection.all {
                for given in section.cases {
                    #expect(seen.insert(given.id).inserted, "\(given.id) is there twice")
                    try judge(given, "\(section.title): \(given.id)", in: lab)
                }
            }
            #expect(seen.count > 190)
        }
    }

    private func judge(_ given: FieldCase, _ title: String, in lab: FieldLab) throws {
        switch given.setting {
        case .servers, .emptyRoot, .file:
            try expect(given, title, in: lab)
        case .peer(let peer):
            try withLoopbackServer(peer.serve) { try expect(given, title, port: $0.port, in: lab) }
        case .names(let conf, let known, let failing):
            try Namespace(resolvConf: conf, hosts: "127.0.0.1 localhost\n").run {
                let names = try DNSServer { query in
                    known.contains(query.name)
                        ? .addresses(["127.0.0.1"]) : failing.contains(query.name) ? .servfail : .nxdomain
                }
                defer { names.stop() }
                let server = try LoopbackServer { connection in
                    FakeRedis.serve(connection) { _ in "+PONG\r\n" }
                }
                defer { server.stop() }
                try expect(given, title, port: server.port, in: lab)
            }
        case .request(let request, let answer):
            let agent = try AgentUnderTest("targets: {x: {exec: [CMD, /bin/true]}}\n")
            try agent.expect("x", "healthy", reason: nil, isReady: true, within: 5)
            let said = String(decoding: try agent.place.exchange(Array(request.utf8)), as: UTF8.self)
            #expect(said.hasPrefix(answer), "\(title): \(said)")
        }
    }

    private func expect(_ given: FieldCase, _ title: String, port: UInt16? = nil, in lab: FieldLab) throws {
        if case .file(let text) = given.setting { try lab.directory.write("c.yaml", lab.filled(text)) }
        var program = [Program.waitfor]
        if case .emptyRoot = given.setting {
            let root = lab.directory.file("root")
            let copied = try Program.run("/bin/cp", [Program.waitfor, "\(root)/waitfor"])
            try #require(copied.exitCode == 0, "\(copied)")
            program = ["/usr/sbin/chroot", root, "/waitfor"]
        }
        let words = program + given.arguments.map { lab.filled($0, port: port) }
        let environment = given.environment.mapValues { lab.filled($0, port: port) }
        let finished = try Program.run(
            words[0], Array(words.dropFirst()),
            environment: Program.minimalEnvironment.merging(environment) { $1 }, within: 15)
        let story = Comment("\(title): \(given.environment) \(given.arguments): \(finished)")
        let said = finished.output + finished.errors
        switch given.end {
        case .ready:
            #expect(finished.exitCode == 0 && !said.contains("not ready"), story)
        case .notReady(let reason):
            #expect(finished.exitCode == 1 && said.contains(": not ready: \(reason): "), story)
        case .usage:
            #expect(finished.exitCode == 125 && finished.output.isEmpty, story)
        case .exits(let code):
            #expect(finished.exitCode == code, story)
        }
        for word in given.says { #expect(said.contains(lab.filled(word, port: port)), "\(word): \(story)") }
        for word in given.never + ["secretpw", ":secret", "=secret"] {
            #expect(!said.contains(word), "\(word): \(story)")
        }
    }
}
