import ConciergeKit

extension Repair {
    /// By when it is repaired.
    struct Promised: Notice {
        static let name = "due"
        let due: Instant

        var words: Text {
            Text(fr: "Votre réparation est promise au plus tard le \(due).", en: "Your repair is promised by \(due).")
        }

        static let example = Promised(due: Instant(milliseconds: 1_798_788_600_000))
    }

    /// The work is done, and the resident has the last word.
    struct Completed: Notice {
        /// Until when they can say that it is not fixed.
        let until: Instant

        var words: Text {
            Text(
                fr:
                    "Les travaux sont terminés. Dites-nous avant le \(until) si ce n'est pas réparé : nous rouvrons "
                    + "alors la demande.",
                en: "The work is done. Tell us by \(until) if it is not fixed: we then reopen the request.")
        }

        static let example = Completed(until: Instant(milliseconds: 1_798_788_600_000))
    }

    /// It is not repaired.
    struct Cancelled: Notice {
        let reason: Text

        var words: Text {
            Text(fr: "Votre réparation est annulée : \(reason)", en: "Your repair is cancelled: \(reason)")
        }

        static let example = Cancelled(reason: Text(fr: "déjà signalée", en: "reported already"))
    }
}
