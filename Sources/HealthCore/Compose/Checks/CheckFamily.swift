/// Programs that checks call, and what one of their commands asks.
struct CheckFamily: Sendable {
    let programs: [String]
    let meaning: @Sendable (CheckCommand, _ caller: ComposeService?) -> CheckMeaning

    init(
        _ programs: [String],
        _ meaning: @escaping @Sendable (CheckCommand, _ caller: ComposeService?) -> CheckMeaning
    ) {
        (self.programs, self.meaning) = (programs, meaning)
    }

    static let all =
        PostgresChecks.families + RedisChecks.families + MySQLChecks.families + HTTPChecks.families
        + PortChecks.families + OneLinerChecks.families + ServerToolChecks.families
        + WaitforChecks.families
}
