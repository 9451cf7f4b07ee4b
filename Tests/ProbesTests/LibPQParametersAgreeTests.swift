import CLibPQ
import HealthCore
import Testing

@Suite("libpq's parameters, as this libpq knows them")
struct LibPQParametersAgreeTests {
    @Test("each is either handed on or ours, and none is made up")
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
        #expect(known.subtracting(LibPQParameters.passed.union(LibPQParameters.ours)) == [])
        #expect(LibPQParameters.passed.union(LibPQParameters.ours).subtracting(known) == [])
    }
}
