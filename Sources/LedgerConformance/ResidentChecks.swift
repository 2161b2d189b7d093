import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let residents: [LedgerCheck.Kind] = [
        .init("A ledger without a directory has no residents, and finds none") { try await $0.noDirectory() },
        .init("A change of the directory is kept whole, with every character as it was written") {
            try await $0.directoryIsKept()
        },
        .init("A change from an edition that is no longer read changes nothing") {
            try await $0.directoryIsNotMixed()
        },
        .init("Of two changes of the directory at once one takes place") { try await $0.directoryOnce() },
        .init("The directory is read in pages, in the order of the keys") { try await $0.directoryPages() },
        .init("A search finds residents as they are now, and not as they were") { try await $0.directorySearch() },
        .init("A search is bounded, and says whether there are more") { try await $0.directorySearchIsBounded() },
    ]

    private func noDirectory() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            #expect(
                try await ledger.directory(after: nil, limit: 10)
                    == DirectoryPage(edition: 0, residents: [], next: nil))
            #expect(try await ledger.resident("1") == nil)
            #expect(try await ledger.residents(ResidentSearch("anne"), limit: 10).residents == [])
        }
    }

    private func directoryIsKept() async throws {
        try await withDirectory { directory in
            let anne = Resident(
                id: "R\u{301}-001", name: "Zoe\u{301} L’Haÿ\n\"👩‍👩‍👧\"", dwelling: "A;12", residence: "Cité du Pré",
                language: "fr", publics: ["senior", "fragile"], email: "zoe@example.invalid", phone: "06 01 02 03 04",
                movedIn: LocalDate("2027-04-03"))
            let paul = Resident(id: "2", name: "null", dwelling: "B 1")
            let first = try await make(directory)
            #expect(try await first.put(.init(put: [anne, paul]), from: 0) == 1)
            let ledger = try await reopen(first, in: directory)
            let kept = try #require(try await ledger.resident(Resident.key(of: "Ŕ-001")))
            #expect(kept == anne)
            #expect(Array(kept.name.utf8) == Array(anne.name.utf8))
            #expect(Array(kept.id.utf8) == Array(anne.id.utf8))
            #expect(try await ledger.resident(paul.key) == paul)
            var changed = anne
            changed.dwelling = "C 3"
            #expect(try await ledger.put(.init(put: [changed], removed: [paul.key]), from: 1) == 2)
            #expect(
                try await ledger.directory(after: nil, limit: 10)
                    == DirectoryPage(edition: 2, residents: [changed], next: nil))
            #expect(try await ledger.resident(paul.key) == nil)
            await ledger.close()
        }
    }

    private func directoryIsNotMixed() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            let anne = Resident(id: "1", name: "Anne", dwelling: "A 1")
            let paul = Resident(id: "2", name: "Paul", dwelling: "A 2")
            #expect(try await ledger.put(.init(put: [anne]), from: 0) == 1)
            #expect(try await ledger.put(.init(put: [paul], removed: ["1"]), from: 0) == nil)
            #expect(try await ledger.directory(after: nil, limit: 10).residents == [anne])
            #expect(try await ledger.residents(ResidentSearch("paul"), limit: 10).residents == [])
        }
    }

    private func directoryOnce() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            func crowd(_ name: String) -> [Resident] {
                (0..<1200).map { Resident(id: "\(name)-\($0)", name: name, dwelling: "A \($0)") }
            }
            let editions = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for name in ["Anne", "Paul"] {
                    group.addTask { try await ledger.put(.init(put: crowd(name)), from: 0) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(editions.compactMap(\.self) == [1])
            let names = Set(try await ledger.directory(after: nil, limit: 5000).residents.map(\.name))
            #expect(names.count == 1)
        }
    }

    private func directoryPages() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            let residents = ["b", "é1", "a", "Z", "10", "9"].map { Resident(id: $0, name: "X", dwelling: "1") }
            #expect(try await ledger.put(.init(put: residents), from: 0) == 1)
            var (ids, after): ([String], String?) = ([], nil)
            repeat {
                let page = try await ledger.directory(after: after, limit: 2)
                ids += page.residents.map(\.id)
                after = page.next
            } while after != nil
            #expect(ids == ["10", "9", "a", "b", "é1", "Z"])
        }
    }

    private func directorySearch() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            func found(_ query: String, _ ledger: any Ledger) async throws -> Set<String> {
                Set(try await ledger.residents(ResidentSearch(query), limit: 10).residents.map(\.id))
            }
            let people = [
                Resident(
                    id: "1", name: "Zoé Lefèvre", dwelling: "B 204", residence: "Les Tilleuls", phone: "0601020304"),
                Resident(id: "2", name: "O’Neill Maëlle", dwelling: "A 12", residence: "Les Tilleuls"),
                Resident(id: "3", name: "Lefort Zoltan", dwelling: "B 20", phone: "+33 6 98 76 54 32"),
            ]
            #expect(try await first.put(.init(put: people), from: 0) == 1)
            let ledger = try await reopen(first, in: directory)
            for (query, ids) in [
                ("lef zo", ["1", "3"]), ("b204", ["1"]), ("oneill", ["2"]), ("NEILL tilleuls", ["2"]),
                ("06 01", ["1"]), ("0698", ["3"]), ("efevre", []), ("lef*", ["1", "3"]), ("%", []), ("", []),
                ("lef OR oneill", []),
            ] as [(String, Set<String>)] {
                #expect(try await found(query, ledger) == ids)
            }
            let moved = Resident(id: "1", name: "Zoé Martin", dwelling: "C 7")
            #expect(try await ledger.put(.init(put: [moved], removed: ["2"]), from: 1) == 2)
            #expect(try await found("lefevre", ledger) == [])
            #expect(try await found("tilleuls", ledger) == [])
            #expect(try await found("zoe c7", ledger) == ["1"])
            #expect(try await found("lef", ledger) == ["3"])
            await ledger.close()
        }
    }

    private func directorySearchIsBounded() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            // More than a ledger collects at once for a single word.
            let crowd = (0..<9000).map { number in
                let name = number < 4500 ? "Anne Martin" : number < 8997 ? "Annick Durand" : "Anne Martin Durand"
                return Resident(id: "\(number)", name: name, dwelling: "A \(number)")
            }
            #expect(try await ledger.put(.init(put: crowd), from: 0) == 1)
            let hits = try await ledger.residents(ResidentSearch("martin an"), limit: 20)
            #expect(hits.residents.count == 20)
            #expect(hits.hasMore)
            // All of these words are frequent, and few residents have both.
            let few = try await ledger.residents(ResidentSearch("martin durand"), limit: 20)
            #expect(few.residents.map(\.id).sorted() == ["8997", "8998", "8999"])
            #expect(!few.hasMore)
            let one = try await ledger.residents(ResidentSearch("durand 8765"), limit: 20)
            #expect(one.residents.map(\.id) == ["8765"])
            #expect(!one.hasMore)
        }
    }
}

extension Ledger {
    /// Changes the directory without following how far it is.
    fileprivate nonisolated(nonsending)
        func put(_ changes: DirectoryChanges, from edition: Int64) async throws -> Int64?
    {
        try await changeDirectory(changes, from: edition) { _, _ in }
    }
}
