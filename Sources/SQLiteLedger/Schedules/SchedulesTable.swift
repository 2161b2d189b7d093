package import ConciergeEngine
import ConciergeKit

/// The state of each schedule: its last and its next elapse, its pause, and the last elapse that was skipped.
enum SchedulesTable: Int32, Columns {
    case id, recurrence, last, next, pausedAt, pausedBy, skipped, skipReason

    static let list = names()
    static let insertion = insert(into: "schedules", or: "REPLACE")

    static let schema = """
        CREATE TABLE schedules (
            id TEXT PRIMARY KEY,
            recurrence TEXT NOT NULL,
            last INTEGER,
            next INTEGER NOT NULL,
            paused_at INTEGER,
            paused_by TEXT,
            skipped INTEGER,
            skip_reason TEXT
        ) STRICT, WITHOUT ROWID;
        """
}

extension ScheduleMark {
    fileprivate init(_ row: TableRow<SchedulesTable>) {
        self.init(id: row[.id], recurrence: row[.recurrence], last: row[.last], next: row[.next])
        (pausedAt, pausedBy) = (row[.pausedAt], row[.pausedBy])
        skipped = row[.skipped]
        skipReason = (row[.skipReason] as String?).flatMap(SkipReason.init)
    }

    fileprivate func value(of column: SchedulesTable) -> SQLValue {
        switch column {
        case .id: .name(id)
        case .recurrence: .text(recurrence)
        case .last: .instant(last)
        case .next: .instant(next)
        case .pausedAt: .instant(pausedAt)
        case .pausedBy: .optional(pausedBy)
        case .skipped: .instant(skipped)
        case .skipReason: .optional(skipReason?.rawValue)
        }
    }
}

extension SQLiteConnection {
    func save(_ mark: ScheduleMark) throws {
        try execute(SchedulesTable.insertion, SchedulesTable.allCases.map(mark.value))
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending) func save(_ marks: [ScheduleMark]) async throws(LedgerError) {
        try writeThrough { database in
            for mark in marks { try database.save(mark) }
        }
    }

    package nonisolated(nonsending) func scheduleMarks() async throws(LedgerError) -> [ScheduleMark] {
        try await read { database in
            try database.rows("SELECT \(SchedulesTable.list) FROM schedules ORDER BY id") {
                ScheduleMark(TableRow(row: $0))
            }
        }
    }
}
