@testable import HealthCore

/// A redirect goes nowhere else with our headers, never from TLS to plain text, and no header of the answer
/// becomes a line of the next request.
@Sendable func fuzzRedirects(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let isEncrypted = choice & 1 != 0
    let endpoint =
        choice & 2 != 0
        ? Endpoint.unixSocket(path: "/run/web")
        : .network(host: choice & 4 != 0 ? "::1" : "web.test", port: isEncrypted ? 443 : 80)
    let host = choice & 4 != 0 ? "[::1]" : "web.test"
    var service = HTTPService(requestTarget: Secret("/a/b?c".utf8), path: "/a/b", host: host)
    service.followsRedirects = true
    service.method = choice & 8 != 0 ? "POST" : "GET"
    guard let token = HTTPService.Header(Array("Authorization: Bearer \(marker)".utf8)[...]) else { return }
    service.headers = [token]
    let lines = ["HTTP/1.1 302 Found", "Location: "].map { Array($0.utf8) }
    let answer =
        Array(lines.joined(separator: Array("\r\n".utf8))) + bytes.dropFirst() + Array("\r\n\r\n".utf8)
    var parser = service.parser
    guard (try? parser.feed(answer)) != nil, let head = parser.head else { return }
    do throws(Failure) {
        guard let next = try service.redirect(head, from: endpoint, overTLS: isEncrypted) else { return }
        Invariant.hold(next.isEncrypted || !isEncrypted, "from TLS to plain text")
        // A host means the same in capitals.
        let isSamePlace = next.endpoint.description.lowercased() == endpoint.description.lowercased()
        let isSameOrigin = isSamePlace && next.isEncrypted == isEncrypted
        let request = next.service.request
        if !isSameOrigin { Invariant.hold(request.markers == 0, "another origin gets a header of ours") }
        checkLines(of: request, next.service)
    } catch {
        Invariant.shown(error)
    }
}

private func checkLines(of request: [UInt8], _ service: HTTPService) {
    let text = String(decoding: request, as: UTF8.self)
    let fields = [
        "Host", "Connection", "User-Agent", "Accept", "Accept-Encoding", "Authorization", "Content-Length",
    ]
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
    }
    Invariant.hold(lines.popLast() == "" && lines.popLast() == "\r", "a request ends with an empty line")
    Invariant.hold(lines.allSatisfy { $0.utf8.last == 0x0D }, "every line ends with CRLF")
    let words = lines[0].utf8.dropLast().split(separator: 0x20, omittingEmptySubsequences: false)
    Invariant.hold(words.count == 3 && words[1].first == UInt8(ascii: "/"), "METHOD TARGET VERSION")
    for line in lines {
        Invariant.hold(line.utf8.dropLast().allSatisfy { (0x20..<0x7F).contains($0) }, "printable: \(line)")
    }
    let names = lines.dropFirst().map {
        String(decoding: $0.utf8.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
    }
    for name in names { Invariant.hold(fields.contains(name), "a field of somebody else's: \(name)") }
    Invariant.hold(Set(names).count == names.count, "a field twice")
}
