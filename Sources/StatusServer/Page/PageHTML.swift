internal import HealthCore

/// The page of `/` for a browser: complete without a script, which only keeps it up to date.
struct PageHTML: Sendable {
    let view: @Sendable () -> PageView

    /// What the page may do. Nothing of it can be changed by a text of somebody else: no other script or style is run,
    /// no other server is asked, nothing is sent and no other page shows this one.
    static let policy =
        "default-src 'none'; script-src 'sha256-\(PageScript.hash)'; style-src 'sha256-\(PageStyle.hash)'; "
        + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    var response: Response {
        let make = view
        let text = LongText(steps: PageView.size + 1) {
            let view = make()
            return { step, bytes in
                if step == 0 { Self.appendHead(view, to: &bytes) }
                if step == view.rows.count { Self.appendEnd(view, to: &bytes) }
                guard step < view.rows.count else { return }
                Self.append(view.rows[step].texts, of: view.rows[step].standing.rawValue, to: &bytes)
            }
        }
        return Response(as: .page, text)
    }

    private static func appendHead(_ view: PageView, to bytes: inout [UInt8]) {
        bytes.append(
            """
            <!doctype html>
            <html lang=en>
            <meta charset=utf-8>
            <meta name=viewport content="width=device-width">
            <link rel=icon href="data:,">
            <noscript><meta http-equiv=refresh content=10></noscript>
            <title>
            """)
        bytes.append(escaped: view.title)
        bytes.append("</title>\n<style>")
        bytes.append(PageStyle.text)
        bytes.append("</style>\n<main>\n<h1>waitfor</h1>\n<p id=verdict role=status class=")
        bytes.append(view.isReady ? "healthy>" : "unhealthy>")
        bytes.append(escaped: view.verdict)
        bytes.append("</p>\n<p id=gone role=alert hidden></p>\n<p><span id=agent>")
        bytes.append(escaped: view.agent)
        bytes.append("</span> · <time id=time>")
        bytes.append(escaped: view.time)
        bytes.append("</time></p>\n<nav id=states aria-label=States>")
        appendStates(view, to: &bytes)
        bytes.append("</nav>\n<p><label hidden>Filter <input id=filter type=search value=\"")
        bytes.append(escaped: view.query.filter)
        bytes.append(
            """
            "></label>
            <table><caption>Targets, worst first</caption>
            <thead><tr><th scope=col>Target<th scope=col>State<th scope=col>Last 60 probes<th scope=col>Last\
            <th scope=col>Certificate
            <tbody id=rows>

            """)
    }

    private static func appendStates(_ view: PageView, to bytes: inout [UInt8]) {
        let states = [""] + Standing.allCases.map(\.rawValue)
        for (state, count) in zip(states, view.counts) {
            bytes.append("<a href=\"?\(state.isEmpty ? "" : "filter=\(state)")\"")
            if state == view.query.filter { bytes.append(" aria-current=page") }
            bytes.append(">\(state.isEmpty ? "all" : state) <b>\(count)</b></a> ")
        }
    }

    /// Appends a row: the texts in the order of its elements, as the script has them.
    private static func append(_ texts: [String], of state: String, to bytes: inout [UInt8]) {
        let parts: [StaticString] = [
            "<th scope=row><b>", "</b> <i>", "</i><td><b>", "</b> <i>", "</i><p>",
            "<td><svg viewBox=\"0 0 120 40\" role=img><title>", "</title><path d=\"", "\"/><path d=\"",
            "\"/><path d=\"", "\"/></svg><td>", "<td>",
        ]
        bytes.append("<tr class=\(state)>")
        for (part, text) in zip(parts, texts) {
            part.withUTF8Buffer { bytes.append(contentsOf: $0) }
            bytes.append(escaped: text)
        }
        bytes.append("\n")
    }

    private static func appendEnd(_ view: PageView, to bytes: inout [UInt8]) {
        bytes.append("</table>\n<template id=row><table>")
        append([String](repeating: "", count: 11), of: "x", to: &bytes)
        bytes.append("</table></template>\n<nav aria-label=Pages><span id=extent>")
        bytes.append(escaped: view.extent)
        bytes.append("</span>")
        for (name, reference) in [("previous", view.previous), ("next", view.next)] {
            bytes.append(" <a id=\(name) href=\"")
            bytes.append(escaped: reference)
            bytes.append("\"\(reference.isEmpty ? " hidden" : "")>\(name)</a>")
        }
        bytes.append("</nav>\n</main>\n<script>")
        bytes.append(PageScript.text)
        bytes.append("</script>\n")
    }
}

extension [UInt8] {
    /// Appends a text that stands between tags or in a quoted attribute: the only way in which a text of somebody else
    /// comes into the page. The text is one printable line already.
    mutating func append(escaped text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "<"): append("&lt;")
            case UInt8(ascii: ">"): append("&gt;")
            case UInt8(ascii: "\""): append("&quot;")
            case UInt8(ascii: "'"): append("&#39;")
            default: append(byte)
            }
        }
    }
}
