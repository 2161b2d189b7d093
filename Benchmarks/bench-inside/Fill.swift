import ArgumentParser
import BenchProvider
import ConciergeEngine
import ConciergeKit
import Foundation
import SQLiteLedger

/// Fills the ledger of a daemon that is not running with open requests, each with its history line and its timer.
struct Fill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Opens very many requests in a state directory: the engine's own decisions, in large commits.")

    @Option(help: "The state directory.") var stateDir: String
    @Option(help: "How many requests.") var count = 1_000_000
    @Option(help: "Days until the first timer is due; the others are due within the year after it.") var days = 30

    func validate() throws {
        guard count > 0, days > 0 else { throw ValidationError("Give a number of requests and days.") }
    }

    func run() async throws {
        try FileManager.default.createDirectory(atPath: stateDir, withIntermediateDirectories: true)
        let ledger = try SQLiteLedger(stateDirectory: stateDir)
        let engine = try await BenchEngine()
        let start = Instant.now
        var opened = 0
        while opened < count {
            let first = opened
            let commands = (first..<min(count, first + 5000)).map { number in
                let spread = Int64(number) * 7_919_000 % (365 * 86_400_000)
                return BenchEngine.open(number: number, due: start + .days(days) + .milliseconds(spread))
            }
            let committed = try await engine.commit(commands, to: ledger, at: start)
            opened += committed.entries.count
        }
        await ledger.close()
        print(#"{"requests":\#(opened)}"#)
    }
}

extension Instant {
    static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
