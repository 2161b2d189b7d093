import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Answers all that concerns one resident: one dossier across all services.
struct ReadingResident: Sendable {
    let ledger: any Ledger
    let access: AccessRules
    let views: Views
    let residents: NamingResidents
    let clock: @Sendable () -> Instant

    private static let (mostOpen, mostClosed) = (200, 20)
    private static let (mostMessages, mostMessagesOfRequest) = (50, 20)

    func answer(
        _ call: RequestMethods.OfResident, for principal: Principal
    ) async throws -> RequestMethods.OfResident.Reply {
        let hides = access.hidesSecrets(from: principal)
        let now = clock()
        let resident = Folding.canonical(try await residents.withID(call.resident) ?? call.resident)
        func requests(_ limit: Int, _ fill: (inout RequestQuery) -> Void) async throws -> (
            requests: [RequestView], hasMore: Bool
        ) {
            var query = RequestQuery()
            fill(&query)
            var found: [RequestView] = []
            repeat {
                query.limit = limit - found.count
                let page = try await ledger.requests(query)
                found += page.elements
                query.after = page.next
            } while query.after != nil && found.count < limit
            return (found, query.after != nil)
        }
        let open = try await requests(Self.mostOpen) { ($0.resident, $0.isOpen) = (resident, true) }
        let closed = try await requests(Self.mostClosed) { ($0.resident, $0.isOpen) = (resident, false) }
        let followed = try await requests(Self.mostOpen) { ($0.follower, $0.isOpen) = (resident, true) }
        let own = try await notices(of: open.requests + closed.requests, for: nil)
        let others = try await notices(of: followed.requests, for: resident)
        let messages = (own + others).sorted { $0.number > $1.number }
        return RequestMethods.OfResident.Reply(
            open: try await shown(open.requests.sorted(by: Self.isMorePressing), hidingSecrets: hides),
            closed: try await shown(closed.requests, hidingSecrets: hides),
            followed: try await shown(followed.requests, hidingSecrets: hides),
            // The conditions of an offer tell of the resident.
            offers: hides ? nil : try await offers(for: resident, at: now),
            messages: messages.prefix(Self.mostMessages)
                .map { .init(views.notice($0, at: now, hidingSecrets: hides)) },
            more: open.hasMore || closed.hasMore || followed.hasMore || messages.count > Self.mostMessages)
    }

    /// What is due first comes first; without a deadline, what was opened last.
    private static func isMorePressing(_ one: RequestView, _ other: RequestView) -> Bool {
        let (deadline, otherDeadline) = (one.deadline ?? .latest, other.deadline ?? .latest)
        return deadline == otherDeadline ? one.request.id > other.request.id : deadline < otherDeadline
    }

    private func shown(_ found: [RequestView], hidingSecrets hides: Bool) async throws -> [Wire.Request] {
        var requests = found.map { views.listed($0, hidingSecrets: hides) }
        if hides { try await residents.places.name(&requests) } else { try await residents.name(&requests) }
        return requests
    }

    /// What the resident of requests is told, or one who follows them.
    private func notices(of requests: [RequestView], for follower: String?) async throws -> [StoredNotice] {
        var notices: [StoredNotice] = []
        for view in requests {
            notices += try await ledger.notices(of: view.request.id, limit: Self.mostMessagesOfRequest)
                .filter { $0.partner == nil && $0.line.entry.follower == follower }
        }
        return notices
    }

    /// Nil if the directory does not have the resident.
    private func offers(for resident: String, at now: Instant) async throws -> [RequestMethods.OfResident.Offered]? {
        let key = Resident.key(of: resident)
        guard let known = try await ledger.known([key])[key] else { return nil }
        let registry = views.served.registry
        let (asker, day) = (OfferAsker(KnownResident(known)), registry.zone.local(now).date)
        return registry.providers.flatMap(\.services).filter { $0.opening != nil }.map { table in
            .init(
                service: table.id.rawValue, name: table.name,
                obstacles: registry.offers.obstacles(to: table.id, for: asker, on: day))
        }
    }
}
