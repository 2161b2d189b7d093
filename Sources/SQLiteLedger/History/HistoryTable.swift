package import ConciergeEngine
package import ConciergeKit

/// The history of requests. A line is written once and deleted with its request.
enum HistoryTable: Int32, Columns {
    case seq, request, service, at, actor, event, name, audience, isSecret, fromState, toState, input, noteFr, noteEn,
        seed, seal

    static let list = names()
    static let insertion = insert(into: "history")
    static let following = SQL(kept: "SELECT \(list) FROM history WHERE seq > ? ORDER BY seq LIMIT ?")
    static let reassignment = SQL(
        kept: "SELECT \(list) FROM history WHERE request = ? AND event = 'reassigned' ORDER BY seq LIMIT 1")
    static let relocation = SQL(
        kept: "SELECT \(list) FROM history WHERE request = ? AND event = 'relocated' ORDER BY seq LIMIT 1")
    static let ofRequestSince = SQL(
        kept: "SELECT \(list) FROM history WHERE request = ? AND at >= ? ORDER BY seq")
    static let lastOfRequest = SQL(kept: "SELECT max(seq) FROM history WHERE request = ?")

    /// `event` is the kind of event. `name` is the name of its action, timer, task or notice. `audience` and
    /// `is_secret` apply to notices only. `seed` has the bits of an unsigned integer, and is NULL in a line that no rule
    /// decided.
    static let schema = """
        CREATE TABLE history (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            request INTEGER NOT NULL,
            service TEXT NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL,
            name TEXT,
            audience TEXT,
            is_secret INTEGER NOT NULL CHECK (is_secret IN (0, 1)),
            from_state TEXT,
            to_state TEXT,
            input TEXT,
            note_fr TEXT,
            note_en TEXT,
            seed INTEGER,
            seal TEXT
        ) STRICT;
        CREATE INDEX history_of_request ON history (request);
        """
}

extension Audience {
    private static let partnerPrefix = "partner:"

    /// As the column has it: `resident`, `staff`, `partner:Plomberie Martin`.
    fileprivate var stored: String {
        switch self {
        case .resident: "resident"
        case .staff: "staff"
        case .partner(let name): Self.partnerPrefix + name
        }
    }

    /// Reads what ``stored`` wrote.
    fileprivate init(stored text: String) {
        self =
            switch text {
            case "resident": .resident
            case _ where text.hasPrefix(Self.partnerPrefix): .partner(String(text.dropFirst(Self.partnerPrefix.count)))
            default: .staff
            }
    }
}

/// An event as it is stored in its columns.
private struct StoredEvent {
    let kind: String
    var name: String?
    var audience: Audience?
    var isSecret = false

    init(_ event: RequestEvent) {
        switch event {
        case .opened: kind = "opened"
        case .openedBy(let opening): (kind, name) = ("opened-by", opening)
        case .openedOnSignal(let signal): (kind, name) = ("opened-on-signal", signal)
        case .signal(let signal): (kind, name) = ("signal", signal)
        case .action(let action): (kind, name) = ("action", action)
        case .timer(let timer): (kind, name) = ("timer", timer)
        case .runEnded(let task): (kind, name) = ("run-ended", task.rawValue)
        case .granted: kind = "granted"
        case .corrected: kind = "corrected"
        case .reassigned: kind = "reassigned"
        case .relocated: kind = "relocated"
        case .noted: kind = "noted"
        case .undone: kind = "undone"
        case .followed: kind = "followed"
        case .unfollowed: kind = "unfollowed"
        case .notice(let notice, let audience, let isSecret):
            (kind, name, self.audience, self.isSecret) = ("notice", notice, audience, isSecret)
        case .told(let notice): (kind, name) = ("told", notice)
        case .delivered(let notice, let state): (kind, name) = ("notice-\(state.rawValue)", notice)
        case .upgraded: kind = "upgraded"
        case .quarantined: kind = "quarantined"
        case .released: kind = "released"
        }
    }

    init(_ row: TableRow<HistoryTable>) {
        kind = row[.event]
        name = row[.name]
        audience = (row[.audience] as String?).map { Audience(stored: $0) }
        isSecret = row[.isSecret]
    }

    var event: RequestEvent {
        switch (kind, name) {
        case ("opened", _): .opened
        case ("opened-by", let opening?): .openedBy(opening)
        case ("opened-on-signal", let signal?): .openedOnSignal(signal)
        case ("signal", let signal?): .signal(signal)
        case ("timer", let timer?): .timer(timer)
        case ("run-ended", let task?): .runEnded(TaskID(task))
        case ("notice", let notice?): .notice(notice, to: audience ?? .staff, isSecret: isSecret)
        case ("told", let notice?): .told(notice)
        case ("notice-sent", let notice?): .delivered(notice, .sent)
        case ("notice-uncertain", let notice?): .delivered(notice, .uncertain)
        case ("notice-failed", let notice?): .delivered(notice, .failed)
        case ("granted", _): .granted
        case ("corrected", _): .corrected
        case ("reassigned", _): .reassigned
        case ("relocated", _): .relocated
        case ("noted", _): .noted
        case ("undone", _): .undone
        case ("followed", _): .followed
        case ("unfollowed", _): .unfollowed
        case ("upgraded", _): .upgraded
        case ("quarantined", _): .quarantined
        case ("released", _): .released
        default: .action(name ?? kind)
        }
    }
}

extension NumberedEntry {
    init(_ row: TableRow<HistoryTable>) {
        self.init(
            seq: row[.seq],
            entry: Entry(
                request: row[.request], service: row[.service], at: row[.at], actor: row[.actor],
                event: StoredEvent(row).event, from: row[.fromState], to: row[.toState], input: row.json(.input),
                note: row.text(.noteFr, .noteEn), seed: (row[.seed] as Int64?).map(UInt64.init(bitPattern:)),
                seal: row[.seal]))
    }
}

extension Entry {
    fileprivate func value(of column: HistoryTable, _ event: StoredEvent) -> SQLValue {
        switch column {
        case .seq: .null
        case .request: .id(request)
        case .service: .name(service)
        case .at: .instant(at)
        case .actor: .text(actor)
        case .event: .text(event.kind)
        case .name: .optional(event.name)
        case .audience: .optional(event.audience?.stored)
        case .isSecret: .bool(event.isSecret)
        case .fromState: .optional(from)
        case .toState: .optional(to)
        case .input: .optional(input)
        case .noteFr: .optional(note?.fr)
        case .noteEn: .optional(note?.en)
        case .seed: .optional(seed.map(Int64.init(bitPattern:)))
        case .seal: .optional(seal)
        }
    }
}

extension SQLiteConnection {
    /// Inserts a line, and begins the notice if it is one for a resident. Returns it with its sequence number.
    func append(_ entry: Entry, _ notice: NewNotice? = nil) throws -> NumberedEntry {
        let event = StoredEvent(entry.event)
        try execute(HistoryTable.insertion, HistoryTable.allCases.map { entry.value(of: $0, event) })
        let line = NumberedEntry(seq: lastInsertedRowID, entry: entry)
        if entry.isDelivered { try begin(notice ?? NewNotice(), with: line) }
        return line
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending)
        func requestWithHistory(_ id: RequestID, after seq: Int64) async throws(LedgerError) -> (
            view: RequestView, history: Page<NumberedEntry>
        )?
    {
        try await read { database in
            guard let view = try database.view(of: id) else { return nil }
            var page = PageBuilder<NumberedEntry>(
                limit: PageBounds.historyLines, bytes: PageBounds.historyBytes, after: seq)
            try database.each(
                "SELECT \(HistoryTable.list) FROM history WHERE request = ? AND seq > ? ORDER BY seq",
                [.id(id), .int(seq)]
            ) { row in
                let entry = NumberedEntry(TableRow(row: row))
                return page.append(entry, bytes: entry.replyBytes) && page.advance(to: entry.seq)
            }
            return (view, page.page)
        }
    }

    package nonisolated(nonsending)
        func entries(after seq: Int64, service: ServiceID?, limit: Int) async throws(LedgerError) -> Page<NumberedEntry>
    {
        try await read(.long) { database in
            var page = PageBuilder<NumberedEntry>(limit: limit, bytes: PageBounds.historyBytes, after: seq)
            try database.each(
                """
                SELECT \(HistoryTable.list), (?2 IS NULL OR service = ?2) FROM history WHERE seq > ?1 ORDER BY seq
                """,
                [.int(seq), .optional(service?.rawValue)]
            ) { row in
                let row = TableRow<HistoryTable>(row: row)
                if row.extra {
                    let entry = NumberedEntry(row)
                    guard page.append(entry, bytes: entry.replyBytes) else { return false }
                }
                return page.advance(to: row[.seq])
            }
            return page.page
        }
    }

    package nonisolated(nonsending) func lastEntry() async throws(LedgerError) -> Int64 {
        // This is not the greatest number in the table: deleted lines may have had greater ones.
        try await read { database in
            try database.value("SELECT seq FROM sqlite_sequence WHERE name = 'history'") ?? 0
        }
    }

    package nonisolated(nonsending) func newestEntry(before moment: Instant) async throws(LedgerError) -> Instant? {
        try await read { database in
            // A binary search, because no index orders the lines by time, and there may be millions of lines.
            func bound(_ which: String) throws -> Int64? {
                try database.value("SELECT \(which)(seq) FROM history")
            }
            guard var low = try bound("min"), var high = try bound("max") else { return nil }
            var found: Instant?
            while low <= high {
                let middle = low + (high - low) / 2
                let line = try database.row(
                    "SELECT \(HistoryTable.list) FROM history WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [.int(middle)]
                ) { row in
                    let row = TableRow<HistoryTable>(row: row)
                    return (seq: row[.seq] as Int64, at: row[.at] as Instant)
                }
                guard let line, line.seq >= low else {
                    low = middle + 1
                    continue
                }
                if line.at < moment {
                    found = line.at
                    low = middle + 1
                } else {
                    high = line.seq - 1
                }
            }
            return found
        }
    }
}
