import ConciergeKit
import Foundation
import JSON
import Varlink

/// Kills a daemon repeatedly while clients call, and checks the ledger.
///
/// Each ledger goes through some rounds: the daemon starts on the ledger that the last kill left, clients repeat the
/// unanswered calls and make further calls, and the daemon is killed. After each kill a copy of the ledger is checked.
/// After the last kill the daemon may finish all its work, and the ledger is checked again.
package actor Torture {
    package let seed: UInt64
    private let rounds: Int
    private let roundsPerLedger: Int
    private let callsPerRound: Int
    private let deadline: ContinuousClock.Instant?
    private let tell: @Sendable (String) -> Void

    private var dice: Dice
    private var tally: Tally
    /// How long the last start took.
    private var startTime = Duration.milliseconds(100)

    /// A test of `rounds` rounds, or of fewer if the deadline passes before.
    package init(
        seed: UInt64, rounds: Int, roundsPerLedger: Int = 10, callsPerRound: Int = 3000,
        deadline: ContinuousClock.Instant? = nil,
        tell: @escaping @Sendable (String) -> Void
    ) {
        self.seed = seed
        self.rounds = rounds
        self.roundsPerLedger = roundsPerLedger
        self.callsPerRound = callsPerRound
        self.deadline = deadline
        self.tell = tell
        dice = Dice(seed: seed)
        tally = Tally(seed: seed)
    }

    /// Runs the test. It stops at the first violations.
    package func run() async throws -> Tally {
        let clock = ContinuousClock()
        let began = clock.now
        while tally.rounds < rounds, tally.violations.isEmpty, deadline.map({ clock.now < $0 }) ?? true {
            // Every third ledger is filled so fast that checkpoints follow each other closely.
            let isHeavy = tally.ledgers % 3 == 1
            try await torment(
                min(rounds - tally.rounds, isHeavy ? min(5, roundsPerLedger) : roundsPerLedger), isHeavy: isHeavy)
        }
        tally.duration = clock.now - began
        return tally
    }

    /// Runs the rounds of one ledger, and lets it settle.
    private func torment(_ rounds: Int, isHeavy: Bool) async throws {
        let place = try Place()
        let witness = Witness()
        var stopped: Set<Int32> = []
        tally.ledgers += 1
        for _ in 0..<rounds {
            let wish = isHeavy && !dice.oneIn(4) ? Phase.checkpoint : Phase.drawn(using: &dice)
            let phase = try await round(wish, at: place, witness, isHeavy: isHeavy, stopped: &stopped)
            tally.rounds += 1
            tally.kills[phase, default: 0] += 1
            let found = try check(place, witness, stopped, isSettled: false)
            tell("round \(tally.rounds), ledger \(tally.ledgers): \(phase.rawValue); \(found.summary)")
            guard tally.violations.isEmpty else { return }
        }
        try await settle(place, witness, stopped: &stopped)
        guard tally.violations.isEmpty else { return }
        let found = try check(place, witness, stopped, isSettled: true)
        tally.add(found, witness.testimony)
        tell("ledger \(tally.ledgers) settled: \(found.summary)")
    }

    // MARK: A round

    private func round(
        _ wish: Phase, at place: Place, _ witness: Witness, isHeavy: Bool, stopped: inout Set<Int32>
    ) async throws -> Phase {
        let clock = ContinuousClock()
        let began = clock.now
        let process = try DaemonProcess(in: place)
        if wish == .start {
            try await Task.sleep(for: startTime * Double(dice.number(0...110)) / 100)
            let isReady = process.hasSaidReady()
            process.kill()
            return isReady ? .ready : .start
        }
        try await process.waitForReady()
        startTime = clock.now - began
        let lost = witness.lost
        let repeated = witness.accepted(30, using: &dice)
        let killer = Killer(process: process, place: place, witness: witness, dice: dice.split())
        let budget = Budget(callsPerRound)
        let clients = (0..<8).map { index in
            (
                Client(
                    place: place, witness: witness, budget: budget, isPipelined: index < 3,
                    ballast: isHeavy && index < 3 ? 100_000 : 0), dice.split()
            )
        }
        let phase = try await withThrowingTaskGroup(of: Phase?.self) { group in
            group.addTask { try await killer.kill(wish) }
            for (client, dice) in clients {
                group.addTask {
                    await client.run(dice)
                    return nil
                }
            }
            group.addTask {
                await Self.make(lost + repeated, at: place, witness)
                return nil
            }
            if !isHeavy {
                group.addTask {
                    await Self.watch(place, witness)
                    return nil
                }
            }
            var phase: Phase?
            while let end = try await group.next() { phase = end ?? phase }
            return phase
        }
        if killer.hasToldToStop { stopped.insert(process.pid) }
        if killer.wasInMiddleOfCheckpoint { tally.killsInMiddleOfCheckpoint += 1 }
        if let failure = killer.failure { tally.violations.append(failure) }
        return phase ?? wish
    }

    /// Repeats calls with their keys.
    private static func make(_ calls: [Witness.Call], at place: Place, _ witness: Witness) async {
        guard !calls.isEmpty, let connection = try? await place.connect() else { return }
        await withTaskGroup(of: Void.self) { group in
            for call in calls {
                group.addTask { _ = await Client.make(call, on: connection, witness) }
            }
        }
        await connection.close()
    }

    /// Watches the lines after the last watched one, until the daemon is gone.
    private static func watch(_ place: Place, _ witness: Witness) async {
        guard let connection = try? await place.connect() else { return }
        let after: JSONObject = ["after": JSON(witness.testimony.watchedTo)]
        do {
            for try await reply in connection.stream("org.concierged.Requests.Watch", after) {
                if let line = reply["entry"]?.objectValue.flatMap(Line.init(shown:)) { witness.watch(line) }
            }
        } catch {
            // The daemon is gone, or stopping.
        }
        await connection.close()
    }

    // MARK: The end of a ledger

    /// Lets a daemon finish all its work, and stops it in order.
    private func settle(_ place: Place, _ witness: Witness, stopped: inout Set<Int32>) async throws {
        let process = try DaemonProcess(in: place)
        try await process.waitForReady()
        let lost = witness.lost
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // If an answer never comes, the end of the process ends the wait for it.
                if (try? await Task.sleep(for: .seconds(60))) != nil { process.kill() }
            }
            group.addTask { await Self.make(lost, at: place, witness) }
            _ = await group.next()
            group.cancelAll()
        }
        let silent = witness.lost
        guard silent.isEmpty else {
            place.keep()
            tally.violations += silent.prefix(20).map {
                "ledger \(tally.ledgers), left in \(place.path): there is no answer to \($0)"
            }
            return
        }
        let connection = try await place.connect()
        for schedule in ["torture.tick", "torture.tock"] {
            _ = try await connection.call("org.concierged.Manager.PauseSchedule", ["id": .string(schedule)])
        }
        let limit = ContinuousClock.now + .seconds(120)
        while true {
            let status = try await connection.call("org.concierged.Manager.Status")
            let left = ["pending_timers", "runs_queued", "runs_running"].map { status[$0]?.intValue ?? -1 }
            if left == [0, 0, 0] { break }
            guard ContinuousClock.now < limit else {
                tally.violations.append("it did not settle within two minutes: \(status)")
                break
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        await connection.close()
        stopped.insert(process.pid)
        process.terminate()
        while process.ended == nil, ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(2)) }
        if process.ended != 0 { tally.violations.append("stopped in peace, it ended with \(process.ended ?? -1)") }
    }

    private func check(
        _ place: Place, _ witness: Witness, _ stopped: Set<Int32>, isSettled: Bool
    ) throws -> Findings {
        let ledger = try LedgerCopy(of: place.state)
        let executions = try Execution.read(place.executions)
        let invariants = Invariants(
            ledger, told: witness.testimony, executions: executions, stopped: stopped, isSettled: isSettled)
        if !invariants.violations.isEmpty {
            place.keep()
            let where_ = "ledger \(tally.ledgers), round \(tally.rounds), left in \(place.path)"
            tally.violations += invariants.violations.prefix(20).map { "\(where_): \($0)" }
        }
        return Findings(
            lines: ledger.lines.count, timersFired: invariants.timersFired, runs: ledger.runs.count,
            executions: executions.count)
    }
}

/// The phase of the daemon in which it is killed.
package enum Phase: String, CaseIterable, Sendable {
    /// After exec, before READY.
    case start
    /// Shortly after READY, while the daemon resumes the work of the last process.
    case ready
    /// Under load.
    case load
    /// As soon as an answer comes: its content must already be durable.
    case answer
    /// During a checkpoint of the write-ahead log.
    case checkpoint
    /// After SIGTERM, before the process has ended.
    case stop
    /// Not at all: the process ended by itself after SIGTERM.
    case ended

    static func drawn(using dice: inout Dice) -> Phase {
        switch dice.number(1...10) {
        case 1...2: .start
        case 3: .ready
        case 4...5: .stop
        case 6...7: .answer
        default: .load
        }
    }
}
