import ConciergeProtocol
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Varlink

@testable import ConciergeDaemon

/// A name service whose answers the test sets.
private final class Directory: Sendable {
    private let groups: Mutex<[String: NameService.Answer<UInt32>]>
    private let users: Mutex<[UInt32: NameService.Answer<String>]>
    private let asked = Mutex<[UInt32]>([])
    private let loop: (any EventLoop)?
    private let hasBlockedLoop = Mutex(false)

    init(
        groups: [String: NameService.Answer<UInt32>] = [:], users: [UInt32: NameService.Answer<String>] = [:],
        loop: (any EventLoop)? = nil
    ) {
        self.groups = Mutex(groups)
        self.users = Mutex(users)
        self.loop = loop
    }

    func set(_ group: String, _ answer: NameService.Answer<UInt32>) { groups.withLock { $0[group] = answer } }
    func set(_ user: UInt32, _ answer: NameService.Answer<String>) { users.withLock { $0[user] = answer } }

    /// How often a user was looked up.
    func lookUps(of uid: UInt32) -> Int { asked.withLock { $0.count { $0 == uid } } }
    /// Whether anything was looked up on the event loop.
    var blockedLoop: Bool { hasBlockedLoop.withLock(\.self) }

    var service: NameService {
        NameService(
            userName: { uid in
                self.asked.withLock { $0.append(uid) }
                if self.loop?.inEventLoop == true { self.hasBlockedLoop.withLock { $0 = true } }
                return self.users.withLock { $0[uid] } ?? .none
            },
            groupNumber: { name in self.groups.withLock { $0[name] } ?? .none })
    }
}

/// The reports of the rules, in order.
private final class Told: Sendable {
    private let (stream, continuation) = AsyncStream<[ResolvedAccess.Unknown]>.makeStream()

    func add(_ access: ResolvedAccess) { continuation.yield(access.unknown) }
    func next() async -> [ResolvedAccess.Unknown]? { await stream.first { _ in true } }
}

@Suite("Roles and login names", .timeLimit(.minutes(20)))
struct AccessTests {
    private let pool = MaintenancePool()
    private let section = DaemonConfiguration.AccessSection(
        viewers: ["lookers"], staff: ["lodge"], admins: ["heads"])
    private let all: [String: NameService.Answer<UInt32>] = [
        "lookers": .found(701), "lodge": .found(702), "heads": .found(703),
    ]

    private func peer(_ groups: [UInt32], uid: UInt32 = 54_321) -> Principal {
        Principal(VarlinkPeer(uid: uid, gid: 54_321, pid: 1, groups: groups))
    }

    private func rules(
        _ section: DaemonConfiguration.AccessSection?, _ directory: Directory, pause: Duration = .seconds(3600),
        _ told: Told = Told()
    ) -> AccessRules {
        AccessRules(section, names: directory.service, pool: pool, pause: pause) { told.add($0) }
    }

    @Test("A role depends on the connection's own groups, not on other connections of the same user")
    func groupsOfTheConnection() {
        let rules = rules(section, Directory(groups: all))
        for _ in 0..<2 {
            #expect(rules.role(of: peer([])) == .nobody)
            #expect(rules.role(of: peer([701])) == .viewer)
            #expect(rules.role(of: peer([703, 701])) == .admin)
            #expect(rules.role(of: peer([9, 702])) == .staff)
        }
        // The effective group counts in addition to the others.
        #expect(rules.role(of: Principal(VarlinkPeer(uid: 54_321, gid: 702, pid: 1, groups: [9]))) == .staff)
        #expect(rules.role(of: peer([], uid: 0)) == .admin)
    }

    @Test("A section with only some roles gives the others to nobody, and an empty section gives all roles to nobody")
    func closed() {
        let staffAlone = DaemonConfiguration.AccessSection(staff: ["lodge"])
        let some = rules(staffAlone, Directory(groups: all))
        #expect(some.role(of: peer([702])) == .staff)
        #expect(some.role(of: peer([701, 703])) == .nobody)
        #expect(rules(.init(), Directory(groups: all)).role(of: peer([701, 702, 703])) == .nobody)
        #expect(rules(nil, Directory(groups: all)).role(of: peer([])) == .admin)
    }

    @Test("A group may execute the tasks that are named for it and has no other right, and no other role includes that")
    func workers() {
        let section = DaemonConfiguration.AccessSection(
            viewers: ["lookers"], admins: ["heads"],
            workers: ["lodge": ["toy.mail", "toy.print"], "lookers": ["toy.read"]])
        let rules = rules(section, Directory(groups: all))
        let take = WorkMethods.Take.declaration
        #expect(rules.allows(peer([702]), take))
        #expect(rules.mayExecute(["toy.mail", "toy.print"], peer([702])))
        #expect(!rules.mayExecute(["toy.mail", "toy.read"], peer([702])))
        #expect(rules.mayExecute(["toy.mail", "toy.read"], peer([701, 702])))
        #expect(rules.role(of: peer([702])) == .nobody)
        #expect(!rules.allows(peer([702]), WorkMethods.List.declaration))
        #expect(!rules.allows(peer([703]), take))
        #expect(!rules.allows(peer([]), take))
        #expect(rules.allows(peer([], uid: 0), take))
        #expect(rules.mayExecute(["toy.any"], peer([], uid: 0)))
        #expect(self.rules(nil, Directory(groups: all)).mayExecute(["toy.any"], peer([])))
        #expect(!self.rules(.init(), Directory(groups: all)).allows(peer([702]), take))
    }

    @Test("A group whose look-up failed is reported, gives nobody a role, and is looked up again when needed")
    func failedGroup() async {
        let directory = Directory(groups: all)
        directory.set("lodge", .failed(EMFILE))
        let told = Told()
        let rules = rules(section, directory, pause: .zero, told)
        #expect(await told.next()?.map(\.group) == ["lodge"])
        #expect(rules.role(of: peer([703])) == .admin)
        directory.set("lodge", .found(702))
        #expect(rules.role(of: peer([702])) == .nobody)
        #expect(await told.next() == [])
        #expect(rules.role(of: peer([702])) == .staff)
    }

    @Test(
        "A reload uses the new groups; a group whose look-up fails keeps its number, one that no longer exists does not"
    )
    func reload() async {
        let directory = Directory(groups: all)
        let rules = rules(section, directory)
        directory.set("lodge", .failed(EIO))
        directory.set("lookers", .none)
        await rules.replace(with: section)
        #expect(rules.role(of: peer([702])) == .staff)
        #expect(rules.role(of: peer([701])) == .nobody)
        await rules.replace(with: .init(admins: ["lodge"]))
        #expect(rules.role(of: peer([702])) == .admin)
        #expect(rules.role(of: peer([703])) == .nobody)
    }

    @Test(
        "A login name is looked up once, off the event loop; a failure or an unknown user is not remembered")
    func names() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let directory = Directory(users: [7: .failed(EMFILE)], loop: loop)
        let names = LoginNames(directory.service, pool: pool)
        func ready(_ uid: UInt32) async throws -> Result<Void, NameUnknown> {
            let promise = loop.makePromise(of: Result<Void, NameUnknown>.self)
            loop.execute { names.ready(uid, on: loop) { promise.succeed($0) } }
            return try await promise.futureResult.get()
        }
        await #expect(throws: NameUnknown(errno: EMFILE)) { try await ready(7).get() }
        directory.set(7, .found("lea"))
        try await ready(7).get()
        #expect(names.name(of: 7) == "lea")
        try await ready(7).get()
        #expect(directory.lookUps(of: 7) == 2)

        try await ready(8).get()
        #expect(names.name(of: 8) == "uid:8")
        directory.set(8, .found("max"))
        try await ready(8).get()
        #expect(names.name(of: 8) == "max")

        // The superuser always has the name root.
        directory.set(0, .failed(EIO))
        try await ready(0).get()
        #expect(names.name(of: 0) == "root")
        #expect(!directory.blockedLoop)
    }

    @Test("Calls that wait for a login name continue in order, and later calls do not overtake them")
    func order() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let names = LoginNames(Directory(users: [7: .found("lea")]).service, pool: pool)
        let (stream, done) = AsyncStream<Int>.makeStream()
        for number in 0..<500 {
            loop.execute { names.ready(7, on: loop) { _ in done.yield(number) } }
        }
        var seen: [Int] = []
        for await number in stream {
            seen.append(number)
            if seen.count == 500 { break }
        }
        #expect(seen == Array(0..<500))
    }

    @Test("A reload looks up known names again, and keeps a name whose look-up fails")
    func refresh() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let directory = Directory(users: [7: .found("lea"), 8: .found("max"), 9: .found("eva")])
        let names = LoginNames(directory.service, pool: pool)
        for uid in [7, 8, 9] as [UInt32] {
            let promise = loop.makePromise(of: Void.self)
            loop.execute { names.ready(uid, on: loop) { _ in promise.succeed(()) } }
            try await promise.futureResult.get()
        }
        directory.set(7, .failed(EIO))
        directory.set(8, .found("maxime"))
        directory.set(9, .none)
        await names.refresh()
        #expect([7, 8, 9].map { names.name(of: $0) } == ["lea", "maxime", "uid:9"])
    }

    @Test("The users and groups of this machine are found, and an unknown one is reported as none, not as a failure")
    func system() {
        if case .found("root") = NameService.system.userName(0) {} else { Issue.record("no user root") }
        if case .found(0) = NameService.system.groupNumber("root") {} else { Issue.record("no group root") }
        if case .none = NameService.system.groupNumber("no-such-group") {} else { Issue.record("found or failed") }
    }
}
