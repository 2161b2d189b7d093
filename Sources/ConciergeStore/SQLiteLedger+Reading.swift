package import ConciergeEngine
package import ConciergeKit
import GRDB

extension SQLiteLedger {
    package nonisolated(nonsending) func request(_ id: String) async throws(LedgerError) -> RequestView? {
        try await read { try $0.view(of: id) }
    }

    package nonisolated(nonsending)
        func requestWithHistory(_ id: String, after seq: Int64) async throws(LedgerError) -> (
            view: RequestView, history: Page<NumberedEntry>
        )?
    {
        try await read { database in
            guard let view = try database.view(of: id) else { return nil }
            var page = PageInMaking<NumberedEntry>(
                limit: PageBounds.historyLines, bytes: PageBounds.historyBytes, after: seq)
            try database.each(
                "\(NumberedEntry.selection) WHERE id = ? AND seq > ? ORDER BY seq", [.text(id), .int(seq)]
            ) { row in
                let entry = NumberedEntry(row)
                return page.take(entry, of: entry.size, at: entry.seq) && page.goOn(after: entry.seq)
            }
            return (view, page.finished)
        }
    }

    package nonisolated(nonsending)
        func entries(after seq: Int64, service: String?, limit: Int) async throws(LedgerError) -> Page<NumberedEntry>
    {
        try await read(.long) { database in
            var page = PageInMaking<NumberedEntry>(limit: limit, bytes: PageBounds.historyBytes, after: seq)
            try database.each(
                "\(NumberedEntry.selection(with: "?2 IS NULL OR history.service = ?2")) WHERE seq > ?1 ORDER BY seq",
                [.int(seq), .optional(service)]
            ) { row in
                if row[11] {
                    let entry = NumberedEntry(row)
                    guard page.take(entry, of: entry.size, at: entry.seq) else { return false }
                }
                return page.goOn(after: row[0])
            }
            return page.finished
        }
    }

    package nonisolated(nonsending) func lastEntry() async throws(LedgerError) -> Int64 {
        // Not the greatest that is there: the lines of what was deleted may have been later ones.
        try await read { database in
            try database.row("SELECT seq FROM sqlite_sequence WHERE name = 'history'") { $0[0] } ?? 0
        }
    }

    package nonisolated(nonsending) func newestEntry(before moment: Instant) async throws(LedgerError) -> Instant? {
        try await read { database in
            // By halving: there is no index of lines by time, and there may be millions of them.
            func bound(_ which: String) throws -> Int64? {
                try database.row("SELECT \(which)(seq) FROM history") { $0[0] as Int64? }.flatMap(\.self)
            }
            guard var low = try bound("min"), var high = try bound("max") else { return nil }
            var found: Instant?
            while low <= high {
                let middle = low + (high - low) / 2
                let line = try database.row(
                    "SELECT seq, at FROM history WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [.int(middle)]
                ) { (seq: $0[0] as Int64, at: $0.instant(1)) }
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

    package nonisolated(nonsending)
        func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    {
        try await read(.long) { database in
            var page = PageInMaking<RequestView>(
                limit: query.limit, bytes: PageBounds.bytes, after: query.after.flatMap(Int64.init) ?? .max)
            try RequestScan(query, database).run(into: &page)
            return page.finished
        }
    }

    package nonisolated(nonsending) func run(_ id: String) async throws(LedgerError) -> StoredRun? {
        try await read { database in
            try StoredRun.fetchAll(database, "WHERE id = ?", [.text(id)]).first.map { try database.withQuarantine($0) }
        }
    }

    package nonisolated(nonsending) func runs(_ query: RunQuery) async throws(LedgerError) -> Page<StoredRun> {
        try await read(.long) { database in
            let after = query.after.flatMap(Int64.init) ?? .max
            var page = PageInMaking<StoredRun>(limit: query.limit, bytes: PageBounds.bytes, after: after)
            // Of these states there are indexes in the order of the rows.
            let (index, condition) =
                switch query.state {
                case .failed: ("INDEXED BY runs_failed", "AND state = 'failed'")
                case .running: ("INDEXED BY runs_running", "AND state = 'running'")
                default: ("", "")
                }
            try database.each(
                """
                SELECT \(StoredRun.columns), (?2 IS NULL OR task = ?2) AND (?3 IS NULL OR state = ?3)
                FROM runs \(index) WHERE row < ?1 \(condition) ORDER BY row DESC
                """, [.int(after), .optional(query.task), .optional(query.state?.rawValue)]
            ) { row in
                let place: Int64 = row[21]
                if row[22] {
                    let run = try database.withQuarantine(try StoredRun(row))
                    guard page.take(run, of: run.size(ofInput: row.size(4)), at: place) else { return false }
                }
                return page.goOn(after: place)
            }
            return page.finished
        }
    }

    package nonisolated(nonsending)
        func openRequests(of service: String) async throws(LedgerError) -> [StoredRequest]
    {
        try await read(.long) { database in
            try database.rows(
                "SELECT \(StoredRequest.columns) FROM requests WHERE service = ? AND is_open = 1 ORDER BY row",
                [.text(service)], StoredRequest.init)
        }
    }

    package nonisolated(nonsending) func counts() async throws(LedgerError) -> LedgerCounts {
        try await read(.long) { database in
            func count(_ what: String) throws -> Int {
                try database.row("SELECT count(*) FROM \(what)") { $0[0] } ?? 0
            }
            return LedgerCounts(
                openRequests: try count("requests WHERE is_open = 1"), pendingTimers: try count("timers"),
                queuedRuns: try count("runs WHERE state = 'queued'"),
                runningRuns: try count("runs WHERE state = 'running'"),
                failedRuns: try count("runs WHERE state = 'failed'"),
                quarantinedRequests: try count("quarantines WHERE kind = 'request'"),
                quarantinedRuns: try count("quarantines WHERE kind = 'run'"))
        }
    }

    package nonisolated(nonsending) func nextDue(after now: Instant) async throws(LedgerError) -> Instant? {
        // By the connection that writes: a reader waits for the disk, and the engine would wait for its own commits.
        try onWriter { database in
            let timer = try database.row("SELECT due FROM timers WHERE attended = 1 ORDER BY due LIMIT 1") {
                $0.instant(0)
            }
            let run = try database.row(
                "SELECT due FROM runs WHERE state = 'queued' AND due > ? ORDER BY due LIMIT 1",
                [.int(now.milliseconds)]
            ) { $0.instant(0) }
            return [timer, run].compactMap(\.self).min()
        }
    }

    package nonisolated(nonsending) func scheduleMarks() async throws(LedgerError) -> [ScheduleMark] {
        try await read { database in
            try database.rows(
                """
                SELECT id, recurrence, last, next, paused_at, paused_by, skipped, skip_reason
                FROM schedules ORDER BY id
                """
            ) { row in
                var mark = ScheduleMark(
                    id: row[0], recurrence: row[1], last: row.instantIfThere(2), next: row.instant(3))
                (mark.pausedAt, mark.pausedBy) = (row.instantIfThere(4), row[5])
                mark.skipped = row.instantIfThere(6)
                mark.skipReason = (row[7] as String?).flatMap(SkipReason.init)
                return mark
            }
        }
    }

    package nonisolated(nonsending) func pauses() async throws(LedgerError) -> [Pause] {
        try await read { database in
            try database.rows("SELECT provider, since, actor FROM pauses ORDER BY provider") { row in
                Pause(provider: row[0], since: row.instant(1), actor: row[2])
            }
        }
    }

    package nonisolated(nonsending) func rates() async throws(LedgerError) -> [String: [Instant]] {
        try await read { database in
            let rates = try database.rows("SELECT task, begun FROM rates") { row in
                let begun = (row[1] as String).split(separator: " ").compactMap { Int64($0) }
                return (row[0] as String, begun.map(Instant.init(milliseconds:)))
            }
            return Dictionary(uniqueKeysWithValues: rates)
        }
    }
}

/// A page that is filled row by row, until it is full or enough was looked at.
private struct PageInMaking<Element: Sendable> {
    private let limit: Int
    private let maximumBytes: Int
    private var elements: [Element] = []
    private var bytes = 0
    private var rows = 0
    /// Up to where all that belongs into the page is in it.
    private(set) var place: Int64
    private var isFull = false

    init(limit: Int, bytes: Int, after place: Int64) {
        self.limit = limit
        maximumBytes = bytes
        self.place = place
    }

    /// Adds an element; false where the page is full without it.
    mutating func take(_ element: Element, of size: Int, at place: Int64) -> Bool {
        guard elements.isEmpty || (elements.count < limit && bytes + size <= maximumBytes) else {
            isFull = true
            return false
        }
        elements.append(element)
        bytes += size
        return true
    }

    /// Whether more may be looked at, once all up to a place has been.
    mutating func goOn(after place: Int64, looks: Int = 1) -> Bool {
        self.place = place
        rows += looks
        if rows >= PageBounds.rows { isFull = true }
        return !isFull
    }

    var finished: Page<Element> { Page(elements: elements, next: isFull ? String(place) : nil) }
}

/// Looks for the requests of a query from the newest to the oldest, by whichever index leads to fewest rows that are
/// not wanted.
private struct RequestScan {
    private let query: RequestQuery
    private let database: Database
    /// What a row must be, as SQL, and the values of it.
    private var condition = "1"
    private var values: [SQLValue] = []

    init(_ query: RequestQuery, _ database: Database) {
        self.query = query
        self.database = database
        require("service = ?", query.service.map(SQLValue.text))
        require("state = ?", query.state.map(SQLValue.text))
        require("resident = ?", query.resident.map(SQLValue.text))
        require("is_open = ?", query.isOpen.map(SQLValue.bool))
        for (services, comparison) in [(query.onlyOf, "IN"), (query.notOf, "NOT IN")] {
            guard let services else { continue }
            condition += " AND service \(comparison) (\(databaseQuestionMarks(count: services.count)))"
            values += services.sorted().map(SQLValue.text)
        }
    }

    private mutating func require(_ comparison: String, _ value: SQLValue?) {
        guard let value else { return }
        condition += " AND " + comparison
        values.append(value)
    }

    func run(into page: inout PageInMaking<RequestView>) throws {
        if let resident = query.resident {
            try scan(of: resident, into: &page)
        } else if query.isOpen == true {
            try scanOpen(into: &page)
        } else {
            try scanAll(into: &page)
        }
    }

    /// All requests in the order of their rows.
    private func scanAll(into page: inout PageInMaking<RequestView>) throws {
        try database.each(
            "SELECT \(StoredRequest.columns), row, \(condition) FROM requests WHERE row < ? ORDER BY row DESC",
            values + [.int(page.place)]
        ) { row in
            let place: Int64 = row[10]
            return try (!row[11] || take(row, at: place, into: &page)) && page.goOn(after: place)
        }
    }

    /// One request, if it is wanted.
    private func look(at place: Int64, into page: inout PageInMaking<RequestView>) throws -> Bool {
        var isTaken = true
        try database.each(
            "SELECT \(StoredRequest.columns), row FROM requests WHERE \(condition) AND row = ?", values + [.int(place)]
        ) { row in
            isTaken = try take(row, at: place, into: &page)
            return false
        }
        return isTaken && page.goOn(after: place)
    }

    private func take(_ row: SQLRow, at place: Int64, into page: inout PageInMaking<RequestView>) throws -> Bool {
        let view = try database.view(of: StoredRequest(row))
        return page.take(view, of: view.size, at: place)
    }

    // MARK: Open requests

    /// The rows of one service in the index of open requests, portion by portion.
    private struct OpenRows {
        let service: String
        var rows: [Int64] = []
        var isAtEnd = false
    }

    /// Open requests of all services that may be wanted: the index has them by service, and each time the newest of
    /// all services is next.
    private func scanOpen(into page: inout PageInMaking<RequestView>) throws {
        var sources = try openServices().map { OpenRows(service: $0) }
        while true {
            for index in sources.indices where sources[index].rows.isEmpty && !sources[index].isAtEnd {
                try refill(&sources[index], before: page.place)
            }
            let newest = sources.indices.filter { !sources[$0].rows.isEmpty }.max {
                sources[$0].rows[sources[$0].rows.count - 1] < sources[$1].rows[sources[$1].rows.count - 1]
            }
            guard let newest else { return }
            guard try look(at: sources[newest].rows.removeLast(), into: &page) else { return }
        }
    }

    private func openServices() throws -> [String] {
        if let service = query.service { return [service] }
        let all = try database.services(ofOpenRequests: true)
        return all.filter { query.onlyOf?.contains($0) != false && query.notOf?.contains($0) != true }
    }

    /// Its next rows, the newest last.
    private func refill(_ source: inout OpenRows, before place: Int64) throws {
        let portion = 128
        source.rows = try database.rows(
            """
            SELECT row FROM requests INDEXED BY requests_open WHERE is_open = 1 AND service = ? AND row < ?
            ORDER BY row DESC LIMIT \(portion)
            """, [.text(source.service), .int(place)]
        ) { $0[0] as Int64 }.reversed()
        source.isAtEnd = source.rows.count < portion
    }

    // MARK: Requests of a resident

    /// Blocks that are looked into at once.
    private static let blocksAtOnce: Int64 = 16

    /// Looks for the resident in block after block of requests (``Migrations``), so that the index answers.
    private func scan(of resident: String, into page: inout PageInMaking<RequestView>) throws {
        guard let greatest: Int64 = try database.row("SELECT max(row) FROM requests", [], { $0[0] }) else { return }
        var last = min(greatest, page.place - 1) >> Migrations.blockBits
        while last >= 0 {
            let first = max(0, last - Self.blocksAtOnce + 1)
            let rows = try database.rows(
                SQLiteLedger.rowsOfResident,
                [.int(last), .int(first), .text(resident), .int(page.place)]
            ) { $0[0] as Int64 }
            for row in rows.sorted(by: >) where try !look(at: row, into: &page) { return }
            guard page.goOn(after: first << Migrations.blockBits, looks: Int(last - first) + 1) else { return }
            last = first - 1
        }
    }
}

extension SQLiteLedger {
    /// The rows of a resident in the blocks from one down to another, before a row.
    static let rowsOfResident = """
        WITH RECURSIVE blocks (block) AS (
            SELECT ?1 UNION ALL SELECT block - 1 FROM blocks WHERE block > ?2
        )
        SELECT row FROM blocks CROSS JOIN requests
        ON row >> \(Migrations.blockBits) = block AND resident = ?3 AND row < ?4
        """
}

// About how many bytes of a reply each takes: what is stored of it, and the names of its members.

extension RequestView {
    fileprivate var size: Int { 512 + request.record.count + (request.resident?.utf8.count ?? 0) + timers.count * 64 }
}

extension NumberedEntry {
    fileprivate var size: Int {
        256 + (entry.input?.count ?? 0) + (entry.note.map { $0.fr.utf8.count + $0.en.utf8.count } ?? 0)
    }
}

extension StoredRun {
    fileprivate func size(ofInput input: Int) -> Int {
        let outcome = outcome.map { $0.fr.utf8.count + $0.en.utf8.count } ?? 0
        return 512 + input + (data?.count ?? 0) + (error?.utf8.count ?? 0) + outcome
    }
}

extension Database {
    fileprivate func view(of id: String) throws -> RequestView? {
        try StoredRequest.fetch(id, self).map { try view(of: $0) }
    }

    fileprivate func view(of request: StoredRequest) throws -> RequestView {
        RequestView(
            request: request, timers: try timers(of: request.id),
            quarantine: try quarantine(.request, request.id))
    }
}
