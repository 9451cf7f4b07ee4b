internal import Files
internal import Glibc
import HealthCore

/// What the beginning of a program's file says of whether the kernel can start it (`execve(2)`). A file that cannot be
/// read is not judged: it may be run all the same.
enum Executable {
    /// What is wrong.
    enum Fault {
        /// The kernel will refuse the file: the end of a sentence that names it.
        case mistake(String)
        /// The kernel may refuse the file, unless somebody has told it how to run such a one (binfmt_misc).
        case doubt(String)
    }

    /// The bytes that the kernel looks at (BINPRM_BUF_SIZE).
    private static let headSize = 256
    /// The interpreters of interpreters that the kernel follows.
    private static let depthLimit = 4

    static let noFormat = "no executable format: a script needs a `#!` line"

    /// What is wrong with the file at a path; nil if nothing is seen. `searchPath` is what `env` looks in.
    static func fault(of path: [UInt8], searchPath: [UInt8], depth: Int = 0) -> Fault? {
        guard depth < depthLimit, let file = try? SmallFile(path), let head = try? file.beginning(headSize)
        else {
            return nil
        }
        if head.starts(with: "#!".utf8) { return script(head, searchPath, depth) }
        if head.starts(with: [0x7F] + Array("ELF".utf8)) { return program(head, file, depth) }
        // Another format may be known to the kernel.
        return head.allSatisfy(isText) ? .mistake(noFormat) : nil
    }

    private static func isText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || (0x09...0x0D).contains(byte)
    }

    // MARK: Scripts

    private static func script(_ head: [UInt8], _ searchPath: [UInt8], _ depth: Int) -> Fault? {
        guard let end = head.firstIndex(of: ASCII.lineFeed) ?? (head.count < headSize ? head.count : nil)
        else {
            // The line is longer than what the kernel reads of it, and so perhaps the interpreter's name.
            return nil
        }
        let line = head[2..<end].trimmed
        let name = line.prefix { !ASCII.isBlank($0) }
        guard !name.isEmpty else { return .mistake("its `#!` line names no interpreter") }
        let argument = line.dropFirst(name.count).trimmed
        if let fault = interpreter(Array(name), searchPath, depth) { return fault }
        guard name.split(separator: ASCII.slash).last.map({ $0.elementsEqual("env".utf8) }) == true else {
            return nil
        }
        return found(byEnv: argument, searchPath)
    }

    private static func interpreter(_ name: [UInt8], _ searchPath: [UInt8], _ depth: Int) -> Fault? {
        let shown = shown(name)
        switch Command.look(at: name) {
        case nil: break
        case "":
            return .mistake(
                "its interpreter \(shown) is missing\(name.last == ASCII.carriageReturn ? windows : "")")
        case let reason?: return .mistake("its interpreter \(shown): \(reason)")
        }
        guard case .mistake(let reason) = fault(of: name, searchPath: searchPath, depth: depth + 1) else {
            return nil
        }
        return .mistake("its interpreter \(shown): \(reason)")
    }

    /// The name of an interpreter, with the CR of its line as `\r`.
    private static func shown(_ name: [UInt8]) -> String {
        let endsInReturn = name.last == ASCII.carriageReturn
        return PrintableText.line(endsInReturn ? name.dropLast() : name[...]) + (endsInReturn ? "\\r" : "")
    }

    private static let windows = ": the file has the line ends of Windows (CRLF): write it with LF"

    /// Whether `env` will find what it is to run. Only a single word is looked at: with an option or an assignment it
    /// is for `env` to say.
    private static func found(byEnv word: ArraySlice<UInt8>, _ searchPath: [UInt8]) -> Fault? {
        let isWord = !word.isEmpty && word.first != UInt8(ascii: "-") && !word.contains(where: ASCII.isBlank)
        guard isWord, !word.contains(UInt8(ascii: "=")) else { return nil }
        guard !Command.isThere(Array(word), searchPath) else { return nil }
        let shown = shown(Array(word))
        let reason = word.last == ASCII.carriageReturn ? windows : ", in which `env` looks for it"
        return .mistake("its interpreter \(shown) is not in PATH\(reason)")
    }

    // MARK: Programs

    private static func program(_ head: [UInt8], _ file: borrowing SmallFile, _ depth: Int) -> Fault? {
        let isWide = head.dropFirst(4).first == 2
        let isLittle = head.dropFirst(5).first == 1
        let machine = number(head.dropFirst(18).prefix(2), isLittle: isLittle)
        guard isWide, isLittle, machine == Machine.own else {
            // A processor may run the programs of its predecessor.
            guard machine != Machine.predecessor else { return nil }
            let name = Machine.names[machine] ?? "machine \(machine)"
            return .doubt(
                "it is made for \(name), and this machine is \(Machine.names[Machine.own] ?? "another")")
        }
        guard let loader = loader(head, file) else { return nil }
        let shown = PrintableText.line(loader)
        switch Command.look(at: loader) {
        case nil: return nil
        case "": return .mistake("its loader \(shown) is missing: it is made for \(library(of: loader))")
        case let reason?: return .mistake("its loader \(shown): \(reason)")
        }
    }

    /// The path of the dynamic loader (PT_INTERP); nil for a program that needs none, or whose headers are not where
    /// they should be.
    private static func loader(_ head: [UInt8], _ file: borrowing SmallFile) -> [UInt8]? {
        func field(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
            number(bytes.dropFirst(offset).prefix(size), isLittle: true)
        }
        let (place, size, count) = (field(head, 32, 8), field(head, 54, 2), field(head, 56, 2))
        guard size == 56, count > 0, let table = try? file.bytes(size * min(count, 64), at: place) else {
            return nil
        }
        for start in stride(from: 0, to: table.count, by: size) {
            let entry = Array(table.dropFirst(start).prefix(size))
            guard field(entry, 0, 4) == 3 else { continue }
            guard let path = try? file.bytes(min(field(entry, 32, 8), 4096), at: field(entry, 8, 8)) else {
                return nil
            }
            let name = path.prefix { $0 != 0 }
            return name.isEmpty ? nil : Array(name)
        }
        return nil
    }

    private static func number(_ bytes: some Collection<UInt8>, isLittle: Bool) -> Int {
        let ordered = isLittle ? bytes.reversed() : Array(bytes)
        let value = ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(clamping: value)
    }

    private static func library(of loader: [UInt8]) -> String {
        if loader.endOfFirst("musl".utf8) != nil { return "musl (Alpine)" }
        if loader.endOfFirst("ld-linux".utf8) != nil { return "glibc (Debian and others)" }
        return "another system"
    }

    /// Machines, by their number in ELF.
    private enum Machine {
        #if arch(x86_64)
            static let (own, predecessor) = (62, 3)
        #elseif arch(arm64)
            static let (own, predecessor) = (183, 40)
        #else
            static let (own, predecessor) = (0, 0)
        #endif
        static let names = [
            3: "x86", 8: "MIPS", 20: "PowerPC", 21: "PowerPC 64", 22: "S390", 40: "ARM", 62: "x86_64 (amd64)",
            183: "aarch64 (arm64)", 243: "RISC-V", 258: "LoongArch",
        ]
    }
}
