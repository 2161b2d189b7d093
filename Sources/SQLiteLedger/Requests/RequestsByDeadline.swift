package import ConciergeEngine
import ConciergeKit

extension SQLiteLedger {
    package nonisolated(nonsending)
        func requestsByDeadline(
            _ query: RequestQuery, after place: DeadlinePlace?
        ) async throws(LedgerError) -> DeadlinePage
    {
        try await read(.long) { database in
            var query = query
            query.hasDeadline = nil
            var page = DeadlinePageBuilder(limit: query.limit, after: place)
            let scan = RequestScan(query, database)
            var last = place
            try database.each(
                CommitmentsTable.deadlines,
                [.int(place?.deadline.milliseconds ?? .min), .int(place?.request.number ?? .min)]
            ) { row in
                let next = DeadlinePlace(
                    deadline: Instant(milliseconds: row[0]), request: RequestID(number: row[1]))
                // What is late has a deadline that has passed.
                if let now = query.lateAt, next.deadline >= now { return false }
                // Several things of one request may be due at the same moment.
                defer { last = next }
                return try next == last || page.read(next, try scan.request(at: next))
            }
            return page.page
        }
    }
}

extension RequestScan {
    /// The request of a place, if it matches the query and this is its first deadline.
    fileprivate func request(at place: DeadlinePlace) throws -> RequestView? {
        guard let view = try matching(place.request.number), view.deadline == place.deadline else { return nil }
        return view
    }
}
