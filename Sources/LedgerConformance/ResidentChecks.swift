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
        .init("Residences and dwellings are kept beside residents, in editions of the whole directory") {
            try await $0.directoryOfPlaces()
        },
        .init("A resident is found at the place that the directory has, in whatever form it is written") {
            try await $0.directoryOfResidentsAtPlaces()
        },
        .init("A request that is for another resident now is found by that one alone") { try await $0.reassigned() },
        .init("A search is bounded, and says whether there are more") { try await $0.directorySearchIsBounded() },
    ]

    private func noDirectory() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            #expect(
                try await ledger.directory(of: Resident.self, after: nil, limit: 10)
                    == DirectoryPage(edition: 0, entries: [Resident](), next: nil))
            #expect(try await ledger.entry(of: Resident.self, named: "1") == nil)
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
            #expect(try await first.put(DirectoryChanges<Resident>(put: [anne, paul]), from: 0) == 1)
            let ledger = try await reopen(first, in: directory)
            let kept = try #require(try await ledger.entry(of: Resident.self, named: Resident.key(of: "Ŕ-001")))
            #expect(kept == anne)
            #expect(Array(kept.name.utf8) == Array(anne.name.utf8))
            #expect(Array(kept.id.utf8) == Array(anne.id.utf8))
            #expect(try await ledger.entry(of: Resident.self, named: paul.key) == paul)
            var changed = anne
            changed.dwelling = "C 3"
            #expect(try await ledger.put(DirectoryChanges<Resident>(put: [changed], removed: [paul.key]), from: 1) == 2)
            #expect(
                try await ledger.directory(of: Resident.self, after: nil, limit: 10)
                    == DirectoryPage(edition: 2, entries: [changed], next: nil))
            #expect(try await ledger.entry(of: Resident.self, named: paul.key) == nil)
            await ledger.close()
        }
    }

    private func directoryIsNotMixed() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            let anne = Resident(id: "1", name: "Anne", dwelling: "A 1")
            let paul = Resident(id: "2", name: "Paul", dwelling: "A 2")
            #expect(try await ledger.put(DirectoryChanges<Resident>(put: [anne]), from: 0) == 1)
            #expect(try await ledger.put(DirectoryChanges<Resident>(put: [paul], removed: ["1"]), from: 0) == nil)
            #expect(try await ledger.directory(of: Resident.self, after: nil, limit: 10).entries == [anne])
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
                    group.addTask { try await ledger.put(DirectoryChanges<Resident>(put: crowd(name)), from: 0) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(editions.compactMap(\.self) == [1])
            let names = Set(try await ledger.directory(of: Resident.self, after: nil, limit: 5000).entries.map(\.name))
            #expect(names.count == 1)
        }
    }

    private func directoryPages() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            let residents = ["b", "é1", "a", "Z", "10", "9"].map { Resident(id: $0, name: "X", dwelling: "1") }
            #expect(try await ledger.put(DirectoryChanges<Resident>(put: residents), from: 0) == 1)
            var (ids, after): ([String], String?) = ([], nil)
            repeat {
                let page = try await ledger.directory(of: Resident.self, after: after, limit: 2)
                ids += page.entries.map(\.id)
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
            #expect(try await first.put(DirectoryChanges<Resident>(put: people), from: 0) == 1)
            let ledger = try await reopen(first, in: directory)
            for (query, ids) in [
                ("lef zo", ["1", "3"]), ("b204", ["1"]), ("oneill", ["2"]), ("NEILL tilleuls", ["2"]),
                ("06 01", ["1"]), ("0698", ["3"]), ("efevre", []), ("lef*", ["1", "3"]), ("%", []), ("", []),
                ("lef OR oneill", []),
            ] as [(String, Set<String>)] {
                #expect(try await found(query, ledger) == ids)
            }
            let moved = Resident(id: "1", name: "Zoé Martin", dwelling: "C 7")
            #expect(try await ledger.put(DirectoryChanges<Resident>(put: [moved], removed: ["2"]), from: 1) == 2)
            #expect(try await found("lefevre", ledger) == [])
            #expect(try await found("tilleuls", ledger) == [])
            #expect(try await found("zoe c7", ledger) == ["1"])
            #expect(try await found("lef", ledger) == ["3"])
            await ledger.close()
        }
    }

    private func directoryOfPlaces() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            var tilleuls = Residence()
            (tilleuls.id, tilleuls.name, tilleuls.address) = ("T-1", "Les Tilleuls", "1, rue du Pré\n57000 Metz")
            (tilleuls.zone, tilleuls.region, tilleuls.calendar) = ("Europe/Paris", "FR-57", "gardiens")
            (tilleuls.territory, tilleuls.phone, tilleuls.commonParts) = ("Metz", "0387", ["laverie", "hall"])
            var pre = Residence()
            (pre.id, pre.name, pre.zone) = ("T-10", "Cité du Pré", "Europe/Paris")
            #expect(try await first.put(DirectoryChanges(put: [tilleuls, pre]), from: 0) == 1)
            let flats = [("T-1", "B 204", "log-1"), ("T-1", "A 1", ""), ("T-10", "A 1", "log-2")].map { place in
                var dwelling = Dwelling()
                (dwelling.residence, dwelling.label, dwelling.id) = place
                (dwelling.floor, dwelling.isAdapted, dwelling.isConnected) = ("2", true, false)
                return dwelling
            }
            #expect(try await first.put(DirectoryChanges(put: flats), from: 1) == 2)
            let anne = Resident(id: "1", name: "Anne", dwelling: "b204", residence: "LES TILLEULS")
            #expect(try await first.put(DirectoryChanges(put: [anne]), from: 1) == nil)
            #expect(try await first.put(DirectoryChanges(put: [anne]), from: 2) == 3)
            let ledger = try await reopen(first, in: directory)
            #expect(try await ledger.directory(of: Residence.self, after: nil, limit: 9).entries == [tilleuls, pre])
            #expect(try await ledger.directory(of: Dwelling.self, after: nil, limit: 9).entries.count == 3)
            #expect(try await ledger.entry(of: Residence.self, named: "t-1") == tilleuls)
            #expect(try await ledger.entry(of: Residence.self, named: "cite du pre") == pre)
            #expect(try await ledger.entry(of: Residence.self, named: "cité") == nil)
            #expect(try await ledger.entry(of: Dwelling.self, named: "log-2") == flats[2])
            #expect(
                try await ledger.entry(of: Dwelling.self, named: Dwelling.key(of: "b 204", residence: "t-1"))
                    == flats[0])
            #expect(
                try await ledger.dwellingCounts(ofResidences: ["t-1", "t-10", "x"]) == ["t-1": 2, "t-10": 1, "x": 0])
            // A search finds residents alone.
            #expect(try await ledger.residents(ResidentSearch("tilleuls"), limit: 9).residents == [anne])
            #expect(try await ledger.put(DirectoryChanges<Dwelling>(removed: [flats[0].key]), from: 3) == 4)
            #expect(try await ledger.entry(of: Dwelling.self, named: "log-1") == nil)
            #expect(try await ledger.entry(of: Resident.self, named: "1") == anne)
            await ledger.close()
        }
    }

    private func directoryOfResidentsAtPlaces() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            #expect(!ledger.hasDirectory)
            #expect(try await ledger.known(["1"]) == [:])
            var (tilleuls, flat) = (Residence(), Dwelling())
            (tilleuls.id, tilleuls.name, flat.residence, flat.label) = ("T-1", "Les Tilleuls", "T-1", "B 204")
            let people = [("1", "b  204", "LES TILLEULS"), ("2", "C 1", "t-1"), ("3", "B 204", "")].map {
                Resident(id: $0.0, name: "Zoé", dwelling: $0.1, residence: $0.2)
            }
            #expect(try await ledger.put(DirectoryChanges(put: [tilleuls]), from: 0) == 1)
            #expect(try await ledger.put(DirectoryChanges(put: [flat]), from: 1) == 2)
            #expect(try await ledger.put(DirectoryChanges(put: people), from: 2) == 3)
            #expect(ledger.hasDirectory)
            let known = try await ledger.known(["1", "2", "3", "4"])
            #expect(known.count == 3)
            #expect(known["1"]?.residence == tilleuls && known["1"]?.dwelling == flat)
            #expect(known["2"]?.residence == tilleuls && known["2"]?.dwelling == nil)
            #expect(known["3"]?.residence == nil && known["3"]?.dwelling == nil)
            let facts = try await ledger.commit { facts in (Changes(), try facts.known("1")) }
            #expect(facts.decided == known["1"])
        }
    }

    private func reassigned() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            var request = StoredRequest(
                id: "r-1", service: "toy.loan", state: "lent", isOpen: true, resident: "anne", openedAt: now,
                closedAt: nil, record: Array("{}".utf8), version: 1)
            try await ledger.put { $0.requests.opened[request.id] = request }
            (request.resident, request.version) = ("paul", 2)
            try await ledger.put { changes in
                changes.requests.changed[request.id] = request
                changes.requests.reassigned = [request.id]
            }
            for (resident, count) in [("anne", 0), ("paul", 1)] {
                var query = RequestQuery()
                query.resident = resident
                #expect(try await ledger.requests(query).elements.count == count)
            }
            #expect(try await ledger.request("r-1")?.request == request)
        }
    }

    private func directorySearchIsBounded() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            // More than a ledger collects at once for a single word.
            let crowd = (0..<9000).map { number in
                let name = number < 4500 ? "Anne Martin" : number < 8997 ? "Annick Durand" : "Anne Martin Durand"
                return Resident(id: "\(number)", name: name, dwelling: "A \(number)")
            }
            #expect(try await ledger.put(DirectoryChanges<Resident>(put: crowd), from: 0) == 1)
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
            // One word is rare, and still leaves many, whom the other one parts.
            let some = try await ledger.residents(ResidentSearch("martin 8"), limit: 200)
            let right = crowd.filter { $0.name.contains("Martin") && $0.id.hasPrefix("8") }
            #expect(Set(some.residents.map(\.id)) == Set(right.map(\.id)) && right.count == 114)
            #expect(!some.hasMore)
        }
    }
}

extension Ledger {
    /// Changes the directory without following how far it is.
    nonisolated(nonsending)
        func put<Noun: DirectoryNoun>(_ changes: DirectoryChanges<Noun>, from edition: Int64) async throws -> Int64?
    {
        try await changeDirectory(changes, from: edition) { _, _ in }
    }
}
