import ArgumentParser
import BenchProvider
import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import SQLiteLedger

/// Measures opens with a promise beside plain ones, and the report on what was promised: without a socket.
struct Promises: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cost of an open with a promise, of one with everything, or of the report over many.")

    enum Work: String, ExpressibleByArgument, CaseIterable {
        /// Opens with a timer and no promise, in commits of 16.
        case plain
        /// Opens with a promise, in commits of 16.
        case promised
        /// Opens with a promise by residents of a directory, to some of whom alone it is offered, with a notice; in commits
        /// of 16.
        case whole
        /// The report by service and month over closed requests, each with a promise that was kept.
        case report
    }

    @Option(help: "An empty folder on the disk that is measured.") var stateDir: String
    @Option(help: "What is measured.") var work: Work
    @Option(help: "How many closed requests the report is over.") var requests = 1_000_000
    @Option(help: "How many residents the directory has.") var residents = 100_000
    @Option(help: "How many portions; the median is printed.") var passes = 5
    @Option(help: "How many commits a portion has.") var commits = 200

    func validate() throws {
        guard requests > 0, residents > 0, passes > 0, commits > 0 else {
            throw ValidationError("Give numbers above 0.")
        }
    }

    func run() async throws {
        try FileManager.default.createDirectory(atPath: stateDir, withIntermediateDirectories: true)
        let ledger = try SQLiteLedger(stateDirectory: stateDir)
        switch work {
        case .plain: report([("per_second", try await opens(on: ledger, ServiceID(BenchProvider.service)))])
        case .promised: report([("per_second", try await opens(on: ledger, ServiceID(PromiseProvider.service)))])
        case .whole:
            try await BenchDirectory(count: residents).fill(ledger)
            report([("per_second", try await opens(on: ledger, ServiceID(PromiseProvider.whole)))])
        case .report:
            try await fill(ledger)
            report([("seconds", try await reports(on: ledger))])
        }
        await ledger.close()
    }

    private func engine() async throws -> EngineState {
        let context = ProviderContext(stateDirectory: "/nowhere", zone: .utc)
        // Two offers, of which the second one holds for everybody who opens something.
        var (seniors, all) = (
            Offer(id: "seniors", service: ServiceID(PromiseProvider.whole)),
            Offer(id: "all", service: ServiceID(PromiseProvider.whole))
        )
        (seniors.publics, seniors.territories) = (["senior"], ["Secteur 1"])
        all.territories = (0..<3).map { "Secteur \($0)" }
        var registry = Registry(offers: OfferBook([seniors, all]))
        registry.add(try ProviderContents(try await BenchProvider(NoSettings(), in: context)))
        registry.add(try ProviderContents(try await PromiseProvider(NoSettings(), in: context)))
        return EngineState(registry: registry)
    }

    private func open(_ service: ServiceID, _ number: Int) -> Command {
        .open(
            service: service, resident: "apt-\(number % min(1000, residents))",
            input: ["subject": .string("The tap drips, call \(number)"), "place": "Building B, kitchen"],
            caller: Caller(actor: "bench"))
    }

    /// Commits calls of which none may be rejected.
    private func commit(
        _ commands: [Command], _ engine: inout EngineState, at now: Instant, to ledger: SQLiteLedger
    ) async throws -> [Answer] {
        let committed = try await engine.commit(commands, to: ledger, at: now)
        for case .rejected(let rejection) in committed.decided.answers { throw rejection }
        return committed.decided.answers
    }

    /// Opens a second.
    private func opens(on ledger: SQLiteLedger, _ service: ServiceID) async throws -> Double {
        let size = 16
        var engine = try await engine()
        var (number, rates) = (0, [Double]())
        for _ in 0...passes {
            let clock = ContinuousClock()
            let start = clock.now
            for _ in 0..<commits {
                let commands = (0..<size).map { open(service, number + $0) }
                _ = try await commit(commands, &engine, at: .now, to: ledger)
                number += size
            }
            rates.append(Double(commits * size) / (start.duration(to: clock.now).microseconds / 1e6))
        }
        // The first portion warms up.
        return rates.dropFirst().sorted()[passes / 2]
    }

    private func fill(_ ledger: SQLiteLedger) async throws {
        var engine = try await engine()
        let service = ServiceID(PromiseProvider.service)
        let begun = Instant.now - .days(720)
        for first in stride(from: 0, to: requests, by: 2000) {
            let count = min(2000, requests - first)
            // Over two years, an hour of work each.
            let now = begun + .seconds(Int64(first) * 720 * 86_400 / Int64(requests))
            let opened = try await commit(
                (0..<count).map { open(service, first + $0) }, &engine, at: now, to: ledger)
            let done = opened.compactMap { answer -> Command? in
                guard case .request(let view) = answer else { return nil }
                return .act(id: view.request.id, action: "done", input: [:], caller: Caller(actor: "bench"))
            }
            _ = try await commit(done, &engine, at: now + .hours(1), to: ledger)
        }
    }

    /// The median time of a report, in seconds.
    private func reports(on ledger: SQLiteLedger) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<passes {
            let clock = ContinuousClock()
            let start = clock.now
            var figures = CommitmentReport(by: [.service, .month], at: .now, zone: .utc)
            try await ledger.commitments(
                CommitmentQuery(kind: .promise, service: nil, made: .earliest..<Instant.latest)
            ) { figures.add($0) }
            var made = 0
            for var row in figures.rows {
                made += row.tally.made
                _ = (row.tally.time(within: 0.5), row.tally.time(within: 0.9))
            }
            guard made == requests else { throw ValidationError("the report has \(made) promises") }
            times.append(start.duration(to: clock.now).microseconds / 1e6)
        }
        return times.sorted()[passes / 2]
    }
}
