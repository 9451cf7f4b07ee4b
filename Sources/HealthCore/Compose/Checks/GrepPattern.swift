/// The pattern of a `grep`, as far as it can be told what it finds.
///
/// It is matched against short texts of our own only, in a bounded number of steps.
struct GrepPattern: Equatable {
    private indirect enum Node: Equatable {
        case byte(UInt8)
        case any
        case set([ClosedRange<UInt8>], isNegated: Bool)
        case start, end
        case group([[Node]])
        case repeated(Node, from: Int, to: Int)
    }

    private var alternatives: [[Node]] = []
    /// Whether letters are compared without regard to case.
    let ignoresCase: Bool

    /// Nil for a pattern that is not understood.
    init?(_ text: String, isExtended: Bool, isFixed: Bool, isWhole: Bool, ignoresCase: Bool) {
        self.ignoresCase = ignoresCase
        let bytes = Array((ignoresCase ? text.lowercased() : text).utf8)
        // Repetitions of repetitions take their time.
        guard bytes.count <= 256, bytes.count(where: { "*+?{".utf8.contains($0) }) <= 8 else { return nil }
        if isFixed {
            alternatives = [bytes.map { .byte($0) }]
        } else {
            var rest = bytes[...]
            guard let read = Self.alternatives(&rest, isExtended: isExtended, depth: 0), rest.isEmpty else {
                return nil
            }
            alternatives = read
        }
        if isWhole { alternatives = [[.start, .group(alternatives), .end]] }
    }

    /// The text that it stands for; nil where it means more than one.
    var literal: String? {
        guard alternatives.count == 1, let nodes = alternatives.first, !ignoresCase || !hasLetters else {
            return nil
        }
        var bytes: [UInt8] = []
        for node in nodes {
            guard case .byte(let byte) = node else { return nil }
            bytes.append(byte)
        }
        return bytes[...].text
    }

    private var hasLetters: Bool {
        alternatives.joined().contains { if case .byte(let byte) = $0 { ASCII.isLetter(byte) } else { true } }
    }

    /// The longest text that everything it finds has in it; empty without one.
    var fragment: String {
        guard alternatives.count == 1, let nodes = alternatives.first, !ignoresCase else { return "" }
        var (best, run) = ([UInt8](), [UInt8]())
        for node in nodes {
            if case .byte(let byte) = node {
                run.append(byte)
                if run.count > best.count { best = run }
            } else {
                run = []
            }
        }
        return best[...].text
    }

    /// Whether it finds something in one of these lines.
    func isFound(in lines: [String]) -> Bool {
        lines.contains { line in
            let bytes = Array((ignoresCase ? line.lowercased() : line).utf8)
            var steps = 0
            return (0...bytes.count).contains { start in
                Self.matches([.group(alternatives)], bytes, at: start, &steps) { _ in true }
            }
        }
    }

    /// The maximum steps of one line.
    private static let stepLimit = 2_000

    private static func matches(
        _ nodes: ArraySlice<Node>, _ text: [UInt8], at place: Int, _ steps: inout Int, then: (Int) -> Bool
    ) -> Bool {
        steps += 1
        guard steps < stepLimit else { return false }
        guard let node = nodes.first else { return then(place) }
        let rest = nodes.dropFirst()
        switch node {
        case .start: return place == 0 && matches(rest, text, at: place, &steps, then: then)
        case .end: return place == text.count && matches(rest, text, at: place, &steps, then: then)
        case .byte, .any, .set:
            guard place < text.count, isOne(node, text[place]) else { return false }
            return matches(rest, text, at: place + 1, &steps, then: then)
        case .group(let alternatives):
            for nodes in alternatives {
                if matches(nodes[...] + rest, text, at: place, &steps, then: then) { return true }
            }
            return false
        case .repeated(let inner, let from, let to):
            if to > 0 {
                let once: [Node] = [inner, .repeated(inner, from: max(0, from - 1), to: to - 1)]
                // Nothing is gained by a repetition of nothing.
                if !isEmpty(inner), matches(once[...] + rest, text, at: place, &steps, then: then) {
                    return true
                }
            }
            return from == 0 && matches(rest, text, at: place, &steps, then: then)
        }
    }

    private static func isEmpty(_ node: Node) -> Bool {
        switch node {
        case .start, .end: true
        case .repeated(_, let from, _): from == 0
        case .group(let alternatives): alternatives.contains { $0.allSatisfy(isEmpty) }
        case .byte, .any, .set: false
        }
    }

    private static func isOne(_ node: Node, _ byte: UInt8) -> Bool {
        switch node {
        case .byte(let expected): byte == expected
        case .any: true
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
        default: false
        }
    }
}

// Reading it.
extension GrepPattern {
    private static func alternatives(
        _ rest: inout ArraySlice<UInt8>, isExtended: Bool, depth: Int
    ) -> [[Node]]? {
        guard depth < 6 else { return nil }
        var (result, nodes) = ([[Node]](), [Node]())
        while let byte = rest.popFirst() {
            var special = isExtended && "|(){}+?".utf8.contains(byte) ? byte : nil
            var plain = byte
            if byte == ASCII.backslash {
                guard let escaped = rest.popFirst() else { return nil }
                if let set = Self.classes.first(where: { $0.letter == escaped }) {
                    nodes.append(.set(set.ranges, isNegated: set.isNegated))
                    continue
                }
                if "bB<>wW".utf8.contains(escaped) { continue }
                plain = escaped
                special = !isExtended && "|(){}+?".utf8.contains(escaped) ? escaped : nil
                if special == nil {
                    nodes.append(.byte(plain))
                    continue
                }
            }
            switch special {
            case UInt8(ascii: "|"):
                result.append(nodes)
                nodes = []
                continue
            case UInt8(ascii: "("):
                guard let inner = alternatives(&rest, isExtended: isExtended, depth: depth + 1) else {
                    return nil
                }
                nodes.append(.group(inner))
                continue
            case UInt8(ascii: ")"):
                guard depth > 0 else { return nil }
                return result + [nodes]
            case UInt8(ascii: "{"):
                guard let node = nodes.popLast(), let (from, to) = counts(&rest) else { return nil }
                nodes.append(.repeated(node, from: from, to: to))
                continue
            case UInt8(ascii: "+"), UInt8(ascii: "?"):
                guard let node = nodes.popLast() else { return nil }
                let isPlus = special == UInt8(ascii: "+")
                nodes.append(.repeated(node, from: isPlus ? 1 : 0, to: isPlus ? 64 : 1))
                continue
            default: break
            }
            switch plain {
            case UInt8(ascii: "."): nodes.append(.any)
            case UInt8(ascii: "^") where nodes.isEmpty: nodes.append(.start)
            case UInt8(ascii: "$")
            where rest.isEmpty || rest.first == UInt8(ascii: ")") || rest.first == UInt8(ascii: "|"):
                nodes.append(.end)
            case UInt8(ascii: "*"):
                guard let node = nodes.popLast() else { return nil }
                nodes.append(.repeated(node, from: 0, to: 64))
            case UInt8(ascii: "["):
                guard let set = set(&rest) else { return nil }
                nodes.append(set)
            default: nodes.append(.byte(plain))
            }
        }
        return depth == 0 ? result + [nodes] : nil
    }

    private static let classes: [(letter: UInt8, ranges: [ClosedRange<UInt8>], isNegated: Bool)] = [
        (UInt8(ascii: "s"), [9...13, 32...32], false), (UInt8(ascii: "S"), [9...13, 32...32], true),
        (UInt8(ascii: "d"), [48...57], false),
    ]

    /// `{2}`, `{1,3}`, `{2,}`, behind the brace.
    private static func counts(_ rest: inout ArraySlice<UInt8>) -> (Int, Int)? {
        let body = rest.prefix { $0 != UInt8(ascii: "}") && $0 != ASCII.backslash }
        rest = rest.dropFirst(body.count)
        if rest.first == ASCII.backslash { rest.removeFirst() }
        guard rest.popFirst() == UInt8(ascii: "}") else { return nil }
        let numbers = body.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let from = Int(numbers.first?.text ?? "", radix: 10), (0...64).contains(from) else {
            return nil
        }
        guard numbers.count > 1, let last = numbers.last else { return (from, from) }
        if last.isEmpty { return (from, 64) }
        guard let to = Int(last.text, radix: 10), (from...64).contains(to) else { return nil }
        return (from, to)
    }

    /// A set, behind its `[`.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> Node? {
        var ranges: [ClosedRange<UInt8>] = []
        let isNegated = rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst { return .set(ranges, isNegated: isNegated) }
            isFirst = false
            if byte == UInt8(ascii: "["), rest.first == ASCII.colon {
                let name = rest.dropFirst().prefix(while: ASCII.isLetter)
                rest = rest.dropFirst(name.count + 3)
                switch name.text {
                case "digit": ranges.append(48...57)
                case "space", "blank": ranges += [9...13, 32...32]
                case "alpha": ranges += [65...90, 97...122]
                default: return nil
                }
            } else if rest.first == UInt8(ascii: "-"), let last = rest.dropFirst().first,
                last != UInt8(ascii: "]")
            {
                guard byte <= last else { return nil }
                ranges.append(byte...last)
                rest = rest.dropFirst(2)
            } else {
                ranges.append(byte...byte)
            }
        }
        return nil
    }
}
