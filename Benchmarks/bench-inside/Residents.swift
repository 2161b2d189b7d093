import ArgumentParser
import ConciergeEngine
import ConciergeKit
import Foundation
import SQLiteLedger

/// Measures the import of a file of residents, and searches among them: without a socket.
struct Residents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The import of residents, or searches among them.")

    enum Work: String, ExpressibleByArgument, CaseIterable {
        /// A file of new residents: read, checked, compared, and on disk.
        case add = "import"
        /// The same file again, in which each hundredth resident who reads French reads English.
        case change
        /// Searches by the beginning of a name and a dwelling.
        case search
    }

    @Option(help: "An empty folder on the disk that is measured.") var stateDir: String
    @Option(help: "What is measured.") var work: Work
    @Option(help: "How many residents the file has.") var residents = 100_000
    @Option(help: "How many portions; the median is printed.") var passes = 5
    @Option(help: "How many searches a portion has.") var calls = 200

    func validate() throws {
        guard residents > 0, passes > 0, calls > 0 else { throw ValidationError("Give numbers above 0.") }
    }

    func run() async throws {
        try FileManager.default.createDirectory(atPath: stateDir, withIntermediateDirectories: true)
        let ledger = try SQLiteLedger(stateDirectory: stateDir)
        let directory = BenchDirectory(count: residents)
        switch work {
        case .add:
            try await directory.put(DirectoryChanges(put: directory.residences, removed: []), in: ledger, from: 0)
            let file = directory.file
            report([("seconds", try await seconds { try await directory.importResidents(file, into: ledger) })])
        case .change:
            try await directory.fill(ledger)
            let lines = String(decoding: directory.file, as: UTF8.self).split(separator: "\r\n")
            let changed = lines.enumerated().map { number, line in
                number % 100 == 50 ? String(line).replacing(";fr;", with: ";en;") : String(line)
            }
            let file = Array(changed.joined(separator: "\r\n").utf8)
            report([("seconds", try await seconds { try await directory.importResidents(file, into: ledger) })])
        case .search:
            try await directory.fill(ledger)
            report([("p50_us", try await searches(directory, on: ledger))])
        }
        await ledger.close()
    }

    private func seconds(_ body: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return start.duration(to: clock.now).microseconds / 1e6
    }

    /// The median of the searches, in microseconds.
    private func searches(_ directory: BenchDirectory, on ledger: SQLiteLedger) async throws -> Double {
        var passes = Passes()
        for pass in 0...self.passes {
            // The first portion warms up.
            if pass <= 1 { passes = Passes() }
            passes.begin()
            for call in 0..<calls {
                let number = (pass * calls + call) * 7919 % residents
                let name = directory.name(number).split(separator: " ").last ?? ""
                let query = "\(name.prefix(4)) \(directory.dwelling(number))"
                let hits = try await passes.time { try await ledger.residents(ResidentSearch(query), limit: 20) }
                guard !hits.residents.isEmpty else { throw BenchMistake("\"\(query)\" finds nobody") }
            }
        }
        return passes.median
    }
}
