import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let dossiers: [LedgerCheck.Kind] = [
        .init("A dossier is kept whole, for the engine and with its resident") { try await $0.dossierIsKept() },
        .init("No import of the directory changes a dossier, also that of a resident who leaves and comes back") {
            try await $0.dossierOutlivesImports()
        },
        .init("A dossier in which nothing is left is deleted, and no other is") { try await $0.dossierIsDeleted() },
    ]

    /// A dossier with something of each kind.
    func dossier() throws -> Dossier {
        func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }
        let recorded = RecordedBy("anne", at: now)
        var dossier = Dossier()
        dossier.channels = [.phone, .letter]
        dossier.absences = [
            Days(from: try day("2026-12-24"), until: try day("2027-01-03")), Days(from: try day("2027-07-01")),
        ]
        dossier.consents = [
            Consent(purpose: "fragile", days: Days(from: try day("2026-11-23")), recorded: recorded),
            Consent(
                purpose: "Appels « canicule »", days: Days(from: try day("2026-06-01"), until: try day("2026-09-30")),
                withdrawn: try day("2026-07-14"), recorded: recorded,
                withdrawal: RecordedBy("bea", at: now + .milliseconds(1))),
        ]
        dossier.mandates = [
            Mandate(
                holder: .init(name: "Zoe\u{301} L’Haÿ", email: "zoe@example.org", phone: "06 01", resident: "R-2"),
                services: ["toy.loan", "toy.visit"], days: Days(from: try day("2026-11-23")), recorded: recorded),
            Mandate(
                holder: .init(name: "Association"), days: Days(from: try day("2026-01-01")),
                ended: try day("2026-02-01"), recorded: recorded, ending: RecordedBy("bea", at: now)),
        ]
        return dossier
    }

    private func fill(_ ledger: any Ledger, _ changes: DirectoryChanges<Resident>, from edition: Int64) async throws {
        #expect(try await ledger.changeDirectory(changes, from: edition) { _, _ in } == edition + 1)
    }

    private func dossierIsKept() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            let people = ["É-1", "É-2"].map { Resident(id: $0, name: "Zoé", dwelling: "A 1") }
            try await fill(first, DirectoryChanges(put: people), from: 0)
            #expect(!first.hasDossiers)
            #expect(try await first.ask { try $0.dossier("e-1") == nil })
            let dossier = try dossier()
            try await first.put { $0.dossiers["e-1"] = Dossier() }
            #expect(try await first.ask { try $0.dossier("e-1") == nil })
            try await first.put { $0.dossiers["e-1"] = dossier }
            #expect(first.hasDossiers)
            let ledger = try await reopen(first, in: directory)
            #expect(ledger.hasDossiers)
            #expect(try await ledger.ask { try $0.dossier("e-1") } == dossier)
            #expect(try await ledger.ask { try $0.known("e-1")?.dossier } == dossier)
            #expect(try await ledger.ask { try $0.known("e-2")?.dossier } == Dossier())
            let known = try await ledger.known(["e-1", "e-2"])
            #expect(known["e-1"]?.dossier == dossier && known["e-2"]?.dossier == Dossier())
            var changed = dossier
            changed.channels = []
            try await ledger.put { $0.dossiers["e-1"] = changed }
            #expect(try await ledger.known(["e-1"])["e-1"]?.dossier == changed)
            await ledger.close()
        }
    }

    private func dossierOutlivesImports() async throws {
        try await withLedger { ledger in
            let dossier = try dossier()
            var anne = Resident(id: "1", name: "Anne", dwelling: "A 1")
            try await fill(ledger, DirectoryChanges(put: [anne]), from: 0)
            try await ledger.put { $0.dossiers["1"] = dossier }
            anne.email = "anne@example.org"
            try await fill(ledger, DirectoryChanges(put: [anne]), from: 1)
            #expect(try await ledger.known(["1"])["1"]?.dossier == dossier)
            try await fill(ledger, DirectoryChanges(removed: ["1"]), from: 2)
            #expect(try await ledger.known(["1"]) == [:])
            #expect(try await ledger.ask { try $0.known("1") == nil })
            try await fill(ledger, DirectoryChanges(put: [anne]), from: 3)
            #expect(try await ledger.known(["1"])["1"]?.dossier == dossier)
        }
    }

    private func dossierIsDeleted() async throws {
        try await withLedger { ledger in
            let dossier = try dossier()
            try await ledger.put { $0.dossiers = ["1": dossier, "2": dossier] }
            try await ledger.put { $0.dossiers = ["1": Dossier(), "3": Dossier()] }
            #expect(try await ledger.ask { try [$0.dossier("1"), $0.dossier("3")] } == [nil, nil])
            #expect(try await ledger.ask { try $0.dossier("2") } == dossier)
            #expect(ledger.hasDossiers)
        }
    }
}
