/// A whole HTTP/1.x answer that ended with its connection: the status and the body.
package struct HTTPAnswer: Sendable, Equatable {
    package let status: Int
    package let body: [UInt8]

    /// Nil unless it begins with a status line and has a blank line before its body.
    package init?(_ bytes: [UInt8]) {
        let version = Array("HTTP/1.".utf8)
        // `HTTP/1.1 200 …`
        guard bytes.count > 12, bytes.starts(with: version), bytes[8] == UInt8(ascii: " "),
            let status = Int(String(decoding: bytes[9..<12], as: UTF8.self)), (100...599).contains(status),
            bytes[12] == UInt8(ascii: " ") || bytes[12] == UInt8(ascii: "\r"),
            let end = bytes.endOfFirst("\r\n\r\n".utf8)
        else { return nil }
        self.status = status
        body = Array(bytes[end...])
    }
}
