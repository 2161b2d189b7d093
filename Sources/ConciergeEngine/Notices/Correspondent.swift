package import ConciergeKit

/// Who is written to about a resident's requests, and where.
package struct Correspondent: Sendable, Hashable {
    /// The name of the holder of a mandate; nil for the resident.
    package let holder: String?
    package let name: String
    package let address: String
}

extension ResidentAtPlace {
    /// Who is written to by mail about a service on a day: the holder of a mandate for it, else the resident, if a mail is
    /// how they want to be reached. Nil if staff tell them.
    package func correspondent(for service: ServiceID, on day: LocalDate) -> Correspondent? {
        if let mandate = dossier.holder(for: service, on: day) { return Correspondent(mandate) }
        guard dossier.channels(of: resident).first == .email else { return nil }
        return Correspondent(holder: nil, name: resident.name, address: resident.email)
    }

    /// Who is written to by a run, on a day. Nil if there is no address any more, or the mandate has ended.
    package func correspondent(of recipient: SendMail.Recipient, on day: LocalDate) -> Correspondent? {
        guard let holder = recipient.holder else {
            return resident.email.isEmpty
                ? nil : Correspondent(holder: nil, name: resident.name, address: resident.email)
        }
        return dossier.mandates.first { $0.counts(on: day) && $0.holder.isCalled(holder) }.flatMap { Correspondent($0) }
    }
}

extension Correspondent {
    /// Nil if the holder of the mandate has no address.
    fileprivate init?(_ mandate: Mandate) {
        guard let email = mandate.holder.email, !email.isEmpty else { return nil }
        self.init(holder: mandate.holder.name, name: mandate.holder.name, address: email)
    }
}
