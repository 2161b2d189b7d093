package import ConciergeKit

extension Dossier {
    /// How the lodge reaches a resident, the preferred way first; never empty.
    ///
    /// It is what staff have noted, without a mail or a call for which the directory has no address or number. If
    /// nothing is left, or nothing was noted: by mail if the directory has an address, by telephone if it has a number,
    /// by the letter box, at the door.
    package func channels(of resident: Resident) -> [Channel] {
        let noted = channels.filter(resident.isReached(by:))
        return noted.isEmpty ? Channel.allCases.filter(resident.isReached(by:)) : noted
    }
}

extension Resident {
    /// Whether the directory has what a channel needs.
    package func isReached(by channel: Channel) -> Bool {
        switch channel {
        case .email: !email.isEmpty
        case .phone: !phone.isEmpty
        case .letter, .door: true
        }
    }
}

/// A dossier, and whose it is: the answer to a change of it.
package struct ResidentDossier: Sendable, Hashable, Codable {
    /// The resident's id as the directory has it.
    package let id: String
    package let name: String
    /// ``Dossier/channels(of:)``.
    package let reachedBy: [Channel]
    package let dossier: Dossier
    /// The day of the change.
    package let day: LocalDate

    package init(_ dossier: Dossier, of resident: Resident, on day: LocalDate) {
        id = resident.id
        name = resident.name
        reachedBy = dossier.channels(of: resident)
        self.dossier = dossier
        self.day = day
    }
}

/// What the engine may ask about dossiers.
package protocol DossierFacts {
    /// The dossier of the resident with a key (``Resident/key(of:)``), also of one who is not in the directory now; nil
    /// if nothing is noted.
    func dossier(_ resident: String) throws -> Dossier?
}

extension StagedChanges {
    func dossier(_ resident: String) throws -> Dossier? {
        guard let changed = changes.dossiers[resident] else { return try facts.dossier(resident) }
        return changed.isEmpty ? nil : changed
    }

    /// The resident with a key, at their place and with their dossier as the batch has left it.
    func known(_ resident: String) throws -> ResidentAtPlace? {
        var known = try asked.known(resident) { try facts.known(resident) }
        if let changed = changes.dossiers[resident] { known?.dossier = changed }
        return known
    }
}
