import Glibc
import TestSupport
import Testing

@Suite("The documents hold together")
struct DocumentsTests {
    /// The pages that people are told to read.
    private func pages() throws -> [Document] {
        try Document.all() + ["CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map { Document($0) }
    }

    /// The path from the top that a relative link means on a page.
    private func resolved(_ link: some StringProtocol, on page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    @Test("a README is at most 250 lines of 120 characters")
    func size() {
        let lines = Document("README.md").lines
        #expect(lines.count <= 251 && lines.count > 50)
        for line in lines where line.count > 120 { Issue.record("\(line.count) characters: \(line)") }
    }

    @Test("every link leads to a file that is there, and every anchor to a heading")
    func links() throws {
        let pages = try pages()
        var anchored = 0
        for page in pages {
            for link in page.links where !link.hasPrefix("https://") && !link.hasPrefix("http://") {
                let place = link.prefix { $0 != "#" }
                let path = place.isEmpty ? page.path : resolved(place, on: page.path)
                #expect(access("\(Project.path)/\(path)", F_OK) == 0, "\(page.path): \(link)")
                guard place.count < link.count else { continue }
                anchored += 1
                let anchor = String(link.dropFirst(place.count + 1))
                #expect(Document(path).anchors.contains(anchor), "\(page.path): \(link)")
            }
        }
        #expect(anchored > 0 && pages.flatMap(\.links).count > 30)
    }

    @Test("the README leads to every page of docs")
    func reached() throws {
        let readme = Document("README.md")
        let linked = Set(readme.links.map { String($0.prefix { $0 != "#" }) })
        for page in try Document.all() where page.path != readme.path {
            #expect(linked.contains(page.path), "\(page.path)")
        }
    }

    /// `sh` is typed by DocumentedCommandsTests, `console` and `dockerfile` by RecipeTests, the README's YAML by both.
    @Test("every example is of a language that a test runs, and no command stands where none would run it")
    func examples() throws {
        var found: Set<String> = []
        for page in try Document.all() {
            for block in page.blocks {
                found.insert(block.language)
                guard block.language.isEmpty else { continue }
                // An arrow of a drawing is no argument.
                let commands = block.lines.filter { line in
                    ["waitfor ", "$ "].contains {
                        line.hasPrefix($0) && line.dropFirst($0.count).first?.isASCII == true
                    }
                }
                #expect(commands.isEmpty, "\(page.path)")
            }
        }
        #expect(found == ["", "sh", "console", "dockerfile", "yaml"])
        // Another one needs a test of its own.
        #expect(try Document.all().flatMap { $0.blocks("yaml") }.count == 5)
    }

    @Test("the source map names every source file under its module, and none that is gone")
    func sourceMap() throws {
        let map = Document("docs/source-map.md")
        var modules: [String: Set<String>] = [:]
        for path in try Project.swiftFiles(in: "Sources") {
            let parts = path.split(separator: "/").map(String.init)
            modules[parts[1], default: []].insert("`\(parts[parts.count - 1])`")
        }
        try #require(modules.count > 5)
        for (module, files) in modules {
            let heading = map.lines.first { $0.hasPrefix("## `\(module)`") } ?? ""
            let named = Set(map.table("file", under: heading).map { $0[0] })
            #expect(files.subtracting(named).isEmpty, "\(module): not in docs/source-map.md")
            #expect(named.subtracting(files).isEmpty, "\(module): in docs/source-map.md, and gone")
        }
    }

    @Test("a page is taken apart: tables, marks, anchors and links")
    func parts() {
        let page = Document(
            "docs/x.md",
            text: """
                # The `one`: a "title"
                [a](b.md#c) and `[no](link)`, [`code`](../d)
                ## Twice
                | key | what |
                | --- | --- |
                | `a \\| b` |  |
                ## Twice
                ```sh
                # a comment
                [no](link)
                ```
                <!-- table: t -->
                line
                <!-- end -->
                """)
        #expect(page.anchors == ["the-one-a-title", "twice", "twice-1"])
        #expect(page.links == ["b.md#c", "../d"])
        #expect(page.table("key", under: "## Twice") == [["`a \\| b`", ""]])
        #expect(page.table("key", under: "## Thrice").isEmpty)
        #expect(page.blocks("sh").map(\.lines) == [["# a comment", "[no](link)"]])
        #expect(page.marked("t") == ["line"] && page.marked("u") == nil)
    }
}
