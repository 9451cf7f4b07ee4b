internal import CLinux
internal import Files
internal import Glibc
internal import HealthCore

extension Socket {
    /// Whether the process at the other end of this Unix socket has our own user; never true of a TCP socket.
    ///
    /// It is the user who called `connect`, or `listen`, whoever has the socket by now.
    package var isOfOwnUser: Bool {
        let user = clinux_peer_user(descriptor)
        guard user >= 0, user == Int64(geteuid()) else { return false }
        return user != PeerUser.unknown || PeerUser.areAllUsersKnown
    }
}

/// What the kernel tells of users from outside of our user namespace.
enum PeerUser {
    /// Every user that the namespace does not know: two of them need not be the same.
    static let unknown: Int64 = 65534

    /// Whether our namespace knows every user. Where nobody can tell, it may not.
    static var areAllUsersKnown: Bool {
        do throws(SmallFile.ReadError) {
            return isWhole(try SmallFile("/proc/self/uid_map").contents(atMost: 4096))
        } catch {
            return false
        }
    }

    /// Whether a map of users is that of the namespace in which the machine has started.
    static func isWhole(_ map: [UInt8]) -> Bool {
        let lines = map[...].lines
        return lines.count == 1
            && lines.first?.split(separator: ASCII.space).map(\.text) == ["0", "0", "4294967295"]
    }
}
