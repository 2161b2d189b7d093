import ArgumentParser
import Foundation
import TortureKit

/// Kills the daemon repeatedly, starts it after a day of downtime, and reports the violations.
@main
struct TortureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Kills the daemon over and over and checks that nothing was lost, doubled or left in halves.",
        discussion: "Exit status 1 where something was found. The same seed draws the same calls and phases.")

    @Option(help: "How often the daemon is killed.") var rounds = 300
    @Option(help: "What chance begins with; drawn where it is not given.") var seed: UInt64?
    @Option(help: "Stops after so many minutes, however many rounds are left.") var minutes: Double?
    @Option(help: "Timers that come due in a day of downtime; 0 for no downtime.") var timers = 100_000
    @Option(help: "How often the daemon ends while workers are killed beside it; 0 for no workers.")
    var workerRounds = 40
    @Option(help: ArgumentHelp("Where the summary is written.", valueName: "folder")) var results: String?

    func validate() throws {
        guard rounds >= 0, timers >= 0, workerRounds >= 0, minutes ?? 1 > 0 else {
            throw ValidationError("Give numbers of rounds, timers and minutes.")
        }
    }

    func run() async throws {
        let seed = seed ?? UInt64.random(in: 1...999_999_999)
        Self.tell("seed \(seed)")
        let torture = Torture(
            seed: seed, rounds: rounds, deadline: minutes.map { ContinuousClock.now + .seconds($0 * 60) },
            tell: Self.tell)
        let tally = try await torture.run()
        var text = "date                  \(Date.now.ISO8601Format())\nmachine               \(Machine.text)\n"
        text += "\nKilled over and over\n\n\(tally.text)\n"
        var isSound = tally.violations.isEmpty
        if workerRounds > 0 {
            let workers = try await WorkerTorture(seed: seed, rounds: workerRounds, tell: Self.tell).run()
            text += "\nWorkers killed over and over\n\n\(workers.text)\n"
            isSound = isSound && workers.violations.isEmpty
        }
        if timers > 0 {
            let downtime = try await Downtime(timers: timers)
            text += "\nA day of downtime\n\n\(downtime.text)\n"
            isSound = isSound && downtime.violations.isEmpty
        }
        print("\n\(text)")
        if let results {
            let path = "\(results)/\(Date.now.ISO8601Format(.iso8601.year().month().day())).txt"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            print("written to \(path)")
        }
        if !isSound { throw ExitCode(1) }
    }

    /// Prints a line and flushes it, because output to a pipe is buffered.
    @Sendable private static func tell(_ line: String) {
        print(line)
        fflush(nil)
    }
}
