import ConciergeEngine
import ConciergeKit
import SQLiteLedger

/// A directory of drawn up residents: 200 to a residence, two residences to a territory.
struct BenchDirectory {
    let count: Int

    private static let first = [
        "Zoé", "Léo", "Inès", "Hugo", "Maëlle", "Noé", "Anaïs", "Théo", "Chloé", "Aïcha", "Éloïse", "Karim", "Fatou",
        "Jean-Pierre", "Marie-Claire", "Nguyễn", "Siobhán", "Özlem", "François", "Bénédicte",
    ]
    private static let last = [
        "Lefèvre", "Martin", "Durand", "O'Neill", "d'Aboville", "Benali", "Traoré", "Nguyen", "Müller", "Lemaître",
        "Garcia", "Da Silva", "Kowalski", "Boyer", "Gauthier", "Rousseau", "Faure", "Mercier", "Blanc", "Guérin",
        "Boucher", "Lévêque", "Pelletier",
    ]

    func residence(_ number: Int) -> String { "Résidence \(number / 200)" }
    func name(_ number: Int) -> String {
        "\(Self.first[number % Self.first.count]) \(Self.last[number % Self.last.count])"
    }
    func dwelling(_ number: Int) -> String { "\(["A", "B", "C", "D"][number / 50 % 4]) \(number % 50 + 101)" }

    var residences: [Residence] {
        stride(from: 0, to: count, by: 200).map { number in
            var residence = Residence()
            residence.id = "RES-\(number / 200)"
            residence.name = self.residence(number)
            residence.territory = "Secteur \(number / 400)"
            return residence
        }
    }

    /// The residents as a landlord's system exports them.
    var file: [UInt8] {
        var text = "identifiant;nom;logement;résidence;langue;publics;courriel;téléphone;entrée\r\n"
        for number in 0..<count {
            let phone = String(100_000_000 + number * 7919 % 900_000_000).dropFirst()
            text += "apt-\(number);\(name(number));\(dwelling(number));\(residence(number));"
            text += number.isMultiple(of: 7) ? "en;" : "fr;"
            text += number.isMultiple(of: 5) ? "senior;" : ";"
            text += "r\(number)@example.org;06\(phone);2019-05-\(10 + number % 20)\r\n"
        }
        return Array(text.utf8)
    }

    /// Makes the directory of a ledger what a file says.
    func importResidents(_ file: [UInt8], into ledger: SQLiteLedger) async throws {
        let residences = try await ledger.directory(of: Residence.self, after: nil, limit: 2000)
        let read = Resident.file(file, in: DirectoryContext(residences: residences.entries)) { _, _ in true }
        guard read.mistakes.isEmpty else { throw BenchMistake("the file has mistakes: \(read.mistakes[0].reason.en)") }
        var comparison = DirectoryComparison(read)
        var (after, edition): (String?, Int64) = (nil, residences.edition)
        repeat {
            let page = try await ledger.directory(of: Resident.self, after: after, limit: 2000)
            comparison.compare(page.entries)
            (after, edition) = (page.next, page.edition)
        } while after != nil
        try await put(comparison.changes(removingMissing: true), in: ledger, from: edition)
    }

    /// Fills the directory of a ledger.
    func fill(_ ledger: SQLiteLedger) async throws {
        try await put(DirectoryChanges(put: residences, removed: []), in: ledger, from: 0)
        try await importResidents(file, into: ledger)
    }

    func put<Noun: DirectoryNoun>(
        _ changes: DirectoryChanges<Noun>, in ledger: SQLiteLedger, from edition: Int64
    ) async throws {
        guard try await ledger.changeDirectory(changes, from: edition, progress: { _, _ in }) != nil else {
            throw BenchMistake("the directory has changed")
        }
    }
}

/// Why a measurement would not measure what it says.
struct BenchMistake: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
