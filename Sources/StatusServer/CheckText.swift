internal import HealthCore

/// A verdict in the text format of kube-apiserver (K-24…K-28).
struct CheckText: Sendable {
    let verdict: HealthVerdict

    /// `ok`, or a line for each check if the query is verbose or a check fails.
    var response: Response {
        let status = verdict.status
        guard status != .ok || verdict.isVerbose else { return Response(text: "ok") }
        let verdict = verdict
        let text = LongText(steps: verdict.lines.count + 1) { step, bytes in
            guard step == verdict.lines.count else { return Self.append(verdict.lines[step], to: &bytes) }
            if !verdict.unmatched.isEmpty {
                let names = verdict.unmatched.map(PrintableText.quoted).joined(separator: ",")
                bytes.append("warn: some health checks cannot be excluded: no matches for \(names)\n")
            }
            bytes.append("\(verdict.endpoint.rawValue) check \(status == .ok ? "passed" : "failed")\n")
        }
        return Response(status, as: .text, text)
    }

    /// The verdict on a single check.
    var singleResponse: Response {
        guard let failure = verdict.lines.first?.failure else { return Response(text: "ok") }
        return Response(.serviceUnavailable, text: "service unavailable: \(failure)\n")
    }

    private static func append(_ line: HealthVerdict.Line, to bytes: inout [UInt8]) {
        bytes.append(line.fails ? "[-]" : "[+]")
        bytes.append(line.name)
        switch line.failure {
        case _ where line.isExcluded: bytes.append(" excluded: ok\n")
        case nil: bytes.append(line.isRequired ? " ok\n" : " ok (optional)\n")
        case let failure?: bytes.append(" failed\(line.isRequired ? "" : ", optional"): \(failure)\n")
        }
    }
}
