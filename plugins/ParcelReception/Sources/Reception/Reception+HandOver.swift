import ConciergeKit

extension Reception {
    /// The maximum number of wrong codes within ``tryWindow``. At this rate it takes about twenty years to try all
    /// codes of six digits.
    static let codeTries = 5
    static let tryWindow = Duration.hours(1)
    /// The least number of letters of a reason: fewer do not say why.
    static let reasonLetters = 10

    /// Hands the parcel over for its code; or without the code to the resident or a delegate who shows who they are, or to
    /// somebody else for a reason.
    ///
    /// A wrong code is refused and counted in the record. After too many wrong codes no code is accepted for a while.
    func handOver(_ parcel: inout Draft, for given: HandOver) throws(Refusal) {
        let isCodeRight: Bool
        if let code = given.code, !isLocked(parcel) {
            isCodeRight = Folding.code(code) == parcel.record.code
            guard isCodeRight else { return countWrongCode(&parcel) }
        } else {
            isCodeRight = false
        }
        let isMandated = given.collectedBy.map { mandate(of: $0, for: parcel) != nil } ?? false
        if !isCodeRight { try requireProof(given, isMandated: isMandated, isLocked: given.code != nil) }
        parcel.record.collectedBy = given.collectedBy
        parcel.record.collector = given.collectedBy == nil ? .resident : isMandated ? .delegate : .other
        parcel.record.proof = given.proof
        parcel.record.handOverReason = isCodeRight ? nil : given.reason
        parcel.record.returnReason = nil
        clearShelf(&parcel)
        parcel.seal()
        guard !isCodeRight || given.collectedBy != nil else { return }
        parcel.notify(
            .resident,
            HandedOver(
                what: parcel.record.what, who: given.collectedBy, at: parcel.now, phone: lodge(of: parcel).phone))
    }

    private func mandate(of person: String, for parcel: Draft) -> Mandate? {
        try? parcel.knownResident?.mandate(of: person, for: Self.id, on: parcel.moment.today)
    }

    /// Whether too many wrong codes were given within the last hour.
    private func isLocked(_ parcel: Draft) -> Bool { recentTries(parcel) >= Self.codeTries }

    private func recentTries(_ parcel: Draft) -> Int {
        let isRecent = parcel.record.codeTriedAt.map { parcel.now - $0 < Self.tryWindow } ?? false
        return isRecent ? parcel.record.codeTries ?? 0 : 0
    }

    private func countWrongCode(_ parcel: inout Draft) {
        let tries = recentTries(parcel)
        if tries == 0 { parcel.record.codeTriedAt = parcel.now }
        parcel.record.codeTries = tries + 1
        if tries + 1 == Self.codeTries {
            parcel.notify(
                .staff, "code-locked",
                Text(
                    fr: "\(Self.codeTries) codes faux en une heure : il faut maintenant un justificatif et un motif.",
                    en: "\(Self.codeTries) wrong codes within an hour: a proof and a reason are needed now."))
        }
        parcel.refuse(Text(fr: "Ce code n'est pas celui du colis.", en: "The code is not this parcel's."))
    }

    /// Without the code, staff must have seen who it is, and say why, except for a delegate, whose mandate says it.
    private func requireProof(_ given: HandOver, isMandated: Bool, isLocked: Bool) throws(Refusal) {
        let hasReason = given.reason.map { $0.count(where: \.isLetter) >= Self.reasonLetters } ?? false
        guard given.proof == nil || !(hasReason || isMandated) else { return }
        let why =
            isLocked
            ? Text(
                fr: "Trop de codes faux : attendez une heure ou remettez le colis sans code.",
                en: "Too many wrong codes: wait for an hour or hand the parcel over without a code.")
            : Text(fr: "Le code de retrait manque.", en: "The collection code is missing.")
        throw Refusal(
            fr: """
                \(why) Sans code, il faut le justificatif vu (justificatif=…) et un motif d'au moins \(Self.reasonLetters) lettres \
                (motif=…) ; si ce n'est pas le locataire, aussi le nom de la personne (remis=…). Pour un mandataire, \
                le justificatif suffit.
                """,
            en: """
                \(why) Without a code, the proof seen (proof) and a reason of at least \(Self.reasonLetters) letters \
                (reason) are needed; if it is not the resident, also the person's name (collected_by). For a delegate, the \
                proof is enough.
                """)
    }
}
