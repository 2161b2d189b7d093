import ConciergeKit

extension Reception {
    /// Takes in a parcel that nobody has announced.
    func takeIn(_ arrival: Arrival, _ moment: Moment) throws -> Draft {
        guard let tracking = arrival.tracking else { return try takeInWithoutNumber(arrival, moment) }
        let verdict = tracking.verdict(carrier: arrival.carrier)
        try Self.requireRead(verdict, reason: arrival.reason)
        var parcel = Draft(
            Record(
                tracking, verdict, carrier: arrival.carrier, kind: arrival.kind, sender: arrival.sender,
                reason: arrival.reason),
            at: moment)
        try claimNumber(&parcel)
        try put(&parcel, on: arrival.shelf)
        welcome(&parcel)
        return parcel
    }

    /// Notes a parcel that is to come. Nobody is told before it is there.
    func announce(_ announcement: Announce, _ moment: Moment) throws -> Draft {
        let verdict = announcement.tracking.verdict(carrier: announcement.carrier)
        try Self.requireRead(verdict, reason: announcement.reason)
        var parcel = Draft(
            Record(
                announcement.tracking, verdict, carrier: announcement.carrier, kind: .parcel, sender: nil,
                reason: announcement.reason),
            at: moment)
        try claimNumber(&parcel)
        parcel.start(.expected, after: settings.expectFor)
        return parcel
    }

    /// Flowers and what a courier brings have no number: the lodge gives them one.
    private func takeInWithoutNumber(_ arrival: Arrival, _ moment: Moment) throws -> Draft {
        func draft(_ number: TrackingNumber) -> Draft {
            Draft(
                Record(
                    number, number.verdict(), carrier: arrival.carrier, kind: arrival.kind, sender: arrival.sender,
                    reason: nil),
                at: moment)
        }
        let number = TrackingNumber.lodge(at: moment) { number in
            let parcel = draft(number)
            return parcel.isFree(parcel.record.numberKey)
        }
        guard let number else {
            throw Refusal(
                fr: "La loge n'a plus de numéro libre : donnez-en un (tracking).",
                en: "The lodge has no free number left: give one (tracking).")
        }
        var parcel = draft(number)
        try claimNumber(&parcel)
        try put(&parcel, on: arrival.shelf)
        welcome(&parcel)
        return parcel
    }

    /// Draws the code, begins the holding time and tells the resident.
    func welcome(_ parcel: inout Draft) {
        let code = parcel.record.code ?? parcel.moment.code(digits: 6)
        parcel.record.code = code
        begin(&parcel)
        parcel.seal()
        guard let until = parcel.record.lastDay else { return }
        parcel.notify(
            .resident,
            Arrived(
                what: parcel.record.what, recipient: parcel.knownResident?.name, code: code, until: until,
                at: lodge(of: parcel)),
            secret: true, usefulUntil: parcel.timers[.retention], onlyInState: true)
    }

    /// Corrects the number of a parcel. Its check counts as when the parcel is taken in.
    func renumber(_ parcel: inout Draft) throws(Refusal) {
        let verdict = parcel.record.tracking.verdict(carrier: parcel.record.carrier)
        try Self.requireRead(verdict, reason: parcel.record.numberReason)
        (parcel.record.format, parcel.record.candidates) = (verdict.check, verdict.candidates)
        if parcel.record.carrier == nil { parcel.record.carrier = verdict.carrier }
        guard parcel.state.isOpen else { return }
        for claim in parcel.claims where claim.key.hasPrefix("tracking:") { parcel.release(claim.key) }
        try claimNumber(&parcel)
    }

    /// A number is held once, as long as its parcel is announced or with the lodge.
    private func claimNumber(_ parcel: inout Draft) throws(Refusal) {
        let (key, number) = (parcel.record.numberKey, parcel.record.tracking.text)
        guard !parcel.tryClaim(key) else { return }
        throw Refusal(taken(number, by: parcel.request(holding: key), parcel.holder(of: key) ?? ""))
    }

    /// Says whose the parcel with a number is, where it lies, and which request it is.
    private func taken(_ number: String, by other: HoldingRequest<Self>?, _ id: String) -> Text {
        guard let other else {
            return Text(
                fr: "Le colis \(number) est déjà enregistré : demande \(id).",
                en: "Parcel \(number) is already registered: request \(id).")
        }
        let whose = other.knownResident?.name ?? other.resident ?? id
        if other.isIn(.announced) {
            return Text(
                fr: "Le colis \(number) est annoncé pour \(whose) : réceptionnez-le par l'action « arrive » de \(id).",
                en: "Parcel \(number) is announced for \(whose): take it in by the action \"arrive\" of \(id).")
        }
        let isHere = other.isIn(.held) || other.isIn(.toReturn)
        let already =
            isHere
            ? Text(fr: "est déjà en loge", en: "is already held here")
            : Text(fr: "est déjà enregistré", en: "is already registered")
        let shelf = other.record.shelf.map { Text(fr: ", étagère \($0)", en: ", shelf \($0)") } ?? Text(verbatim: "")
        return Text(
            fr: "Le colis \(number) \(already) : pour \(whose)\(shelf) (demande \(id)).",
            en: "Parcel \(number) \(already): for \(whose)\(shelf) (request \(id)).")
    }

    /// A number whose check is wrong is asked for again. With a reason it is taken in: the parcel is on the desk.
    private static func requireRead(_ verdict: TrackingNumber.Verdict, reason: String?) throws(Refusal) {
        guard let doubt = verdict.doubt, reason == nil else { return }
        throw Refusal(
            fr: "\(doubt). Relisez l'étiquette ; si elle dit bien cela, ajoutez un motif (motif=…).",
            en: "\(doubt). Read the label again; if that is what it says, add a reason (reason=…).")
    }
}
