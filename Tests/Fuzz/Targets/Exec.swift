@testable import HealthCore

/// An exec form written again reads the same, and its name is one word.
@Sendable func fuzzExec(_ bytes: [UInt8]) {
    if let words = JSONStrings.read(bytes[...]) {
        let texts = words.compactMap(\.wholeText)
        if texts.count == words.count {
            let written = "[" + texts.map(JSONText.quoted).joined(separator: ",") + "]"
            Invariant.hold(
                JSONStrings.read(Array(written.utf8)[...]) == words, "it reads the same: \(written)")
        }
    }
    guard let service = try? ExecService(text: bytes[...]) else { return }
    Invariant.shown(service.name)
    Invariant.hold(!service.name.utf8.contains(UInt8(ascii: "/")), "a name without folders")
    Invariant.hold(!service.arguments.isEmpty, "there is a program")
    for argument in service.arguments {
        Invariant.hold(!argument.reveal { $0.contains(0) }, "a zero ends an argument for the kernel")
    }
}
