@testable import HealthCore

/// What a PostgreSQL says of its replication is believed only where each word is one that it can say; a standby
/// passes only if it is not behind.
@Sendable func fuzzRoles(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let limit = Duration.seconds(30)
    do throws(Failure) {
        let isPrimary = (try? ReplicationState.require(.primary, text)) != nil
        let isStandby = (try? ReplicationState.require(.standby, text)) != nil
        Invariant.hold(!(isPrimary && isStandby), "a server has one role")
        Invariant.hold(isPrimary == (text == "f") && isStandby == (text == "t"), "a role that nobody said")
        try ReplicationState(text).requireLag(atMost: limit)
        guard text != "primary" else { return }
        Invariant.hold(isInTime(text, within: 30), "a standby that is behind, or that cannot have said this")
    } catch {
        Invariant.shown(error)
    }
}

/// The rule again, from the words: `standby RECEIVERS REPLAYED AGE`.
private func isInTime(_ text: String, within limit: Double) -> Bool {
    let words = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
    }
    guard words.count == 4, words[0] == "standby", isNumber(words[1]), ["0", "1"].contains(words[2]) else {
        return false
    }
    if words[1] != "0", words[2] == "1" { return words[3] == "-" || isDecimal(words[3]) }
    guard isDecimal(words[3]), let age = Double(words[3]) else { return false }
    return age <= limit
}

private func isNumber(_ word: String) -> Bool {
    !word.isEmpty && word.utf8.allSatisfy(ASCII.isDigit)
}

/// A number with or without a sign and decimals: no exponent, no word.
private func isDecimal(_ word: String) -> Bool {
    let digits = word.hasPrefix("-") ? word.dropFirst() : word[...]
    let parts = digits.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) }
}
