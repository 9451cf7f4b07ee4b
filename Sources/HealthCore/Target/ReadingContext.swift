/// The environment and the files on which a target's meaning depends besides its text.
package struct ReadingContext {
    /// The value of a variable; nil if it is unset.
    package var variable: (String) -> String?
    /// The contents of a secret file, up to 64 KiB; nil if it cannot be read.
    package var secretFile: (String) -> [UInt8]?
    /// Why a secret file cannot be read, as the end of a sentence that names it.
    package var whyUnreadable: (String) -> String
    /// The contents of a libpq password file, up to 64 KiB; nil also if others may read it (libpq skips those).
    package var passFile: (String) -> [UInt8]?
    /// Whether a password file exists that libpq ignores because others have access to it.
    package var ignoresPassFile: (String) -> Bool

    /// The version of the linked libpq, by `PQlibVersion`: 150020 is 15.20.
    package var libPQVersion: Int

    /// Whether a file of any size can be read.
    package var isReadable: (String) -> Bool

    /// Whether the text began with `jdbc:` or `r2dbc:`, whose drivers mean more by `ssl=true`.
    var isJava = false
    /// Whether variables were replaced in the text: an empty password is then one of an unset variable.
    package var hasVariables = false

    package init(
        variable: @escaping (String) -> String?, libPQVersion: Int = 150_000,
        secretFile: @escaping (String) -> [UInt8]? = { _ in nil },
        whyUnreadable: @escaping (String) -> String = { _ in
            "it must exist, be readable and have at most 64 KiB"
        },
        passFile: @escaping (String) -> [UInt8]? = { _ in nil },
        ignoresPassFile: @escaping (String) -> Bool = { _ in false },
        isReadable: @escaping (String) -> Bool = { _ in false }
    ) {
        (self.variable, self.libPQVersion, self.secretFile, self.isReadable) = (
            variable, libPQVersion, secretFile, isReadable
        )
        (self.passFile, self.ignoresPassFile) = (passFile, ignoresPassFile)
        self.whyUnreadable = whyUnreadable
    }

    /// The value of a variable that is set and not empty.
    func meaningful(_ name: String) -> String? {
        guard let value = variable(name), !value.isEmpty else { return nil }
        return value
    }
}
