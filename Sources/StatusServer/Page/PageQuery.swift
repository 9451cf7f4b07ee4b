internal import HealthCore

/// What a client asks the page for: the targets that a filter leaves, and which hundred of them.
struct PageQuery: Sendable, Equatable {
    /// The text that the targets' names contain, or the state, kind or reason that they have; one printable line.
    var filter = ""
    /// The number of the page, from 1.
    var page = 1

    private static let longestFilter = 100

    init(filter: String = "", page: Int = 1) {
        (self.filter, self.page) = (filter, page)
    }

    /// Reads the parameters that the page knows; what is no number is the first page.
    init(_ query: [RequestTarget.Parameter]) {
        for parameter in query {
            switch parameter.name {
            case "filter": filter = PrintableText.line(parameter.value, atMost: Self.longestFilter)
            case "page": page = max(1, Int(parameter.value, radix: 10) ?? 1)
            default: break
            }
        }
    }

    /// The reference of another page with the same filter.
    func reference(toPage page: Int) -> String {
        let filtered = filter.isEmpty ? "" : "filter=\(PercentEncoding.encoded(filter))"
        guard page > 1 else { return "?\(filtered)" }
        return "?\(filtered)\(filtered.isEmpty ? "" : "&")page=\(page)"
    }
}
