import HealthCore

/// `waitfor install PATH`: copies the program itself.
enum InstallVerb {
    static func run(_ request: Request) throws(ConfigurationError) -> ExitCode {
        guard let path = request.words.first, request.words.count == 1, !path.isEmpty else {
            throw ConfigurationError("write `waitfor install PATH`: a file, or a directory that is there")
        }
        guard let program = ProgramFile() else {
            Output.complain("cannot find the program's own file: there is no /proc, or the file is gone")
            return .usage
        }
        do throws(Installation.Failure) {
            let installation = try Installation(path)
            try installation.write(program)
            Output.print("installed \(Installation.shown(installation.path))")
            return .ready
        } catch {
            Output.complain(error.message)
            return .usage
        }
    }
}
