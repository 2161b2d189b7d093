import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Dispatch
import Synchronization
import Testing

@testable import ConciergeDaemon

/// A ledger that is full until the test changes that, a clock that advances by the delays, and the reports.
private final class Scene: Sendable {
    struct State {
        var now = Instant(milliseconds: 0)
        var isFull = true
        var waits: [Duration] = []
        var told: [String] = []
        var waiting: (@Sendable () -> Void)?
    }

    let state = Mutex(State())
    let inbox = Inbox()

    var watch: StorageHealth {
        let health = StorageHealth(
            inbox: inbox, clock: { [self] in state.withLock(\.now) },
            later: { [self] delay, action in
                state.withLock { state in
                    state.waits.append(delay)
                    state.waiting = action
                }
            },
            changed: { [self] trouble, lasted in
                state.withLock { $0.told.append(trouble?.error.description ?? "over after \(lasted ?? .zero)") }
            })
        health.probe(by: { [self] health in health.probed(state.withLock(\.isFull) ? .full(reason: "test") : nil) })
        return health
    }

    /// Advances the clock by the last delay and runs the action that waited.
    func pass() {
        let action = state.withLock { state in
            defer { state.waiting = nil }
            state.now = state.now + (state.waits.last ?? .zero)
            return state.waiting
        }
        action?()
    }

    func item(_ command: Command) -> Inbox.Item { Inbox.Item(command: command, isInternal: true) { _ in } }
}

@Suite("A ledger that cannot be written")
struct StorageHealthTests {
    private let end = Command.end(run: "run-1", attempt: 1, result: .interrupted)

    @Test("A problem is reported once and probed at growing intervals, and its end is reported once")
    func toldOnce() {
        let scene = Scene()
        let watch = scene.watch
        for _ in 0..<100 { watch.failed(.full(reason: "test")) }
        #expect(watch.trouble?.since == Instant(milliseconds: 0))
        for _ in 0..<7 { scene.pass() }
        #expect(scene.state.withLock(\.waits).map(\.components.seconds) == [1, 2, 4, 8, 15, 15, 15, 15])
        #expect(scene.state.withLock(\.told) == ["there is no room left on the disk of the ledger (test)"])
        scene.state.withLock { $0.isFull = false }
        scene.pass()
        #expect(watch.trouble == nil)
        #expect(scene.state.withLock(\.told).last == "over after 75.0 seconds")
        #expect(scene.state.withLock(\.told).count == 2)
        #expect(scene.state.withLock(\.waiting) == nil)
    }

    @Test("Damage is permanent: it is reported once and not probed, and a full disk does not hide it")
    func lasting() {
        let damage = LedgerError.damaged(path: "ledger", reason: "test")
        for isFullBefore in [false, true] {
            let scene = Scene()
            let watch = scene.watch
            if isFullBefore { watch.failed(.full(reason: "test")) }
            for _ in 0..<10 { watch.failed(damage) }
            scene.state.withLock { $0.isFull = false }
            scene.pass()
            watch.failed(.full(reason: "test"))
            watch.probed(nil)
            #expect(watch.trouble?.error == damage)
            #expect(scene.state.withLock(\.told.last) == "ledger: the ledger is damaged: test")
            #expect(scene.state.withLock(\.told.count) == (isFullBefore ? 2 : 1))
            #expect(scene.state.withLock(\.waiting) == nil)
        }
    }

    @Test("Damage that is reported while a probe succeeds is permanent")
    func damagedMeanwhile() {
        let damage = LedgerError.damaged(path: "ledger", reason: "test")
        for round in 0..<20_000 {
            let scene = Scene()
            let watch = scene.watch
            watch.failed(.full(reason: "test"))
            let arrived = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 2) { index in
                arrived.add(1, ordering: .acquiringAndReleasing)
                // If one thread performs both iterations, it does not wait for ever.
                var patience = 10_000
                while arrived.load(ordering: .acquiring) < 2, patience > 0 { patience -= 1 }
                // The delay differs in each round, so that the two calls overlap at different points.
                if index == 0 {
                    for _ in 0..<round % 64 { _ = arrived.load(ordering: .relaxed) }
                    watch.failed(damage)
                } else {
                    watch.probed(nil)
                }
            }
            guard watch.trouble?.error == damage else {
                Issue.record("round \(round): \(String(describing: watch.trouble))")
                return
            }
        }
    }

    @Test("Commands that must not be lost are queued again in order once the ledger can be written, with only one wake")
    func kept() {
        let scene = Scene()
        let watch = scene.watch
        for command in [end, .wake, end, .wake, .wake, end] {
            watch.failed(.full(reason: "test"), keeping: scene.item(command))
        }
        scene.pass()
        #expect(scene.inbox.takeBatch()?.count == nil)
        scene.state.withLock { $0.isFull = false }
        scene.pass()
        var back: [Bool] = []
        while let batch = scene.inbox.takeBatch() {
            back += batch.map(\.isWake)
            scene.inbox.answered(batch.count)
        }
        #expect(back == [false, true, false, false])
        // They are queued again only once.
        watch.failed(.full(reason: "test"))
        scene.pass()
        #expect(scene.inbox.takeBatch()?.count == nil)
    }

    @Test("A problem that recurs soon is probed as rarely as before, and one that recurs later counts as new")
    func comesBack() {
        let scene = Scene()
        let watch = scene.watch
        func fail(andLast probes: Int) {
            scene.state.withLock { $0.isFull = true }
            watch.failed(.full(reason: "test"))
            for _ in 0..<probes { scene.pass() }
            scene.state.withLock { $0.isFull = false }
            scene.pass()
        }
        fail(andLast: 2)
        scene.state.withLock { $0.waits = [] }
        fail(andLast: 0)
        #expect(scene.state.withLock(\.waits) == [.seconds(8)])
        scene.state.withLock { state in
            state.waits = []
            state.now = state.now + .minutes(2)
        }
        fail(andLast: 0)
        #expect(scene.state.withLock(\.waits) == [.seconds(1)])
    }
}
