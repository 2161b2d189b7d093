import ConciergeEngine
import Glibc

/// The migrations of the database, in their order. A released migration is never changed.
enum Schema {
    /// Marks a file as a ledger of concierged (sqlite.org/pragma.html#pragma_application_id): "CCRG".
    static let applicationID = 0x4343_5247

    /// Refuses a database of a later version, one that is not a ledger, and one whose schema is not ours. It writes
    /// nothing: opening the database for writing would put it in WAL mode.
    static func check(path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        let file = try SQLiteConnection(path, .reading)
        let (mark, tables) = (try mark(of: file), try file.value("SELECT count(*) FROM sqlite_schema") ?? 0)
        guard mark == applicationID || (mark == 0 && tables == 0) else { throw LedgerError.foreign(path: path) }
        try checkSchema(of: file, path)
    }

    /// Refuses a schema that differs from the one that our migrations create: a later version, a missing table or
    /// index, or any addition. A trigger, for example, would run with each change.
    static func checkSchema(of file: SQLiteConnection, _ path: String) throws {
        guard try !file.hasTable(unreleased) else { throw LedgerError.unreleased(path: path) }
        let applied = try migrations(of: file)
        guard Set(all.map(\.name)).isSuperset(of: applied) else { throw LedgerError.newer(path: path) }
        let reference = try SQLiteConnection(":memory:", .creating)
        for migration in all where applied.contains(migration.name) { try reference.execute(script: migration.sql) }
        let (expected, found) = (try schema(of: reference), try schema(of: file))
        // The tables that ANALYZE creates are accepted.
        for (name, sql) in found where expected[name] != sql && !name.hasPrefix("table sqlite_stat") {
            throw LedgerError.damaged(path: path, reason: "its \(name) is not of concierged's making")
        }
        if let name = expected.keys.sorted().first(where: { found[$0] == nil }) {
            throw LedgerError.damaged(path: path, reason: "it has no \(name)")
        }
    }

    /// The SQL of each table, index, view and trigger, by its kind and name.
    private static func schema(of file: SQLiteConnection) throws -> [String: String] {
        let objects = try file.rows("SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema") {
            ($0[0] as String, $0[1] as String)
        }
        return Dictionary(objects) { first, _ in first }
    }

    /// The application id of a database; 0 if it has none.
    static func mark(of file: SQLiteConnection) throws -> Int { try file.value("PRAGMA application_id") ?? 0 }

    /// The names of the migrations that were applied.
    private static func migrations(of file: SQLiteConnection) throws -> [String] {
        try file.hasTable("migrations") ? try file.column("SELECT name FROM migrations") : []
    }

    /// Applies the missing migrations, each in its own transaction.
    static func apply(to writer: SQLiteConnection) throws {
        let applied = try migrations(of: writer)
        for migration in all where !applied.contains(migration.name) {
            try writer.transaction(.immediate) {
                try writer.execute(script: migration.sql)
                try writer.execute("INSERT INTO migrations (name) VALUES (?)", [.text(migration.name)])
            }
        }
    }

    /// A table of ledgers from before the first release, which are not supported.
    private static let unreleased = "grdb_migrations"

    private static let all: [(name: String, sql: String)] = [("founding-with-undo", founding)]

    /// Times are milliseconds since 1970 UTC; records, inputs and answers are JSON. The keys of requests and runs are
    /// their numbers, which grow: a tree that is ordered by them grows at its end, and a commit writes few of its
    /// pages.
    private static let founding = """
        PRAGMA application_id = \(applicationID);
        CREATE TABLE migrations (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        \(RequestsTable.schema)
        \(HistoryTable.schema)
        \(NoticesTable.schema)
        \(FollowersTable.schema)
        \(UndoTable.schema)
        \(TimersTable.schema)
        \(ClaimsTable.schema)
        \(RangesTable.schema)
        \(SharesTable.schema)
        \(WaitingTable.schema)
        \(CommitmentsTable.schema)
        \(CausesTable.schema)
        \(DeliveriesTable.schema)
        \(ListenersTable.schema)
        \(RunsTable.schema)
        \(PausesTable.schema)
        \(RatesTable.schema)
        \(AnswersTable.schema)
        \(SchedulesTable.schema)
        \(QuarantinesTable.schema)
        \(CrashesTable.schema)
        \(FingerprintsTable.schema)
        \(SettingsTable.schema)
        \(DirectoryTable.schemaOfAll)
        \(DossiersTable.schema)
        CREATE TABLE probe (content BLOB NOT NULL) STRICT;
        """
}
