import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Dispatch
import JSON
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("Watchers")
struct WatcherTests {
    private static func line(_ seq: Int64) -> NumberedEntry {
        NumberedEntry(
            seq: seq,
            entry: Entry(
                request: "R", service: "toy.loan", at: Instant(milliseconds: 0), actor: "anne", event: "open",
                from: nil, to: "asked"))
    }

    private final class Sent: Sendable {
        private let lines = Mutex<[Int64]>([])
        var all: [Int64] { lines.withLock(\.self) }

        func take(_ bytes: [UInt8]) -> Bool {
            lines.withLock {
                $0.append((try? JSON.parse(bytes))?.objectValue?["entry"]?.objectValue?["seq"]?.intValue ?? -1)
            }
            return true
        }
    }

    @Test("A line that is read from the ledger and published afterwards is sent once")
    func readAndPublished() {
        let sent = Sent()
        let watcher = Watcher(service: nil) { sent.take($0) }
        let watchers = Watchers()
        watchers.add(watcher)
        watchers.publish([Self.line(1)])
        for seq in 1...3 { #expect(watcher.catchUp(Self.line(Int64(seq)))) }
        watchers.publish([Self.line(2)])
        #expect(watcher.goLive(after: 3))
        watchers.publish([Self.line(3), Self.line(4)])
        #expect(sent.all == [1, 2, 3, 4])
    }

    @Test("Lines that are committed while a watcher catches up are read from the ledger and not held in memory")
    func publishedMeanwhile() {
        let sent = Sent()
        let watcher = Watcher(service: "toy.loan") { sent.take($0) }
        let watchers = Watchers()
        watchers.add(watcher)
        watcher.last = 2
        watchers.publish([Self.line(5)])
        #expect(!watcher.goLive(after: 2))
        #expect(watcher.last == 5)
        #expect(watcher.goLive(after: 5))
        #expect(sent.all.isEmpty)
        watchers.publish([Self.line(6)])
        #expect(sent.all == [6])
    }

    @Test("A watcher that starts after a line is on disk does not receive that line when it is published")
    func notWhatWasBefore() {
        let sent = Sent()
        let watcher = Watcher(service: nil) { sent.take($0) }
        let watchers = Watchers()
        watchers.add(watcher)
        watcher.last = 7
        #expect(watcher.goLive(after: 7))
        watchers.publish([Self.line(7), Self.line(8)])
        #expect(sent.all == [8])
    }

    @Test("A watcher is sent each line, old or new, as it may see it at that moment")
    func shown() {
        let sent = Sent()
        let hides = Mutex(false)
        let watcher = Watcher(
            service: nil, shown: { line in hides.withLock(\.self) ? Self.line(-line.seq) : nil },
            send: { sent.take($0) })
        let watchers = Watchers()
        watchers.add(watcher)
        #expect(watcher.catchUp(Self.line(1)))
        hides.withLock { $0 = true }
        #expect(watcher.catchUp(Self.line(2)))
        #expect(watcher.goLive(after: 2))
        watchers.publish([Self.line(3)])
        hides.withLock { $0 = false }
        watchers.publish([Self.line(4)])
        #expect(sent.all == [1, -2, -3, 4])
    }
}

@Suite("Open streams")
struct OpenStreamsTests {
    private final class Ends: Sendable {
        private let ends = Mutex<[OpenStreams.End]>([])
        var all: [OpenStreams.End] { ends.withLock(\.self) }
        func take(_ end: OpenStreams.End) { ends.withLock { $0.append(end) } }
    }

    @Test("Streams end when the daemon stops, except those that may still be answered, and no new stream is accepted")
    func stop() {
        let streams = OpenStreams()
        let ends = Ends()
        func stream(_ outlivesStop: Bool) -> OpenStreams.Stream {
            OpenStreams.Stream(outlivesStop: outlivesStop, isAllowed: { true }) { ends.take($0) }
        }
        let (watch, trigger, closed) = (stream(false), stream(true), stream(false))
        for stream in [watch, trigger, closed] { #expect(streams.open(stream)) }
        streams.close(closed)
        streams.stop()
        #expect(ends.all == [.stopping])
        #expect(watch.isOver && !trigger.isOver && !closed.isOver)
        #expect(!streams.open(stream(false)))
        #expect(!streams.open(stream(true)))
        #expect(ends.all == [.stopping])
    }

    @Test(
        "A stream whose caller has lost the role ends when the rules are checked again, or at once if opened later")
    func roleLost() {
        let streams = OpenStreams()
        let ends = Ends()
        let allowed = Allowed()
        func stream(_ isAllowed: @escaping @Sendable () -> Bool) -> OpenStreams.Stream {
            OpenStreams.Stream(outlivesStop: true, isAllowed: isAllowed) { ends.take($0) }
        }
        let (kept, lost) = (stream { true }, stream { allowed.value })
        #expect(streams.open(kept) && streams.open(lost))
        streams.checkAgain()
        #expect(ends.all.isEmpty)
        allowed.value = false
        streams.checkAgain()
        #expect(ends.all == [.roleLost])
        #expect(lost.isOver && !kept.isOver)
        #expect(streams.open(stream { false }))
        #expect(ends.all == [.roleLost, .roleLost])
    }

    private final class Allowed: Sendable {
        private let state = Mutex(true)
        var value: Bool {
            get { state.withLock(\.self) }
            set { state.withLock { $0 = newValue } }
        }
    }
}

@Suite("The pool of reading calls")
struct ReadPoolTests {
    /// The users whose calls were done, in order.
    private final class Order: Sendable {
        private let users = Mutex<[UInt32]>([])
        private let gate = DispatchSemaphore(value: 0)
        var all: [UInt32] { users.withLock(\.self) }

        func add(_ user: UInt32) { users.withLock { $0.append(user) } }
        func hold() { gate.wait() }
        func release() { gate.signal() }
    }

    @Test("Users take turns: the many calls of one user do not delay a call of another", .timeLimit(.minutes(20)))
    func inTurn() async {
        let pool = ReadPool()
        let order = Order()
        // Both threads are blocked until all calls are queued.
        var tasks: [Task<Void, Never>] = []
        for _ in 0..<2 { tasks.append(Task(executorPreference: pool.lane(of: 9)) { order.hold() }) }
        for _ in 0..<50 { tasks.append(Task(executorPreference: pool.lane(of: 1)) { order.add(1) }) }
        tasks.append(Task(executorPreference: pool.lane(of: 2)) { order.add(2) })
        for _ in 0..<2 { order.release() }
        for task in tasks { await task.value }
        let done = order.all
        #expect(done.count == 51)
        #expect((done.firstIndex(of: 2) ?? 51) < 5)
    }
}
