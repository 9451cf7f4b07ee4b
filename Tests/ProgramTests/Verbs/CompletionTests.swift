import HealthCore
import TestSupport
import Testing

@testable import waitfor

/// What a real shell makes of `waitfor completion`.
@Suite("Completions, in each shell")
struct CompletionTests {
    /// Lines as they are typed, and words that must be among what is offered; nothing else may be there, if `isAll`.
    private static let typed: [(line: [String], offers: [String], isAll: Bool)] = [
        (["ch"], ["check"], true),
        ([""], ["wait", "check", "agent", "config", "install", "completion", "version", "help"], false),
        (["check", "--ou"], ["--output"], true),
        (["check", "--list"], [], true),
        (["agent", "--list"], ["--listen"], true),
        (["--attempt"], ["--attempt-timeout"], true),
        (["check", "--output", ""], ["json", "text"], true),
        (["lint", "--output", ""], ["json", "sarif", "text"], true),
        (["lint", "/etc/hostn"], ["/etc/hostname"], true),
        (["agent", "--notify", "r"], ["ready"], true),
        (["--fail"], ["--fail-fast"], true),
        (["check", "--accept", "loa"], ["loading"], true),
        (["check", "--set", "db.le"], ["db.level="], true),
        (["agent", "--config", "/etc/hostn"], ["/etc/hostname"], true),
        (["install", "/etc/hostn"], ["/etc/hostname"], true),
        (["config", "sh"], ["show"], true),
        (["config", "check", "/etc/hostn"], ["/etc/hostname"], true),
        (["help", "tar"], ["targets"], true),
        (["completion", ""], ["bash", "fish", "zsh"], true),
        (["check", "memc"], ["memcached://"], true),
        (["db:5432", "--", "gunzi"], ["gunzip"], true),
    ]

    /// A folder with the script, and the program in `bin`.
    private func prepared(_ shell: String, _ name: String) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let script = try Program.run(Program.waitfor, ["completion", shell])
        #expect(script.exitCode == 0 && script.errors.isEmpty, "\(script)")
        try directory.write(name, script.output)
        _ = try Program.run("/bin/mkdir", [directory.file("bin")])
        _ = try Program.run("/bin/ln", ["-s", Program.waitfor, directory.file("bin/waitfor")])
        return directory
    }

    private func run(_ shell: String, _ arguments: [String], in directory: TemporaryDirectory) throws
        -> String
    {
        let run = try Program.run(
            shell, arguments,
            environment: [
                "PATH": "\(directory.path)/bin:\(Program.searchPath)", "HOME": directory.path,
                "TERM": "xterm",
                "LC_ALL": "C.UTF-8",
            ])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run)")
        return run.output
    }

    /// Expects what is offered for each line, `line\tword` each.
    private func expect(_ output: String, _ shell: String) {
        let pairs = lines(output).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        for (index, expected) in Self.typed.enumerated() {
            var offered = Set(pairs.filter { $0[0] == "\(index)" && $0.count > 1 }.map { $0[1] })
            // fish 4 names words that contain what is typed, too, and shows them after those that begin with it.
            if shell == "fish" { offered = offered.filter { $0.hasPrefix(expected.line.last ?? "") } }
            let words = Set(expected.offers)
            #expect(
                expected.isAll ? offered == words : offered.isSuperset(of: words),
                "\(shell): \(expected.line): \(offered)")
        }
    }

    @Test("bash, with the package bash-completion and without", arguments: [true, false])
    func bash(hasPackage: Bool) throws {
        let directory = try prepared("bash", "waitfor.bash")
        var script = hasPackage ? ". /usr/share/bash-completion/bash_completion\n" : ""
        script += """
            # It is readline's, and nobody types here.
            compopt() { :; }
            . "$HOME/waitfor.bash"
            case $(complete -p waitfor) in *_waitfor*) ;; *) echo 'not registered' ;; esac
            try() {
                number=$1
                shift
                COMP_WORDS=(waitfor "$@") COMP_CWORD=$# COMPREPLY=() COMP_LINE="waitfor $*"
                COMP_POINT=${#COMP_LINE}
                _waitfor
                for word in "${COMPREPLY[@]}"; do printf '%s\\t%s\\n' "$number" "$word"; done
            }

            """
        for (index, expected) in Self.typed.enumerated() {
            script += "try \(index) \(expected.line.map { "'\($0)'" }.joined(separator: " "))\n"
        }
        // Where readline takes the `=` for a word.
        script += "try a check --output = js\ntry b --set db.level = qu\ntry c --set = db.ca\n"
        let output = try run("bash", ["--norc", "-c", script], in: directory)
        expect(output, "bash")
        for line in ["a\tjson", "b\tquery", "c\tdb.ca_file="] { #expect(lines(output).contains(line)) }
        #expect(!output.contains("not registered"))
    }

    @Test("fish")
    func fish() throws {
        let directory = try prepared("fish", "waitfor.fish")
        var script = "source ~/waitfor.fish\n"
        let more = [["check", "--output=js"], ["--set", "db.level=qu"], ["--set=db.ca"]]
        for (index, words) in (Self.typed.map(\.line) + more).enumerated() {
            script +=
                "complete -C 'waitfor \(words.joined(separator: " "))' | string replace -r '^' '\(index)\\t'\n"
        }
        let output = try run("fish", ["--no-config", "-c", script], in: directory)
        expect(output, "fish")
        for word in ["\t--output=json\t", "\tdb.level=query", "\t--set=db.ca_file=\t"] {
            #expect(output.contains(word), "\(word)")
        }
    }

    /// Types each line in an interactive zsh on a terminal of its own, in which `compadd` tells what it adds.
    private static let zsh = #"""
        zmodload zsh/zpty
        cat >~/setup <<'SETUP'
        fpath=($HOME $fpath)
        autoload -Uz compinit && compinit -u -D
        bindkey '^I' complete-word
        zstyle ':completion:*' list-prompt ''
        compadd() {
            # Who asks for an array adds nothing.
            if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
                builtin compadd "$@"
                return
            fi
            local -a found
            builtin compadd -A found "$@"
            local suffix=''
            [[ ${@[1,(i)(-|--)]} == *-S\ =\ * ]] && suffix='='
            local before=${@[(i)-p]}
            local folder=''
            ((before <= $#)) && folder=${@[before + 1]}
            local word
            for word in $found; do print -r -- "FOUND:$IPREFIX$folder$word$suffix" >>$HOME/found; done
            builtin compadd "$@"
        }
        SETUP
        zpty shell zsh -f -i
        # A prompt says that the line editor reads; what is typed before that is the terminal's.
        zpty -w shell 'RPROMPT=; . ~/setup; PROMPT=">g""o>"'
        zpty -r shell output '*>go>*'
        number=0
        for line in "$@"; do
            : >~/found
            zpty -w -n shell "waitfor $line"$'\t\x15'
            zpty -w shell 'echo "do"ne'
            zpty -r shell output '*done*>go>*'
            sed "s/^FOUND:/$number\t/" ~/found
            ((number += 1))
        done
        """#

    @Test("zsh")
    func zsh() throws {
        let directory = try prepared("zsh", "_waitfor")
        let more = [["check", "--output=js"], ["--set", "db.level=qu"], ["--set=db.ca"]]
        let typed = (Self.typed.map(\.line) + more).map { $0.joined(separator: " ") }
        let output = try run("zsh", ["-f", "-c", Self.zsh, "zsh"] + typed, in: directory)
        expect(output, "zsh")
        for word in ["\t--output=json", "\tdb.level=query", "db.ca_file="] {
            #expect(output.contains(word), "\(word)")
        }
    }

    @Test("a script has nothing that its linter or its shell's own parser finds")
    func lint() throws {
        let bash = try prepared("bash", "waitfor.bash")
        let found = try Program.run("shellcheck", ["-s", "bash", bash.file("waitfor.bash")])
        #expect(found.exitCode == 0, "\(found.output)")
        defer { bash.remove() }
        for (shell, options) in [("zsh", ["-f", "-n"]), ("fish", ["-n"])] {
            let directory = try prepared(shell, "script")
            defer { directory.remove() }
            _ = try run(shell, options + [directory.file("script")], in: directory)
        }
    }

    @Test("what is offered as a value is one: every word for a setting is taken by one of its rows")
    func candidates() throws {
        let settings = TargetSettings.settings + Setting.ofSomeKinds
        let reader = TargetReader(context: ReadingContext(variable: { _ in nil }))
        let targets = try Kinds.forms.map { try reader.read(Array($0.example.utf8), named: "x") }
        var count = 0
        for group in CompletionTables.values {
            for key in group.keys {
                for word in group.words {
                    let isTaken = settings.contains { row in
                        row.key == key
                            && targets.contains { target in
                                var target = target
                                let value = SettingValue(Array(word.utf8), in: .set)
                                return (try? row.apply(value, to: &target)) != nil
                            }
                    }
                    #expect(isTaken, "\(key)=\(word)")
                    count += 1
                }
            }
        }
        #expect(count > 20)
        for option in Option.all {
            for group in CompletionTables.groups(option) {
                guard case .words(let words) = group.candidates, words.count < 10 else { continue }
                for word in words { #expect(option.help.contains(word), "--\(option.name)=\(word)") }
            }
        }
    }
}
