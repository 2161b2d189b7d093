import ConciergeEngine
import ConciergeKit

/// To what requests go back if the last thing that was done to them is taken back: a row for each request to which
/// something was done. A row is replaced by the next thing that is done, and deleted with its request.
enum UndoTable {
    static let insertion = SQL(kept: "INSERT OR REPLACE INTO undo (request, at, actor, before) VALUES (?, ?, ?, ?)")
    static let deletion = SQL(kept: "DELETE FROM undo WHERE request = ?")
    static let ofRequest = SQL(kept: "SELECT at, actor, before FROM undo WHERE request = ?")

    static let schema = """
        CREATE TABLE undo (
            request INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            before TEXT
        ) STRICT;
        """
}

extension SQLiteConnection {
    func apply(undo changes: [RequestID: UndoPoint?]) throws {
        for (request, point) in changes {
            guard let point else {
                try execute(UndoTable.deletion, [.id(request)])
                continue
            }
            try execute(
                UndoTable.insertion,
                [.id(request), .instant(point.at), .text(point.actor), .optional(point.before?.stored)])
        }
    }
}

extension SQLiteFacts {
    func undoPoint(of request: RequestID) throws -> UndoPoint? {
        let row = try database.row(UndoTable.ofRequest, [.id(request)]) {
            (at: Instant(milliseconds: $0[0]), actor: $0[1] as String, before: $0[2] as String?)
        }
        guard let row else { return nil }
        return UndoPoint(
            at: row.at, actor: row.actor,
            before: try row.before.map { try UndoPoint.Before(stored: Array($0.utf8), of: request) })
    }

    func lines(of request: RequestID, since: Instant) throws -> [NumberedEntry] {
        try database.rows(HistoryTable.ofRequestSince, [.id(request), .instant(since)]) {
            NumberedEntry(TableRow(row: $0))
        }
    }
}
