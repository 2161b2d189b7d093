package import ConciergeEngine
package import ConciergeKit

/// The fingerprint of each service's transitions at the last start.
enum FingerprintsTable: Int32, Columns {
    case service, fingerprint

    static let list = names()
    static let insertion = insert(into: "fingerprints", or: "REPLACE")

    static let schema = """
        CREATE TABLE fingerprints (
            service TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

extension SQLiteLedger {
    package nonisolated(nonsending) func fingerprints() async throws(LedgerError) -> [ServiceID: String] {
        try await read { database in
            let rows = try database.rows("SELECT \(FingerprintsTable.list) FROM fingerprints") { row in
                let row = TableRow<FingerprintsTable>(row: row)
                return (row[.service] as ServiceID, row[.fingerprint] as String)
            }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }

    package nonisolated(nonsending) func save(fingerprints: [ServiceID: String]) async throws(LedgerError) {
        try writeThrough { database in
            for (service, fingerprint) in fingerprints {
                try database.execute(FingerprintsTable.insertion, [.name(service), .text(fingerprint)])
            }
        }
    }
}
