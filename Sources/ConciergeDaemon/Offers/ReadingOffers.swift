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
                call.resident == nil ? nil : registry.offers.obstacles(to: table.id, for: resident, on: day)
            return OfferMethods.Service(
                service: table.id.rawValue, name: table.name,
                offered: call.resident.map { _ in obstacles == nil }, obstacles: obstacles,
                offers: registry.offers.offers(of: table.id).map { OfferMethods.Offer($0) })
        }
        return OfferMethods.List.Reply(resident: resident?.name, services: services)
    }
}

extension OfferMethods.Offer {
    fileprivate init(_ offer: ConciergeEngine.Offer) {
        self.init(
            id: offer.id, conditions: offer.conditions, partner: offer.partner, measure: offer.pilot?.measure,
            stop: offer.pilot?.stop)
    }
}
