import HealthCore
import Testing

@testable import waitfor

@Suite("Reading single options")
struct OptionReaderTests {
    private func reader(
        _ arguments: [String], _ variables: [String: String]? = nil
    ) throws -> OptionReader {
        OptionReader(request: try request(arguments, variables))
    }

    @Test("what nobody gave is nil")
    func absent() throws {
        let reader = try reader([])
        #expect(try reader.duration("timeout") == nil && reader.count("quorum") == nil)
        #expect(try reader.reasons("accept") == nil && reader.use() == nil && reader.format("log") == nil)
    }

    @Test("each is read as what it is, and of several the last one")
    func values() throws {
        let gate = try reader([
            "-t", "nonsense", "-t", "1m30s", "--quorum=2", "--accept=auth,loading", "--for=liveness",
            "--log=json",
        ])
        #expect(try gate.duration("timeout") == .seconds(90))
        #expect(try gate.count("quorum") == 2)
        #expect(try gate.reasons("accept") == [.auth, .loading])
        #expect(try gate.use() == .liveness)
        #expect(try gate.format("log") == .json)
        #expect(try reader(["-t", "5"]).duration("timeout") == .seconds(5))
    }

    @Test("zero is a duration only where it means something")
    func zero() throws {
        let reader = try reader(["-t", "0"])
        #expect(try reader.duration("timeout", allowsZero: true) == .zero)
        #expect(throws: ConfigurationError.self) { try reader.duration("timeout") }
    }

    @Test("every reason can be named")
    func everyReason() throws {
        let words = Reason.allCases.map(\.rawValue).joined(separator: ",")
        #expect(try reader(["--accept=\(words)"]).reasons("accept") == Reason.allCases)
    }

    @Test("a mistake is told by where it was written, what was written and what is expected")
    func mistakes() throws {
        let duration = "a duration of at least 1ms, like 500ms or 3s"
        func sentence(
            _ arguments: [String], _ variables: [String: String]? = nil,
            _ read: (OptionReader) throws(ConfigurationError) -> Void
        ) throws -> String? {
            let reader = try reader(arguments, variables)
            return refusal { () throws(ConfigurationError) in try read(reader) }
        }
        let timeout = { (reader: OptionReader) throws(ConfigurationError) in
            _ = try reader.duration("timeout")
        }
        #expect(try sentence(["-t", "soon"], nil, timeout) == "-t: `soon`: \(duration)")
        #expect(try sentence(["--timeout=soon"], nil, timeout) == "--timeout: `soon`: \(duration)")
        #expect(
            try sentence([], ["WAITFOR_GATE_TIMEOUT": "soon"], timeout)
                == "WAITFOR_GATE_TIMEOUT: `soon`: \(duration)")
        // Nothing was written that could be shown.
        #expect(try sentence(["--timeout="], nil, timeout) == "--timeout: \(duration)")
        let quorum = try sentence(["--quorum=0"], nil) { reader throws(ConfigurationError) in
            _ = try reader.count("quorum")
        }
        #expect(quorum == "--quorum: `0`: a whole number from 1")
        let use = try sentence(["--for=x"], nil) { reader throws(ConfigurationError) in _ = try reader.use() }
        #expect(use == "--for: `x`: readiness or liveness")
        let form = try sentence(["--log=x"], nil) { reader throws(ConfigurationError) in
            _ = try reader.format("log")
        }
        #expect(form == "--log: `x`: text or json")
    }

    @Test("a reason that is none is named once, also where it is the whole value")
    func unknownReason() throws {
        for value in ["nonsense", "auth,nonsense"] {
            let reader = try reader(["--accept=\(value)"])
            let sentence = refusal { () throws(ConfigurationError) in _ = try reader.reasons("accept") }
            let told = value == "nonsense" ? "" : "`\(value)`: "
            #expect(
                sentence == "--accept: \(told)nonsense is no reason; `waitfor help targets` lists them")
        }
    }
}
