/// What staff have noted of a resident. No import of the directory changes it.
package struct Dossier: Sendable, Hashable, Codable {
    /// How the resident wants to be reached, the preferred channel first; empty if nobody has noted it.
    package var channels: [Channel] = []
    /// When the resident is away, the earliest first.
    package var absences: [Days] = []
    /// In the order in which they were recorded; those that are withdrawn or over too.
    package var consents: [Consent] = []
    /// In the order in which they were recorded; those that are ended or over too.
    package var mandates: [Mandate] = []

    package init() {}

    package var isEmpty: Bool { channels.isEmpty && absences.isEmpty && consents.isEmpty && mandates.isEmpty }

    /// Whether the resident agrees to something on a day.
    package func consents(to purpose: String, on day: LocalDate) -> Bool {
        consents.contains { $0.isTo(purpose) && $0.counts(on: day) }
    }

    package func isAway(on day: LocalDate) -> Bool { absences.contains { $0.contains(day) } }

    /// The mandate by which somebody acts for the resident in a service on a day: of several the first that names the
    /// service, else the first for all services.
    package func holder(for service: ServiceID, on day: LocalDate) -> Mandate? {
        let counting = mandates.filter { $0.counts(on: day) && $0.covers(service.rawValue) }
        return counting.first { !$0.services.isEmpty } ?? counting.first
    }

    /// The mandate by which this person acts for the resident in a service on a day.
    ///
    /// - Parameter holder: The name or the id of the person.
    /// - Throws: Why the person may not act.
    package func mandate(
        of holder: String, for service: ServiceID, on day: LocalDate
    ) throws(Refusal) -> Mandate {
        let theirs = mandates.filter { $0.holder.isCalled(holder) }
        guard !theirs.isEmpty else {
            throw Refusal(
                fr: "Aucun mandat n'est noté pour \(holder).", en: "No mandate is recorded for \(holder).")
        }
        let covering = theirs.filter { $0.covers(service.rawValue) }
        if let counting = covering.first(where: { $0.counts(on: day) }) { return counting }
        // The last one recorded is the one that people have in mind.
        if let reason = covering.last?.obstacle(on: day) { throw Refusal(reason) }
        throw Refusal(
            fr: "Le mandat de \(holder) ne vaut pas pour le service « \(service) ».",
            en: "The mandate of \(holder) is not for the service \"\(service)\".")
    }
}
