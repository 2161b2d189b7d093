import Glibc
import Synchronization
import Varlink

/// What a caller may do. Each role may also do what those before it may.
enum Role: Int, Comparable, Sendable {
    case nobody, viewer, staff, admin

    static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// Maps callers to roles by their Unix groups.
///
/// The superuser and the daemon's own user may do everything. Where the configuration names no groups, so may everybody
/// who can open the socket: its file mode and group are the guard.
final class AccessRules: Sendable {
    private struct State {
        var groups: DaemonConfiguration.AccessSection
        var known: [UInt32: Role] = [:]
    }

    private let state: Mutex<State>

    init(_ groups: DaemonConfiguration.AccessSection) {
        state = Mutex(State(groups: groups))
    }

    /// Takes other groups, and looks everybody up again.
    func replace(with groups: DaemonConfiguration.AccessSection) {
        state.withLock { $0 = State(groups: groups) }
    }

    /// The greatest role that one of the caller's groups gives.
    func role(of peer: VarlinkPeer) -> Role {
        if peer.uid == 0 || peer.uid == getuid() { return .admin }
        let (groups, known) = state.withLock { ($0.groups, $0.known[peer.uid]) }
        if let known { return known }
        guard groups.viewers != nil || groups.staff != nil || groups.admins != nil else { return .admin }
        let own = Self.groupNames(of: peer)
        func isIn(_ names: [String]?) -> Bool { names.map { !own.isDisjoint(with: $0) } ?? false }
        let role: Role =
            isIn(groups.admins) ? .admin : isIn(groups.staff) ? .staff : isIn(groups.viewers) ? .viewer : .nobody
        state.withLock { $0.known[peer.uid] = role }
        return role
    }

    private static func groupNames(of peer: VarlinkPeer) -> Set<String> {
        var ids: [gid_t] = [peer.gid]
        if let user = getpwuid(peer.uid), let name = user.pointee.pw_name {
            var count: Int32 = 256
            var all = [gid_t](repeating: 0, count: Int(count))
            if getgrouplist(name, user.pointee.pw_gid, &all, &count) >= 0 { ids += all.prefix(Int(count)) }
        }
        return Set(ids.compactMap { getgrgid($0).map { String(cString: $0.pointee.gr_name) } })
    }
}
