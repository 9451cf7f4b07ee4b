import EventLoop
import Testing

@testable import HealthCore
@testable import Probes

@Suite("What libpq is told")
struct ConnectionParametersTests {
    private func service(_ parameters: KeyValuePairs<String, String> = [:]) -> PostgresService {
        var service = PostgresService(
            user: "app", userOrigin: .target, database: "shop", databaseOrigin: .target, places: [])
        service.parameters = parameters.map { .init(key: $0, value: Secret($1.utf8)) }
        return service
    }

    private func parameters(
        _ service: PostgresService, at host: String = "db.test", port: UInt16 = 5433,
        password: String? = nil
    ) throws -> ConnectionParameters {
        let place = PostgresService.Place(host: host, port: port, address: nil)
        let address: SocketAddress? =
            if case .unixSocket(let path) = place.endpoint { SocketAddress(unixPath: path) } else {
                SocketAddress(numeric: "10.0.0.7", port: 5433)
            }
        return ConnectionParameters(
            service, place, try #require(address), password.map { Secret($0.utf8) })
    }

    @Test("the name stays for TLS, and the address keeps libpq from resolving it")
    func network() throws {
        let told = try parameters(service())
        #expect(told.last("host") == "db.test" && told.last("hostaddr") == "10.0.0.7")
        #expect(told.last("port") == "5433")
        #expect(told.last("user") == "app" && told.last("dbname") == "shop")
    }

    @Test("of a Unix socket libpq is told the folder and the port in its name, and no address")
    func unixSocket() throws {
        let told = try parameters(service(), at: "/run/postgresql", port: 5444)
        #expect(told.last("host") == "/run/postgresql" && told.last("port") == "5444")
        #expect(told.last("hostaddr") == nil)
        let abstract = try parameters(service(), at: "@db")
        #expect(abstract.last("host") == "@db")
    }

    @Test("a password is told if there is one, and libpq looks for no other in a file")
    func password() throws {
        #expect(try parameters(service(), password: "secret").last("password") == "secret")
        let none = try parameters(service())
        #expect(!none.pairs.contains { $0.key == "password" })
        #expect(none.last("passfile") == LibPQParameters.noFile)
    }

    @Test("Kerberos is off and our name is told, unless the target says otherwise")
    func defaults() throws {
        let usual = try parameters(service())
        #expect(usual.last("gssencmode") == "disable" && usual.last("application_name") == "waitfor")
        let given = try parameters(service(["gssencmode": "prefer", "application_name": "mine"]))
        #expect(given.last("gssencmode") == "prefer" && given.last("application_name") == "mine")
        for key in ["gssencmode", "application_name"] {
            #expect(given.pairs.count { $0.key == key } == 1, "\(key)")
        }
    }

    @Test("the target's own parameters come last, in their order, so that the last one counts")
    func order() throws {
        let told = try parameters(service(["sslmode": "require", "sslmode": "verify-full"]))
        #expect(told.pairs.suffix(2).map(\.key) == ["sslmode", "sslmode"])
        #expect(told.last("sslmode") == "verify-full")
        #expect(try parameters(service(["sslcert": ""])).last("sslcert") == nil)
    }

    @Test("sslrootcert=system is the file of this system, and no other value is changed")
    func systemCertificates() throws {
        #expect(
            try parameters(service(["sslrootcert": "system"])).last("sslrootcert")
                == SystemAuthorities.file)
        #expect(try parameters(service(["sslrootcert": "/ca.pem"])).last("sslrootcert") == "/ca.pem")
        #expect(try parameters(service(["sslcert": "system"])).last("sslcert") == "system")
    }

    @Test("TLS begins without being asked for only where sslnegotiation says direct")
    func direct() throws {
        #expect(try parameters(service(["sslnegotiation": "direct"])).beginsWithTLS)
        #expect(try !parameters(service(["sslnegotiation": "postgres"])).beginsWithTLS)
        #expect(
            try !parameters(service(["sslnegotiation": "direct", "sslnegotiation": "postgres"])).beginsWithTLS
        )
        #expect(try !parameters(service()).beginsWithTLS)
    }

    @Test("C gets every pair, with a nil at the end of both lists")
    func strings() throws {
        let told = try parameters(service(["options": "-c a=é"]), password: "p w")
        let seen = told.withCStrings { keys, values in
            var pairs: [String] = []
            var index = 0
            while let key = keys[index], let value = values[index] {
                pairs.append("\(String(cString: key))=\(String(cString: value))")
                index += 1
            }
            return (pairs, keys[index] == nil && values[index] == nil)
        }
        let expected = told.pairs.map { pair in
            "\(pair.key)=\(pair.value.reveal { String(decoding: $0, as: UTF8.self) })"
        }
        #expect(seen.0 == expected && seen.1)
        #expect(seen.0.contains("password=p w") && seen.0.contains("options=-c a=é"))
    }
}
