package import HealthCore

/// The settings of an agent by its options or its file. A nil setting was not given.
package struct AgentChoices: Sendable, Equatable {
    package var listen: [ListenAddress]?
    /// Whether clients on other machines may see addresses and messages.
    package var exposesAll: Bool?
    /// The names that clients on this machine may call the agent by.
    package var allowedHosts: Set<AllowedHost>?
    package var readyFile: String?
    /// Whether READY=1 is sent to systemd only when every required target is ready.
    package var notifiesWhenReady: Bool?
    /// Whether the agent reloads its file when that changes.
    package var watches: Bool?
    package var shutdownDelay: Duration?
    package var maximumConnections: Int?
    package var logFormat: LogFormat?

    package init() {}
}

/// The format of lines on stderr.
package enum LogFormat: String, Sendable {
    case text, json
}

/// One key of the agent itself: its file and the option of the same name read this row.
package struct AgentSetting: Sendable {
    package let key: String
    /// The name of the option, without `--`.
    package var option: String {
        String(decoding: key.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }
    /// Whether the key takes several values.
    package var isList: Bool { key == "listen" || key == "allowed_hosts" }
    package let apply: @Sendable (inout AgentChoices, SettingValue) throws(SettingError) -> Void

    private init(
        _ key: String,
        apply: @escaping @Sendable (inout AgentChoices, SettingValue) throws(SettingError) -> Void
    ) {
        (self.key, self.apply) = (key, apply)
    }

    /// All keys.
    package static let all = [
        AgentSetting("listen") { choices, value throws(SettingError) in
            for word in value.words {
                let address: ListenAddress
                do throws(ConfigurationError) { address = try ListenAddress(word) } catch {
                    throw SettingError(error.description)
                }
                guard choices.listen?.contains(address) != true else {
                    throw SettingError("\(address) twice")
                }
                choices.listen = (choices.listen ?? []) + [address]
            }
        },
        AgentSetting("expose") { choices, value throws(SettingError) in
            choices.exposesAll = try value.isFirst(of: "full", "names")
        },
        AgentSetting("allowed_hosts") { choices, value throws(SettingError) in
            for word in value.words {
                do throws(ConfigurationError) {
                    choices.allowedHosts = (choices.allowedHosts ?? []).union([try AllowedHost(word)])
                } catch {
                    throw SettingError(error.description)
                }
            }
        },
        AgentSetting("ready_file") { choices, value throws(SettingError) in
            guard !value.bytes.isEmpty else {
                throw SettingError("empty: is a variable unset? write a path")
            }
            choices.readyFile = value.text
        },
        AgentSetting("notify") { choices, value throws(SettingError) in
            choices.notifiesWhenReady = try value.isFirst(of: "ready", "started")
        },
        AgentSetting("watch") { choices, value throws(SettingError) in
            // The option takes no value.
            choices.watches = value.place == .option ? true : try value.flag()
        },
        AgentSetting("shutdown_delay") { choices, value throws(SettingError) in
            choices.shutdownDelay = try value.duration(allowsZero: true)
        },
        AgentSetting("max_connections") { choices, value throws(SettingError) in
            choices.maximumConnections = try value.count(upTo: 65_536)
        },
        AgentSetting("log") { choices, value throws(SettingError) in
            choices.logFormat = try value.choice(LogFormat.self, "text or json")
        },
    ]
}

extension SettingValue {
    /// The items of an option's list; in a file each item of a list is a value of its own.
    fileprivate var words: [String] {
        let separators: [Character] = place == .option ? [","] : []
        return text.split(omittingEmptySubsequences: false, whereSeparator: separators.contains).map(
            String.init)
    }
}
