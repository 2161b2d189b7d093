import ConciergeEngine
import ConciergeKit

/// Requests in the order in which they were opened, and the lines of their history.
struct RequestTable {
    private(set) var all: [String: StoredRequest] = [:]
    private(set) var lines: [NumberedEntry] = []
    /// The number of the last line that was ever written.
    private(set) var lastLine: Int64 = 0
    /// The ids in the order of their positions in the lists.
    private var order: [(position: Int64, id: String)] = []
    private var lastPosition: Int64 = 0

    /// Requests of one batch are in the order of their first history lines.
    mutating func apply(_ changes: RequestChanges, inOrderOf entries: [Entry]) {
        if changes.opened.count < 2 {
            changes.opened.values.forEach { insert($0) }
        } else {
            var opened = changes.opened
            for entry in entries {
                if let request = opened.removeValue(forKey: entry.request) { insert(request) }
            }
            opened.values.forEach { insert($0) }
        }
        for request in changes.changed.values where all[request.id] != nil { all[request.id] = request }
    }

    private mutating func insert(_ request: StoredRequest) {
        lastPosition += 1
        order.append((lastPosition, request.id))
        all[request.id] = request
    }

    /// Appends history lines; returns them with their numbers.
    mutating func append(_ entries: [Entry]) -> [NumberedEntry] {
        let added = entries.enumerated().map { NumberedEntry(seq: lastLine + Int64($0) + 1, entry: $1) }
        lines += added
        lastLine += Int64(added.count)
        return added
    }

    /// Deletes requests with their history.
    mutating func delete(_ ids: Set<String>) {
        for id in ids { all[id] = nil }
        order.removeAll { ids.contains($0.id) }
        lines.removeAll { ids.contains($0.entry.request) }
    }

    // MARK: Reading

    /// A page of the requests for which a query holds, the newest first.
    func page(_ query: RequestQuery, view: (StoredRequest) -> RequestView) -> Page<RequestView> {
        let after = query.after.flatMap(Int64.init) ?? .max
        var page = PageBuilder<RequestView>(limit: query.limit, bytes: PageBounds.bytes, after: after)
        for (position, id) in order.reversed() where position < after {
            // Closed requests, and those of other services, are passed over where they are not asked for.
            guard let request = all[id], query.isOpen != true || (request.isOpen && query.takes(request.service)) else {
                continue
            }
            if query.takes(request) {
                let view = view(request)
                guard page.append(view, bytes: view.replyBytes, at: position) else { break }
            }
            guard page.advance(to: position) else { break }
        }
        return page.page
    }

    /// A page of all requests of a service, the oldest first.
    func stock(
        of service: String, after: String?, limit: Int, view: (StoredRequest) -> RequestView
    ) -> Page<RequestView> {
        let after = after.flatMap(Int64.init) ?? .min
        let found = order.lazy.filter { $0.position > after && all[$0.id]?.service == service }.prefix(limit + 1)
        let page = Array(found.prefix(limit))
        return Page(
            elements: page.compactMap { all[$0.id] }.map(view),
            next: found.count > limit ? page.last.map { String($0.position) } : nil)
    }

    /// The open requests of a service, the oldest first.
    func open(of service: String) -> [StoredRequest] {
        order.compactMap { all[$0.id] }.filter { $0.service == service && $0.isOpen }
    }

    /// By service, how many requests are open.
    func countOpen(besides services: Set<String>) -> [String: Int] {
        all.values.reduce(into: [:]) { counts, request in
            if request.isOpen && !services.contains(request.service) { counts[request.service, default: 0] += 1 }
        }
    }

    /// A page of the history lines after a number that are of a service, or of a request, where one is given.
    func history(
        after number: Int64, ofService service: String? = nil, ofRequest request: String? = nil, limit: Int
    ) -> Page<NumberedEntry> {
        var page = PageBuilder<NumberedEntry>(limit: limit, bytes: PageBounds.historyBytes, after: number)
        for line in lines where line.seq > number && (request == nil || line.entry.request == request) {
            if service == nil || line.entry.service == service {
                guard page.append(line, bytes: line.replyBytes, at: line.seq) else { break }
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

extension RequestQuery {
    fileprivate func takes(_ service: String) -> Bool {
        (self.service.map { $0 == service } ?? true) && onlyOf?.contains(service) != false
            && notOf?.contains(service) != true
    }

    fileprivate func takes(_ request: StoredRequest) -> Bool {
        takes(request.service) && (state.map { $0 == request.state } ?? true)
            && (resident.map { $0 == request.resident } ?? true) && (isOpen.map { $0 == request.isOpen } ?? true)
    }
}
