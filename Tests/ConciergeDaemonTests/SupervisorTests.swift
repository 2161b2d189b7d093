import ConciergeEngine
import ConciergeKit
import CrashGuard
import Foundation
import Synchronization
import Testing

@testable import ConciergeDaemon

/// A provider whose initializer follows the plan of its test.
private struct Planned: ServiceProvider {
    struct Configuration: Settings {
        @Setting("The test.") var test: String = ""
        @Setting("Which configuration it is.") var version: String = ""
    }

    static let manifest = ProviderManifest(
        id: "planned", version: "1.0.0", name: Text(fr: "x", en: "x"), summary: Text(fr: "x", en: "x"))

    private let plan: Plan
    private let version: String

    init(_ configuration: Configuration, in context: ProviderContext) async throws(ProviderError) {
        plan = Plan.all.withLock { $0[configuration.test]! }
        version = configuration.version
        try await plan.make(version)
    }

    func end() async { plan.note(endOf: version) }
}

/// The steps of the initializers in a test, and the instances that were ended.
private final class Plan: Sendable {
    enum Step { case isNotReady, waits }

    private struct State {
        /// The steps of the first initializers, by version; later ones return at once.
        var steps: [String: [Step]]
        var waiting: [CheckedContinuation<Void, Never>] = []
        var ended: [String] = []
    }

    static let all = Mutex<[String: Plan]>([:])

    let name = UUID().uuidString
    private let state: Mutex<State>
    private let begun = AsyncStream.makeStream(of: Void.self)
    private let endings = AsyncStream.makeStream(of: Void.self)

    init(_ steps: [String: [Step]]) {
        state = Mutex(State(steps: steps))
        Self.all.withLock { $0[name] = self }
    }

    func make(_ version: String) async throws(ProviderError) {
        let step = state.withLock { state in
            state.steps[version]?.isEmpty == false ? state.steps[version]?.removeFirst() : nil
        }
        switch step {
        case .isNotReady: throw .notReady(reason: "test", retryAfter: nil)
        case .waits:
            await withCheckedContinuation { waiter in
                state.withLock { $0.waiting.append(waiter) }
                begun.continuation.yield()
            }
        case nil: break
        }
    }

    func note(endOf version: String) {
        state.withLock { $0.ended.append(version) }
        endings.continuation.yield()
    }

    /// Waits until `count` more instances have ended.
    func isEnded(_ count: Int) async { for _ in 0..<count { _ = await endings.stream.first { _ in true } } }

    /// Waits until an initializer waits.
    func isWaiting() async { _ = await begun.stream.first { _ in true } }

    /// Resumes the initializers that wait.
    func goOn() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    /// The versions of the ended instances, in order.
    var ended: [String] { state.withLock(\.ended) }
}

@Suite("Providers that are made while a configuration is adopted", .timeLimit(.minutes(20)))
struct SupervisorTests {
    private final class Clock: Sendable {
        let now = Mutex(Instant(milliseconds: 0))
    }

    private let clock = Clock()

    /// A supervisor, and the configuration of each version.
    private func play(
        _ plan: Plan, isQuarantined: Bool = false,
        _ body: (Supervisor, _ version: (String) throws -> ConfigurationTree) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "supervisor-\(plan.name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func tree(_ version: String) throws -> ConfigurationTree {
            let text = "providers:\n  planned:\n    test: \(plan.name)\n    version: \(version)\n"
            try text.write(toFile: folder + "/\(version).yaml", atomically: false, encoding: .utf8)
            return try ConfigurationTree(mainFile: folder + "/\(version).yaml")
        }
        let quarantine = Quarantine(
            of: .provider("planned"), since: Instant(milliseconds: 0), crashes: 5, event: "test", cause: "test")
        let supervisor = Supervisor(
            [RegisteredProvider(Planned.self)], tree: try tree("old"), zone: .utc, stateDirectory: folder,
            pool: HandlerPool(marking: .inMemory(), clock: { 0 }), quarantined: isQuarantined ? [quarantine] : [],
            clock: { [clock] in clock.now.withLock(\.self) }, log: { _, _ in }, providerLog: { _, _ in },
            checkStored: { _ in UpgradeFindings() })
        try await supervisor.makeAll(from: try tree("old"), zone: .utc)
        try await body(supervisor, tree)
    }

    private func serves(_ supervisor: Supervisor) async -> Bool {
        let states = await supervisor.statuses.map(\.state)
        if case .serving? = states.first, states.count == 1 { return true }
        return false
    }

    /// The instance of the old configuration has ended, and that of the new one serves until the supervisor ends it.
    private func expectReplaced(_ supervisor: Supervisor, _ plan: Plan) async {
        #expect(plan.ended == ["old"])
        #expect(await serves(supervisor))
        await supervisor.endAll()
        #expect(plan.ended == ["old", "new"])
    }

    @Test("If a reload overtakes a retry, the instance of the retry is ended and that of the reload serves")
    func retryDuringReload() async throws {
        let plan = Plan(["old": [.isNotReady, .waits]])
        try await play(plan) { supervisor, version in
            clock.now.withLock { $0 = Instant(milliseconds: 10_000) }
            async let retry = supervisor.retryWaiting()
            await plan.isWaiting()
            try await supervisor.makeAll(from: try version("new"), zone: .utc)
            plan.goOn()
            #expect(await retry == false)
            await expectReplaced(supervisor, plan)
        }
    }

    @Test("If a reload overtakes a release, the instance of the release is ended and that of the reload serves")
    func releaseDuringReload() async throws {
        let plan = Plan(["old": [.waits]])
        try await play(plan, isQuarantined: true) { supervisor, version in
            async let release: Void = supervisor.release("planned")
            await plan.isWaiting()
            try await supervisor.makeAll(from: try version("new"), zone: .utc)
            plan.goOn()
            await release
            await expectReplaced(supervisor, plan)
        }
    }

    @Test(
        "A provider that is released during a reload serves after the reload with the new configuration")
    func reloadDuringRelease() async throws {
        let plan = Plan(["old": [.waits]])
        try await play(plan, isQuarantined: true) { supervisor, version in
            let made = try await supervisor.make(from: try version("new"), zone: .utc)
            async let release: Void = supervisor.release("planned")
            await plan.isWaiting()
            #expect(try await supervisor.adopt(made))
            plan.goOn()
            await release
            await expectReplaced(supervisor, plan)
        }
    }

    @Test("An instance that is still being made when the daemon ends all instances is ended too")
    func madeAtTheEnd() async throws {
        let plan = Plan(["old": [.isNotReady, .waits]])
        try await play(plan) { supervisor, _ in
            clock.now.withLock { $0 = Instant(milliseconds: 10_000) }
            async let retry = supervisor.retryWaiting()
            await plan.isWaiting()
            await supervisor.endAll()
            plan.goOn()
            #expect(await retry == false)
            #expect(plan.ended == ["old"])
        }
    }

    @Test("If two configurations are made at the same time, the one that was read last is adopted")
    func overlappingReloads() async throws {
        let plan = Plan([:])
        try await play(plan) { supervisor, version in
            let first = try await supervisor.make(from: try version("first"), zone: .utc)
            let second = try await supervisor.make(from: try version("second"), zone: .utc)
            #expect(try await supervisor.adopt(second))
            #expect(try await supervisor.adopt(first) == false)
            #expect(plan.ended == ["first"])
            await supervisor.endAll()
            #expect(plan.ended.sorted() == ["first", "old", "second"])
        }
    }

    @Test("An instance that is replaced while its contents are put in service is ended once its replacement serves")
    func replacedMeanwhile() async throws {
        let plan = Plan([:])
        try await play(plan) { supervisor, version in
            let next = await supervisor.next
            try await supervisor.makeAll(from: try version("new"), zone: .utc)
            // The contents of the old instance are served now.
            await supervisor.endReplaced(next.replaced)
            #expect(await supervisor.next.replaced == 1)
            await supervisor.endReplaced(await supervisor.next.replaced)
            await plan.isEnded(1)
            #expect(plan.ended == ["old"])
        }
    }
}
