import TestSupport

/// What somebody typed, the peer that answered it, and what is right.
struct FieldCase: Sendable {
    /// How the program ends, and what it says of the target.
    enum End: Sendable {
        /// 0, and every target is ready.
        case ready
        /// 1, with this reason.
        case notReady(String)
        /// 125, before anything is asked.
        case usage
        /// This code.
        case exits(Int32)
    }

    /// How the case is called where it was collected.
    let id: String
    /// The words after the name of the program. `PORT` is the peer's, and `LAB` a directory with what is named there.
    let arguments: [String]
    let environment: [String: String]
    let end: End
    /// What must be there, on either stream.
    let says: [String]
    /// What must not be there.
    let never: [String]
    let setting: Setting

    /// What else there is, besides the servers of `FieldLab`.
    enum Setting: Sendable {
        case servers
        /// Who answers at `PORT`.
        case peer(FieldPeer)
        /// The lines of resolv.conf, and the names that its server knows at 127.0.0.1, or fails at.
        case names(String, known: Set<String> = [], failing: Set<String> = [])
        /// The text of the file `LAB/c.yaml`.
        case file(String)
        /// A root directory with nothing in it but the program.
        case emptyRoot
        /// A request to a running agent, and how its answer begins.
        case request(String, answer: String)
    }

    init(
        _ id: String, _ arguments: [String], _ environment: [String: String], _ end: End,
        says: [String] = [], never: [String] = [], _ setting: Setting = .servers
    ) {
        (self.id, self.arguments, self.environment, self.end) = (id, arguments, environment, end)
        (self.says, self.never, self.setting) = (says, never, setting)
    }

    init(
        _ id: String, _ arguments: [String], _ end: End, says: [String] = [], never: [String] = [],
        _ setting: Setting = .servers
    ) {
        self.init(id, arguments, [:], end, says: says, never: never, setting)
    }

    /// A check of a target that a variable holds, within two seconds.
    init(
        _ id: String, _ variable: String, _ value: String, _ end: End, says: [String] = [],
        never: [String] = [], _ setting: Setting = .servers
    ) {
        self.init(
            id, ["check", "-t", "2s", "env:\(variable)"], [variable: value], end, says: says, never: never,
            setting)
    }

    /// A check of a target, within two seconds.
    init(
        _ id: String, check words: String..., end: End, says: [String] = [], never: [String] = [],
        _ setting: Setting = .servers
    ) {
        self.init(id, ["check", "-t", "2s"] + words, end, says: says, never: never, setting)
    }

    /// A request to a running agent.
    init(_ id: String, request: String, answer: String) {
        self.init(id, [], [:], .ready, .request(request, answer: answer))
    }
}

/// Cases of one kind, under the heading that they were collected under.
struct FieldSection: Sendable {
    let title: String
    let cases: [FieldCase]

    init(_ title: String, _ cases: [FieldCase]) {
        (self.title, self.cases) = (title, cases)
    }

    /// All sections, in the order in which they were collected.
    static let all =
        addresses + habits + words + connections + servers + settings + others + messages
}
