internal import CLibPQ
internal import HealthCore

extension PostgresProbe {
    /// The version of libpq, for `version --libraries`.
    package static var linkedVersion: String { LibPQParameters.describe(version: libPQVersion) }

    /// The version of libpq as a number.
    package static var libPQVersion: Int { Int(clamping: PQlibVersion()) }
}
