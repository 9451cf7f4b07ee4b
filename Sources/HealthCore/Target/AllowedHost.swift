/// A name that clients on this machine may call an agent by, besides `localhost`.
package struct AllowedHost: Sendable, Hashable {
    /// The name in lower case, without the dot that makes it absolute.
    package let name: String

    /// Reads a name of the configuration; the error ends a sentence that names the setting.
    package init(_ text: String) throws(ConfigurationError) {
        do throws(TargetError) {
            name = Self.normalized(Array(try HostText.host(Array(text.utf8)[...]).utf8)[...])
        } catch {
            throw ConfigurationError("\(error.part.rawValue): \(error.advice); write a name without a port")
        }
    }

    /// The name that a request has for this server, in the form in which names are compared.
    package static func normalized(_ name: ArraySlice<UInt8>) -> String {
        let bare = name.last == UInt8(ascii: ".") ? name.dropLast() : name
        return String(decoding: bare.map(ASCII.lowercased), as: UTF8.self)
    }
}
