import HealthCore
import Testing

@Suite("The doubt about 127.0.0.1")
struct LoopbackDoubtTests {
    private static let refused = Failure(.refused, "")

    private func told(_ attempts: [(failure: Failure?, second: Int)]) -> [Int] {
        var doubt = LoopbackDoubt(.seconds(10))
        return attempts.filter {
            doubt.isDue($0.failure, at: Instant(nanoseconds: 0).advanced(by: .seconds($0.second)))
        }.map(\.second)
    }

    @Test("it is told once, as soon as the port has refused for that long")
    func once() {
        #expect(told((0...30).map { (Self.refused, $0) }) == [10])
        #expect(told([(Self.refused, 3), (Self.refused, 12), (Self.refused, 14)]) == [14])
    }

    @Test("whatever else is answered begins anew")
    func anew() {
        #expect(told([(Self.refused, 0), (nil, 5), (Self.refused, 11), (Self.refused, 20)]) == [])
        let starting = Failure(.starting, "")
        #expect(told([(Self.refused, 0), (starting, 9), (Self.refused, 10), (Self.refused, 20)]) == [20])
        #expect(told([(starting, 0), (starting, 100)]) == [])
    }

    @Test("without patience the first refusal is enough")
    func none() {
        var doubt = LoopbackDoubt(.zero)
        let isDue = doubt.isDue(Self.refused, at: Instant(nanoseconds: 0))
        #expect(isDue)
    }
}
