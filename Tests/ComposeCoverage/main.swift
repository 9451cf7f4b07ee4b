internal import Files
internal import Glibc

@testable internal import Configuration
@testable internal import HealthCore

// ComposeCoverage STACKS.jsonl CHECKS.tsv: how much of what public Compose files wait for is asked in full.
//
// A stack is one line of JSON with `services`; a check is `collection TAB image TAB healthcheck`. Such data comes without
// the `.env` of its projects, and a check without the environment of its service, so each share is told twice: as the
// files stand, and last with a value for each variable that has none.
guard CommandLine.arguments.count == 3 else {
    print("usage: ComposeCoverage STACKS.jsonl CHECKS.tsv")
    exit(2)
}

/// The lines of a file.
func lines(_ path: String) -> [[UInt8]] {
    guard let bytes = try? SmallFile(path).contents(atMost: 64 << 20) else {
        print("cannot read \(path)")
        exit(2)
    }
    return bytes.split(separator: ASCII.lineFeed).map { Array($0) }
}

/// The names of variables without a default in a text.
func names(in text: [UInt8]) -> Set<String> {
    var (found, rest) = (Set<String>(), text[...])
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
        rest = rest[(dollar + 1)...]
        let isBraced = rest.first == UInt8(ascii: "{")
        let name = (isBraced ? rest.dropFirst() : rest).prefix(while: CheckVariables.isNameByte)
        let next = text[name.endIndex...].first
        if !name.isEmpty, !isBraced || next == UInt8(ascii: "}") { found.insert(name.text) }
    }
    return found
}

/// A value that is a user, a database, a password and a port.
let value = "4711"

/// The services of a stack; nil where the reader refuses it.
func services(_ stack: [UInt8], isSet: Bool) -> [ComposeService]? {
    let set = isSet ? names(in: stack) : []
    var reader = ComposeReader(variable: { set.contains($0) ? value : nil }) {
        path throws(SmallFile.ReadError) in
        guard path == "stack.yaml" else { return [] }
        return stack
    }
    guard let project = try? reader.project(["stack.yaml"], envFiles: [], profiles: ["*"]) else { return nil }
    return project.services + project.inactive
}

/// How many of what was counted is asked in full.
struct Share {
    var (all, full, refused) = (0, 0, 0)

    var percent: String { String(decimal: Int64(full) * 1000 / Int64(max(1, all)), per: 10) + " %" }
}

var edges = [Share(), Share()]
for stack in lines(CommandLine.arguments[1]) {
    for (mode, isSet) in [false, true].enumerated() {
        guard let services = services(stack, isSet: isSet) else {
            edges[mode].refused += 1
            continue
        }
        for service in services {
            for edge in service.dependencies where edge.condition == .healthy {
                edges[mode].all += 1
                let needed = services.first { $0.name == edge.service }
                let check = needed?.translatedCheck(
                    for: .healthy, isRequired: edge.isRequired, caller: service)
                if check?.coverage == .full { edges[mode].full += 1 }
            }
        }
    }
}

var checks = [Share(), Share()]
for line in lines(CommandLine.arguments[2]) where line.first != UInt8(ascii: "#") {
    let columns = line.split(separator: ASCII.tab, omittingEmptySubsequences: false)
    guard columns.count == 3 else { continue }
    let stack =
        "{\"services\": {\"service\": {\"image\": \(JSONText.quoted(columns[1].text)), \"healthcheck\": \(columns[2].text)}}}"
    for (mode, isSet) in [false, true].enumerated() {
        guard var service = services(Array(stack.utf8), isSet: isSet)?.first else {
            (checks[mode].all, checks[mode].refused) = (checks[mode].all + 1, checks[mode].refused + 1)
            continue
        }
        guard let test = service.healthcheck?.test, test != .ofImage, test != .disabled else { continue }
        if isSet, case .shell(let text) = test {
            service.environment = names(in: Array(text.value.utf8)).map {
                ComposeVariable(name: $0, value: ComposeText(value))
            }
        }
        checks[mode].all += 1
        if service.translatedCheck(for: .healthy).coverage == .full { checks[mode].full += 1 }
    }
}

for (what, shares) in [("service_healthy edges", edges), ("checks", checks)] {
    let (bare, set) = (shares[0], shares[1])
    let refused = set.refused == 0 ? "" : ", \(set.refused) refused by the reader"
    print(
        "\(set.full) of \(set.all) \(what) are fully translated\(refused): as the files stand \(bare.percent),"
            + " with their variables set \(set.percent)")
}
