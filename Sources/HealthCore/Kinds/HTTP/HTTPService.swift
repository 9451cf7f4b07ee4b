/// The request to an HTTP server, and the expected response.
package struct HTTPService: Sendable, Equatable {
    /// The request target: path and query, which may hold a token.
    package var requestTarget: Secret
    /// The path without the query, for people.
    package var path: String
    /// The value of the `Host` field.
    package var host: String
    package var method = "GET"
    package var headers: [Header] = []
    /// Who asks, where the URL says so.
    package var credentials: HTTPCredentials?
    /// A file of `Name: value` lines, for tokens; read anew for every request.
    package var headerFile: String?
    package var expectedStatus = StatusRanges.usual
    /// The text that the body must contain.
    package var expectedBody: Secret?
    /// What the body must say as JSON.
    package var expectedJSON: [JSONExpectation] = []
    /// Whether a redirect on the same host is followed.
    package var followsRedirects = false

    package init(requestTarget: Secret, path: String, host: String) {
        (self.requestTarget, self.path, self.host) = (requestTarget, path, host)
    }

    /// A field of the request.
    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: Secret

        /// Reads `Name: value`; nil if it is no field, or one that the request sets itself.
        package init?(_ line: ArraySlice<UInt8>) {
            guard let field = HTTPField(line),
                field.value.allSatisfy({ !ASCII.isControl($0) || $0 == ASCII.tab })
            else { return nil }
            let name = field.name.text
            let ours = ["connection", "content-length", "transfer-encoding"]
            guard !ours.contains(name.lowercased()) else { return nil }
            guard !field.name.isWord("host") || field.value.isHost else { return nil }
            self.name = name
            value = Secret(field.value)
        }

        /// Whether it is the field with this name, which is in lower case.
        func isNamed(_ word: String) -> Bool { name.lowercased() == word }

        /// Reads the lines of a file; nil if one of them is not a valid field.
        package static func list(_ lines: [UInt8]) -> [Header]? {
            let fields = lines[...].lines.filter { !$0.isEmpty }
            let headers = fields.compactMap(Header.init)
            return headers.count == fields.count ? headers : nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether it can be the value of `Host`: one word.
    fileprivate var isHost: Bool {
        !isEmpty && !contains(where: ASCII.isBlank) && !contains(UInt8(ascii: ","))
    }
}

/// The expected HTTP statuses: `200-299,401` or `2xx`.
package struct StatusRanges: Sendable, Equatable, CustomStringConvertible {
    private let ranges: [ClosedRange<Int>]

    /// 200 to 399.
    package static let usual = StatusRanges(ranges: [200...399])

    private init(ranges: [ClosedRange<Int>]) {
        self.ranges = ranges
    }

    /// nil unless it is a list of statuses and ranges of them, from 100 to 599.
    package init?(_ text: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if let hundred = Self.hundred(part) {
                ranges.append(hundred)
                continue
            }
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.status)
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last else {
                return nil
            }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    /// `2xx`: a class of statuses (RFC 9110 §15).
    private static func hundred(_ text: Substring) -> ClosedRange<Int>? {
        guard text.utf8.count == 3, text.lowercased().hasSuffix("xx"),
            let digit = Int(text.prefix(1), radix: 10),
            (1...5).contains(digit)
        else { return nil }
        return digit * 100...digit * 100 + 99
    }

    private static func status(_ text: Substring) -> Int? {
        guard text.utf8.count == 3, text.utf8.allSatisfy(ASCII.isDigit),
            let status = Int(text, radix: 10),
            (100...599).contains(status)
        else { return nil }
        return status
    }

    package func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

    package var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
            separator: ",")
    }
}
