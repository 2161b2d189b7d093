import ConciergeEngine
import ConciergeKit
import Synchronization
import Testing

@testable import ConciergeDaemon

/// A ledger with a number of expired requests and a number of pages to reclaim.
private final class Heap: Sendable {
    struct State {
        var old: Int
        var pages: Int
        var steps: [Int] = []
        var moments: [Instant] = []
        var isFull = false
        var newestEntry: Instant?
    }

    let state: Mutex<State>

    init(old: Int, pages: Int) { state = Mutex(State(old: old, pages: pages)) }

    var ledger: Pruner.Ledger {
        .init(
            prune: { [self] _, now, limit throws(LedgerError) in
                let (pruned, isFull) = state.withLock { state -> (Pruned, Bool) in
                    let count = min(limit, state.old)
                    if !state.isFull { state.old -= count }
                    state.steps.append(count)
                    state.moments.append(now)
                    var pruned = Pruned()
                    pruned.requests = count
                    pruned.isDone = count < limit
                    return (pruned, state.isFull)
                }
                if isFull { throw .full(reason: "test") }
                return pruned
            },
            reclaimSpace: { [self] () throws(LedgerError) in
                state.withLock { state in
                    state.pages = max(0, state.pages - 1)
                    return state.pages > 0
                }
            },
            newestEntry: { [self] _ throws(LedgerError) in state.withLock(\.newestEntry) })
    }
}

@Suite("The pruner")
struct PrunerTests {
    /// Far in the future: the sleep until the next day is a timer of the system, which must not fire during the test.
    private let noon = Instant("2100-01-01T12:00:00Z")!

    private func pruner(
        _ heap: Heap, told: @escaping @Sendable (Pruned) -> Void = { _ in },
        doubted: @escaping @Sendable (Instant, Instant) -> Void = { _, _ in }
    ) -> Pruner {
        let noon = noon
        return Pruner(
            heap.ledger, Retention(), clock: { noon }, sleep: { _ in }, told: told, doubted: doubted)
    }

    @Test("If the clock is far ahead of the newest line of the ledger, the pruner deletes nothing and reports it once")
    func clockAhead() async {
        let heap = Heap(old: 100, pages: 5)
        let years = noon - .days(3 * 365)
        heap.state.withLock { $0.newestEntry = years }
        let doubts = Mutex<[Instant]>([])
        let pruner = pruner(heap, doubted: { newest, _ in doubts.withLock { $0.append(newest) } })
        for _ in 0..<3 { #expect(await pruner.pass { _ in } == false) }
        #expect(heap.state.withLock(\.steps).isEmpty)
        #expect(doubts.withLock(\.self) == [years])
        // The newest line is now close to the clock.
        heap.state.withLock { $0.newestEntry = noon - .days(8) }
        #expect(await pruner.pass { _ in })
        #expect(heap.state.withLock(\.old) == 0)
        #expect(doubts.withLock(\.count) == 1)
    }

    @Test("A pass deletes in small steps with a pause after each, reclaims the space and is reported once")
    func pass() async {
        let heap = Heap(old: 100, pages: 5)
        let told = Mutex<[Pruned]>([])
        let rests = Mutex(0)
        let isDone = await pruner(heap) { pruned in told.withLock { $0.append(pruned) } }
            .pass { _ in rests.withLock { $0 += 1 } }
        #expect(isDone)
        #expect(heap.state.withLock(\.steps) == [16, 16, 16, 16, 16, 16, 4])
        #expect(heap.state.withLock(\.moments) == Array(repeating: noon, count: 7))
        #expect(heap.state.withLock(\.pages) == 0)
        #expect(rests.withLock(\.self) == 11)
        #expect(told.withLock { $0.map(\.requests) } == [100])
    }

    @Test("A pass that finds nothing is not reported and reclaims no space")
    func nothing() async {
        let heap = Heap(old: 0, pages: 5)
        let told = Mutex(0)
        let isDone = await pruner(heap) { _ in told.withLock { $0 += 1 } }.pass { _ in }
        #expect(isDone)
        #expect(heap.state.withLock(\.steps) == [0])
        #expect(heap.state.withLock(\.pages) == 5)
        #expect(told.withLock(\.self) == 0)
    }

    @Test("A pass ends if the ledger is full, and is continued later")
    func full() async {
        let heap = Heap(old: 100, pages: 5)
        heap.state.withLock { $0.isFull = true }
        #expect(await pruner(heap).pass { _ in } == false)
        #expect(heap.state.withLock(\.steps) == [16])
    }

    @Test(
        "The pruner makes a pass at start and sleeps for a day; changed rules start a pass at once",
        .timeLimit(.minutes(20)))
    func sleeps() async {
        let heap = Heap(old: 0, pages: 0)
        let pruner = pruner(heap)
        let running = Task { await pruner.run() }
        while pruner.due == nil { await Task.yield() }
        #expect(pruner.due == noon + .days(1))
        #expect(heap.state.withLock(\.steps) == [0])
        pruner.adopt(Retention())
        var other = Retention()
        other.answers = .forever
        pruner.adopt(other)
        while heap.state.withLock(\.steps).count < 2 { await Task.yield() }
        running.cancel()
        await running.value
        #expect(heap.state.withLock(\.steps) == [0, 0])
    }
}
