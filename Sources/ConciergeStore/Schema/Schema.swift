import ConciergeEngine
import GRDB
import Glibc

/// The shapes the database has had, in their order. A migration that was released is never changed.
enum Schema {
    /// Marks the file as a ledger of concierged (sqlite.org/pragma.html#pragma_application_id): "CCRG".
    static let applicationID = 0x4343_5247

    /// Refuses a database of a later version, one that is something else, and one whose schema is not ours, before
    /// anything is written to it: opening it to write would put it in WAL mode.
    static func check(path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        let file = try SQLiteFile(path, for: .reading)
        let mark = try file.number("PRAGMA application_id")
        // The migrator's own table is made before the first migration: a crash may have come between the two.
        let tables = try file.number("SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'")
        guard mark == applicationID || (mark == 0 && tables == 0) else { throw LedgerError.foreign(path: path) }
        try checkSchema(of: file, path)
    }

    /// Refuses a schema that is not the one that our migrations make: of a later version, without a table or an index,
    /// or with something besides. A trigger, for example, would run with each change.
    static func checkSchema(of file: SQLiteFile, _ path: String) throws {
        let applied =
            try file.hasTable("grdb_migrations") ? try file.texts("SELECT identifier FROM grdb_migrations") : []
        guard !applied.contains(unreleased) else { throw LedgerError.unreleased(path: path) }
        guard Set(all.map(\.identifier)).isSuperset(of: applied) else { throw LedgerError.newer(path: path) }
        let reference = try SQLiteFile(":memory:", for: .comparing)
        if try file.hasTable("grdb_migrations") {
            // As the migrator makes it.
            try reference.execute("CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        for migration in all where applied.contains(migration.identifier) { try reference.execute(migration.sql) }
        let (expected, found) = (try schema(of: reference), try schema(of: file))
        // What ANALYZE leaves is no part of it.
        for (name, sql) in found where expected[name] != sql && !name.hasPrefix("table sqlite_stat") {
            throw LedgerError.damaged(path: path, reason: "its \(name) is not of concierged's making")
        }
        if let name = expected.keys.sorted().first(where: { found[$0] == nil }) {
            throw LedgerError.damaged(path: path, reason: "it has no \(name)")
        }
    }

    /// What makes each table, index, view and trigger, by its kind and name.
    private static func schema(of file: SQLiteFile) throws -> [String: String] {
        let columns = ["type || ' ' || name", "coalesce(sql, '')"]
        let lists = try columns.map { try file.texts("SELECT \($0) FROM sqlite_schema ORDER BY type, name, rowid") }
        return Dictionary(zip(lists[0], lists[1])) { first, _ in first }
    }

    /// Brings a database up to date.
    static func apply(to writer: DatabaseQueue) throws {
        var migrator = DatabaseMigrator()
        for migration in all {
            migrator.registerMigration(migration.identifier) { try $0.execute(sql: migration.sql) }
        }
        try migrator.migrate(writer)
    }

    /// Ledgers of this migration were made before the first release, and are not read any more.
    private static let unreleased = "1 requests, history, timers, claims, runs"

    private static let all: [(identifier: String, sql: String)] = [("founding", founding)]

    /// Times are milliseconds since 1970 UTC; records, inputs and answers are JSON. Requests and runs have their numbers
    /// for keys, which grow: a tree that is ordered by them grows at its end, and a commit writes few pages of it.
    private static let founding = """
        PRAGMA application_id = \(applicationID);
        \(RequestsTable.schema)
        \(HistoryTable.schema)
        \(TimersTable.schema)
        \(ClaimsTable.schema)
        \(RunsTable.schema)
        \(AnswersTable.schema)
        \(SchedulesTable.schema)
        \(QuarantinesTable.schema)
        \(CrashesTable.schema)
        CREATE TABLE fingerprints (
            service TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE probe (content BLOB NOT NULL) STRICT;
        """
}
