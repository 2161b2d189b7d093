import ArgumentParser
import ConciergeDaemon
import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Foundation
import Glibc
import JSON
import SQLiteLedger
import Varlink

/// Measures the cost of one durable Open in each layer, on one thread and without the socket.
struct Layers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cost of one Open, layer by layer: parse, check, decide, write, fsync, encode.")

    @Option(help: "An empty folder on the disk that is measured.") var stateDir: String
    @Option(help: "The interface definition org.concierged.Requests.varlink.") var interface: String
    @Option(help: "How many calls each layer is measured with.") var calls = 20_000

    func validate() throws {
        guard calls >= 1000 else { throw ValidationError("Give 1000 calls or more.") }
    }

    func run() async throws {
        try FileManager.default.createDirectory(atPath: stateDir, withIntermediateDirectories: true)
        let ledger = try SQLiteLedger(stateDirectory: stateDir)
        let engine = try await BenchEngine()
        var figures: [(String, Double)] = []

        let definition = try InterfaceDefinition(String(contentsOfFile: interface, encoding: .utf8))
        guard let method = definition.method("Open") else { throw ValidationError("\(interface) has no method Open.") }
        let message = Array(
            #"""
            {"method":"org.concierged.Requests.Open","parameters":{"service":"bench.matter","resident":"apt-12",\#
            "input":{"subject":"The tap drips, call 123456","place":"Building B, kitchen"}}}
            """#.utf8)
        var parsed: JSONObject = [:]
        figures.append(
            try measure("parse", calls) { parsed = try JSON.parse(message).objectValue ?? [:] })
        let parameters = parsed["parameters"]?.objectValue ?? [:]
        figures.append(
            try measure("check", calls) { _ = try definition.checkInput(parameters, of: method) })

        let now = Instant.now
        for size in [1, 16, 256] {
            let commands = (0..<size).map { BenchEngine.open(number: $0) }
            figures.append(
                try measure("decide, batches of \(size)", calls, each: size) {
                    _ = try engine.decide(commands, on: NoFacts(), at: now)
                })
        }
        var view: RequestView?
        for size in [1, 16, 256, 1024] {
            let commit = try await measureCommits(of: size, engine, ledger, at: now)
            figures.append(("commit, batches of \(size)", commit.elapsed))
            figures.append(("commit, batches of \(size), processor time", commit.processor))
            view = commit.view ?? view
        }
        if let view {
            figures.append(
                try measure("encode", calls) {
                    var writer = JSONWriter(capacity: 512)
                    Wire.Request(view, table: engine.table).write(to: &writer)
                })
        }
        await ledger.close()
        let members = figures.map { JSON.string($0.0).text + ":" + String(format: "%.3f", $0.1) }
        print("{" + members.joined(separator: ",") + "}")
    }

    /// The cost of one call of a batch in the ledger, in microseconds, with its share of the sync: the elapsed time and
    /// the processor time. The decisions, which are made within the transaction, are subtracted.
    private func measureCommits(
        of size: Int, _ engine: BenchEngine, _ ledger: SQLiteLedger, at now: Instant
    ) async throws -> (elapsed: Double, processor: Double, view: RequestView?) {
        let batches = size == 1 ? min(2000, calls) : max(8, calls / size)
        var view: RequestView?
        var deciding = (elapsed: 0.0, processor: 0.0)
        let began = (elapsed: microseconds(CLOCK_MONOTONIC), processor: microseconds(CLOCK_PROCESS_CPUTIME_ID))
        for batch in 0..<batches {
            let commands = (0..<size).map { BenchEngine.open(number: batch * size + $0) }
            let committed = try await ledger.commit { facts in
                let started = (microseconds(CLOCK_MONOTONIC), microseconds(CLOCK_PROCESS_CPUTIME_ID))
                defer {
                    deciding.elapsed += microseconds(CLOCK_MONOTONIC) - started.0
                    deciding.processor += microseconds(CLOCK_PROCESS_CPUTIME_ID) - started.1
                }
                let decision = try engine.decide(commands, on: facts, at: now)
                return (decision.changes, decision)
            }
            if case .request(let opened)? = committed.decided.answers.first { view = opened }
        }
        let count = Double(batches * size)
        return (
            (microseconds(CLOCK_MONOTONIC) - began.elapsed - deciding.elapsed) / count,
            (microseconds(CLOCK_PROCESS_CPUTIME_ID) - began.processor - deciding.processor) / count, view
        )
    }

    /// The microseconds for one of the `each` calls of `body`: the minimum of five portions, because disturbances only
    /// add time.
    private func measure(
        _ name: String, _ calls: Int, each: Int = 1, _ body: () throws -> Void
    ) throws -> (String, Double) {
        let clock = ContinuousClock()
        let rounds = max(1, calls / 5 / each)
        var best = Double.infinity
        for _ in 0..<5 {
            let took = try clock.measure { for _ in 0..<rounds { try body() } }
            best = min(best, (took / (rounds * each)).microseconds)
        }
        return (name, best)
    }
}

/// An empty ledger, to measure the decision alone.
private struct NoFacts: Facts {
    func lastNumber() -> Int64? { nil }
    func request(_ id: RequestID) -> StoredRequest? { nil }
    func timers(of request: RequestID) -> [TimerKey: Instant] { [:] }
    func claims(of request: RequestID) -> [String] { [] }
    func holder(of claim: String) -> RequestID? { nil }
    func ranges(heldBy request: RequestID) -> [String: [HeldRange]] { [:] }
    func shares(heldBy request: RequestID) -> [String: [HeldShare]] { [:] }
    func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange] { [:] }
    func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) -> [HeldRange] { [] }
    func greatestUnit(of claim: String) -> Int { 0 }
    func shares(of claim: String) -> [HeldShare] { [] }
    func commitments(of request: RequestID) -> [StoredCommitment] { [] }
    func workingCalendar(_ id: String) -> [UInt8]? { nil }
    func waiter(_ request: RequestID) -> Waiter? { nil }
    func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) -> [Waiter] { [] }
    func countWaiting(for want: Want, before number: Int64?) -> Int { 0 }
    func holders(of claims: [String]) -> [String: RequestID] { [:] }
    func values(ofDelivery number: Int64) throws -> [UInt8]? { nil }
    func cause(of request: RequestID) -> SignalCause? { nil }
    func notice(_ number: Int64) -> StoredNotice? { nil }
    func waitingNotices(of request: RequestID) -> [StoredNotice] { [] }
    func notices(sentBy run: RunID) -> [StoredNotice] { [] }
    func refusal(ofAddress key: String) -> RefusedAddress? { nil }
    func answer(to key: String) -> StoredAnswer? { nil }
    func known(_ resident: String) -> ResidentAtPlace? { nil }
    func place(_ key: PlaceKey) -> KnownPlace? { nil }
    func followers(of request: RequestID) -> [String] { [] }
    func undoPoint(of request: RequestID) -> UndoPoint? { nil }
    func lines(of request: RequestID, since: Instant) -> [NumberedEntry] { [] }
    func runs(unfinishedOf request: RequestID) -> [StoredRun] { [] }
    func dossier(_ resident: String) throws -> Dossier? { nil }
    func run(_ id: RunID) -> StoredRun? { nil }
    func queuedRuns(_ query: QueueQuery) -> [StoredRun] { [] }
    func unfinishedRun(withKey key: String) -> StoredRun? { nil }
    func dueTimers(by now: Instant, limit: Int) -> [PendingTimer] { [] }
    func unfinishedRuns(of schedule: ScheduleID) -> [RunID] { [] }
}

/// The time of a clock in microseconds.
private func microseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1000
}
