import ConciergeKit

extension Reception {
    /// So many wrong codes are taken within ``tryWindow``. Six digits are then guessed in some twenty years.
    static let codeTries = 5
    static let tryWindow = Duration.hours(1)

    /// Hands the parcel over for its code, or for a reason to do without it.
    ///
    /// A wrong code is refused and counted in the record. After too many of them no code is taken for a while, and staff
    /// give a reason.
    func handOver(_ parcel: inout Draft, for given: HandOver) throws(Refusal) {
        let now = parcel.now
        let isWithinWindow = parcel.record.codeTriedAt.map { now - $0 < Self.tryWindow } ?? false
        let tries = isWithinWindow ? parcel.record.codeTries ?? 0 : 0
        if let code = given.code, tries < Self.codeTries {
            guard Folding.code(code) != parcel.record.code else { return }
            if !isWithinWindow { parcel.record.codeTriedAt = now }
            parcel.record.codeTries = tries + 1
            if tries + 1 == Self.codeTries {
                parcel.notify(
                    .staff, "code-locked",
                    Text(
                        fr: "\(Self.codeTries) codes faux en une heure : il faut maintenant un motif.",
                        en: "\(Self.codeTries) wrong codes within an hour: a reason is needed now."))
            }
            return parcel.refuse(
                Text(fr: "Ce code n'est pas celui du colis.", en: "The code is not this parcel's."))
        }
        guard let reason = given.overrideReason else {
            guard given.code == nil else {
                throw Refusal(
                    fr: "Trop de codes faux : il faut un motif (override_reason), ou attendre une heure.",
                    en: "Too many wrong codes: a reason (override_reason) is needed, or an hour's wait.")
            }
            throw Refusal(
                fr: "Il faut le code de retrait, ou un motif (override_reason) pour s'en passer.",
                en: "The collection code is needed, or a reason (override_reason) to do without it.")
        }
        parcel.record.overrideReason = reason
    }
}
