import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Answers what is offered, to everybody or to one resident.
struct ReadingOffers: Sendable {
    let ledger: any Ledger
    let served: ServedRegistry
    let clock: @Sendable () -> Instant

    func list(_ call: OfferMethods.List) async throws -> OfferMethods.List.Reply {
        let registry = served.registry
        let day = registry.zone.local(clock()).date
        var resident: KnownResident?
        if let text = call.resident {
            let key = Resident.key(of: text)
            guard let known = try await ledger.known([key])[key] else { throw ControlError.notFound(text) }
            resident = KnownResident(known)
        }
        let services = registry.providers.flatMap(\.services).filter { $0.opening != nil }.map { table in
            let obstacles =
                call.resident == nil ? nil : registry.offers.obstacles(to: table.id, for: OfferAsker(resident), on: day)
            return OfferMethods.Service(
                service: table.id.rawValue, name: table.name,
                offered: call.resident.map { _ in obstacles == nil }, obstacles: obstacles,
                offers: registry.offers.offers(of: table.id).map { OfferMethods.Offer($0) })
        }
        return OfferMethods.List.Reply(resident: resident?.name, services: services)
    }

    private static func unknown(_ name: String, _ offers: OfferBook) -> Text {
        let mistake = Text(fr: "il n'y a pas d'essai « \(name) »", en: "there is no pilot \"\(name)\"")
        let pilots = offers.all.filter { $0.pilot != nil }.map(\.id)
        return mistake.adding(NearestName.suggestion(for: name, among: pilots))
    }

    /// Reads the requests of the pilot's service since its first day, in portions between which others read.
    func pilot(_ call: OfferMethods.Pilot) async throws -> OfferMethods.Pilot.Reply {
        let registry = served.registry
        guard let offer = registry.offers.all.first(where: { $0.id == call.id && $0.pilot != nil }),
            let first = offer.from
        else { throw ControlError.invalid("id", Self.unknown(call.id, registry.offers)) }
        let (now, midnight) = (clock(), TimeOfDay(minutes: 0))
        let begun = registry.zone.instant(of: first, at: midnight)
        let over = offer.until.map { registry.zone.instant(of: $0.adding(days: 1), at: midnight) } ?? .latest
        var figures = PilotFigures(offer, homes: try await ledger.homes())
        var query = RawRequestQuery(service: offer.service.rawValue)
        query.selection = .all
        query.opened = begun..<max(begun, over)
        query.withCommitments = true
        repeat {
            let portion = try await ledger.requests(query)
            for request in portion.elements {
                figures.add(
                    resident: request.resident, commitments: portion.commitments[request.id] ?? [], at: now)
            }
            query.after = portion.next
        } while query.after != nil
        return OfferMethods.Pilot.Reply(
            offer: OfferMethods.Offer(offer), service: offer.service.rawValue, tooFew: figures.hasTooFew,
            pilot: .init(figures.pilot), others: .init(figures.others))
    }
}

extension OfferMethods.Pilot.Figures {
    fileprivate init(_ group: PilotFigures.Group) {
        func shown(_ count: Int) -> Int? { (1..<PilotFigures.least).contains(count) ? nil : count }
        self.init(
            residents: shown(group.residents), askers: shown(group.askers), requests: shown(group.requests),
            kept: shown(group.kept), missed: shown(group.missed), scores: shown(group.scores),
            satisfied: shown(group.satisfied))
    }
}

extension OfferMethods.Offer {
    fileprivate init(_ offer: ConciergeEngine.Offer) {
        self.init(
            id: offer.id, conditions: offer.conditions, partner: offer.partner, measure: offer.pilot?.measure,
            stop: offer.pilot?.stop)
    }
}
