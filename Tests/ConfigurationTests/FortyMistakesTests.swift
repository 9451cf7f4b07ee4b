import Testing

@Suite("Mistakes in a configuration file")
struct FortyMistakesTests {
    /// Each line that ends in `#!` and words has one mistake, whose message has these words.
    private static let file = #"""
        lisen: 127.0.0.1:1                 #! 1 lisen: unknown; did you mean `listen`?
        listen: [localhost:1,              #! 10 numeric address
          127.0.0.1,                       #! 3 port: missing
          unix:run/x,                      #! 3 absolute path
          ":1", ":1"]                      #! 9 twice
        expose: everything                 #! 9 full or names
        ready_file: ""                     #! 13 a path
        notify: later                      #! 9 ready or started
        watch: maybe                       #! 8 true or false
        shutdown_delay: 5                  #! 17 a duration has a unit
        max_connections: 0                 #! 18 from 1 to 65536
        log: xml                           #! 6 text or json
        log: json                          #! 1 twice
        defaults:
          intervall: 5s                    #! 3 intervall: unknown; did you mean `interval`?
          interval: 5                      #! 13 write 5s
          timeout: 0s                      #! 12 at least 1ms
          start_period: -1s                #! 17 0, or a duration
          retries: 0                       #! 12 whole number from 1
          jitter: 5                        #! 11 share
          accept: [loading, nonsense]      #! 11 nonsense
          stable: [1s]                     #! 11 a value is expected, not a list
          password: hidden-hidden          #! 3 password: unknown
        targets:
          9db: {tcp: "h:1"}                #! 3 begins with a letter
          none: {interval: 1s}             #! 3 is missing
          both: {tcp: "h:1", redis: h}     #! 22 there is tcp already
          list: [tcp]                      #! 9 a mapping is expected, not a list
          uri:
            postgres: postgres://u:hidden/hidden@h/d #! 15 password
          kind: {postgres: redis://h}      #! 20 another kind
          scheme: {target: gopher://h}     #! 20 scheme
          empty: {redis: redis://:1}       #! 18 empty
          port: {tcp: h:99999}             #! 15 not a port
          unset: {redis: "redis://${NOBODY_SET_THIS}"} #! 18 NOBODY_SET_THIS is not set
          required: {tcp: "${NOBODY:?the mail host}:25"} #! 19 the mail host
          brace: {tcp: "${NOBODY"}         #! 16 without `}`
          null: {tcp: ~}                   #! 15 the value is missing
          service: {tcp: "h:1", level: query} #! 32 no setting of a tcp
          level: {redis: h, level: deep}   #! 28 ping
          database: {redis: h, database: x} #! 34 number from 0
          user: {redis: h, user: me}       #! 26 password as well
          file: {redis: h, password_file: /hidden} #! 35 cannot read
          passwords: {redis: h, password: hidden-hidden, password_file: /hidden} #! 65 already
          grace: {redis: h, start_interval: 1s, start_period: 0s} #! 37 start_period of 0s
          threshold: {redis: h, success_threshold: many} #! 44 whole number
          optional: {redis: h, optional: perhaps} #! 34 true or false
          change: {redis: h, on_change: tell all} #! 33 a list of words
          word: {redis: h, on_change: [[a]]} #! 32 a value is expected
          blank: {redis: h, on_change: ['']} #! 32 its first word is the program
          for: {redis: h, for: life}       #! 24 readiness or liveness
          twice: {redis: h, timeout: 1s, timeout: 2s} #! 34 twice
          more: {redis: h, hidden=1: 2}    #! 20 ***: unknown
        """#

    @Test("a file with mistakes in every kind of key reports each of them once, at its line and column")
    func everyKind() throws {
        let lines = Self.file.split(separator: "\n", omittingEmptySubsequences: false)
        var expected: [(place: String, words: String)] = []
        for (index, line) in lines.enumerated() {
            guard let mark = line.split(separator: "#! ").dropFirst().first else { continue }
            let parts = mark.split(separator: " ", maxSplits: 1)
            expected.append(("waitfor.yaml:\(index + 1):\(parts[0]): ", String(parts[1])))
        }
        let said = try mistakes(Self.file)
        #expect(expected.count >= 40)
        #expect(said.count == expected.count, "\(said.joined(separator: "\n"))")
        for (line, wanted) in zip(said, expected) {
            #expect(line.hasPrefix(wanted.place), "\(line) is not at \(wanted.place)")
            #expect(line.mentions(wanted.words), "\(line) does not say \(wanted.words)")
            #expect(!line.mentions("hidden-") && !line.mentions("u:hidden"), "\(line)")
        }
    }
}

extension String {
    fileprivate func mentions(_ words: String) -> Bool { contains(words) }
}
