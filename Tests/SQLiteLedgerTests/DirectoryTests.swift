import ConciergeEngine
import ConciergeKit
import Foundation
import LedgerConformance
import Testing

@testable import SQLiteLedger

@Suite("The directory of residents in SQLite")
struct DirectoryTests {
    private let residents = DirectoryTable.of(.residents)
    private let anne = Resident(id: "1", name: "Anne", dwelling: "A 1")
    private let paul = Resident(id: "2", name: "Paul", dwelling: "A 2")

    @Test("A change that was cut off anywhere leaves the edition before, and the next opening deletes what it wrote")
    func cutOff() async throws {
        try await suite.withDirectory { directory in
            let first = try SQLiteLedger(stateDirectory: directory)
            #expect(try await first.changeDirectory(DirectoryChanges(put: [anne, paul]), from: 0) { _, _ in } == 1)
            // What a process that is killed before the last step has written: Paul moved, Anne left, Zoé came.
            let moved = Resident(id: "2", name: "Paul", dwelling: "B 7")
            let zoe = Resident(id: "3", name: "Zoé", dwelling: "B 8")
            try first.writeThrough { database in
                for key in [anne.key, paul.key] { try database.execute(residents.end, [.int(2), .text(key)]) }
                for (number, resident) in [(Int64(3), moved), (4, zoe)] {
                    let words = SearchWords.of(resident)
                    try database.execute(
                        residents.insertion, StagedDirectoryRow(resident).values(number, since: 2))
                    for word in words {
                        try database.execute(ResidentWordsTable.insertion, [.text(word), .int(number)])
                    }
                }
            }
            #expect(try await first.directory(of: Resident.self, after: nil, limit: 9).entries == [anne, paul])
            #expect(try await first.residents(ResidentSearch("zoe"), limit: 9).residents == [])
            #expect(try await first.residents(ResidentSearch("b7"), limit: 9).residents == [])
            #expect(try await first.entry(of: Resident.self, named: paul.key) == paul)
            await first.close()

            let second = try SQLiteLedger(stateDirectory: directory)
            #expect(try await second.directory(of: Resident.self, after: nil, limit: 9).entries == [anne, paul])
            #expect(try rows(second) == 2)
            #expect(try words(second) == ["1", "2", "a1", "a2", "anne", "paul"])
            #expect(try await second.changeDirectory(DirectoryChanges(put: [zoe]), from: 1) { _, _ in } == 2)
            #expect(try await second.directory(of: Resident.self, after: nil, limit: 9).entries == [anne, paul, zoe])
            await second.close()
        }
    }

    @Test("Nothing is left of residents who left the directory, and of what was changed")
    func nothingIsLeft() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            #expect(try await ledger.changeDirectory(DirectoryChanges(put: [anne, paul]), from: 0) { _, _ in } == 1)
            let moved = Resident(id: "1", name: "Zoé", dwelling: "C 9")
            #expect(
                try await ledger.changeDirectory(DirectoryChanges(put: [moved], removed: ["2"]), from: 1) { _, _ in }
                    == 2)
            #expect(try rows(ledger) == 1)
            #expect(try words(ledger) == ["9", "c9", "zoe"])
            await ledger.close()
        }
    }

    @Test("Others commit while a large change is written")
    func othersCommit() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let crowd = (0..<3000).map { Resident(id: "\($0)", name: "Anne", dwelling: "A \($0)") }
            var commits = 0
            // Called between the portions, where the writer must be free.
            let edition = try await ledger.changeDirectory(DirectoryChanges(put: crowd), from: 0) { _, _ in
                if (try? ledger.write { try $0.execute("DELETE FROM probe") }) != nil { commits += 1 }
            }
            #expect(edition == 1)
            #expect(commits > 4)
            await ledger.close()
        }
    }

    private func rows(_ ledger: SQLiteLedger) throws -> Int {
        try ledger.onWriter { try $0.value("SELECT count(*) FROM residents") ?? 0 }
    }

    private func words(_ ledger: SQLiteLedger) throws -> [String] {
        try ledger.onWriter { try $0.column("SELECT DISTINCT word FROM resident_words ORDER BY word") }
    }
}
