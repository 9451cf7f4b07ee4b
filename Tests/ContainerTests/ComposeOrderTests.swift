import TestSupport
import Testing

/// Public stacks, by Compose's order and by our gates alone.
struct ComposeOrderTests {
    fileprivate static func expectSameOrder(_ stack: PublicStack) throws {
        func lines(_ order: KeyValuePairs<String, String>) -> [String] {
            order.map { "\($0.key): \($0.value)" }
        }
        #expect(try OrderedStack(stack, by: .compose).order() == lines(stack.order))
        let gated = try OrderedStack(stack, by: .gates)
        #expect(try gated.order() == lines(stack.gatedOrder ?? stack.order))
        try gated.restart()
    }

    @Test(
        "gates by the file start a stack in Compose's order; nobody is restarted with a dependency, and who is restarted alone waits again",
        arguments: PublicStack.first)
    func first(stack: PublicStack) throws {
        try ComposeOrderTests.expectSameOrder(stack)
    }

    @Test("the classic stack starts by Compose alone, and by our gates in the place of depends_on")
    func classic() throws {
        try ComposeOrderTests.expectSameOrder(.classic)
    }
}

/// The stacks that every night has time for.
struct ComposeOrderRestTests {
    @Test("gates by the file start seven more stacks in Compose's order", arguments: PublicStack.rest)
    func rest(stack: PublicStack) throws {
        try ComposeOrderTests.expectSameOrder(stack)
    }
}

/// The same stacks where nobody else knows an order.
@Suite(.serialized)
struct SwarmOrderTests {
    @Test(
        "gates by the file start a stack in Compose's order under Swarm, which starts all at once",
        arguments: PublicStack.first + PublicStack.rest + [.classic])
    func order(stack: PublicStack) throws {
        let lines = (stack.gatedOrder ?? stack.order).map { "\($0.key): \($0.value)" }
        #expect(try OrderedStack(stack, by: .swarm).order() == lines)
    }
}
