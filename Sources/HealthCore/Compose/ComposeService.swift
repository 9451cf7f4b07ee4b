/// What a service of a Compose file says of itself, as far as somebody who waits for it needs it. The files of a project
/// are merged and their variables replaced; short forms are written out.
package struct ComposeService: Sendable, Equatable {
    package var name: String
    /// The image; nil if the service is only built.
    package var image: ComposeText?
    package var isBuilt = false
    package var command: ComposeCommand?
    package var entrypoint: ComposeCommand?
    package var environment: [ComposeVariable] = []
    /// The container's ports, of `ports` and `expose`, in their order and once each.
    package var ports: [UInt16] = []
    package var hostname: ComposeText?
    package var containerName: ComposeText?
    /// `host`, `none`, `service:NAME`; nil for the project's networks.
    package var networkMode: ComposeText?
    package var networks: [String] = []
    /// The files of secrets in the container, by path: `/run/secrets/NAME`.
    package var secrets: [ComposeSecret] = []
    package var healthcheck: ComposeHealthcheck?
    package var dependencies: [ComposeDependency] = []
    package var profiles: [String] = []
    /// The type of a `provider`, which is no container.
    package var provider: String?

    package init(name: String) {
        self.name = name
    }
}

/// `command` and `entrypoint`.
package enum ComposeCommand: Sendable, Equatable {
    /// One text, which Compose takes apart as a shell would take words apart; no shell runs it.
    case text(ComposeText)
    case words([ComposeText])
}

/// A variable of a service's environment.
package struct ComposeVariable: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        case environment
        case file(path: String)
    }

    package var name: String
    /// Nil if only the name is written and the environment does not have it.
    package var value: ComposeText?
    package var origin: Origin

    package init(name: String, value: ComposeText?, origin: Origin = .environment) {
        (self.name, self.value, self.origin) = (name, value, origin)
    }
}

/// A secret that a service has.
package struct ComposeSecret: Sendable, Equatable {
    /// Its name in the project.
    package var source: String
    /// Its path in the container.
    package var path: String

    package init(source: String, path: String) {
        (self.source, self.path) = (source, path)
    }
}

/// The `healthcheck` of a service.
package struct ComposeHealthcheck: Sendable, Equatable {
    package enum Test: Sendable, Equatable {
        /// No `test`: that of the image.
        case ofImage
        /// `disable: true`, or `NONE`.
        case disabled
        /// A string, or `CMD-SHELL`: `/bin/sh -c` in the container.
        case shell(ComposeText)
        /// `CMD`: words without a shell.
        case command([ComposeText])
    }

    package var test = Test.ofImage
    package var interval: Duration?
    package var timeout: Duration?
    package var retries: Int?
    package var startPeriod: Duration?
    package var startInterval: Duration?

    package init() {}

    /// How long it goes on until the service is unhealthy, by Docker's defaults.
    package var patience: Duration {
        (startPeriod ?? .zero) + (interval ?? .seconds(30)) * min(retries ?? 3, 1_000_000)
    }
}

/// An edge of `depends_on`.
package struct ComposeDependency: Sendable, Equatable {
    package enum Condition: String, Sendable, CaseIterable {
        case started = "service_started"
        case healthy = "service_healthy"
        case completed = "service_completed_successfully"
    }

    package var service: String
    package var condition = Condition.started
    package var isRequired = true

    package init(service: String, condition: Condition = .started, isRequired: Bool = true) {
        (self.service, self.condition, self.isRequired) = (service, condition, isRequired)
    }
}
