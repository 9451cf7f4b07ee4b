/// The status of a call (grpc/doc/statuscodes.md), where it is not OK.
enum GRPCStatus {
    private static let names = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
        "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]

    /// The failure of a call that ended with this code and this text.
    static func failure(_ code: Int, saying text: [UInt8]) -> Failure {
        let name = names.dropFirst(code).first ?? "grpc-status \(code)"
        let shown = text.isEmpty ? name : "\(name): \(PrintableText.line(text))"
        switch code {
        case 5: return Failure(.missing, shown).advising(.noSuchService).spokenByServer()
        case 7: return Failure(.denied, shown).advising(.callToken)
        case 12: return Failure(.config, shown).advising(.noHealthService).spokenByServer()
        case 14: return Failure(.busy, shown).advising(.noBackend)
        case 16: return Failure(.auth, shown).advising(.callToken)
        default: return Failure(.error, shown)
        }
    }
}
