import ConciergeKit
import Mail

extension Batch {
    /// Changes the dossier of a resident whom the directory knows.
    mutating func note(_ change: DossierChange, of resident: String, by actor: String) throws -> Answer {
        let known = try inDirectory(resident, "resident")
        let context = DossierContext(
            today: registry.zone.local(now).date, recorded: RecordedBy(actor, at: now))
        var dossier = known.dossier
        try dossier.make(try checked(change, of: known.resident), context)
        if dossier != known.dossier { staged.changes.dossiers[known.resident.key] = dossier }
        return .dossier(ResidentDossier(dossier, of: known.resident, on: context.today))
    }

    private func inDirectory(_ id: String, _ parameter: String) throws -> ResidentAtPlace {
        if let known = try staged.known(Resident.key(of: id)) { return known }
        throw Rejection.invalid(
            name: parameter,
            reason: Text(fr: "« \(id) » n'est pas dans l'annuaire", en: "\"\(id)\" is not in the directory"))
    }

    /// The change with the holder as the directory has them, if they are in it.
    private func checked(_ change: DossierChange, of resident: Resident) throws -> DossierChange {
        switch change {
        // A mandate for a service that is not served any more can be ended.
        case .prefer, .absent, .back, .consent, .withdraw, .end: return change
        case .empower(let holder, let services, let from, let until):
            for service in services { try refuseUnserved(service) }
            return .empower(try checked(holder, of: resident), services: services, from: from, until: until)
        }
    }

    private func refuseUnserved(_ service: ServiceID) throws {
        guard registry.service(service) == nil else { return }
        let reason = Text(fr: "aucun service « \(service) » n'est servi", en: "no service \"\(service)\" is served")
        let suggestion = NearestName.suggestion(
            for: service.rawValue, among: registry.serviceIDs.map(\.rawValue).sorted())
        throw Rejection.invalid(name: "services", reason: reason.adding(suggestion))
    }

    private func checked(_ holder: Mandate.Holder, of resident: Resident) throws -> Mandate.Holder {
        let other = try holder.resident.map { try inDirectory($0, "holder_resident").resident }
        let name = holder.name.isEmpty ? other?.name ?? "" : holder.name
        guard !name.isEmpty else {
            throw Rejection.invalid(
                name: "holder",
                reason: Text(
                    fr: "dites qui reçoit le mandat, par son nom ou son identifiant",
                    en: "say who gets the mandate, by name or id"))
        }
        // A person of the same name who is in the directory is known by the id.
        let isSelf =
            other.map { $0.key == resident.key } ?? (Folding.text(name) == Folding.text(resident.name))
        guard !isSelf else {
            throw Rejection.invalid(
                name: "holder",
                reason: Text(
                    fr: "c'est \(resident.name) ; un mandat va à quelqu'un d'autre",
                    en: "that is \(resident.name); a mandate is for somebody else"))
        }
        if let email = holder.email { try refuseBad(address: email) }
        if let phone = holder.phone { try refuseBad(number: phone) }
        return Mandate.Holder(name: name, email: holder.email, phone: holder.phone, resident: other?.id)
    }

    private func refuseBad(address: String) throws {
        do throws(MailMistake) {
            _ = try MailAddress(address)
        } catch {
            throw Rejection.invalid(
                name: "email",
                reason: Text(
                    fr: "« \(address) » n'est pas une adresse. \(error.words)",
                    en: "\"\(address)\" is no address. \(error.words)"))
        }
    }

    private func refuseBad(number: String) throws {
        let isNumber =
            number.unicodeScalars.allSatisfy { "0123456789 +.-()/\u{A0}\u{202F}".unicodeScalars.contains($0) }
            && number.count(where: \.isNumber) >= 3
        guard !isNumber else { return }
        throw Rejection.invalid(
            name: "phone",
            reason: Text(
                fr: "« \(number) » n'est pas un numéro de téléphone", en: "\"\(number)\" is no telephone number"))
    }
}
