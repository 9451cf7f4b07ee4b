import TestSupport
import Testing

/// The stacks that give waitfor to images which were not built here: the cache's check and the web server's gate.
private func expectForeignImages(_ stack: Stack) throws {
    try stack.expectHealthy("cache", within: 60)
    try stack.expectHealthy("web", within: 60)
    let images = [("cache", "REDIS_IMAGE"), ("web", "NGINX_IMAGE")]
    for (service, image) in images {
        #expect(try stack.inspect(service, "{{.Config.Image}}") == Docker.variable(image))
        #expect(try stack.exec(service, "sh", "-c", "command -v waitfor").exitCode != 0, "it is in the image")
    }
    let verdict = try stack.inspect("cache", "{{range .State.Health.Log}}{{.Output}}{{end}}")
    #expect(verdict.contains("PONG"), "\(verdict)")
    #expect(try stack.inspect("web", "{{.Path}}") == "/opt/waitfor/waitfor")
    #expect(try stack.exec("web", "cat", "/proc/1/comm").trimmedOutput == "nginx")
    let said = try stack.run(["logs", "web"]).output
    #expect(said.contains("cache: ready"), "the gate opened without a word: \(said)")
}

/// waitfor mounted from its own image.
struct ImageMountTests {
    @Test("an image mount is HEALTHCHECK and gate in images that were not built here")
    func mount() throws {
        let stack = try Stack("mount", file: "image-mount.yaml")
        try stack.ask("up", "-d")
        try expectForeignImages(stack)
        let mounts = try stack.inspect("web", "{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}}{{end}}")
        #expect(mounts == "image /opt/waitfor false")
        #expect(try stack.exec("web", "/opt/waitfor/waitfor", "check", "cache:6379").exitCode == 0)
    }
}

/// waitfor in a volume, where `install` has put it.
struct SharedVolumeTests {
    @Test("a volume that `install` has filled is HEALTHCHECK and gate in images that were not built here")
    func volume() throws {
        let stack = try Stack("volume", file: "volume.yaml")
        try stack.ask("up", "-d")
        try expectForeignImages(stack)
        // A second start finds the program there, and others run it meanwhile.
        try stack.ask("up", "-d", "--force-recreate", "--no-deps", "install")
        let code = try eventually(within: 30, every: 0.3) {
            let ended = try stack.ask("ps", "-aq", "install")
            return try Docker.ask("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", ended)
                == "exited 0"
        }
        #expect(code, "\(stack.logs)")
        #expect(try stack.exec("web", "/opt/waitfor/waitfor", "check", "cache:6379").exitCode == 0)
    }
}
