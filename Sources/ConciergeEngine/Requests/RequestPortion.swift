package import ConciergeKit

/// A portion of the requests that a task reads.
package struct RequestPortion: Sendable {
    package let elements: [StoredRequest]
    /// The place after which the next portion begins; nil at the end.
    package let next: RequestPlace?
    /// By request, if the query asks for them.
    package var commitments: [RequestID: [CommitmentView]] = [:]

    /// The requests as a task reads them.
    package var raw: [RawRequest] { elements.map { RawRequest($0, commitments: commitments[$0.id] ?? []) } }
}

/// A portion that a ledger fills row by row. It ends early, like a ``Page``, so that no portion takes long to read or
/// uses much memory.
package struct RequestPortionBuilder {
    private var page: PageBuilder<StoredRequest>
    private var place: RequestPlace?

    package init(_ query: RawRequestQuery) {
        page = PageBuilder(limit: query.limit, bytes: PageBounds.bytes, after: 0)
        place = query.after
    }

    /// Records that the row at a place was read, and adds its request if it fits the query. Returns whether more rows
    /// may be read.
    package mutating func read(_ place: RequestPlace, _ request: StoredRequest?) -> Bool {
        if let request {
            guard page.append(request, bytes: 256 + request.record.count) else { return false }
        }
        self.place = place
        return page.advance(to: place.number)
    }

    /// The portion so far.
    package var portion: RequestPortion {
        let page = page.page
        return RequestPortion(elements: page.elements, next: page.next == nil ? nil : place)
    }
}

extension RawRequestQuery {
    /// Whether a request fits the query.
    package func fits(_ request: StoredRequest) -> Bool {
        let isSelected =
            switch selection {
            case .open: request.isOpen
            case .closed: !request.isOpen
            case .all: true
            }
        return isSelected && request.service.rawValue == service && (resident.map { $0 == request.resident } ?? true)
            && (opened?.contains(request.openedAt) ?? true)
            && (closed.map { range in request.closedAt.map(range.contains) ?? false } ?? true)
    }

    /// The numbers of all requests that can have been opened within the query's time.
    package var numbers: ClosedRange<Int64> { opened.map(ShortID.numbers) ?? 0...Int64.max }
}
