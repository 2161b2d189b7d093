import ConciergeKit

// What contractors and the emergency line read. An order is named as its files are.
extension Repair {
    /// What a contractor is told of an order while they have it.
    static let orderNews: [any Notice.Type] = [
        Ordered.self, Contested.self, UrgencyChanged.self, Appointment.self, AppointmentCancelled.self,
    ]

    /// The work is theirs.
    struct Ordered: Notice {
        /// The name of the order: `K7M3P-9QX2D-1`.
        let order: String
        let what: Text
        let urgency: Text?
        /// By when the contractor owes it; nil if nobody has triaged the repair.
        let due: Instant?

        var words: Text {
            let level = urgency.map { Text(fr: ", urgence \($0)", en: ", urgency \($0)") } ?? Text(verbatim: "")
            guard let due else {
                return Text(
                    fr: "Bon de travaux n° \(order) (\(what))\(level).",
                    en: "Work order no. \(order) (\(what))\(level).")
            }
            return Text(
                fr: "Bon de travaux n° \(order) (\(what))\(level), à terminer au plus tard le \(due).",
                en: "Work order no. \(order) (\(what))\(level), to be completed by \(due).")
        }

        static let supersedes: [any Notice.Type] = [UrgencyChanged.self]
        static let example = Ordered(
            order: "K7M3P-9QX2D-1", what: exampleWhat, urgency: Urgency.u2.words, due: exampleInstant)
    }

    /// The work is theirs no more.
    struct OrderWithdrawn: Notice {
        let order: String
        let what: Text

        var words: Text {
            Text(
                fr: "Le bon de travaux n° \(order) (\(what)) n'a plus cours : ne vous déplacez pas.",
                en: "Work order no. \(order) (\(what)) holds no more: there is no need to come.")
        }

        static let supersedes = orderNews
        static let retracts: [any Notice.Type] = [Ordered.self]
        static let example = OrderWithdrawn(order: "K7M3P-9QX2D-1", what: exampleWhat)
    }

    /// The resident says that it is not fixed.
    struct Contested: Notice {
        let order: String
        let what: Text
        /// In the resident's words.
        let reason: String
        /// By when the contractor owes it.
        let due: Instant?

        var words: Text {
            let end = due.map { Text(fr: " au plus tard le \($0)", en: " by \($0)") } ?? Text(verbatim: "")
            return Text(
                fr:
                    "Bon de travaux n° \(order) (\(what)) : ce n'est pas réparé (« \(phrase(reason)) »). Merci de revenir\(end).",
                en:
                    "Work order no. \(order) (\(what)): it is not fixed (\"\(phrase(reason))\"). Please come back\(end)."
            )
        }

        static let example = Contested(
            order: "K7M3P-9QX2D-2", what: exampleWhat, reason: "Ça goutte encore", due: exampleInstant)
    }

    /// The work is more or less urgent than it was.
    struct UrgencyChanged: Notice {
        let order: String
        let what: Text
        let urgency: Text
        let due: Instant?

        var words: Text {
            let end =
                due.map { Text(fr: ", à terminer au plus tard le \($0)", en: ", to be completed by \($0)") }
                ?? Text(verbatim: "")
            return Text(
                fr: "Bon de travaux n° \(order) (\(what)) : l'urgence est maintenant \(urgency)\(end).",
                en: "Work order no. \(order) (\(what)): its urgency is now \(urgency)\(end).")
        }

        static let example = UrgencyChanged(
            order: "K7M3P-9QX2D-1", what: exampleWhat, urgency: Urgency.u1.words, due: exampleInstant)
    }

    /// A visit of theirs is planned.
    struct Appointment: Notice {
        let order: String
        let what: Text
        let start: Instant
        let end: Instant

        var words: Text {
            Text(
                fr: "Bon de travaux n° \(order) (\(what)) : visite prévue, \(start..<end).",
                en: "Work order no. \(order) (\(what)): a visit is planned, \(start..<end).")
        }

        static let supersedes: [any Notice.Type] = [AppointmentCancelled.self]
        static let example = Appointment(
            order: "K7M3P-9QX2D-1", what: exampleWhat, start: exampleInstant, end: exampleInstant + .hours(2))
    }

    /// A visit of theirs is planned no more.
    struct AppointmentCancelled: Notice {
        let order: String
        let what: Text
        let start: Instant

        var words: Text {
            Text(
                fr: "Bon de travaux n° \(order) (\(what)) : la visite du \(start) est annulée.",
                en: "Work order no. \(order) (\(what)): the visit of \(start) is cancelled.")
        }

        static let supersedes: [any Notice.Type] = [Appointment.self]
        static let example = AppointmentCancelled(order: "K7M3P-9QX2D-1", what: exampleWhat, start: exampleInstant)
    }

    /// A danger, while the lodge is closed.
    struct Alarm: Notice {
        let what: Text
        /// What was reported.
        let description: String
        /// Residence, address and dwelling; nil if the directory does not have the place.
        let site: String?
        let due: Instant?
        let phone: String?

        var words: Text {
            let end =
                due.map { Text(fr: " À mettre en sécurité au plus tard le \($0).", en: " To be made safe by \($0).") }
                ?? Text(verbatim: "")
            let place = site.map { Text(fr: " Adresse : \($0).", en: " Address: \($0).") } ?? Text(verbatim: "")
            let call = phone.map { Text(fr: " Appelez le \($0).", en: " Call \($0).") } ?? Text(verbatim: "")
            return Text(
                fr: "Urgence (\(what)) : \(phrase(description)).\(place)\(end)\(call)",
                en: "Emergency (\(what)): \(phrase(description)).\(place)\(end)\(call)")
        }

        static let example = Alarm(
            what: exampleWhat, description: "Le plafond s'effondre",
            site: "Les Tilleuls, 12 rue du Pré, 57000 Metz, A 002",
            due: exampleInstant, phone: examplePhone)
    }
}
