import ConciergeProtocol
import Glibc
import Synchronization

/// Who asks, as the kernel knows whoever made the connection.
struct Principal: Sendable, Hashable {
    let uid: UInt32
    /// All groups of the process.
    let groups: [UInt32]
}

/// The section `access` with its groups' numbers.
struct ResolvedAccess: Sendable {
    /// A group that gives nobody its role, because its number is not known.
    struct Unknown: Sendable, Hashable {
        /// Its key in the section: `viewers`, `staff` or `admins`.
        let key: String
        let group: String
        /// Why it could not be looked up; nil where this machine has no such group.
        let errno: Int32?

        /// One clause for the journal and for `--check`.
        var reason: String {
            guard let errno else { return "this machine has no group \"\(group)\"; it gives nobody this role" }
            return "the group \"\(group)\" could not be looked up (\(String(cString: strerror(errno)))); "
                + "it gives nobody this role"
        }
    }

    /// The role that each group gives; nil where the configuration has no such section.
    fileprivate let roles: [UInt32: Role]?
    private let numbers: [String: UInt32]
    let unknown: [Unknown]

    /// Looks the groups up. It may block.
    ///
    /// - Parameter known: What was in force before: the number of a group whose look-up fails now, which passes, stays
    ///   as it was.
    init(
        _ section: DaemonConfiguration.AccessSection?, in names: NameService, known: ResolvedAccess? = nil
    ) {
        guard let section else {
            (roles, numbers, unknown) = (nil, [:], [])
            return
        }
        var roles: [UInt32: Role] = [:]
        var numbers: [String: UInt32] = [:]
        var unknown: [Unknown] = []
        for (key, role, groups) in section.roles {
            for group in groups {
                let number: UInt32
                switch names.groupNumber(group) {
                case .found(let gid): number = gid
                case .none:
                    unknown.append(Unknown(key: key, group: group, errno: nil))
                    continue
                case .failed(let errno):
                    guard let gid = known?.numbers[group] else {
                        unknown.append(Unknown(key: key, group: group, errno: errno))
                        continue
                    }
                    number = gid
                }
                numbers[group] = number
                roles[number] = max(role, roles[number] ?? .nobody)
            }
        }
        (self.roles, self.numbers, self.unknown) = (roles, numbers, unknown)
    }
}

/// Maps callers to roles by the groups that the kernel says they have.
///
/// The superuser and the daemon's own user may do everything. Where the configuration has no section `access`, so may
/// everybody who can open the socket: its file mode and group are the guard. A role is worked out for each call from
/// the connection's own groups; nothing is remembered of a user.
final class AccessRules: Sendable {
    private struct State {
        var section: DaemonConfiguration.AccessSection?
        var access: ResolvedAccess
        /// How many sections were taken: what was looked up for an earlier one is dropped.
        var reloads = 0
        var lastLook = ContinuousClock.now
        var isLooking = false
    }

    private let state: Mutex<State>
    private let names: NameService
    private let pool: MaintenancePool
    private let pause: Duration
    private let tell: @Sendable (ResolvedAccess) -> Void

    /// Looks the section's groups up, which may block.
    ///
    /// - Parameters:
    ///   - pool: Where later look-ups are made.
    ///   - pause: How long after a look-up a group that is not known may be looked up again; it is when somebody has
    ///     too small a role for everything.
    ///   - tell: Is told of groups that are not known, whenever that changes.
    init(
        _ section: DaemonConfiguration.AccessSection?, names: NameService, pool: MaintenancePool,
        pause: Duration = .seconds(5), tell: @escaping @Sendable (ResolvedAccess) -> Void
    ) {
        let access = ResolvedAccess(section, in: names)
        self.names = names
        self.pool = pool
        self.pause = pause
        self.tell = tell
        state = Mutex(State(section: section, access: access))
        if !access.unknown.isEmpty { tell(access) }
    }

    /// Takes another section, and looks its groups up on a thread that may be held. The section before holds until then.
    func replace(with section: DaemonConfiguration.AccessSection?) async {
        await Task(executorPreference: pool) { [self] in
            let access = ResolvedAccess(section, in: names, known: state.withLock(\.access))
            state.withLock { state in
                state.section = section
                state.access = access
                state.reloads += 1
                state.lastLook = .now
            }
            if !access.unknown.isEmpty { tell(access) }
        }.value
    }

    /// Whether somebody is the superuser or the daemon's own user.
    static func mayDoEverything(_ uid: UInt32) -> Bool { uid == 0 || uid == getuid() }

    /// The greatest role that one of the caller's groups gives.
    func role(of principal: Principal) -> Role {
        if Self.mayDoEverything(principal.uid) { return .admin }
        let (role, looksAgain) = state.withLock { state -> (Role, Bool) in
            guard let roles = state.access.roles else { return (.admin, false) }
            let role = principal.groups.reduce(Role.nobody) { max($0, roles[$1] ?? .nobody) }
            guard role < .admin, !state.access.unknown.isEmpty, !state.isLooking,
                state.lastLook.duration(to: .now) >= pause
            else { return (role, false) }
            state.isLooking = true
            return (role, true)
        }
        if looksAgain { lookAgain() }
        return role
    }

    /// Whether somebody may call a method.
    func allows(_ principal: Principal, _ method: MethodDeclaration) -> Bool { role(of: principal) >= method.role }

    /// Whether somebody is shown no secrets of requests: codes with which things are handed over.
    func hidesSecrets(from principal: Principal) -> Bool { role(of: principal) < .staff }

    /// Looks up what was not known: a directory on the network may have been away when the daemon started.
    private func lookAgain() {
        Task.detached(executorPreference: pool) { [self] in
            let (section, before, reloads) = state.withLock { ($0.section, $0.access, $0.reloads) }
            let access = ResolvedAccess(section, in: names, known: before)
            let isNews = state.withLock { state -> Bool in
                state.isLooking = false
                guard state.reloads == reloads else { return false }
                state.lastLook = .now
                state.access = access
                return access.unknown != before.unknown
            }
            if isNews { tell(access) }
        }
    }
}
