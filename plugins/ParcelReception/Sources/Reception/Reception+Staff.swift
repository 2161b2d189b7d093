import ConciergeKit

extension Reception {
    /// How far ahead staff may keep a parcel.
    private static let longestExtension = 90

    /// Keeps the parcel until a day that staff choose, and tells the resident.
    func extend(_ parcel: inout Draft, until day: LocalDate) throws(Refusal) {
        let today = zone(of: parcel).local(parcel.now).date
        let last = today.adding(days: Self.longestExtension)
        try require(
            day > today && day <= last, fr: "Le dernier jour de garde va de demain au \(last, .dayAndYear).",
            en: "The last day is from tomorrow to \(last, .dayAndYear).")
        (parcel.record.returnReason, parcel.record.note) = (nil, nil)
        keep(&parcel, until: day)
        remindLater(&parcel)
        parcel.notify(
            .resident, Extended(what: parcel.record.what, until: day, phone: lodge(of: parcel).phone))
    }

    /// Reminds staff of what they have to do with the parcel, until they have done it.
    func followUp(_ parcel: inout Draft) {
        let what = headline(parcel.record)
        followUpLater(&parcel)
        switch parcel.state {
        case .toReturn:
            parcel.notify(
                .staff, "to-return", fr: "Toujours à retourner : \(what).", en: "Still to be returned: \(what).")
        case .forwarded:
            parcel.notify(
                .staff, "in-transfer", fr: "Est-il arrivé à l'autre loge ? \(what).",
                en: "Has it reached the other lodge? \(what).")
        default:
            parcel.notify(.staff, "still-lost", fr: "Toujours introuvable : \(what).", en: "Still lost: \(what).")
        }
    }
}
