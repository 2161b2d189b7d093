import ArgumentParser
import BenchProvider
import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import SQLiteLedger

/// Measures ordinary calls, which claim nothing: the decision, the commit without the wait for the disk, and `Get`.
struct Ordinary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cost of an Open, an Act, an Act that closes, and a Get, in batches of 16, to compare two builds."
    )

    @Option(help: "An empty folder.") var stateDir: String
    @Option(help: "How many portions; the smallest and the median of their medians are printed.") var passes = 5
    @Option(help: "How many batches a portion has.") var batches = 100

    private static let size = 16

    func run() async throws {
        try FileManager.default.createDirectory(atPath: stateDir, withIntermediateDirectories: true)
        let ledger = try SQLiteLedger(stateDirectory: stateDir)
        var engine = try await BenchEngine().engine
        var now = Instant.now
        var decided: [String: Passes] = [:]
        var committed: [String: Passes] = [:]
        var gets = Passes()

        /// Commits a batch, with its decision and its writing apart. Returns the requests of the answers.
        func commit(_ name: String, _ commands: [Command]) async throws -> [RequestID] {
            var next = engine
            var deciding = 0.0
            let clock = ContinuousClock()
            let start = clock.now
            let done = try await ledger.commit { facts in
                let began = clock.now
                let decision = try next.decide(commands, facts: facts, now: now)
                deciding = began.duration(to: clock.now).microseconds
                return (decision.changes, decision)
            }
            let all = start.duration(to: clock.now).microseconds
            engine = next
            decided[name, default: Passes()].add(deciding / Double(commands.count))
            committed[name, default: Passes()].add((all - deciding) / Double(commands.count))
            return try done.decided.answers.map { answer in
                guard case .request(let view) = answer else { throw ValidationError("\(name) was answered: \(answer)") }
                return view.request.id
            }
        }

        func act(_ action: String, on ids: [RequestID]) -> [Command] {
            ids.map { .act(id: $0, action: action, input: [:], caller: Caller(actor: "bench")) }
        }

        // The first portion warms up and is not counted.
        for pass in 0...passes {
            if pass <= 1 { (decided, committed, gets) = ([:], [:], Passes()) }
            for name in ["open", "act", "close"] {
                decided[name, default: Passes()].begin()
                committed[name, default: Passes()].begin()
            }
            gets.begin()
            for batch in 0..<batches {
                now = now + .milliseconds(20)
                let ids = try await commit(
                    "open",
                    (0..<Self.size).map { number in
                        .open(
                            service: ServiceID(BenchProvider.errands), resident: "apt-\(number)",
                            input: [
                                "subject": .string("The tap drips, call \(batch)"), "place": "Building B, kitchen",
                            ], caller: Caller(actor: "bench"))
                    })
                _ = try await commit("act", act("note", on: ids))
                // A Get waits for what is not on disk yet.
                try await ledger.flush()
                for id in ids { _ = try await gets.time { try await ledger.request(id) } }
                _ = try await commit("close", act("finish", on: ids))
            }
        }
        await ledger.close()
        var figures: [(name: String, value: Double)] = []
        for name in ["open", "act", "close"] {
            for (what, measured) in [("decide", decided[name]), ("commit", committed[name])] {
                figures.append(("\(name), \(what), least", measured?.least ?? .nan))
                figures.append(("\(name), \(what)", measured?.median ?? .nan))
            }
        }
        report(figures + [("get, least", gets.least), ("get", gets.median)])
    }
}
