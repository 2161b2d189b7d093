import ConciergeEngine
import GRDB
import Glibc

/// The shapes the database has had, in their order. A migration that was released is never changed.
enum Migrations {
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

    private static let all: [(identifier: String, sql: String)] = [
        ("1 requests, history, timers, claims, runs", "PRAGMA application_id = \(applicationID);\n" + founding),
        ("2 policies of runs and schedules", policies),
        ("3 retention, probe", care),
        ("4 versions of stored records", versions),
        ("5 crashes and quarantine", quarantine),
        ("6 residents in blocks, attended services", blocks),
    ]

    /// What crashed the daemon, and what waits because of it. A crash counts against its request or run, and against
    /// its provider, until each is released.
    private static let quarantine = """
        CREATE TABLE crashes (
            id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            cause TEXT NOT NULL,
            kind TEXT NOT NULL,
            provider TEXT NOT NULL,
            owner TEXT NOT NULL,
            subject TEXT,
            event TEXT NOT NULL,
            suspects INTEGER NOT NULL,
            against_subject INTEGER NOT NULL CHECK (against_subject IN (0, 1)),
            against_provider INTEGER NOT NULL CHECK (against_provider IN (0, 1))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX crashes_of_subject ON crashes (subject) WHERE against_subject = 1;
        CREATE INDEX crashes_of_provider ON crashes (provider, at) WHERE against_provider = 1;

        CREATE TABLE quarantines (
            kind TEXT NOT NULL CHECK (kind IN ('request', 'run', 'provider')),
            id TEXT NOT NULL,
            since INTEGER NOT NULL,
            crashes INTEGER NOT NULL,
            event TEXT NOT NULL,
            cause TEXT NOT NULL,
            PRIMARY KEY (kind, id)
        ) STRICT, WITHOUT ROWID;
        """

    /// Times are milliseconds since 1970 UTC; records, inputs and answers are JSON.
    ///
    /// History, timers and claims name their request by its row. Ids are random, so that trees ordered by them would be
    /// written all over with every request; ordered by rows they grow at their end, and a commit writes few pages.
    private static let founding = """
        CREATE TABLE requests (
            row INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            service TEXT NOT NULL,
            state TEXT NOT NULL,
            is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
            resident TEXT,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER,
            record TEXT NOT NULL,
            version INTEGER NOT NULL,
            CHECK (is_open = (closed_at IS NULL))
        ) STRICT;
        CREATE INDEX requests_open ON requests (service, row) WHERE is_open = 1;
        CREATE INDEX requests_of_resident ON requests (resident, row) WHERE resident IS NOT NULL;

        CREATE TABLE history (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            request INTEGER NOT NULL,
            service TEXT NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL,
            from_state TEXT,
            to_state TEXT,
            input TEXT,
            note_fr TEXT,
            note_en TEXT
        ) STRICT;
        CREATE INDEX history_of_request ON history (request);

        CREATE TABLE timers (
            request INTEGER NOT NULL,
            name TEXT NOT NULL,
            service TEXT NOT NULL,
            due INTEGER NOT NULL,
            attended INTEGER NOT NULL DEFAULT 1 CHECK (attended IN (0, 1)),
            PRIMARY KEY (request, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX timers_due ON timers (due) WHERE attended = 1;

        CREATE TABLE claims (
            claim TEXT PRIMARY KEY,
            request INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX claims_of_request ON claims (request);

        CREATE TABLE runs (
            row INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            task TEXT NOT NULL,
            provider TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
            input TEXT NOT NULL,
            actor TEXT NOT NULL,
            request TEXT,
            schedule TEXT,
            attempt INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            due INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            outcome_fr TEXT,
            outcome_en TEXT,
            data TEXT,
            error TEXT
        ) STRICT;
        CREATE INDEX runs_queued ON runs (provider, due) WHERE state = 'queued';
        CREATE INDEX runs_next ON runs (due) WHERE state = 'queued';
        CREATE INDEX runs_running ON runs (row) WHERE state = 'running';
        CREATE INDEX runs_failed ON runs (row) WHERE state = 'failed';
        CREATE INDEX runs_of_schedule ON runs (schedule)
            WHERE schedule IS NOT NULL AND state IN ('queued', 'running');

        CREATE TABLE answers (
            key TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL,
            answer TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE schedules (
            id TEXT PRIMARY KEY,
            recurrence TEXT NOT NULL,
            last INTEGER,
            next INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let policies = """
        ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN unique_key TEXT;
        ALTER TABLE runs ADD COLUMN elapse INTEGER;
        DROP INDEX runs_queued;
        CREATE INDEX runs_queued ON runs (provider, priority, due) WHERE state = 'queued';
        CREATE UNIQUE INDEX runs_unique ON runs (unique_key)
            WHERE unique_key IS NOT NULL AND state IN ('queued', 'running');

        ALTER TABLE schedules ADD COLUMN paused_at INTEGER;
        ALTER TABLE schedules ADD COLUMN paused_by TEXT;
        ALTER TABLE schedules ADD COLUMN skipped INTEGER;
        ALTER TABLE schedules ADD COLUMN skip_reason TEXT;

        CREATE TABLE pauses (
            provider TEXT PRIMARY KEY,
            since INTEGER NOT NULL,
            actor TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rates (
            task TEXT PRIMARY KEY,
            begun TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// Finds what has been kept for long enough, and the runs of a request, without reading all there is. The trees
    /// grow at their ends, but for the runs that requests ask for.
    private static let care = """
        CREATE INDEX requests_closed ON requests (service, closed_at) WHERE is_open = 0;
        CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
        CREATE INDEX runs_of_request ON runs (request) WHERE request IS NOT NULL;
        CREATE INDEX answers_by_age ON answers (at);

        CREATE TABLE probe (content BLOB NOT NULL) STRICT;
        """

    /// Which version of its service stored a record; and by which table all requests of a service were last read.
    private static let versions = """
        ALTER TABLE requests ADD COLUMN record_version INTEGER NOT NULL DEFAULT 1;

        CREATE TABLE fingerprints (
            service TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// How many bits of a request's row say its place within its block: 256 requests to a block.
    static let blockBits = 8

    /// A tree ordered by residents is written all over, a page for nearly every request that is opened. Ordered by
    /// blocks of requests first and by residents within each, it is written at its end, two or three pages of it; whoever
    /// asks for a resident looks into every block, some thousand to a million requests and a microsecond each.
    private static let blocks = """
        DROP INDEX requests_of_resident;
        CREATE INDEX requests_of_resident ON requests (row >> \(blockBits), resident) WHERE resident IS NOT NULL;

        CREATE TABLE attended (services TEXT NOT NULL) STRICT;
        """
}
