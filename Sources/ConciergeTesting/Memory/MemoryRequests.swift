import ConciergeEngine
import ConciergeKit

/// Requests in the order of their ids, and the lines of their history.
struct RequestTable {
    private(set) var all: [RequestID: StoredRequest] = [:]
    private(set) var lines: [NumberedEntry] = []
    /// The number of the last line that was ever written.
    private(set) var lastLine: Int64 = 0
    /// The ids in the order of the lists.
    private var order: [RequestID] = []

    /// The greatest id.
    var last: RequestID? { order.last }

    mutating func apply(_ changes: RequestChanges) {
        for request in changes.opened.values.sorted(by: { $0.id < $1.id }) {
            order.insert(request.id, at: order.lastIndex { $0 < request.id }.map { $0 + 1 } ?? 0)
            all[request.id] = request
        }
        for request in changes.changed.values where all[request.id] != nil { all[request.id] = request }
    }

    /// Appends history lines; returns them with their numbers.
    mutating func append(_ entries: [Entry]) -> [NumberedEntry] {
        let added = entries.enumerated().map { NumberedEntry(seq: lastLine + Int64($0) + 1, entry: $1) }
        lines += added
        lastLine += Int64(added.count)
        return added
    }

    /// Deletes requests with their history.
    mutating func delete(_ ids: Set<RequestID>) {
        for id in ids { all[id] = nil }
        order.removeAll { ids.contains($0) }
        lines.removeAll { ids.contains($0.entry.request) }
    }

    // MARK: Reading

    /// The history line of a number.
    func line(_ number: Int64) -> NumberedEntry? {
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].seq < number { low = middle + 1 } else { high = middle }
        }
        return low < lines.count && lines[low].seq == number ? lines[low] : nil
    }

    /// A page of the requests that match a query, the newest first.
    ///
    /// - Parameter follows: Whether somebody follows a request.
    func page(
        _ query: RequestQuery, follows: (String, RequestID) -> Bool, view: (StoredRequest) -> RequestView
    ) -> Page<RequestView> {
        let after = query.after ?? .max
        var page = PageBuilder<RequestView>(limit: query.limit, bytes: PageBounds.bytes, after: after)
        for id in order.reversed() where id.number < after && query.range.contains(id.number) {
            // If the query asks for open requests, closed ones and those of other services do not count as read.
            guard let request = all[id], query.isOpen != true || (request.isOpen && query.takes(request.service)) else {
                continue
            }
            if query.takes(request), query.follower.map({ follows($0, id) }) ?? true {
                let view = view(request)
                if query.takes(view.commitments) {
                    guard page.append(view, bytes: view.replyBytes) else { break }
                }
            }
            guard page.advance(to: id.number) else { break }
        }
        return page.page
    }

    /// A page of the requests that match a query and have a deadline, what is due first before the others.
    func page(
        byDeadline query: RequestQuery, after place: DeadlinePlace?, follows: (String, RequestID) -> Bool,
        view: (StoredRequest) -> RequestView
    ) -> DeadlinePage {
        var page = DeadlinePageBuilder(limit: query.limit, after: place)
        let due = all.values.lazy.map(view).compactMap { view in
            view.deadline.map { (place: DeadlinePlace(deadline: $0, request: view.request.id), view: view) }
        }
        for (next, view) in due.sorted(by: { $0.place < $1.place }) where place.map({ $0 < next }) ?? true {
            let isTaken =
                query.takes(view.request) && query.takes(late: view.commitments)
                && query.follower.map { follows($0, view.request.id) } ?? true
            guard page.read(next, isTaken ? view : nil) else { break }
        }
        return page.page
    }

    /// A page of all requests of a service, the oldest first.
    func allRequests(
        of service: ServiceID, after: Int64?, limit: Int, view: (StoredRequest) -> RequestView
    ) -> Page<RequestView> {
        let after = after ?? .min
        let found = order.lazy.filter { $0.number > after && all[$0]?.service == service }.prefix(limit + 1)
        let page = Array(found.prefix(limit))
        return Page(
            elements: page.compactMap { all[$0] }.map(view),
            next: found.count > limit ? page.last?.number : nil)
    }

    /// A portion of the requests that a task asks for.
    func portion(_ query: RawRequestQuery) -> RequestPortion {
        var portion = RequestPortionBuilder(query)
        let fitting = order.compactMap { all[$0] }.filter(query.fits).map { ($0.place(query.selection), $0) }
        for (place, request) in query.selection == .closed ? fitting.sorted(by: { $0.0 < $1.0 }) : fitting
        where query.after.map({ $0 < place }) ?? true {
            guard portion.read(place, request) else { break }
        }
        return portion.portion
    }

    /// By service, how many requests are open.
    func countOpen(besides services: Set<ServiceID>) -> [ServiceID: Int] {
        all.values.reduce(into: [:]) { counts, request in
            if request.isOpen && !services.contains(request.service) { counts[request.service, default: 0] += 1 }
        }
    }

    /// A page of the history lines after a number, of a service or of a request if one is given.
    func history(
        after number: Int64, ofService service: ServiceID? = nil, ofRequest request: RequestID? = nil, limit: Int
    ) -> Page<NumberedEntry> {
        var page = PageBuilder<NumberedEntry>(limit: limit, bytes: PageBounds.historyBytes, after: number)
        for line in lines where line.seq > number && (request == nil || line.entry.request == request) {
            if service == nil || line.entry.service == service {
                guard page.append(line, bytes: line.replyBytes) else { break }
            }
            guard page.advance(to: line.seq) else { break }
        }
        return page.page
    }

    /// When the newest line that is older than a moment was written.
    func newestLine(before moment: Instant) -> Instant? {
        lines.last { $0.entry.at < moment }?.entry.at
    }
}

extension StoredRequest {
    fileprivate func place(_ selection: RequestSelection) -> RequestPlace {
        RequestPlace(first: selection == .closed ? closedAt?.milliseconds ?? 0 : 0, number: id.number)
    }
}

extension RequestPlace {
    fileprivate static func < (one: RequestPlace, other: RequestPlace) -> Bool {
        (one.first, one.number) < (other.first, other.number)
    }
}
