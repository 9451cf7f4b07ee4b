import EventLoop
import HealthCore
import Probes
import TestSupport
import Testing

@Suite("Every kind of target")
struct KindsTests {
    private let context = ReadingContext(variable: { _ in nil })

    private func target(_ form: TargetForm) throws -> Target {
        try TargetReader(context: context).read(Array(form.example.utf8), named: "x")
    }

    @Test("the example of each form is read, into a target with the form's word, title and kind")
    func examples() throws {
        for kind in Kinds() {
            try #require(!kind.forms.isEmpty, "\(kind)")
            for form in kind.forms {
                #expect(form.example.hasPrefix("\(form.scheme):"), "\(form.example)")
                let target = try target(form)
                #expect(target.kind == form.word && target.title == form.title, "\(form.example)")
                #expect(type(of: target.service) == kind, "\(form.example)")
                #expect((target.tls != nil) == form.isEncrypted, "\(form.example)")
                #expect(!target.isInferred, "\(form.example)")
            }
        }
    }

    @Test("no two forms have a scheme in common, and a word belongs to one kind")
    func words() {
        let schemes = Kinds.forms.map(\.scheme)
        #expect(Set(schemes).count == schemes.count, "\(schemes)")
        var kinds: [String: String] = [:]
        for kind in Kinds() {
            #expect(kind.forms.contains { $0.word == kind.word }, "\(kind)")
            for form in kind.forms {
                #expect(kinds[form.word] == nil || kinds[form.word] == "\(kind)", "\(form.word)")
                kinds[form.word] = "\(kind)"
            }
        }
    }

    @Test("each form has a probe, and each kind a probe of its own")
    func probes() throws {
        let loop = EventLoop()
        let dialer = Dialer(loop, Resolver(loop, families: .any))
        var owners: [String: String] = [:]
        for kind in Kinds() {
            for form in kind.forms {
                let probe = try target(form).probe(dialer, environment: ProcessEnvironment(nil))
                let name = "\(type(of: probe))"
                #expect(owners[name] == nil || owners[name] == "\(kind)", "\(form.example): \(name)")
                owners[name] = "\(kind)"
            }
        }
        #expect(owners.count == Array(Kinds()).count, "\(owners)")
    }

    @Test("a bare host:port at a kind's well-known port is of that kind, and says that it was inferred")
    func wellKnownPorts() throws {
        var ports: Set<UInt16> = []
        for kind in Kinds() {
            guard let port = kind.wellKnownPort else { continue }
            #expect(ports.insert(port).inserted, "\(port) is of two kinds")
            let target = try TargetReader(context: context).read(
                Array("h:\(port)".utf8), named: "x")
            #expect(type(of: target.service) == kind && target.isInferred, "\(port)")
            #expect(target.kind == kind.word && target.title == kind.title, "\(port)")
        }
    }

    @Test("kinds are told apart in two places: the list of them, and the probe of a target")
    func switches() throws {
        let types = Array(Kinds()).map { "\($0)" }
        let folders = try Project.swiftFiles(in: "Sources/HealthCore/Kinds")
        var places: [String: Int] = [:]
        for file in try Project.swiftFiles(in: "Sources") {
            let text = Project.text(file)
            let lines = text.split(separator: "\n").map(String.init).filter {
                !$0.drop { $0 == " " }.hasPrefix("//")
            }
            for type in types where text.contains(type) {
                // The folder of a kind is the one of its type's file.
                let home = folders.first { $0.hasSuffix("/\(type).swift") }?.dropLast("\(type).swift".count)
                guard let home, !file.hasPrefix(home) else { continue }
                places[file, default: 0] += lines.count { line in
                    line.contains(type)
                        && ["as \(type)", "as? \(type)", "as! \(type)", "is \(type)", "\(type).self"]
                            .contains { Self.has($0, in: line) }
                }
            }
        }
        places = places.filter { $0.value > 0 }
        #expect(places.removeValue(forKey: "Sources/HealthCore/Kinds/Kind.swift") == types.count)
        #expect(places.removeValue(forKey: "Sources/Probes/Target+Probe.swift") == types.count)
        #expect(places.isEmpty, "these know a kind by its name: make it a member of `Kind`")
    }

    /// Whether a word stands in a line, and is not part of a longer one.
    private static func has(_ word: String, in line: String) -> Bool {
        line.indices.contains { index in
            guard line[index...].hasPrefix(word) else { return false }
            let before = index == line.startIndex ? nil : line[line.index(before: index)]
            let after = line[index...].dropFirst(word.count).first
            return [before, after].allSatisfy { $0.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true }
        }
    }
}
