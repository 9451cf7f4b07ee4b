/// The settings that only some kinds of target have.
extension TargetAssignment {
    func applyToService(of target: inout Target) throws(ConfigurationError) {
        switch target.service {
        case .postgres(var service):
            try apply(to: &service, of: target)
            target.service = .postgres(service)
        case .redis(var service):
            try apply(to: &service, of: target)
            target.service = .redis(service)
        case .http(var service):
            try apply(to: &service, of: target)
            target.service = .http(service)
            let lines = value.split(separator: ASCII.lineFeed)
            if key == "headers", lines.contains(where: { SecretName.isOne($0.prefix { $0 != ASCII.colon }) })
            {
                target.hasPasswordInArguments = true
            }
        case .connect, .dns, .file, .exec:
            throw notForKind(target)
        }
    }

    private func apply(to service: inout PostgresService, of target: Target) throws(ConfigurationError) {
        switch key {
        case "level":
            guard let level = PostgresLevel(rawValue: text) else {
                throw wrong(target, "ping, query or writable")
            }
            service.chosenLevel = level
        case "query": service.query = Secret(try filled(target))
        case "expect_value": service.expectedValue = Secret(value)
        case "role":
            guard let role = PostgresRole(rawValue: text) else { throw wrong(target, "primary or standby") }
            service.role = role
        case "max_lag": service.maximumLag = try duration(target)
        case "user":
            service.user = try filledText(target)
            service.userOrigin = .target
        case "database":
            service.database = try filledText(target)
            service.databaseOrigin = .target
        default: throw notForKind(target)
        }
    }

    private func apply(to service: inout RedisService, of target: Target) throws(ConfigurationError) {
        switch key {
        case "level":
            guard text == "ping" else { throw wrong(target, "ping") }
        case "user":
            service.user = try filledText(target)
        case "database":
            guard let number = Int32(text, radix: 10), number >= 0 else {
                throw wrong(target, "a number from 0")
            }
            service.database = Int(clamping: number)
        case "role":
            guard let role = RedisRole(rawValue: text) else { throw wrong(target, "master or replica") }
            if service.sentinelMaster != nil, role != .master {
                throw wrong(target, "a Sentinel is asked for the master")
            }
            service.role = role
        case "link":
            guard text == "up" else { throw wrong(target, "up") }
            service.requiresLink = true
        case "cluster":
            guard text == "ok" else { throw wrong(target, "ok") }
            service.requiresCluster = true
        case "expect_key":
            let written = try filled(target)
            let equals = written.firstIndex(of: UInt8(ascii: "="))
            let name = written[..<(equals ?? written.endIndex)]
            guard !name.isEmpty else { throw wrong(target, "KEY, or KEY=VALUE") }
            service.expectedKey = RedisService.ExpectedKey(
                name: String(decoding: name, as: UTF8.self),
                value: equals.map { Secret(written[($0 + 1)...]) })
        default: throw notForKind(target)
        }
    }

    private func apply(to service: inout HTTPService, of target: Target) throws(ConfigurationError) {
        switch key {
        case "method":
            let method = try filled(target)
            guard method.allSatisfy(ASCII.isToken) else {
                throw wrong(target, "a method like GET, HEAD or POST")
            }
            service.method = text.uppercased()
        case "expect_status":
            guard let ranges = StatusRanges(text) else {
                throw wrong(target, "statuses from 100 to 599, like 200-299,401")
            }
            service.expectedStatus = ranges
        case "expect_body":
            service.expectedBody = Secret(try filled(target))
        case "headers":
            guard let headers = HTTPService.Header.list(try filled(target)) else {
                throw wrong(
                    target, "`Name: value`, and not Host, Connection, Content-Length or Transfer-Encoding")
            }
            // Of two settings the later one counts.
            let names = headers.map { $0.name.lowercased() }
            service.headers = service.headers.filter { !names.contains($0.name.lowercased()) } + headers
        case "header_file": service.headerFile = try filledText(target)
        case "follow_redirects": service.followsRedirects = try flag(target)
        default: throw notForKind(target)
        }
    }
}
