import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import SQLiteLedger
import Synchronization
import TortureProvider
import Varlink

/// The test of a daemon that was down for a day while very many timers came due. It measures how soon the daemon is
/// ready and how long other calls take while the timers fire, and checks that all timers fire in the order in which
/// they were due.
package struct Downtime: Sendable {
    package let timers: Int
    package private(set) var readyWhenNoneIsDue = Duration.zero
    package private(set) var ready = Duration.zero
    /// The number of timers that had not fired when the daemon was ready.
    package private(set) var leftWhenReady = 0
    /// The time from the start of the process until the last timer had fired.
    package private(set) var caughtUp = Duration.zero
    /// The durations of calls while timers fired, and while no timer was due.
    package private(set) var gets: [Duration] = []
    package private(set) var opens: [Duration] = []
    package private(set) var getsWhenIdle: [Duration] = []
    package private(set) var opensWhenIdle: [Duration] = []
    package private(set) var violations: [String] = []
    private let witness = Witness()

    /// Fills a ledger with timers that were due within the last day, and starts a daemon on it.
    package init(timers: Int) async throws {
        self.timers = timers
        try await measureIdle()
        let place = try Place()
        let ids = try await fill(place, from: .days(-1))
        try await measureCatchUp(place, ids)
        try check(place, witness.testimony)
    }

    /// Measures a daemon with as many timers that are due from tomorrow on, so that it has nothing to catch up with.
    private mutating func measureIdle() async throws {
        let place = try Place()
        let ids = try await fill(place, from: .days(1))
        let clock = ContinuousClock()
        let began = clock.now
        let process = try DaemonProcess(in: place)
        try await process.waitForReady()
        readyWhenNoneIsDue = clock.now - began
        let limit = clock.now + .seconds(1)
        let idle = Witness()
        async let gets = Self.time(at: place, until: { clock.now > limit }) { connection, number in
            try await Self.get(connection, ids[number * 7919 % ids.count])
        }
        async let opens = Self.time(at: place, until: { clock.now > limit }) { connection, _ in
            try await Self.open(connection, idle)
        }
        (getsWhenIdle, opensWhenIdle) = try await (gets, opens)
    }

    /// Opens the requests by the engine's own decisions, in large commits, while no daemon runs.
    private func fill(_ place: Place, from offset: Duration) async throws -> [String] {
        try FileManager.default.createDirectory(atPath: place.state, withIntermediateDirectories: true)
        let provider = try await TortureProvider(
            NoSettings(), in: ProviderContext(stateDirectory: place.path, zone: .utc))
        var registry = Registry()
        registry.add(try ProviderContents(provider))
        let state = EngineState(registry: registry)
        let ledger = try SQLiteLedger(stateDirectory: place.state)
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let step = 86_400_000 / Int64(timers)
        // The requests are opened in another order than they are due, and each is due at a different time. Multiples of
        // a stride without a common divisor with the number of timers reach every timer.
        let stride = [7919, 7907, 7901].first { timers % $0 != 0 } ?? 1
        var ids: [String] = []
        while ids.count < timers {
            let commands = (ids.count..<min(timers, ids.count + 5000)).map { number in
                let due = now + offset + .milliseconds(Int64(number * stride % timers) * step)
                return Command.open(
                    service: ServiceID(Alarm.id), resident: nil,
                    input: ["number": JSON(number), "due": .string(due.description)],
                    caller: Caller(actor: "torture"))
            }
            let committed = try await ledger.commit { facts in
                var engine = state
                let decision = try engine.decide(commands, facts: facts, now: now - .days(1))
                return (decision.changes, decision)
            }
            for case .rejected(let rejection) in committed.decided.answers { throw rejection }
            ids += committed.entries.map(\.entry.request.description)
        }
        await ledger.close()
        return ids
    }

    private mutating func measureCatchUp(_ place: Place, _ ids: [String]) async throws {
        let clock = ContinuousClock()
        let began = clock.now
        let process = try DaemonProcess(in: place)
        try await process.waitForReady()
        ready = clock.now - began
        let connection = try await place.connect()
        let left = try await connection.call("org.concierged.Manager.Status")["pending_timers"]?.intValue
        leftWhenReady = Int(left ?? 0)
        let isDone = Flag()
        async let gets = Self.time(at: place, until: { isDone.isSet }) { connection, number in
            try await Self.get(connection, ids[number * 7919 % ids.count])
        }
        async let opens = Self.time(at: place, until: { isDone.isSet }) { [witness] connection, _ in
            try await Self.open(connection, witness)
        }
        let limit = clock.now + .seconds(600)
        while clock.now < limit {
            let due = try await connection.call("org.concierged.Manager.Status")["next_due"]?.stringValue
            // Once no alarm is open, all timers that were due have fired. The requests that this measurement opens are
            // due tomorrow.
            let list = try await connection.call(
                "org.concierged.Requests.List", ["service": .string(Alarm.id), "open": true, "limit": 1])
            if due != nil, list["requests"]?.arrayValue?.isEmpty == true { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        caughtUp = clock.now - began
        isDone.set()
        (self.gets, self.opens) = try await (gets, opens)
        await connection.close()
        process.terminate()
        while process.ended == nil, clock.now < limit { try await Task.sleep(for: .milliseconds(2)) }
    }

    /// Checks that all timers fired, each once, and in the order in which they were due.
    private mutating func check(_ place: Place, _ told: Witness.Testimony) throws {
        let ledger = try LedgerCopy(of: place.state)
        violations =
            Invariants(
                ledger, told: told, executions: try Execution.read(place.executions), stopped: [],
                isSettled: false
            ).violations
        var due: [String: Instant] = [:]
        var fired: [Instant] = []
        for stored in ledger.lines where ledger.requests[stored.line.request]?.service == Alarm.id {
            switch stored.line.event {
            case "open": due[stored.line.request] = stored.due
            case "timer:due": if let due = due[stored.line.request] { fired.append(due) }
            default: violations.append("a line of \(stored.line.event)")
            }
        }
        if fired.count != timers { violations.append("\(fired.count) of \(timers) timers fired") }
        for (earlier, later) in zip(fired, fired.dropFirst()) where later < earlier {
            violations.append("what was due at \(later) fired after what was due at \(earlier)")
            break
        }
        if !violations.isEmpty { place.keep() }
    }

    // MARK: Calls

    private static func open(_ connection: VarlinkClient, _ witness: Witness) async throws {
        let tomorrow = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) + .days(1)
        let call = witness.begin("org.concierged.Requests.Open") { number in
            [
                "service": .string(Ordeal.id),
                "input": ["call": JSON(number), "due": .string(tomorrow.description)],
            ]
        }
        witness.accept(call, try await connection.call(call.method, call.parameters))
    }

    private static func get(_ connection: VarlinkClient, _ id: String) async throws {
        _ = try await connection.call("org.concierged.Requests.Get", ["id": .string(id)])
    }

    /// Makes calls one after the other, as the tools of a single user do, and returns the duration of each.
    private static func time(
        at place: Place, until isDone: @escaping @Sendable () -> Bool,
        _ call: @escaping @Sendable (VarlinkClient, Int) async throws -> Void
    ) async throws -> [Duration] {
        let connection = try await place.connect()
        let clock = ContinuousClock()
        var times: [Duration] = []
        while !isDone() {
            let began = clock.now
            try await call(connection, times.count)
            times.append(clock.now - began)
            try await Task.sleep(for: .milliseconds(1))
        }
        await connection.close()
        return times
    }

    /// The text that is kept in results/.
    package var text: String {
        """
        timers due            \(timers) within the day of downtime
        ready                 \(Self.show(ready)) after exec, \(Self.show(readyWhenNoneIsDue)) where as many are not due; \(leftWhenReady) had not fired then
        caught up             \(Self.show(caughtUp)) after exec
        Get meanwhile         \(Self.show(gets)); idle \(Self.show(getsWhenIdle))
        Open meanwhile        \(Self.show(opens)); idle \(Self.show(opensWhenIdle))
        violations            \(violations.count)
        """ + violations.prefix(20).map { "\n  \($0)" }.joined()
    }

    /// The duration that the given share of all calls did not exceed.
    package static func percentile(_ share: Double, of times: [Duration]) -> Duration {
        guard !times.isEmpty else { return .zero }
        return times.sorted()[min(times.count - 1, Int(Double(times.count) * share))]
    }

    private static func show(_ times: [Duration]) -> String {
        "median \(show(percentile(0.5, of: times))), p99 \(show(percentile(0.99, of: times))), "
            + "longest \(show(times.max() ?? .zero)) of \(times.count)"
    }

    private static func show(_ time: Duration) -> String {
        let microseconds = time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
        return "\(microseconds / 1000).\(microseconds / 100 % 10) ms"
    }
}

/// A flag that is set once.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
