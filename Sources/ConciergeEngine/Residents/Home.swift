import ConciergeKit

/// Where a resident of the directory lives, and to which publics they belong: what requests are counted by.
package struct Home: Sendable {
    /// The residence's name; what the resident's line says if the directory does not have it.
    package let residence: String
    /// The residence's key; nil if the directory does not have it.
    package let residenceKey: String?
    package let territory: String
    package let publics: [String]

    package init(residence: String, residenceKey: String? = nil, territory: String = "", publics: [String] = []) {
        self.residence = residence
        self.residenceKey = residenceKey
        self.territory = territory
        self.publics = publics
    }

    /// Whether it is in one of some residences, named by key or name, folded.
    package func isIn(_ residences: Set<String>) -> Bool {
        residences.contains(Folding.text(residence)) || residenceKey.map(residences.contains) ?? false
    }
}

extension Home {
    /// The homes of residents, by the residents' keys.
    package static func all(of residents: [Resident], in residences: [Residence]) -> [String: Home] {
        var named: [String: Residence] = [:]
        for residence in residences {
            named[residence.key] = residence
            named[Folding.text(residence.name)] = residence
        }
        var homes: [String: Home] = [:]
        for resident in residents {
            let residence = named[Folding.text(resident.residence)]
            homes[resident.key] = Home(
                residence: residence?.name ?? resident.residence, residenceKey: residence?.key,
                territory: residence?.territory ?? "", publics: resident.publics)
        }
        return homes
    }
}
