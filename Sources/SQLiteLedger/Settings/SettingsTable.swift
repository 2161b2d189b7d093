package import ConciergeEngine
package import ConciergeKit

/// By provider, the settings and the zone with which it was served from a history line on.
enum SettingsTable: Int32, Columns {
    case provider, since, zone, section

    static let list = names()
    static let insertion = insert(into: "settings", or: "REPLACE")

    static let schema = """
        CREATE TABLE settings (
            provider TEXT NOT NULL,
            since INTEGER NOT NULL,
            zone TEXT NOT NULL,
            section TEXT NOT NULL,
            PRIMARY KEY (provider, since)
        ) STRICT, WITHOUT ROWID;
        """
}

extension RecordedSettings {
    fileprivate init(_ row: TableRow<SettingsTable>) {
        self.init(
            since: row[.since], provider: row[.provider],
            settings: ServedSettings(zone: row[.zone], section: row.json(.section) ?? Array("{}".utf8)))
    }
}

extension SQLiteConnection {
    /// All settings, in the order in which they began to hold.
    func settings() throws -> [RecordedSettings] {
        try rows("SELECT \(SettingsTable.list) FROM settings ORDER BY since, provider") {
            RecordedSettings(TableRow(row: $0))
        }
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending) func settings() async throws(LedgerError) -> [RecordedSettings] {
        try onWriter { try $0.settings() }
    }

    package nonisolated(nonsending)
        func save(_ settings: [ProviderID: ServedSettings]) async throws(LedgerError)
    {
        try writeThrough { database in
            let last: Int64? = try database.value("SELECT seq FROM sqlite_sequence WHERE name = 'history'")
            for (provider, settings) in settings.sorted(by: { $0.key < $1.key }) {
                try database.execute(
                    SettingsTable.insertion,
                    [.name(provider), .int((last ?? 0) + 1), .text(settings.zone), .utf8(settings.section)])
            }
            // Settings that were replaced before the first line that is left.
            try database.execute(
                """
                DELETE FROM settings WHERE EXISTS (
                    SELECT 1 FROM settings AS later
                    WHERE later.provider = settings.provider AND later.since > settings.since
                        AND later.since <= (SELECT coalesce(min(seq), ?1) FROM history))
                """, [.int((last ?? 0) + 1)])
        }
    }
}
