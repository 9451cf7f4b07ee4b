internal import HealthCore

/// `/history`: the texts of the page and of its visible rows, of which its script renews what has changed.
struct PageJSON: Sendable {
    let view: @Sendable () -> PageView

    var response: Response {
        let make = view
        let text = LongText(steps: PageView.size + 1) {
            let view = make()
            return { step, bytes in
                if step == 0 { bytes.append(Self.beginning(view)) }
                if step == view.rows.count { bytes.append("]}\n") }
                guard step < view.rows.count else { return }
                if step > 0 { bytes.append(",") }
                Self.append(view.rows[step], to: &bytes)
            }
        }
        return Response(as: .json, text)
    }

    private static func append(_ row: PageRow, to bytes: inout [UInt8]) {
        bytes.append("[")
        append(row.standing.rawValue, to: &bytes)
        for text in row.texts {
            bytes.append(",")
            append(text, to: &bytes)
        }
        bytes.append("]")
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
