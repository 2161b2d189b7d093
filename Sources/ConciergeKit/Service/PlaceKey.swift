/// The place that a request is about: a residence, or a dwelling or a common part of it, by the names that the directory
/// had when staff gave it.
package struct PlaceKey: Sendable, Hashable {
    /// The id of the residence.
    package let residence: String
    /// Nil for the residence as a whole.
    package let part: Part?

    /// A part of a residence.
    package enum Part: Sendable, Hashable {
        /// The label on the door.
        case dwelling(String)
        /// What the tenants share, such as the laundry.
        case commonPart(String)

        package var name: String {
            switch self {
            case .dwelling(let name), .commonPart(let name): name
            }
        }
    }

    // A ledger compares bytes, so canonically equivalent names get the same form.
    package init(residence: String, dwelling: String? = nil, commonPart: String? = nil) {
        self.residence = Folding.canonical(residence)
        part =
            dwelling.map { .dwelling(Folding.canonical($0)) } ?? commonPart.map { .commonPart(Folding.canonical($0)) }
    }

    package var dwelling: String? { if case .dwelling(let label)? = part { label } else { nil } }
    package var commonPart: String? { if case .commonPart(let name)? = part { name } else { nil } }
}
