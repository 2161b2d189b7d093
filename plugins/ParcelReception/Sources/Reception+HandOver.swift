import ConciergeKit

extension Reception {
    /// The maximum number of wrong codes within ``tryWindow``. At this rate it takes about twenty years to try all
    /// codes of six digits.
    static let codeTries = 5
    static let tryWindow = Duration.hours(1)

    /// Hands the parcel over for its code, or without the code for a reason.
    ///
    /// A wrong code is refused and counted in the record. After too many wrong codes no code is accepted for a while,
    /// and staff must give a reason.
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
