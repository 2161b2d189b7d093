package import ConciergeKit

/// Which requests to list: those that match all given criteria, the newest first.
package struct RequestQuery: Sendable {
    package var service: ServiceID?
    package var state: String?
    /// Only requests for one of these residents.
    package var residents: Set<String>?
    package var isOpen: Bool?
    /// Only requests about this place; without a part, about all places of the residence.
    package var about: PlaceKey?
    /// Only requests of a residence.
    package var residence: ResidenceMembers?
    /// Only requests that this resident follows.
    package var follower: String?
    /// Only requests of these services.
    package var onlyOf: Set<ServiceID>?
    /// Only requests of other services than these.
    package var notOf: Set<ServiceID>?
    /// Only requests that were opened in this time.
    package var opened: Range<Instant>?
    /// Only requests with something to be done whose deadline had passed then: ``CommitmentView/isLate(at:)``.
    package var lateAt: Instant?
    /// Only requests that have a deadline (``RequestView/deadline``), or only those that have none.
    package var hasDeadline: Bool?
    /// Only requests with these numbers.
    package var numbers: ClosedRange<Int64>?
    /// Only requests that this search finds.
    package var search: RequestSearch?
    package var limit = 100
    /// The `next` of an earlier page.
    package var after: Int64?

    package init() {}

    /// The only resident for whom requests are listed; nil if there are several or none.
    package var resident: String? {
        get { residents.flatMap { $0.count == 1 ? $0.first : nil } }
        set { residents = newValue.map { [$0] } }
    }

    /// The numbers that a request of the query can have.
    package var range: ClosedRange<Int64> {
        let given = numbers ?? 0...Int64.max
        guard let opened else { return given }
        return given.clamped(to: ShortID.numbers(ofMoments: opened))
    }
}

/// Whose requests are those of a residence: the requests about one of its places, and those about no place for somebody who
/// lives there.
package struct ResidenceMembers: Sendable, Hashable {
    /// The residence's id, as requests keep it.
    package let id: String
    /// The ids of the residents who live there, as requests keep them.
    package let residents: Set<String>

    package init(id: String, residents: Set<String>) {
        self.id = id
        self.residents = residents
    }

    fileprivate func contains(_ request: StoredRequest) -> Bool {
        if let about = request.about { return about.residence == id }
        return request.resident.map(residents.contains) ?? false
    }
}

extension RequestQuery {
    /// Whether requests of a service may match.
    package func takes(_ service: ServiceID) -> Bool {
        (self.service.map { $0 == service } ?? true) && onlyOf?.contains(service) != false
            && notOf?.contains(service) != true
    }

    /// Whether a request matches what depends on it alone: all but its follower and its commitments.
    package func takes(_ request: StoredRequest) -> Bool {
        takes(request.service) && (state.map { $0 == request.state } ?? true)
            && (residents.map { residents in request.resident.map(residents.contains) ?? false } ?? true)
            && (about.map(request.isAbout) ?? true) && (isOpen.map { $0 == request.isOpen } ?? true)
            && (opened?.contains(request.openedAt) ?? true) && (numbers?.contains(request.id.number) ?? true)
            && takesByContents(request)
    }

    /// Whether a request matches the criteria that no ledger has an index for.
    package func takesByContents(_ request: StoredRequest) -> Bool {
        residence?.contains(request) != false && search?.mayFind(request) != false
    }

    /// Whether a request with these commitments is late, if only late ones are asked for.
    package func takes(late commitments: [CommitmentView]) -> Bool {
        lateAt.map { now in commitments.contains { $0.isLate(at: now) } } ?? true
    }

    /// Whether a request with these commitments matches what depends on them.
    package func takes(_ commitments: [CommitmentView]) -> Bool {
        takes(late: commitments)
            && (hasDeadline.map { $0 == commitments.contains { $0.deadline != nil } } ?? true)
    }
}

extension StoredRequest {
    /// Whether it is about a place, or one of the places of a residence.
    fileprivate func isAbout(_ place: PlaceKey) -> Bool {
        about?.residence == place.residence && (place.part == nil || about?.part == place.part)
    }
}

// MARK: By deadlines

extension RequestView {
    /// The deadline that comes first of what is still to be done, or has passed first; nil if nothing has one.
    package var deadline: Instant? { commitments.compactMap(\.deadline).min() }
}

/// A place in the order of deadlines. Requests with the same deadline are in the order of their numbers.
package struct DeadlinePlace: Sendable, Hashable, Comparable {
    package let deadline: Instant
    package let request: RequestID

    package init(deadline: Instant, request: RequestID) {
        self.deadline = deadline
        self.request = request
    }

    package static func < (one: DeadlinePlace, other: DeadlinePlace) -> Bool {
        (one.deadline, one.request) < (other.deadline, other.request)
    }
}

/// A part of a list in the order of deadlines. It ends early like a ``Page``.
package struct DeadlinePage: Sendable {
    package let elements: [RequestView]
    /// The place after which the next page begins; nil at the end.
    package let next: DeadlinePlace?
}

/// A page in the order of deadlines that a ledger fills row by row.
package struct DeadlinePageBuilder {
    private var builder: PageBuilder<RequestView>
    private var place: DeadlinePlace?

    package init(limit: Int, after place: DeadlinePlace?) {
        builder = PageBuilder(limit: limit, bytes: PageBounds.bytes, after: 0)
        self.place = place
    }

    /// Records that the row at a place was read, and adds its request if it matches. Returns whether more rows may be read.
    package mutating func read(_ place: DeadlinePlace, _ view: RequestView?) -> Bool {
        if let view, !builder.append(view, bytes: view.replyBytes) { return false }
        self.place = place
        return builder.advance(to: place.request.number)
    }

    /// The page so far.
    package var page: DeadlinePage {
        let page = builder.page
        return DeadlinePage(elements: page.elements, next: page.next == nil ? nil : place)
    }
}
