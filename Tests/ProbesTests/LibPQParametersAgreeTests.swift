import CLibPQ
import HealthCore
import Probes
import Testing

@Suite("libpq's parameters, as this libpq knows them")
struct LibPQParametersAgreeTests {
    @Test("each that the linked version has is known to us by that version, and none is made up")
    func agrees() throws {
        let options = try #require(PQconndefaults())
        defer { PQconninfoFree(options) }
        var known: Set<String> = []
        var next = options
        while let keyword = next.pointee.keyword {
            known.insert(String(cString: keyword))
            next += 1
        }
        #expect(known.count > 20)
        let ours = LibPQParameters.known(to: PostgresProbe.libPQVersion)
        #expect(known.subtracting(ours) == [])
        #expect(ours.subtracting(known) == [])
    }
}
