import ConciergeKit

/// The number to call, as the end of a message; nothing where there is none.
func toCall(_ phone: String?) -> Text {
    phone.map { Text(fr: " Pour toute question : \($0).", en: " Any question: \($0).") } ?? Text(verbatim: "")
}

/// What somebody typed, in one line and without its full stop, for the middle of a sentence.
func phrase(_ typed: String) -> String {
    var words = typed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    while words.last == "." { words.removeLast() }
    return words
}

/// An instant that examples of notices name.
let exampleInstant = Instant(milliseconds: 1_798_788_600_000)
let examplePhone = "01 23 45 67 89"
let exampleWhat = Text(fr: "plomberie, cuisine", en: "plumbing, kitchen")

// What the resident reads of what is promised.
extension Repair {
    /// Each of these says all that holds of the promise: the newest is true, and those before are not.
    static let standings: [any Notice.Type] = [
        Promised.self, NewDue.self, PartsAwaited.self, PartsHere.self, Missed.self,
    ]
    /// What is said of visits that are still to be made.
    static let comings: [any Notice.Type] = [
        ContractorComes.self, VisitPlanned.self, VisitReminder.self, VisitCancelled.self,
    ]

    /// By when it is repaired.
    struct Promised: Notice {
        static let name = "due"
        /// What is broken and where.
        let what: Text
        let due: Instant
        let phone: String?

        var words: Text {
            Text(
                fr: "La réparation que vous avez demandée (\(what)) sera faite au plus tard le \(due).\(toCall(phone))",
                en: "The repair that you asked for (\(what)) will be made by \(due).\(toCall(phone))")
        }

        static let supersedes = standings
        static let example = Promised(what: exampleWhat, due: exampleInstant, phone: examplePhone)
    }

    /// The deadline has changed: another urgency, or by consent.
    struct NewDue: Notice {
        let what: Text
        let due: Instant
        let phone: String?

        var words: Text {
            Text(
                fr: "Le délai de votre réparation (\(what)) a changé : elle sera faite au plus tard le "
                    + "\(due).\(toCall(phone))",
                en: "The deadline of your repair (\(what)) has changed: it will be made by \(due).\(toCall(phone))")
        }

        static let supersedes = standings
        static let example = NewDue(what: exampleWhat, due: exampleInstant, phone: examplePhone)
    }

    /// The deadline has passed.
    struct Missed: Notice {
        static let name = "missed-promise"
        let what: Text
        /// When somebody comes; nil if no visit is planned.
        let visit: Instant?
        let phone: String?

        var words: Text {
            let next =
                visit.map {
                    Text(fr: "La prochaine visite est prévue le \($0).", en: "The next visit is planned on \($0).")
                }
                ?? Text(
                    fr: "Nous vous donnerons une nouvelle date dès que possible.",
                    en: "We will give you a new date as soon as we can.")
            return Text(
                fr: "Votre réparation (\(what)) n'a pas été faite dans le délai promis : nous vous prions de nous en "
                    + "excuser. \(next)\(toCall(phone))",
                en: "Your repair (\(what)) was not made in the promised time: we apologise. \(next)\(toCall(phone))")
        }

        static let supersedes = standings
        static let example = Missed(what: exampleWhat, visit: exampleInstant, phone: examplePhone)
    }

    /// What was found.
    struct Findings: Notice {
        let what: Text
        let finding: String
        /// By when the dwelling is made safe.
        let safeBy: Instant?
        let due: Instant?
        let phone: String?

        var words: Text {
            let safe =
                safeBy.map {
                    Text(fr: " Tout danger sera écarté au plus tard le \($0).", en: " It is made safe by \($0).")
                }
                ?? Text(verbatim: "")
            let end =
                due.map { Text(fr: " Tout sera réparé au plus tard le \($0).", en: " All is repaired by \($0).") }
                ?? Text(verbatim: "")
            return Text(
                fr:
                    "Bilan de la visite pour votre demande (\(what)) : \(phrase(finding)).\(safe)\(end)\(toCall(phone))",
                en: "Summary of the visit for your request (\(what)): \(phrase(finding)).\(safe)\(end)\(toCall(phone))")
        }

        static let example = Findings(
            what: exampleWhat, finding: "ventilation bouchée", safeBy: exampleInstant, due: exampleInstant,
            phone: examplePhone)
    }

    /// There is no danger any more.
    struct MadeSafe: Notice {
        let what: Text
        let due: Instant?
        let phone: String?

        var words: Text {
            let end =
                due.map {
                    Text(
                        fr: " La réparation sera terminée au plus tard le \($0).",
                        en: " The repair is completed by \($0).")
                } ?? Text(verbatim: "")
            return Text(
                fr: "Le danger est écarté (\(what)).\(end)\(toCall(phone))",
                en: "The danger is over (\(what)).\(end)\(toCall(phone))")
        }

        static let example = MadeSafe(what: exampleWhat, due: exampleInstant, phone: examplePhone)
    }
}
