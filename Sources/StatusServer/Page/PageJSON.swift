internal import HealthCore

/// `/history`: the texts of the page and of its visible rows, of which its script renews what has changed.
struct PageJSON: Sendable {
    let view: PageView

    var response: Response {
        let view = view
        let text = LongText(steps: view.rows.count + 1) { step, bytes in
            if step == 0 { bytes.append(Self.beginning(view)) }
            guard step < view.rows.count else { return bytes.append("]}\n") }
            if step > 0 { bytes.append(",") }
            bytes.append("[")
            Self.append(view.rows[step].standing.rawValue, to: &bytes)
            for text in view.rows[step].texts {
                bytes.append(",")
                Self.append(text, to: &bytes)
            }
            bytes.append("]")
        }
        return Response(as: .json, text)
    }

    /// Appends a string; nearly every one is made without a look at its characters, which would take longer than all else.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let isPlain = text.utf8.allSatisfy {
            $0 != ASCII.quote && $0 != ASCII.backslash && !ASCII.isControl($0)
        }
        guard isPlain else { return bytes.append(JSONText.quoted(text)) }
        bytes.append(ASCII.quote)
        bytes.append(text)
        bytes.append(ASCII.quote)
    }

    private static func beginning(_ view: PageView) -> String {
        let fields: [(key: String, value: JSONText)] = [
            ("ready", .bool(view.isReady)), ("title", .string(view.title)),
            ("verdict", .string(view.verdict)),
            ("agent", .string(view.agent)), ("time", .string(view.time)), ("extent", .string(view.extent)),
            ("previous", .string(view.previous)), ("next", .string(view.next)),
            ("counts", .array(view.counts.map(JSONText.integer))),
        ]
        return JSONText.object(fields).text.dropLast() + ",\"rows\":["
    }
}
