internal import CAres
internal import CLinux
internal import Glibc
internal import HealthCore

/// One lookup of one name over a c-ares channel of its own: freeing the channel cancels the lookup, and
/// /etc/resolv.conf is read anew for every lookup. The name is queried as it is: `SearchList` has the list.
final class AresLookup {
    /// The answer for one address family.
    final class Answer {
        let family: Int32
        fileprivate(set) var addresses: [String] = []
        /// c-ares's status; nil while there is no answer.
        fileprivate(set) var status: Int32?

        fileprivate init(family: Int32) {
            self.family = family
        }

        /// The failure of this family, if its answer has no addresses.
        var failure: Failure? {
            guard addresses.isEmpty else { return nil }
            return switch status {
            case nil: nil
            case cares_not_found: Failure(.dns, "no such host")
            case cares_success, cares_no_data: Failure(.dns, "the name has no address")
            case cares_server_failed: Failure(.dns, "the name server failed (SERVFAIL)")
            case cares_server_refused: Failure(.dns, "the name server refused")
            case cares_timed_out: Failure(.dns, "no answer from the name server")
            case cares_no_server: Failure(.dns, "no name server could be reached")
            case cares_bad_name:
                Failure(.dns, "no name of DNS: one of its labels is empty or has more than 63 characters")
            case let status?: Failure(.dns, String(cString: ares_strerror(status)))
            }
        }
    }

    /// The source that is asked.
    enum Source {
        /// /etc/hosts. The file answers before `init` returns; a name that it knows is looked up nowhere else, not
        /// even for the other family.
        case hostsFile
        /// The name servers, and the first answer counts.
        case nameServer
        /// The name servers, each once, until a server does not fail.
        case everyNameServer
    }

    private(set) var answers: [Answer]
    /// An epoll descriptor that is readable when any of the channel's sockets has work to do.
    let descriptor: Int32
    private let channel: ares_channel
    private let traffic: UnsafeMutablePointer<cares_traffic>
    /// The most datagrams and pieces that are read before other jobs have their turn.
    private static let readsInATurn: Int32 = 64

    /// Starts the queries.
    init(_ name: String, families: [Int32], from source: Source) throws(Failure) {
        let poller = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard poller >= 0 else { throw SystemFailure.failure(errno) }
        var options = ares_options()
        // c-ares ignores `timeout` and `attempts` of resolv.conf; a query is sent again after 500 ms, until the
        // attempt's deadline.
        options.timeout = 500
        options.tries = source == .everyNameServer ? 1 : 10
        options.flags = Int32(ARES_FLAG_NOALIASES | ARES_FLAG_NOSEARCH)
        // Without this flag c-ares asks a failing server ten times at once, and then reports it as unreachable.
        if source == .nameServer { options.flags |= Int32(ARES_FLAG_NOCHECKRESP) }
        // c-ares must not follow the image's nsswitch.conf, which is written for another library.
        let order = strdup(source == .hostsFile ? "f" : "b")
        defer { free(order) }
        options.lookups = order
        options.sock_state_cb = AresLookup.watch
        let traffic = UnsafeMutablePointer<cares_traffic>.allocate(capacity: 1)
        traffic.initialize(
            to: cares_traffic(
                poller: poller, reads_left: Self.readsInATurn, socket_error: 0, watch_error: 0))
        options.sock_state_cb_data = UnsafeMutableRawPointer(traffic)
        // Without /dev/urandom, as in an empty root, versions before 1.20 take the ids of their queries from `rand`,
        // and they would be the same each time.
        srand(UInt32.random(in: .min ... .max))
        var channel: ares_channel?
        let mask =
            ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB
            // `ares_getaddrinfo` ignores ARES_FLAG_NOSEARCH in some versions, but no version searches an empty list.
            | ARES_OPT_DOMAINS
        guard ares_init_options(&channel, &options, mask) == cares_success, let channel else {
            let number = errno
            close(poller)
            traffic.deallocate()
            throw SystemFailure.shortage(number) ?? Failure(.dns, "the resolver could not be set up")
        }
        cares_watch_traffic(channel, traffic)
        (self.channel, self.traffic) = (channel, traffic)
        descriptor = poller
        answers = families.map(Answer.init)
        for answer in answers {
            var hints = ares_addrinfo_hints()
            hints.ai_family = answer.family
            hints.ai_flags = ARES_AI_NOSORT
            let context = Unmanaged.passUnretained(answer).toOpaque()
            ares_getaddrinfo(channel, name, nil, &hints, AresLookup.collect, context)
        }
    }

    /// Calls every pending callback; the answers are alive until this has returned.
    deinit {
        ares_destroy(channel)
        close(descriptor)
        traffic.deallocate()
    }

    /// The failure of the channel's sockets, which c-ares reports only as "nobody could be reached".
    var failure: Failure? {
        let (socket, watch) = (traffic.pointee.socket_error, traffic.pointee.watch_error)
        if watch != 0 { return SystemFailure.unwatched(watch) }
        return SystemFailure.shortage(socket)
    }

    /// Whether no address has come.
    var isEmpty: Bool { answers.allSatisfy(\.addresses.isEmpty) }

    /// Whether every answer is that there is no such name, or that it has no address.
    var knowsNoAddress: Bool {
        answers.allSatisfy { [cares_success, cares_no_data, cares_not_found].contains($0.status) }
    }

    /// Whether glibc would query the next name of the search list: after every answer of a server but a refusal.
    var leavesItToNextName: Bool {
        answers.allSatisfy {
            [cares_success, cares_no_data, cares_not_found, cares_server_failed, cares_bad_name].contains(
                $0.status)
        }
    }

    /// Whether a name server failed or refused.
    var hasFailedServer: Bool {
        answers.contains {
            [cares_server_failed, cares_not_implemented, cares_server_refused].contains($0.status)
        }
    }

    /// How much an answer without addresses says about the host: of the answers to several names, the first of those that
    /// say most is told.
    var weight: Int {
        if hasFailedServer { return 4 }
        if !leavesItToNextName { return 3 }
        let statuses = answers.map(\.status)
        if statuses.contains(cares_no_data) || statuses.contains(cares_success) { return 2 }
        return statuses.contains(cares_not_found) ? 1 : 0
    }

    /// Lets c-ares read, write and resend, without blocking.
    func process() {
        traffic.pointee.reads_left = Self.readsInATurn
        var events = [epoll_event](repeating: epoll_event(), count: 16)
        let count = epoll_wait(descriptor, &events, CInt(events.count), 0)
        for event in events.prefix(max(0, Int(count))) {
            let writes = event.events & EPOLLOUT.rawValue != 0
            let reads = event.events & ~EPOLLOUT.rawValue != 0
            ares_process_fd(
                channel, reads ? event.data.fd : ARES_SOCKET_BAD, writes ? event.data.fd : ARES_SOCKET_BAD)
        }
        // c-ares checks its time-outs only within a call.
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
    }

    /// The longest wait until c-ares has to be called again. c-ares rounds it down: waking exactly then would spin.
    var patience: Duration? {
        var left = timeval()
        guard ares_timeout(channel, nil, &left) != nil else { return nil }
        return .seconds(left.tv_sec) + .microseconds(left.tv_usec) + .milliseconds(1)
    }

    private static let watch: ares_sock_state_cb = { context, socket, readable, writable in
        guard let traffic = context?.assumingMemoryBound(to: cares_traffic.self) else { return }
        let poller = traffic.pointee.poller
        var event = epoll_event()
        event.events = (readable != 0 ? EPOLLIN.rawValue : 0) | (writable != 0 ? EPOLLOUT.rawValue : 0)
        event.data.fd = socket
        if event.events == 0 {
            epoll_ctl(poller, EPOLL_CTL_DEL, socket, nil)
        } else if epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) != 0,
            errno != EEXIST
                || epoll_ctl(poller, EPOLL_CTL_MOD, socket, &event) != 0
        {
            traffic.pointee.watch_error = errno
        }
    }

    private static let collect: ares_addrinfo_callback = { context, status, _, result in
        guard let context else { return }
        let answer = Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue()
        answer.status = status
        guard let result else { return }
        defer { ares_freeaddrinfo(result) }
        var node = result.pointee.nodes
        while let current = node {
            // A server may put other records into its answer than it was asked for.
            if current.pointee.ai_family == answer.family,
                let text = numericText(current.pointee.ai_family, current.pointee.ai_addr)
            {
                answer.addresses.append(text)
            }
            node = current.pointee.ai_next
        }
    }

    private static func numericText(_ family: Int32, _ address: UnsafeMutablePointer<sockaddr>?) -> String? {
        guard let address else { return nil }
        let raw = UnsafeRawPointer(address)
        let offset =
            family == AF_INET6
            ? MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)
            : MemoryLayout<sockaddr_in>.offset(of: \.sin_addr)
        guard let offset else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            inet_ntop(family, raw + offset, buffer.baseAddress, socklen_t(buffer.count)).map {
                String(cString: $0)
            }
        }
    }
}

extension Resolver {
    /// The version of c-ares, for `version --libraries`.
    package static var linkedVersion: String { String(cString: ares_version(nil)) }
}
