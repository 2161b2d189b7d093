import ConciergeProtocol
import Glibc
import Synchronization
import Wording

/// A caller's identity, as the kernel reports it for the process that made the connection.
struct Principal: Sendable, Hashable {
    let uid: UInt32
    /// All groups of the process.
    let groups: [UInt32]
}

/// The section `access`, with the groups resolved to their numbers.
struct ResolvedAccess: Sendable {
    /// A group whose number is not known, so that it gives nobody its role.
    struct Unknown: Sendable, Hashable {
        /// The group's key in the section: `viewers`, `staff`, `admins` or `workers`.
        let key: String
        let group: String
        /// Why the look-up failed; nil if this machine has no such group.
        let errno: Int32?

        /// One clause for the journal.
        var reason: String { words.en }

        /// The same for whoever checks the configuration.
        var words: Text {
            guard let errno else {
                return Text(
                    fr: "cette machine n'a pas de groupe « \(group) » ; il ne donne ce droit à personne",
                    en: "this machine has no group \"\(group)\"; it gives nobody this role")
            }
            let cause = String(cString: strerror(errno))
            return Text(
                fr: "le groupe « \(group) » n'a pas pu être cherché (\(cause)) ; il ne donne ce droit à personne",
                en: "the group \"\(group)\" could not be looked up (\(cause)); it gives nobody this role")
        }
    }

    /// The role that each group gives; nil if the configuration has no section `access`.
    fileprivate let roles: [UInt32: Role]?
    /// The tasks that the members of each group may execute.
    fileprivate let tasks: [UInt32: Set<String>]
    private let numbers: [String: UInt32]
    let unknown: [Unknown]

    /// Looks the groups up. It may block.
    ///
    /// - Parameter known: The access in force before. A group whose look-up fails now, which is a passing error, keeps
    ///   the number that it has there.
    init(
        _ section: DaemonConfiguration.AccessSection?, in names: NameService, known: ResolvedAccess? = nil
    ) {
        guard let section else {
            (roles, tasks, numbers, unknown) = (nil, [:], [:], [])
            return
        }
        var roles: [UInt32: Role] = [:]
        var numbers: [String: UInt32] = [:]
        var unknown: [Unknown] = []
        func number(of group: String, _ key: String) -> UInt32? {
            switch names.groupNumber(group) {
            case .found(let gid): numbers[group] = gid
            case .none: unknown.append(Unknown(key: key, group: group, errno: nil))
            case .failed(let errno):
                numbers[group] = known?.numbers[group]
                if numbers[group] == nil { unknown.append(Unknown(key: key, group: group, errno: errno)) }
            }
            return numbers[group]
        }
        for (key, role, groups) in section.roles {
            for group in groups {
                guard let number = number(of: group, key) else { continue }
                roles[number] = max(role, roles[number] ?? .nobody)
            }
        }
        var tasks: [UInt32: Set<String>] = [:]
        for (group, named) in (section.workers ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let number = number(of: group, "workers") { tasks[number, default: []].formUnion(named) }
        }
        (self.roles, self.tasks, self.numbers, self.unknown) = (roles, tasks, numbers, unknown)
    }
}

/// Maps callers to roles by the groups that the kernel reports.
///
/// The superuser and the daemon's own user may do everything. If the configuration has no section `access`, everybody
/// who can open the socket may do so too: the file mode and the group of the socket are then the only guard. The role
/// is computed for each call from the groups of its connection; no role is cached by user.
final class AccessRules: Sendable {
    private struct State {
        var section: DaemonConfiguration.AccessSection?
        var access: ResolvedAccess
        /// The number of reloads. The result of a look-up that began before a reload is discarded.
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
    ///   - pool: Runs later look-ups.
    ///   - pause: The least time between two look-ups of unknown groups. A caller whose role is below admin triggers
    ///     such a look-up.
    ///   - tell: Called at start and after a reload if groups are not known, and when a later look-up changes which are
    ///     not.
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

    /// Adopts another section, and looks its groups up on the maintenance pool. The section before stays in force until
    /// the look-ups are done.
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

    /// Whether a user is the superuser or the daemon's own user.
    static func mayDoEverything(_ uid: UInt32) -> Bool { uid == 0 || uid == getuid() }

    /// The highest role that one of the caller's groups gives.
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

    /// Whether a caller may call a method. A worker's method is for whoever may execute a task, and no other role is enough.
    func allows(_ principal: Principal, _ method: MethodDeclaration) -> Bool {
        guard method.role == .worker else { return role(of: principal) >= method.role }
        guard let tasks = tasksToExecute(principal) else { return true }
        return !tasks.isEmpty
    }

    /// Whether a caller may execute all of these tasks as a worker.
    func mayExecute(_ asked: [String], _ principal: Principal) -> Bool {
        guard let tasks = tasksToExecute(principal) else { return true }
        return asked.allSatisfy(tasks.contains)
    }

    /// The tasks that a caller may execute as a worker, by its groups; nil for all, as the superuser and the daemon's own
    /// user may, and everybody if the configuration has no section `access`.
    private func tasksToExecute(_ principal: Principal) -> Set<String>? {
        if Self.mayDoEverything(principal.uid) { return nil }
        // Groups that are not known are looked up again.
        _ = role(of: principal)
        return state.withLock { state in
            guard state.access.roles != nil else { return nil }
            return principal.groups.reduce(into: []) { $0.formUnion(state.access.tasks[$1] ?? []) }
        }
    }

    /// Whether secrets of requests, such as the codes for handing things over, are hidden from a caller.
    func hidesSecrets(from principal: Principal) -> Bool { role(of: principal) < .staff }

    /// Looks the groups up again. A directory on the network may have been unreachable when the daemon started.
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
