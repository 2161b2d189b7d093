package import ConciergeKit

/// A resident of the directory, as the landlord's own system has written the line.
///
/// Dwelling and residence are the labels that people use. They are kept apart, so that both can become things of their
/// own, which residents then refer to.
package struct Resident: Sendable, Hashable {
    /// The key of the landlord's own system, as it was written. ``key`` is what is compared.
    package var id: String
    package var name: String
    /// The label on the door.
    package var dwelling: String
    package var residence: String
    package var language: String
    package var publics: [String]
    package var email: String
    package var phone: String
    package var movedIn: LocalDate?

    package init(
        id: String, name: String, dwelling: String, residence: String = "", language: String = "",
        publics: [String] = [], email: String = "", phone: String = "", movedIn: LocalDate? = nil
    ) {
        self.id = id
        self.name = name
        self.dwelling = dwelling
        self.residence = residence
        self.language = language
        self.publics = publics
        self.email = email
        self.phone = phone
        self.movedIn = movedIn
    }

    /// By what two lines are of one resident, however their ids were typed.
    package var key: String { Self.key(of: id) }

    /// The key of an id: the same for all forms that people consider the same.
    package static func key(of id: String) -> String { Folding.text(id) }
}

/// A change of the directory, all of which takes effect at once.
package struct DirectoryChanges: Sendable, Hashable {
    /// Residents that are new, or take the place of those with the same key.
    package var put: [Resident]
    /// Keys of residents who leave the directory.
    package var removed: [String]

    package var isEmpty: Bool { put.isEmpty && removed.isEmpty }

    package init(put: [Resident] = [], removed: [String] = []) {
        self.put = put
        self.removed = removed
    }
}

/// What a search has found.
package struct ResidentHits: Sendable, Hashable {
    package let residents: [Resident]
    /// Whether the search would find others too.
    package let hasMore: Bool

    package init(residents: [Resident], hasMore: Bool) {
        self.residents = residents
        self.hasMore = hasMore
    }
}

/// A part of the directory, in the order of the residents' keys.
package struct DirectoryPage: Sendable, Hashable {
    /// The edition of the directory that it is of. It grows with each change.
    package let edition: Int64
    package let residents: [Resident]
    /// The key after which the next part begins; nil for the last one.
    package let next: String?

    package init(edition: Int64, residents: [Resident], next: String?) {
        self.edition = edition
        self.residents = residents
        self.next = next
    }
}
