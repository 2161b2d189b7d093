import ConciergeEngine
import ConciergeKit

extension DaemonConfiguration {
    /// The settings of one offer.
    struct OfferSection: Settings {
        @Setting("The service that is offered.")
        var service: String
        @Setting("Only in these territories.")
        var territories: [String] = []
        @Setting("Only in these residences.", example: ["Les Tilleuls"])
        var residences: [String] = []
        @Setting("Only to residents of one of these publics.", example: ["senior"])
        var publics: [String] = []
        @Setting("Only in adapted dwellings; false: only in others.", example: true)
        var adapted: Bool?
        @Setting("Only in connected dwellings; false: only in others.", example: true)
        var connected: Bool?
        @Setting(
            "Only to residents who have consented to this, as conciergectl residents consent records it.",
            example: "home-visits")
        var consent: String?
        @Setting("The first day.", example: LocalDate("2027-01-04"))
        var from: LocalDate?
        @Setting("The last day.", example: LocalDate("2027-06-30"))
        var until: LocalDate?
        @Setting("The partner who runs it; without it, the office itself.", example: "Association du quartier")
        var partner: String?
        @Setting("Where it is only tried: its figure and its end.", example: .example)
        var pilot: PilotSection?

        static var example: Self {
            Self {
                $0.service = "parcel.reception"
                $0.residences = ["Les Tilleuls"]
            }
        }

        func check() throws(Mismatch) {
            if let from, let until, until < from {
                throw $until.wrong("it ends on \(until), before it begins on \(from)")
            }
            if let consent, TextLimits.blank(consent) != nil { throw $consent.wrong("it does not say to what") }
            guard pilot != nil else { return }
            if from == nil { throw $from.wrong("a pilot says when it begins") }
            if until == nil { throw $until.wrong("a pilot says when it ends") }
            if residences.isEmpty { throw $residences.wrong("a pilot names its residences") }
        }
    }

    /// What makes an offer a pilot.
    struct PilotSection: Settings {
        @Setting("The figure for which it is tried, in words.")
        var measure: String
        @Setting("What would end it early, in words.")
        var stop: String

        static var example: Self {
            Self {
                $0.measure = "one parcel a month for each dwelling"
                $0.stop = "two complaints a week"
            }
        }
    }

    /// The offers in force.
    var offerBook: OfferBook {
        OfferBook(
            offers.map { id, section in
                var offer = Offer(id: id, service: ServiceID(section.service))
                offer.territories = section.territories
                offer.residences = section.residences
                offer.publics = section.publics
                offer.adapted = section.adapted
                offer.connected = section.connected
                offer.consent = section.consent
                offer.from = section.from
                offer.until = section.until
                offer.partner = section.partner
                offer.pilot = section.pilot.map { Offer.Pilot(measure: $0.measure, stop: $0.stop) }
                return offer
            })
    }

    /// Refuses two offers of a service for the same people at the same time: nobody could say which one holds.
    func checkOffers(_ tree: ConfigurationTree) throws(ConfigurationError) {
        let all = offerBook.all
        for (index, offer) in all.enumerated() {
            let other = all[..<index].first {
                $0.service == offer.service && $0.hasConditions(of: offer) && $0.overlaps(offer)
            }
            guard let other else { continue }
            throw tree.error(
                at: [.key("offers"), .key(offer.id)],
                reason:
                    "it contradicts \"\(other.id)\": both offer \(offer.service) to the same people at the same time")
        }
    }
}
