package import ConciergeKit

/// A resident of the directory with what it knows of their place.
package struct ResidentAtPlace: Sendable, Hashable {
    package let resident: Resident
    /// Nil if the directory does not have it.
    package let residence: Residence?
    /// Nil if the directory does not have it.
    package let dwelling: Dwelling?
    /// What staff have noted of them; empty if nothing.
    package var dossier = Dossier()
}

/// A directory that is there to be read, of one edition.
package protocol DirectoryEntries {
    /// The thing with a key, or else with this alias.
    func entry<Noun: DirectoryNoun>(of noun: Noun.Type, named name: String) throws -> Noun?
}

extension DirectoryEntries {
    /// The resident with a key, at their place, with the dossier that a look-up finds.
    package func known(_ key: String, dossier: (String) throws -> Dossier?) throws -> ResidentAtPlace? {
        var known = try place(ofResident: key)
        if known != nil, let dossier = try dossier(key) { known?.dossier = dossier }
        return known
    }

    private func place(ofResident key: String) throws -> ResidentAtPlace? {
        guard let resident = try entry(of: Resident.self, named: key) else { return nil }
        let name = Folding.text(resident.residence)
        guard !name.isEmpty, let residence = try entry(of: Residence.self, named: name) else {
            return ResidentAtPlace(resident: resident, residence: nil, dwelling: nil)
        }
        let label = Dwelling.key(of: resident.dwelling, residence: residence.key)
        return ResidentAtPlace(
            resident: resident, residence: residence, dwelling: try entry(of: Dwelling.self, named: label))
    }
}

/// What the engine may ask about the directory.
package protocol DirectoryFacts {
    /// The resident with a key (``Resident/key(of:)``), at their place and with their dossier.
    func known(_ resident: String) throws -> ResidentAtPlace?
    /// The place that a key names; nil if the directory does not have its residence.
    func place(_ key: PlaceKey) throws -> KnownPlace?
}

extension KnownResident {
    /// What a rule sees.
    package init(_ known: ResidentAtPlace) {
        let resident = known.resident
        let place = known.residence.map { Place($0, known.dwelling) }
        self.init(
            id: resident.id, name: resident.name, dwelling: resident.dwelling,
            residence: known.residence?.name ?? resident.residence, language: resident.language,
            publics: resident.publics, movedIn: resident.movedIn, place: place,
            channels: known.dossier.channels(of: resident), dossier: known.dossier)
    }
}
