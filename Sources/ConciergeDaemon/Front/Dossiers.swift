import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// A call that notes something of a resident.
protocol NotingMethod: DossierMethod {
    /// What it notes.
    func change() throws(ControlError) -> DossierChange
}

extension Submitting {
    /// - Parameter resident: The id that the call means.
    func note(
        _ call: some NotingMethod, of resident: String, by actor: String,
        _ completion: @escaping Completion<DossierReply>
    ) {
        do throws(ControlError) {
            submit(
                .note(try call.change(), resident: resident, caller: Caller(actor, call)),
                show: { _, answer in
                    switch answer {
                    case .dossier(let changed), .repeated(.dossier(let changed)): DossierReply(changed)
                    case .request, .run, .repeated, .rejected, .done: nil
                    }
                }, completion)
        } catch {
            completion(.failure(error))
        }
    }
}

extension DossierMethods.Prefer: NotingMethod {
    func change() throws(ControlError) -> DossierChange {
        var preferred: [Channel] = []
        for word in channels {
            guard let channel = Channel(rawValue: word.rawValue) else {
                let known = Channel.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalid(
                    "channels",
                    Text(
                        fr: "« \(word.rawValue) » n'est pas un moyen de joindre quelqu'un : \(known)",
                        en: "\"\(word.rawValue)\" is no way to reach somebody: \(known)"))
            }
            preferred.append(channel)
        }
        return .prefer(preferred)
    }
}

extension DossierMethods.Absent: NotingMethod {
    func change() throws(ControlError) -> DossierChange {
        .absent(from: try .read(from, "from"), until: try .read(until, "until"))
    }
}

extension DossierMethods.Back: NotingMethod {
    func change() throws(ControlError) -> DossierChange { .back(on: try .read(on, "on")) }
}

extension DossierMethods.Agree: NotingMethod {
    func change() throws(ControlError) -> DossierChange {
        .consent(to: purpose, from: try .read(from, "from"), until: try .read(until, "until"))
    }
}

extension DossierMethods.Withdraw: NotingMethod {
    func change() throws(ControlError) -> DossierChange { .withdraw(purpose, on: try .read(on, "on")) }
}

extension DossierMethods.Empower: NotingMethod {
    func change() throws(ControlError) -> DossierChange {
        .empower(
            Mandate.Holder(name: holder ?? "", email: email, phone: phone, resident: holderResident),
            services: (services ?? []).map { ServiceID($0) }, from: try .read(from, "from"),
            until: try .read(until, "until"))
    }
}

extension DossierMethods.EndMandate: NotingMethod {
    func change() throws(ControlError) -> DossierChange {
        .end(holder: holder, services: (services ?? []).map { ServiceID($0) }, on: try .read(on, "on"))
    }
}

extension LocalDate? {
    /// The day that a parameter says; nil if it is not given.
    fileprivate static func read(_ text: String?, _ parameter: String) throws(ControlError) -> LocalDate? {
        try text.map { text throws(ControlError) in try LocalDate.read(text, parameter) }
    }
}

extension LocalDate {
    /// The day that a parameter says.
    static func read(_ text: String, _ parameter: String) throws(ControlError) -> LocalDate {
        if let day = LocalDate(text) { return day }
        throw .invalid(
            parameter,
            Text(
                fr: "« \(text) » n'est pas un jour comme 2026-12-31", en: "\"\(text)\" is no day such as 2026-12-31"))
    }
}

// MARK: Shown

extension DossierReply {
    fileprivate init(_ changed: ResidentDossier) {
        self.init(id: changed.id, name: changed.name, dossier: Wire.Dossier(changed))
    }
}

extension Wire.Dossier {
    init(_ shown: ResidentDossier) {
        let (dossier, day) = (shown.dossier, shown.day)
        self.init(
            channels: dossier.channels.map { Channel(rawValue: $0.rawValue) },
            reachedBy: shown.reachedBy.map { Channel(rawValue: $0.rawValue) },
            absences: dossier.absences.map {
                Wire.Dossier.Days(from: $0.from.description, until: $0.until?.description)
            },
            consents: dossier.consents.map { Consent($0, on: day) },
            mandates: dossier.mandates.map { Mandate($0, on: day) })
    }
}

extension Wire.Dossier.Consent {
    fileprivate init(_ consent: ConciergeKit.Consent, on day: LocalDate) {
        self.init(
            purpose: consent.purpose, from: consent.days.from.description, until: consent.days.until?.description,
            withdrawn: consent.withdrawn?.description, recordedBy: consent.recorded.actor,
            recordedAt: consent.recorded.at, withdrawnBy: consent.withdrawal?.actor,
            withdrawnAt: consent.withdrawal?.at, counts: consent.counts(on: day))
    }
}

extension Wire.Dossier.Mandate {
    fileprivate init(_ mandate: ConciergeKit.Mandate, on day: LocalDate) {
        self.init(
            holder: mandate.holder.name, email: mandate.holder.email, phone: mandate.holder.phone,
            resident: mandate.holder.resident, services: mandate.services, from: mandate.days.from.description,
            until: mandate.days.until?.description, ended: mandate.ended?.description,
            recordedBy: mandate.recorded.actor, recordedAt: mandate.recorded.at, endedBy: mandate.ending?.actor,
            endedAt: mandate.ending?.at, counts: mandate.counts(on: day))
    }
}
