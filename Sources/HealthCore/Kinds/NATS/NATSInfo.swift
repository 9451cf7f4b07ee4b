/// What a NATS server says of itself, in its first line and whenever that changes.
package struct NATSInfo: Sendable, Equatable {
    package let version: String
    package let requiresTLS: Bool
    package let offersTLS: Bool
    package let asksLogin: Bool
    /// Whether the server is about to stop, and takes nobody any more.
    package let isLameDuck: Bool

    package init(_ document: [UInt8]) throws(Failure) {
        func value(_ key: String) throws(Failure) -> ArraySlice<UInt8>? {
            do throws(JSONPointer.Malformed) {
                return try JSONPointer(members: [key]).value(in: document)
            } catch {
                throw Failure(
                    .protocol, "not what a NATS server says of itself: \(PrintableText.line(document))")
            }
        }
        func isSet(_ key: String) throws(Failure) -> Bool {
            try value(key)?.elementsEqual("true".utf8) == true
        }
        guard document.first == UInt8(ascii: "{") else {
            throw Failure(.protocol, "not what a NATS server says of itself: \(PrintableText.line(document))")
        }
        version = PrintableText.line((try value("version") ?? []).filter { $0 != ASCII.quote }, atMost: 30)
        requiresTLS = try isSet("tls_required")
        let isAvailable = try isSet("tls_available")
        offersTLS = isAvailable || requiresTLS
        asksLogin = try isSet("auth_required")
        isLameDuck = try isSet("ldm")
    }
}
