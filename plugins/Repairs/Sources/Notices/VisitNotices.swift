import ConciergeKit

// What the resident reads of who comes and when.
extension Repair {
    /// Who comes.
    struct ContractorComes: Notice {
        let what: Text
        let who: String
        let phone: String?

        var words: Text {
            Text(
                fr:
                    "L'entreprise \(who) fera votre réparation (\(what)). Elle conviendra avec vous d'un rendez-vous s'il "
                    + "faut entrer chez vous.\(toCall(phone))",
                en: "\(who) will make your repair (\(what)). They will agree on a visit with you if they have to come "
                    + "in.\(toCall(phone))")
        }

        static let example = ContractorComes(what: exampleWhat, who: "Plomberie Martin", phone: examplePhone)
    }

    /// When somebody comes.
    struct VisitPlanned: Notice {
        let what: Text
        let who: String
        let start: Instant
        let end: Instant
        /// Whether it was planned at another time before.
        let isMoved: Bool
        let phone: String?

        var words: Text {
            let time = Text(fr: "\(start..<end)", en: "\(start..<end)")
            return isMoved
                ? Text(
                    fr: "La visite de \(who) pour votre réparation (\(what)) a changé d'heure : \(time). Si vous ne "
                        + "pouvez pas être là, dites-le-nous.\(toCall(phone))",
                    en:
                        "The visit of \(who) for your repair (\(what)) has been moved: \(time). If you cannot be there, "
                        + "please tell us.\(toCall(phone))")
                : Text(
                    fr: "\(who) passera pour votre réparation (\(what)) : \(time). Si vous ne pouvez pas être là, "
                        + "dites-le-nous.\(toCall(phone))",
                    en: "\(who) will come for your repair (\(what)): \(time). If you cannot be there, please tell "
                        + "us.\(toCall(phone))")
        }

        static let supersedes: [any Notice.Type] = [
            ContractorComes.self, VisitReminder.self, VisitCancelled.self, NobodyIn.self, NobodyCameNoted.self,
        ]
        static let example = VisitPlanned(
            what: exampleWhat, who: "Plomberie Martin", start: exampleInstant, end: exampleInstant + .hours(2),
            isMoved: true, phone: examplePhone)
    }

    /// Nobody comes at the time that was planned.
    struct VisitCancelled: Notice {
        let what: Text
        let phone: String?

        var words: Text {
            Text(
                fr: "La visite prévue pour votre réparation (\(what)) est annulée : nous vous proposerons une autre "
                    + "date.\(toCall(phone))",
                en: "The visit planned for your repair (\(what)) is cancelled: we will propose another "
                    + "date.\(toCall(phone))")
        }

        static let supersedes: [any Notice.Type] = [VisitPlanned.self, VisitReminder.self]
        static let example = VisitCancelled(what: exampleWhat, phone: examplePhone)
    }

    /// Somebody comes soon.
    struct VisitReminder: Notice {
        let what: Text
        let who: String
        let start: Instant
        let end: Instant
        let phone: String?

        var words: Text {
            let time = Text(fr: "\(start..<end)", en: "\(start..<end)")
            return Text(
                fr: "Rappel : \(who) passe pour votre réparation (\(what)), \(time).\(toCall(phone))",
                en: "Reminder: \(who) comes for your repair (\(what)), \(time).\(toCall(phone))")
        }

        static let example = VisitReminder(
            what: exampleWhat, who: "Plomberie Martin", start: exampleInstant, end: exampleInstant + .hours(2),
            phone: examplePhone)
    }

    /// Somebody came, and found nobody.
    struct NobodyIn: Notice {
        let what: Text
        let who: String
        let visit: Instant
        /// Whether no further visit is planned without a word of theirs.
        let isLast: Bool
        /// Whether the repair must be made all the same.
        let isNeeded: Bool
        let phone: String?

        var words: Text {
            let next =
                switch (isLast, isNeeded) {
                case (false, _):
                    Text(fr: "Appelez-nous pour convenir d'une autre date.", en: "Call us to agree on another date.")
                case (true, false):
                    Text(
                        fr: "Sans nouvelles de votre part, nous pourrons clore votre demande. Un appel suffit pour "
                            + "convenir d'une date.",
                        en:
                            "If we do not hear from you, we may close your request. A call is enough to agree on a date."
                    )
                case (true, true):
                    Text(
                        fr:
                            "Cette réparation est nécessaire pour votre sécurité ou celle de vos voisins : appelez-nous "
                            + "vite pour convenir d'une date.",
                        en: "This repair is needed for your safety or that of your neighbours: please call us soon to "
                            + "agree on a date.")
                }
            return Text(
                fr: "Selon \(who), personne n'a pu ouvrir le \(visit) pour votre réparation (\(what)). \(next) Si vous "
                    + "étiez là et que personne n'est venu, dites-le-nous : cette visite ne comptera pas.\(toCall(phone))",
                en:
                    "According to \(who), nobody could open on \(visit) for your repair (\(what)). \(next) If you were in "
                    + "and nobody came, tell us: that visit will not count.\(toCall(phone))")
        }

        static let supersedes: [any Notice.Type] = [VisitPlanned.self, VisitReminder.self]
        static let example = NobodyIn(
            what: exampleWhat, who: "Plomberie Martin", visit: exampleInstant, isLast: true, isNeeded: true,
            phone: examplePhone)
    }

    /// The resident has said that nobody came.
    struct NobodyCameNoted: Notice {
        let what: Text
        let phone: String?

        var words: Text {
            Text(
                fr:
                    "Nous avons noté que personne n'est venu pour votre réparation (\(what)). Nous vous prions de nous en "
                    + "excuser et vous proposerons une autre date.\(toCall(phone))",
                en: "We have noted that nobody came for your repair (\(what)). We apologise, and will propose another "
                    + "date.\(toCall(phone))")
        }

        static let supersedes: [any Notice.Type] = [NobodyIn.self]
        static let example = NobodyCameNoted(what: exampleWhat, phone: examplePhone)
    }
}
