extension HTTPService {
    package static let settings = [
        Setting("method", "METHOD", "GET, HEAD, POST …", of: Self.self) {
            service, value throws(SettingError) in
            guard try value.filled().allSatisfy(ASCII.isToken) else {
                throw SettingError("a method like GET, HEAD or POST")
            }
            service.method = value.text.uppercased()
        },
        Setting("headers", "NAME: VALUE", "fields of the request") { target, value throws(SettingError) in
            guard var service = target.service as? HTTPService else { throw SettingError.foreign(to: target) }
            guard let headers = Header.list(try value.filled()) else {
                throw SettingError(
                    "`Name: value`, and not Connection, Content-Length or Transfer-Encoding; Host is one name"
                )
            }
            // A later field replaces an earlier one of the same name.
            let names = headers.map { $0.name.lowercased() }
            service.headers = service.headers.filter { !names.contains($0.name.lowercased()) } + headers
            target.service = service
            if headers.contains(where: { SecretName.isOne(Array($0.name.utf8)[...]) }) {
                target.hasPasswordInArguments = true
            }
        },
        Setting("header_file", "PATH", "lines of `Name: value`, for tokens", of: Self.self) {
            service, value throws(SettingError) in
            service.headerFile = try value.filledText()
        },
        Setting("expect_status", "STATUSES", "like 2xx,301 or 200-299,401 (200-399)", of: Self.self) {
            service, value throws(SettingError) in
            guard let ranges = StatusRanges(value.text) else {
                throw SettingError("statuses from 100 to 599, like 2xx or 200-299,401")
            }
            service.expectedStatus = ranges
        },
        Setting("expect_body", "TEXT", "what the body must have in it", of: Self.self) {
            service, value throws(SettingError) in
            service.expectedBody = Secret(try value.filled())
        },
        Setting("expect_json", "/POINTER[=VALUE]", "what the body must say there as JSON", of: Self.self) {
            service, value throws(SettingError) in
            service.expectedJSON = try JSONExpectation.list(try value.filled())
        },
        Setting("follow_redirects", "YES", "follow them on the same host", of: Self.self) {
            service, value throws(SettingError) in
            service.followsRedirects = try value.flag()
        },
    ]
}
