import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing

@testable import ConciergeDaemon

@Suite("Callers that wait for the end of a run", .timeLimit(.minutes(20)))
struct DeliveryTests {
    /// A caller that waits for the end of a run, and the replies that it received, in order.
    private struct Waiting {
        enum Told: Equatable {
            case accepted(StoredRun.State)
            case answered(StoredRun.State)
            case other
        }

        let item: Inbox.Item
        private let told: AsyncStream<Told>

        init() {
            let (stream, continuation) = AsyncStream.makeStream(of: Told.self)
            told = stream
            item = Inbox.Item(
                command: .wake, awaitsEnd: true, accepted: { continuation.yield(.accepted($0.state)) },
                completion: { result in
                    switch result {
                    case .success(.run(let run)), .success(.repeated(.run(let run))):
                        continuation.yield(.answered(run.state))
                    default: continuation.yield(.other)
                    }
                })
        }

        func next() async -> Told? { await told.first { _ in true } }
    }

    private let ledger = MemoryLedger()
    private let delivery: Delivery

    init() {
        delivery = Delivery(
            inbox: Inbox(), ledger: ledger,
            outputs: .init(
                start: { _, _, _ in }, stop: { _ in }, publish: { _ in }, ledgerFailed: { _ in }, ledgerLost: { _ in },
                clockWasAhead: { _, _ in }, storageFailed: { _, _ in }))
    }

    private func run(_ state: StoredRun.State) -> StoredRun {
        StoredRun(
            id: "run", task: "toy.work", provider: "toy", state: state, input: [:], actor: "anne", attempts: 3,
            createdAt: Instant(milliseconds: 0), due: Instant(milliseconds: 0))
    }

    private func store(_ run: StoredRun) async throws {
        _ = try await ledger.commit { _ in
            var changes = Changes()
            changes.runs.created[run.id] = run
            return (changes, ())
        }
    }

    private func deliver(_ answer: Answer, to item: Inbox.Item) async {
        var decision = Decision()
        decision.answers = [answer]
        await delivery.deliver([
            .init(items: [item], committed: Committed(decided: decision, entries: []), registry: Registry())
        ])
    }

    private func deliverEnd(_ state: StoredRun.State) async {
        await deliver(.run(run(state)), to: Inbox.Item(command: .wake, isInternal: true) { _ in })
    }

    @Test("The caller of a repeated trigger whose run has ended receives the ended run")
    func hasEnded() async throws {
        try await store(run(.succeeded))
        let caller = Waiting()
        await deliver(.repeated(.run(run(.queued))), to: caller.item)
        #expect(await caller.next() == .answered(.succeeded))
    }

    @Test("The caller of a repeated trigger whose run was deleted for its age receives the first answer")
    func isDeleted() async {
        let caller = Waiting()
        await deliver(.repeated(.run(run(.queued))), to: caller.item)
        #expect(await caller.next() == .answered(.queued))
    }

    @Test("The caller of a repeated trigger whose run has not ended receives its current state, and then its end")
    func isUnderWay() async throws {
        try await store(run(.running))
        let (first, caller) = (Waiting(), Waiting())
        await deliver(.run(run(.running)), to: first.item)
        await deliver(.repeated(.run(run(.queued))), to: caller.item)
        #expect(await caller.next() == .accepted(.running))
        await deliverEnd(.failed)
        #expect(await caller.next() == .answered(.failed))
        // The first caller is not notified a second time that its call was accepted.
        #expect(await first.next() == .accepted(.running))
        #expect(await first.next() == .answered(.failed))
    }

    @Test("Other callers that wait for the same run receive its end, and not the first answer to a repeat")
    func others() async throws {
        let (other, caller) = (Waiting(), Waiting())
        await deliver(.run(run(.running)), to: other.item)
        #expect(await other.next() == .accepted(.running))
        // The run's end is on disk, but is delivered later.
        try await store(run(.succeeded))
        await deliver(.repeated(.run(run(.queued))), to: caller.item)
        #expect(await caller.next() == .answered(.succeeded))
        await deliverEnd(.succeeded)
        #expect(await other.next() == .answered(.succeeded))
    }
}
