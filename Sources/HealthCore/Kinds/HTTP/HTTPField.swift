/// One field line of an HTTP head, in the grammar that clients and servers share (RFC 9112 §5).
package struct HTTPField {
    package let name: ArraySlice<UInt8>
    /// Without blanks around it; it has no control character but tabs.
    package let value: ArraySlice<UInt8>

    /// nil for what is no field, a line that is folded included. A blank before the colon is no part of a name.
    package init?(_ line: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: ASCII.colon), colon > line.startIndex else { return nil }
        name = line[..<colon]
        value = line[(colon + 1)...].trimmed
        guard name.allSatisfy(ASCII.isToken),
            !value.contains(where: { ASCII.isControl($0) && $0 != ASCII.tab })
        else { return nil }
    }
}
