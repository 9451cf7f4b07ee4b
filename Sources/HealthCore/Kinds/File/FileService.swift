/// A path that must exist.
package struct FileService: Kind {
    package static let word = "file"
    package static let title = "file"
    package static var forms: [TargetForm] {
        [
            TargetForm("file", of: Self.self, like: "file:///run/ready") { text, _ throws(TargetError) in
                let path = try PathText.absolute(text.dropFirst(2), like: "file:///run/ready")
                return Reading(endpoint: .local(path), service: FileService())
            }
        ]
    }

    package var reasons: [Reason] { [.missing, .denied, .error] }
}
