/// What is done to the bytes of one direction, and where.
struct Mutation: Sendable {
    enum Kind: Sendable {
        case nothing
        /// Turns one bit.
        case turn(UInt8)
        /// Writes over what is there.
        case overwrite([UInt8])
        case insert([UInt8])
        /// Leaves out so many bytes.
        case drop(Int)
        /// Sends so many bytes twice.
        case double(Int)
        /// A number in digits becomes another one.
        case renumber([UInt8])
        /// Sends nothing more, and keeps the connection.
        case fallSilent
        case end, reset
        case delay(Double)
    }

    let kind: Kind
    /// How many bytes go by before it.
    let offset: Int
    /// The size of the pieces in which bytes are passed on.
    let piece: Int

    static let none = Mutation(kind: .nothing, offset: 0, piece: .max)

    private init(kind: Kind, offset: Int, piece: Int) {
        (self.kind, self.offset, self.piece) = (kind, offset, piece)
    }

    /// One of all, in a conversation of about `size` bytes. Half of them are in its first or last 32 bytes, where the
    /// verdicts of short and of long conversations are.
    init(_ random: inout FixedGenerator, size: Int) {
        func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }
        switch below(4) {
        case 0: offset = below(min(size, 32))
        case 1: offset = max(0, size - below(min(size, 64)))
        default: offset = below(size)
        }
        piece = [Int.max, 1, 7, 1 + below(64)][below(4)]
        let lengths: [[UInt8]] = [[0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF]]
        let numbers = ["0", "-1", "2147483647", "9223372036854775808", ""].map { Array($0.utf8) }
        switch below(12) {
        case 0, 1: kind = .turn(1 << below(8))
        case 2: kind = .overwrite([[0, 255, 13, 10][below(4)]])
        case 3: kind = .overwrite(lengths[below(3)])
        case 4: kind = .renumber(numbers[below(5)])
        case 5: kind = .insert((0...below(16)).map { _ in UInt8(below(256)) })
        case 6: kind = .insert([[13, 10], [10], [0], [255], [13, 10, 13, 10]][below(5)])
        case 7: kind = .drop(1 + below(16))
        case 8: kind = .double(1 + below(16))
        case 9: kind = [.end, .reset][below(2)]
        case 10: kind = .fallSilent
        default: kind = .delay(Double(below(200)) / 1000)
        }
    }
}

/// Spoils the bytes of one direction as they come.
struct Mutator {
    enum Action {
        case send([UInt8])
        case pause(Double)
        /// With RST, with FIN.
        case reset, end
    }

    private let mutation: Mutation
    private var passed = 0
    private var isDone = false
    private var isSilent = false
    /// What is still to be left out, and what is written over what comes.
    private var dropping = 0
    private var replacement: ArraySlice<UInt8> = []
    /// What was held back, to be sent twice.
    private var copying = 0
    private var copy: [UInt8] = []

    init(_ mutation: Mutation) {
        self.mutation = mutation
        if case .nothing = mutation.kind { isDone = true }
    }

    mutating func take(_ bytes: [UInt8]) -> [Action] {
        var actions: [Action] = []
        var out: [UInt8] = []
        func flush() {
            while !out.isEmpty {
                actions.append(.send(Array(out.prefix(mutation.piece))))
                out = Array(out.dropFirst(mutation.piece))
            }
        }
        for byte in bytes where !isSilent {
            if !isDone, passed >= mutation.offset {
                switch begin(byte, &out) {
                case nil: break
                case .pause(let seconds)?:
                    flush()
                    actions.append(.pause(seconds))
                case let last?:
                    flush()
                    return actions + [last]
                }
            }
            passed += 1
            if isSilent { continue }
            if dropping > 0 {
                dropping -= 1
            } else if let other = replacement.popFirst() {
                out.append(other)
            } else {
                out.append(byte)
                if copying > 0 {
                    copying -= 1
                    copy.append(byte)
                    if copying == 0 { out += copy }
                }
            }
        }
        flush()
        return actions
    }

    /// The place has come; `byte` is the next one.
    private mutating func begin(_ byte: UInt8, _ out: inout [UInt8]) -> Action? {
        if case .renumber(let digits) = mutation.kind {
            // At the first digit from there on; the others of the number follow it.
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            out += digits
            dropping = 1
            isDone = true
            return nil
        }
        isDone = true
        switch mutation.kind {
        case .nothing, .renumber: return nil
        case .turn(let bit): replacement = [byte ^ bit]
        case .overwrite(let others): replacement = others[...]
        case .insert(let more): out += more
        case .drop(let count): dropping = count
        case .double(let count): copying = count
        case .fallSilent: isSilent = true
        case .end: return .end
        case .reset: return .reset
        case .delay(let seconds): return .pause(seconds)
        }
        return nil
    }
}
