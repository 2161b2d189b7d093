package import ConciergeEngine
import ConciergeKit

extension SQLiteLedger {
    package nonisolated(nonsending)
        func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    {
        try await read(.long) { database in
            var page = PageBuilder<RequestView>(
                limit: query.limit, bytes: PageBounds.bytes, after: query.after ?? .max)
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
        require("resident = ?", query.resident.map(SQLValue.text))
        require("is_open = ?", query.isOpen.map(SQLValue.bool))
        require("residence = ?", query.about.map { .text($0.residence) })
        require("dwelling = ?", query.about?.dwelling.map(SQLValue.text))
        require("common_part = ?", query.about?.commonPart.map(SQLValue.text))
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
        } else if let resident = query.resident {
            try scan(.residents, of: resident, into: &page)
        } else if let about = query.about, query.isOpen == true {
            try scanOpen(about, into: &page)
        } else if let about = query.about {
            try scan(.residences, of: about.residence, into: &page)
        } else if query.isOpen == true {
            try scanOpen(into: &page)
        } else {
            try scanAll(into: &page)
        }
    }

    /// All requests in the order of their ids.
    private func scanAll(into page: inout PageBuilder<RequestView>) throws {
        try database.each(
            "SELECT \(RequestsTable.list), \(condition) FROM requests WHERE id < ? ORDER BY id DESC",
            values + [.int(page.position)]
        ) { row in
            let row = TableRow<RequestsTable>(row: row)
            return try (!row.extra || take(row, into: &page)) && page.advance(to: row[.id])
        }
    }

    /// Adds a request if it matches the query. Returns whether the page accepts more.
    private func add(_ place: Int64, into page: inout PageBuilder<RequestView>) throws -> Bool {
        var isTaken = true
        try database.each(
            "SELECT \(RequestsTable.list) FROM requests WHERE \(condition) AND id = ?", values + [.int(place)]
        ) { row in
            isTaken = try take(TableRow(row: row), into: &page)
            return false
        }
        return isTaken && page.advance(to: place)
    }

    private func take(_ row: TableRow<RequestsTable>, into page: inout PageBuilder<RequestView>) throws -> Bool {
        let view = try database.view(of: StoredRequest(row))
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
        let requests: SQL

        private init(by column: String) {
            blockBefore = SQL(kept: "SELECT max(block) FROM requests WHERE \(column) IS NOT NULL AND block < ?")
            requests = SQL(
                kept: "SELECT id FROM requests WHERE block = ? AND \(column) = ? AND id < ? ORDER BY id DESC")
        }

        static let residents = BlockIndex(by: "resident")
        static let residences = BlockIndex(by: "residence")
    }

    /// Searches the blocks one after another for the requests of somebody, so that the index finds them.
    private func scan(_ index: BlockIndex, of name: String, into page: inout PageBuilder<RequestView>) throws {
        var before = page.position
        while let block: Int64 = try database.value(index.blockBefore, [.int(before)]) {
            let ids: [Int64] = try database.column(
                index.requests, [.int(block), .text(name), .int(page.position)])
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
