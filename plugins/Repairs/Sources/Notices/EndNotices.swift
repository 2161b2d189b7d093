import ConciergeKit

// What the resident reads of parts, and of how the repair ends.
extension Repair {
    /// What is said of a repair until it is over.
    static let beforeEnd =
        standings + comings + [DoneInPart.self, Findings.self, MadeSafe.self, NobodyIn.self, Reopened.self]

    /// Parts are ordered.
    struct PartsAwaited: Notice {
        let what: Text
        let expected: LocalDate?
        let phone: String?

        var words: Text {
            let day =
                expected.map { Text(fr: " Elles sont attendues le \($0).", en: " They are expected on \($0).") }
                ?? Text(verbatim: "")
            return Text(
                fr: "Des pièces sont en commande pour votre réparation (\(what)).\(day) Nous vous donnerons le nouveau "
                    + "délai dès qu'elles seront là.\(toCall(phone))",
                en:
                    "Parts are on order for your repair (\(what)).\(day) We will give you the new deadline once they are "
                    + "here.\(toCall(phone))")
        }

        static let supersedes = standings + [VisitPlanned.self, VisitReminder.self]
        static let example = PartsAwaited(
            what: exampleWhat, expected: LocalDate(year: 2026, month: 12, day: 28), phone: examplePhone)
    }

    /// The parts have arrived.
    struct PartsHere: Notice {
        let what: Text
        let due: Instant?
        let phone: String?

        var words: Text {
            let end =
                due.map { Text(fr: " : elle sera faite au plus tard le \($0)", en: ": it will be made by \($0)") }
                ?? Text(verbatim: "")
            return Text(
                fr: "Les pièces pour votre réparation (\(what)) sont arrivées\(end).\(toCall(phone))",
                en: "The parts for your repair (\(what)) are here\(end).\(toCall(phone))")
        }

        static let supersedes = standings
        static let example = PartsHere(what: exampleWhat, due: exampleInstant, phone: examplePhone)
    }

    /// A part of the work is done.
    struct DoneInPart: Notice {
        let what: Text
        let done: String
        let remains: String
        /// When the next visit begins; nil if none is planned yet.
        let visit: Instant?
        let phone: String?

        var words: Text {
            let next =
                visit.map { Text(fr: "Prochaine visite : \($0).", en: "Next visit: \($0).") }
                ?? Text(fr: "Nous vous dirons quand.", en: "We will tell you when.")
            return Text(
                fr:
                    "Votre réparation (\(what)) est faite en partie. Fait : \(phrase(done)). Reste à faire : \(phrase(remains)). "
                    + "\(next)\(toCall(phone))",
                en:
                    "Your repair (\(what)) is made in part. Done: \(phrase(done)). Left to do: \(phrase(remains)). \(next)\(toCall(phone))"
            )
        }

        static let supersedes: [any Notice.Type] = [VisitPlanned.self, VisitReminder.self, NobodyIn.self]
        static let example = DoneInPart(
            what: exampleWhat, done: "fuite arrêtée", remains: "plafond", visit: exampleInstant, phone: examplePhone)
    }

    /// The work is done, and the resident has the last word.
    struct Completed: Notice {
        let what: Text
        let done: String?
        /// Until when they can say that it is not fixed.
        let until: Instant
        let phone: String?

        var words: Text {
            let work = done.map { Text(fr: " : \(phrase($0))", en: ": \(phrase($0))") } ?? Text(verbatim: "")
            return Text(
                fr:
                    "Votre réparation (\(what)) est terminée\(work). Si quelque chose ne va pas, dites-le-nous avant le "
                    + "\(until) : nous reviendrons. Sinon, vous n'avez rien à faire.\(toCall(phone))",
                en:
                    "Your repair (\(what)) is completed\(work). If anything is wrong, tell us by \(until): we come back. "
                    + "Otherwise there is nothing for you to do.\(toCall(phone))")
        }

        static let supersedes = beforeEnd
        static let example = Completed(
            what: exampleWhat, done: "joint remplacé", until: exampleInstant, phone: examplePhone)
    }

    /// What the resident said was heard: the repair goes on.
    struct Reopened: Notice {
        let what: Text
        let who: String?
        let due: Instant?
        let phone: String?

        var words: Text {
            let next =
                who.map {
                    Text(
                        fr: "L'entreprise \($0) est prévenue et reviendra", en: "\($0) has been told and will come back"
                    )
                }
                ?? Text(fr: "Nous revenons vers vous", en: "We will come back to you")
            return Text(
                fr: "Nous avons noté que votre réparation (\(what)) n'est pas réussie. \(next).\(toCall(phone))",
                en: "We have noted that your repair (\(what)) has not worked. \(next).\(toCall(phone))")
        }

        static let supersedes: [any Notice.Type] = [Completed.self]
        static let example = Reopened(
            what: exampleWhat, who: "Plomberie Martin", due: exampleInstant, phone: examplePhone)
    }

    /// It is not repaired.
    struct Cancelled: Notice {
        let what: Text
        let reason: Text
        let phone: String?

        var words: Text {
            Text(
                fr: "Votre demande de réparation (\(what)) est close. \(reason)\(toCall(phone))",
                en: "Your request for a repair (\(what)) is closed. \(reason)\(toCall(phone))")
        }

        static let supersedes = beforeEnd
        static let example = Cancelled(
            what: exampleWhat, reason: CancelReason.fixed.said, phone: examplePhone)
    }

    /// Another report of the same goes on.
    struct AlreadyReported: Notice {
        let what: Text
        let phone: String?

        var words: Text {
            Text(
                fr: "La panne que vous avez signalée (\(what)) nous était déjà connue : elle est suivie, et nous vous "
                    + "tiendrons au courant. Vous n'avez rien à faire.\(toCall(phone))",
                en:
                    "We knew already of what you have reported (\(what)): it is followed, and we will keep you informed. "
                    + "There is nothing for you to do.\(toCall(phone))")
        }

        static let supersedes = standings + comings
        static let example = AlreadyReported(what: exampleWhat, phone: examplePhone)
    }
}
