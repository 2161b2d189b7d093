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
