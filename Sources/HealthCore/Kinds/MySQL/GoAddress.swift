/// The address of Go's driver without a scheme, `user:password@tcp(db:3306)/app?parseTime=true`. Nothing before its `@`
/// is encoded.
struct GoAddress {
    /// What stands before the `@`; nil without one.
    let userinfo: ArraySlice<UInt8>?
    /// A host with its port, or the path of a socket.
    let place: ArraySlice<UInt8>
    let isSocket: Bool
    /// What follows the bracket: `/app?parseTime=true`.
    let rest: ArraySlice<UInt8>

    /// Takes a text apart; nil where it is no such address.
    init?(_ text: ArraySlice<UInt8>) {
        // A password may have an `@`, too: the last one counts before which a network stands.
        guard let close = text.lastIndex(of: UInt8(ascii: ")")),
            let open = text[..<close].lastIndex(of: UInt8(ascii: "("))
        else { return nil }
        let start = text[..<open].lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? text.startIndex
        let network = text[start..<open]
        let tail = text[(close + 1)...]
        guard network.elementsEqual("tcp".utf8) || network.elementsEqual("unix".utf8),
            tail.first == ASCII.slash
        else { return nil }
        userinfo = start > text.startIndex ? text[..<(start - 1)] : nil
        place = text[(open + 1)..<close]
        isSocket = network.count == 4
        rest = tail
    }
}

extension MySQLTarget {
    /// Reads Go's address.
    init(go address: GoAddress, _ context: ReadingContext) throws(TargetError) {
        self.init(at: .network(host: "", port: 3306), context)
        if let userinfo = address.userinfo {
            let user = userinfo.prefix { $0 != ASCII.colon }
            let password = user.endIndex < userinfo.endIndex ? userinfo[(user.endIndex + 1)...] : nil
            try takeUser(user, password, decoding: { text, _ throws(TargetError) in Array(text) })
        }
        let parts = try URIParts(pathAndQuery: address.rest)
        try takeDatabase(parts.path)
        try take(parts, at: address.place, isSocket: address.isSocket)
    }
}
