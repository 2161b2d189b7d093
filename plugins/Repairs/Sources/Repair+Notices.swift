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

    /// For the contractor: the work is theirs.
    struct Ordered: Notice {
        /// The number of the order for this repair.
        let number: Int
        let category: Text
        /// By when the contractor owes it; nil if nobody has triaged the repair.
        let due: Instant?

        var words: Text {
            guard let due else {
                return Text(
                    fr: "Bon de travaux n° \(number) (\(category)).", en: "Work order no. \(number) (\(category)).")
            }
            return Text(
                fr: "Bon de travaux n° \(number) (\(category)), à terminer au plus tard le \(due).",
                en: "Work order no. \(number) (\(category)), to be completed by \(due).")
        }

        static let example = Ordered(
            number: 1, category: Text(fr: "plomberie", en: "plumbing"),
            due: Instant(milliseconds: 1_798_788_600_000))
    }

    /// For a contractor: the work is theirs no more.
    struct OrderWithdrawn: Notice {
        /// The number of the order for this repair.
        let number: Int

        var words: Text {
            Text(
                fr: "Le bon de travaux n° \(number) n'a plus cours : ne vous déplacez pas.",
                en: "Work order no. \(number) holds no more: there is no need to come.")
        }

        static let example = OrderWithdrawn(number: 1)
    }

    /// For the contractor: the resident says that it is not fixed.
    struct Contested: Notice {
        /// By when the contractor owes it.
        let due: Instant?

        var words: Text {
            guard let due else {
                return Text(
                    fr: "Le résident signale que ce n'est pas réparé : merci de revenir.",
                    en: "The resident says that it is not fixed: please come back.")
            }
            return Text(
                fr: "Le résident signale que ce n'est pas réparé : merci de revenir au plus tard le \(due).",
                en: "The resident says that it is not fixed: please come back by \(due).")
        }

        static let example = Contested(due: Instant(milliseconds: 1_798_788_600_000))
    }
}
