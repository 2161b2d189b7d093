import ConciergeEngine
import ConciergeKit
import JSON
import Synchronization

/// What staff have noted of residents, by the residents' keys. A resident of whom nothing is noted has no row, and a row
/// stays when its resident leaves the directory.
enum DossiersTable {
    static let setting = SQL(kept: "INSERT OR REPLACE INTO dossiers (resident, content) VALUES (?, ?)")
    static let deletion = SQL(kept: "DELETE FROM dossiers WHERE resident = ?")
    static let content = SQL(kept: "SELECT content FROM dossiers WHERE resident = ?")

    static let schema = """
        CREATE TABLE dossiers (
            resident TEXT PRIMARY KEY,
            content TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

extension SQLiteConnection {
    func apply(_ dossiers: [String: Dossier]) throws {
        for (resident, dossier) in dossiers.sorted(by: { $0.key < $1.key }) {
            if dossier.isEmpty {
                try execute(DossiersTable.deletion, [.text(resident)])
            } else {
                try execute(DossiersTable.setting, [.text(resident), .utf8(try JSONCoding.encode(dossier))])
            }
        }
    }

    func dossier(_ resident: String) throws -> Dossier? {
        guard let content: String = try value(DossiersTable.content, [.text(resident)]) else { return nil }
        do {
            return try JSONCoding.decode(Dossier.self, from: Array(content.utf8))
        } catch {
            throw LedgerError.unavailable(reason: "the dossier of a resident cannot be read")
        }
    }

    func hasDossiers() throws -> Bool { try hasRow("SELECT 1 FROM dossiers LIMIT 1", []) }

    /// The resident with a key, at their place.
    func known(_ resident: String, hasDossiers: Bool) throws -> ResidentAtPlace? {
        try known(resident) { hasDossiers ? try dossier($0) : nil }
    }
}

extension SQLiteFacts {
    func dossier(_ resident: String) throws -> Dossier? { hasDossiers ? try database.dossier(resident) : nil }
}

extension SQLiteLedger {
    package var hasDossiers: Bool { mayHaveDossiers.load(ordering: .sequentiallyConsistent) }
}
