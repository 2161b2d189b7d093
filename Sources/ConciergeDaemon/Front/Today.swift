import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The open requests in groups, by what makes them worth a look: a deadline that has passed, one of today, whose turn it
/// is. A request is in the first group that it belongs to.
struct Agenda {
    enum Group: Int, CaseIterable {
        case late, due, decide, waiting
    }

    private struct Item {
        let view: RequestView
        let urgency: (Int64, Int64)
    }

    private let now: Instant
    private let endOfDay: Instant
    private let limit: Int
    private var items = [[Item]](repeating: [], count: Group.allCases.count)
    private(set) var counts = [Int](repeating: 0, count: Group.allCases.count)

    /// - Parameters:
    ///   - zone: The zone whose day counts.
    ///   - limit: How many requests of each group are kept at most.
    init(at now: Instant, zone: Zone, limit: Int) {
        self.now = now
        self.limit = limit
        endOfDay = zone.instant(of: zone.local(now).date.adding(days: 1), at: TimeOfDay(minutes: 0))
    }

    /// Adds an open request, whose turn it is being that of its state; nil if its service is not served. A request that
    /// only runs out is left out: its promises are settled, and nobody has a turn before its timer.
    mutating func add(_ view: RequestView, turn: Turn?) {
        if turn == .clock, view.quarantine == nil, view.isSettled { return }
        let group = group(of: view, turn)
        counts[group.rawValue] += 1
        let item = Item(view: view, urgency: urgency(of: view, group))
        let place = items[group.rawValue].firstIndex { item.urgency < $0.urgency } ?? items[group.rawValue].count
        guard place < limit else { return }
        items[group.rawValue].insert(item, at: place)
        if items[group.rawValue].count > limit { items[group.rawValue].removeLast() }
    }

    /// The requests of a group, the most pressing first.
    func requests(_ group: Group) -> [RequestView] { items[group.rawValue].map(\.view) }

    private func group(of view: RequestView, _ turn: Turn?) -> Group {
        if view.commitments.contains(where: { $0.isLate(at: now) }) { return .late }
        if let due = view.due, due < endOfDay { return .due }
        // A request that nobody serves or that is in quarantine is for staff to look after.
        return turn == .staff || turn == nil || view.quarantine != nil ? .decide : .waiting
    }

    /// What is due first comes first; without a deadline, what is open for longest.
    private func urgency(of view: RequestView, _ group: Group) -> (Int64, Int64) {
        let due =
            switch group {
            case .late: view.commitments.filter { $0.isLate(at: now) }.compactMap { $0.missedAt ?? $0.due }.min()
            case .due, .decide: view.due
            case .waiting: [view.due, view.timers.values.min()].compactMap(\.self).min()
            }
        return ((due ?? .latest).milliseconds, view.request.id.number)
    }
}

extension RequestView {
    /// The next deadline of what was promised.
    fileprivate var due: Instant? { commitments.filter { $0.state == .open }.compactMap(\.due).min() }

    /// Whether something was promised and nothing of it is open any more.
    fileprivate var isSettled: Bool {
        !commitments.isEmpty && commitments.allSatisfy { $0.state != .open && $0.state != .paused }
    }
}

/// Answers what there is to do.
struct ReadingToday: Sendable {
    let ledger: any Ledger
    let access: AccessRules
    let views: Views
    let residents: NamingResidents
    let clock: @Sendable () -> Instant

    /// Reads all open requests, in pages between which others read.
    func today(_ call: RequestMethods.Today, for principal: Principal) async throws -> RequestMethods.Today.Reply {
        let limit = call.limit ?? 20
        guard (1...200).contains(limit) else {
            throw ControlError.invalid("limit", Text(fr: "attendu : de 1 à 200", en: "expected 1 to 200"))
        }
        let (now, registry) = (clock(), views.served.registry)
        var agenda = Agenda(at: now, zone: registry.zone, limit: limit)
        var query = RequestQuery()
        (query.isOpen, query.limit) = (true, 1000)
        repeat {
            let page = try await ledger.requests(query)
            for view in page.elements {
                let table = registry.service(view.request.service)?.table
                agenda.add(view, turn: table?.states.first { $0.id == view.request.state }?.turn)
            }
            query.after = page.next
        } while query.after != nil
        let hides = access.hidesSecrets(from: principal)
        var groups: [RequestMethods.Today.Group] = []
        for group in Agenda.Group.allCases {
            var requests = agenda.requests(group).map { views.listed($0, hidingSecrets: hides) }
            // Who may not see what a request says may not see either whom it is for by name.
            if hides { try await residents.places.name(&requests) } else { try await residents.name(&requests) }
            groups.append(.init(kind: group.word, count: agenda.counts[group.rawValue], requests: requests))
        }
        return RequestMethods.Today.Reply(at: now, groups: groups)
    }
}

extension Agenda.Group {
    fileprivate var word: RequestMethods.Today.Group.Kind {
        switch self {
        case .late: .late
        case .due: .due
        case .decide: .decide
        case .waiting: .waiting
        }
    }
}
