package import ConciergeEngine
import ConciergeKit

extension SQLiteLedger {
    package nonisolated(nonsending)
        func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    {
        try await read(.long) { database in
            let upper = query.range.upperBound
            var page = PageBuilder<RequestView>(
                limit: query.limit, bytes: PageBounds.bytes,
                after: min(query.after ?? .max, upper < .max ? upper + 1 : .max))
            try RequestScan(query, database).run(into: &page)
            return page.page
        }
    }
}

/// Searches the requests of a query from the newest to the oldest, with the index that yields the fewest unwanted rows.
struct RequestScan {
    private let query: RequestQuery
    private let database: SQLiteConnection
    /// The condition for a row, as SQL, and its values.
    private var condition = "1"
    private var values: [SQLValue] = []

    init(_ query: RequestQuery, _ database: SQLiteConnection) {
        self.query = query
        self.database = database
        require("service = ?", query.service.map { .name($0) })
        require("state = ?", query.state.map(SQLValue.text))
        if let residents = query.residents {
            condition += " AND resident IN (\(questionMarks(residents.count)))"
            values += residents.sorted().map(SQLValue.text)
        }
        require("is_open = ?", query.isOpen.map(SQLValue.bool))
        require("residence = ?", query.about.map { .text($0.residence) })
        require("dwelling = ?", query.about?.dwelling.map(SQLValue.text))
        require("common_part = ?", query.about?.commonPart.map(SQLValue.text))
        require("opened_at >= ?", query.opened.map { .instant($0.lowerBound) })
        require("opened_at < ?", query.opened.map { .instant($0.upperBound) })
        require("id >= ?", query.range.lowerBound > 0 ? .int(query.range.lowerBound) : nil)
        if let now = query.lateAt {
            condition += " AND \(CommitmentsTable.isLate)"
            values.append(.instant(now))
        }
        if let hasDeadline = query.hasDeadline {
            condition += " AND \(hasDeadline ? "" : "NOT ")\(CommitmentsTable.hasDeadline)"
        }
        for (services, comparison) in [(query.onlyOf, "IN"), (query.notOf, "NOT IN")] {
            guard let services else { continue }
            condition += " AND service \(comparison) (\(questionMarks(services.count)))"
            values += services.sorted().map { .name($0) }
        }
    }

    private mutating func require(_ comparison: String, _ value: SQLValue?) {
        guard let value else { return }
        condition += " AND " + comparison
        values.append(value)
    }

    func run(into page: inout PageBuilder<RequestView>) throws {
        if let follower = query.follower {
            try scanFollowed(by: follower, into: &page)
        } else if let residents = query.residents {
            try scan(.residents, of: residents.sorted(), into: &page)
        } else if let about = query.about, query.isOpen == true {
            try scanOpen(about, into: &page)
        } else if let about = query.about {
            try scan(.residences, of: [about.residence], into: &page)
        } else if query.isOpen == true {
            try scanOpen(into: &page)
        } else {
            try scanAll(into: &page)
        }
    }

    /// All requests in the order of their ids.
    private func scanAll(into page: inout PageBuilder<RequestView>) throws {
        try database.each(
            """
            SELECT \(RequestsTable.list), \(condition) FROM requests WHERE id < ? AND id >= ? ORDER BY id DESC
            """, values + [.int(page.position), .int(query.range.lowerBound)]
        ) { row in
            let row = TableRow<RequestsTable>(row: row)
            return try (!row.extra || take(row, into: &page)) && page.advance(to: row[.id])
        }
    }

    /// Adds a request if it matches the query. Returns whether the page accepts more.
    private func add(_ place: Int64, into page: inout PageBuilder<RequestView>) throws -> Bool {
        guard place >= query.range.lowerBound else { return false }
        var isTaken = true
        try database.each(
            "SELECT \(RequestsTable.list) FROM requests WHERE \(condition) AND id = ?", values + [.int(place)]
        ) { row in
            isTaken = try take(TableRow(row: row), into: &page)
            return false
        }
        return isTaken && page.advance(to: place)
    }

    /// The request with a number, if it matches the query.
    func matching(_ number: Int64) throws -> RequestView? {
        if let follower = query.follower, try !database.followers(of: RequestID(number: number)).contains(follower) {
            return nil
        }
        let request = try database.row(
            "SELECT \(RequestsTable.list) FROM requests WHERE \(condition) AND id = ?", values + [.int(number)]
        ) { StoredRequest(TableRow(row: $0)) }
        guard let request, query.takesByContents(request) else { return nil }
        return try database.view(of: request)
    }

    private func take(_ row: TableRow<RequestsTable>, into page: inout PageBuilder<RequestView>) throws -> Bool {
        let request = StoredRequest(row)
        guard query.takesByContents(request) else { return true }
        let view = try database.view(of: request)
        return page.append(view, bytes: view.replyBytes)
    }

    // MARK: Open requests

    /// The ids of one service from the index of open requests, read in portions.
    private struct OpenRows {
        let service: ServiceID
        var rows: [Int64] = []
        var isAtEnd = false
    }

    /// Merges the open requests of all matching services: the index has them by service, and each step takes the newest
    /// of all services.
    private func scanOpen(into page: inout PageBuilder<RequestView>) throws {
        var sources = try openServices().map { OpenRows(service: $0) }
        while true {
            for index in sources.indices where sources[index].rows.isEmpty && !sources[index].isAtEnd {
                try refill(&sources[index], before: page.position)
            }
            let newest = sources.indices.filter { !sources[$0].rows.isEmpty }.max {
                sources[$0].rows[sources[$0].rows.count - 1] < sources[$1].rows[sources[$1].rows.count - 1]
            }
            guard let newest else { return }
            guard try add(sources[newest].rows.removeLast(), into: &page) else { return }
        }
    }

    private func openServices() throws -> [ServiceID] {
        if let service = query.service { return [service] }
        let all = try database.services(ofOpenRequests: true)
        return all.filter { query.onlyOf?.contains($0) != false && query.notOf?.contains($0) != true }
    }

    /// Reads the next ids of a service, the newest last.
    private func refill(_ source: inout OpenRows, before place: Int64) throws {
        let portion = 128
        source.rows = try database.column(
            """
            SELECT id FROM requests INDEXED BY requests_open WHERE is_open = 1 AND service = ? AND id < ?
            ORDER BY id DESC LIMIT \(portion)
            """, [.name(source.service), .int(place)]
        ).reversed()
        source.isAtEnd = source.rows.count < portion
    }

    // MARK: Requests of a resident, or about a residence

    /// An index that is ordered by blocks of requests first (``RequestsTable``).
    struct BlockIndex {
        let blockBefore: SQL
        /// For one name.
        let requests: SQL
        private let column: String

        private init(by column: String) {
            self.column = column
            blockBefore = SQL(kept: "SELECT max(block) FROM requests WHERE \(column) IS NOT NULL AND block < ?")
            requests = SQL(
                kept: "SELECT id FROM requests WHERE block = ? AND \(column) = ? AND id < ? ORDER BY id DESC")
        }

        fileprivate func requests(ofNames count: Int) -> SQL {
            guard count != 1 else { return requests }
            return SQL(
                stringLiteral: """
                    SELECT id FROM requests WHERE block = ? AND \(column) IN (\(questionMarks(count))) AND id < ?
                    ORDER BY id DESC
                    """)
        }

        static let residents = BlockIndex(by: "resident")
        static let residences = BlockIndex(by: "residence")
    }

    /// Searches the blocks one after another for the requests of these names, so that the index finds them.
    private func scan(_ index: BlockIndex, of names: [String], into page: inout PageBuilder<RequestView>) throws {
        var before = page.position
        let requests = index.requests(ofNames: names.count)
        while let block: Int64 = try database.value(index.blockBefore, [.int(before)]) {
            let ids: [Int64] = try database.column(
                requests, [.int(block)] + names.map(SQLValue.text) + [.int(page.position)])
            for id in ids where try !add(id, into: &page) { return }
            guard page.advance(to: block) else { return }
            before = block
        }
    }

    /// The open requests about a place, from the index of those.
    private func scanOpen(_ about: PlaceKey, into page: inout PageBuilder<RequestView>) throws {
        let ids: [Int64] = try database.column(Self.openOfResidence, [.text(about.residence), .int(page.position)])
        for id in ids where try !add(id, into: &page) { return }
    }

    static let openOfResidence = SQL(
        kept: """
            SELECT id FROM requests INDEXED BY requests_open_of_residence
            WHERE is_open = 1 AND residence IS NOT NULL AND residence = ? AND id < ? ORDER BY id DESC
            """)

    /// The requests that somebody follows.
    private func scanFollowed(by resident: String, into page: inout PageBuilder<RequestView>) throws {
        let ids: [Int64] = try database.column(FollowersTable.followed, [.text(resident), .int(page.position)])
        for id in ids where try !add(id, into: &page) { return }
    }
}
