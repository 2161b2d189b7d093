package import Wording

/// The calls of `org.concierged.Offers`.
package enum OfferMethods {
    /// What is offered to whom.
    package struct List: ControlMethod {
        package static let declaration = MethodDeclaration("List", of: .offers, for: .staff, isSigned: false)

        /// The id of a resident of the directory; nil for what is offered at all.
        package var resident: String?

        package init(resident: String? = nil) { self.resident = resident }

        package struct Reply: WireValue, Hashable {
            /// The resident's name.
            package var resident: String?
            package var services: [Service]

            package init(resident: String?, services: [Service]) {
                self.resident = resident
                self.services = services
            }
        }
    }

    /// What a pilot has come to.
    package struct Pilot: ControlMethod {
        package static let declaration = MethodDeclaration("Pilot", of: .offers, for: .viewer, isSigned: false)

        /// The name of the offer.
        package var id: String

        package init(id: String) { self.id = id }

        package struct Reply: WireValue, Hashable {
            package var offer: Offer
            package var service: String
            /// Whether there are too few requests to say what it has come to.
            package var tooFew: Bool
            /// Its residences.
            package var pilot: Figures
            /// All other residences.
            package var others: Figures

            package init(offer: Offer, service: String, tooFew: Bool, pilot: Figures, others: Figures) {
                self.offer = offer
                self.service = service
                self.tooFew = tooFew
                self.pilot = pilot
                self.others = others
            }
        }

        /// Figures of some residences. One from 1 to 4 is hidden: nil.
        package struct Figures: WireValue, Hashable {
            package var residents: Int?
            /// How many residents asked for the service.
            package var askers: Int?
            package var requests: Int?
            package var kept: Int?
            package var missed: Int?
            package var scores: Int?
            package var satisfied: Int?

            package init(
                residents: Int?, askers: Int?, requests: Int?, kept: Int?, missed: Int?, scores: Int?, satisfied: Int?
            ) {
                self.residents = residents
                self.askers = askers
                self.requests = requests
                self.kept = kept
                self.missed = missed
                self.scores = scores
                self.satisfied = satisfied
            }
        }
    }

    /// A service with its offers.
    package struct Service: WireValue, Hashable {
        package var service: String
        package var name: Text
        /// Whether the resident may have it; nil if none was named.
        package var offered: Bool?
        /// What the offer that comes nearest asks for; nil if it is offered.
        package var obstacles: [Text]?
        /// Empty if it is offered to everybody.
        package var offers: [Offer]

        package init(service: String, name: Text, offered: Bool?, obstacles: [Text]?, offers: [Offer]) {
            self.service = service
            self.name = name
            self.offered = offered
            self.obstacles = obstacles
            self.offers = offers
        }
    }

    package struct Offer: WireValue, Hashable {
        package var id: String
        /// Whom and when it is for, each in a few words; empty for everybody.
        package var conditions: [Text]
        /// Who runs it; nil for the office itself.
        package var partner: String?
        /// The figure for which a pilot is tried; nil for an offer that is no pilot.
        package var measure: String?
        /// What would end a pilot early.
        package var stop: String?

        package init(id: String, conditions: [Text], partner: String?, measure: String?, stop: String?) {
            self.id = id
            self.conditions = conditions
            self.partner = partner
            self.measure = measure
            self.stop = stop
        }
    }
}
