import ConciergeKit

// What residents are told when their parcel is not, or no longer, where they expect it.

extension Reception {
    /// Somebody else took the parcel, or somebody took it without its code.
    struct HandedOver: Notice {
        let what: Text
        /// Who took it; nil if the resident did.
        let who: String?
        let at: Instant
        let phone: String?

        var words: Text {
            let handed =
                who.map { who in
                    Text(
                        fr: "Votre colis (\(what)) a été remis à \(who) le \(at).",
                        en: "Your parcel (\(what)) was handed over to \(who) on \(at).")
                }
                ?? Text(
                    fr: "Votre colis (\(what)) vous a été remis sans code le \(at).",
                    en: "Your parcel (\(what)) was handed over to you without its code on \(at).")
            return Sentence.joined(handed, Sentence.callIfUnexpected(phone))
        }

        static let supersedes = stays
        static let example = HandedOver(
            what: exampleParcel, who: "M. Bernard", at: Instant(milliseconds: 1_798_016_700_000),
            phone: "03 53 01 40 12")
    }

    /// The parcel is on its way to another lodge.
    struct Forwarded: Notice {
        let what: Text
        /// Where it goes.
        let lodge: String
        let phone: String?

        var words: Text {
            Sentence.joined(
                Text(
                    fr: "Votre colis (\(what)) part pour une autre loge : \(lodge).",
                    en: "Your parcel (\(what)) goes to another lodge: \(lodge)."),
                Text(
                    fr: "Un message vous dira quand il y sera.",
                    en: "A message will tell you when it is there."),
                Sentence.call(phone))
        }

        static let supersedes = stays
        static let example = Forwarded(what: exampleParcel, lodge: "Les Acacias", phone: "03 53 01 40 12")
    }

    /// The parcel goes back to its sender.
    struct SentBack: Notice {
        static let name = "returned"
        let what: Text
        /// Why, as a sentence without a full stop.
        let because: Text?
        let phone: String?

        init(_ parcel: Record, phone: String?) {
            (what, self.phone) = (parcel.what, phone)
            because =
                switch parcel.returnReason {
                case .holdingTimeOver:
                    Text(fr: "Le délai de garde est dépassé", en: "The time for which it is kept is over")
                case .refused: Text(fr: "Il a été refusé, comme demandé", en: "It was refused, as you asked")
                case .damaged: Text(fr: "Il est arrivé abîmé", en: "It was damaged")
                case .movedAway, .unknown, .other, nil: nil
                }
        }

        var words: Text {
            Sentence.joined(
                Text(
                    fr: "Votre colis (\(what)) est retourné à son expéditeur.",
                    en: "Your parcel (\(what)) has been returned to its sender."),
                because.map { Text(fr: "\($0).", en: "\($0).") },
                Text(
                    fr: "Pour le recevoir de nouveau, adressez-vous à l'expéditeur.",
                    en: "To receive it again, please ask the sender."),
                Sentence.call(phone))
        }

        static let supersedes = stays
        static var example: SentBack {
            let number = TrackingNumber(lodge: "12345")
            var parcel = Record(
                number, number.verdict(), carrier: "Colissimo", kind: .parcel, sender: nil, reason: nil)
            parcel.returnReason = .holdingTimeOver
            return SentBack(parcel, phone: "03 53 01 40 12")
        }
    }

    /// The parcel cannot be found.
    struct Missing: Notice {
        let what: Text
        /// Whether nobody searches for it any longer.
        let isFinal: Bool
        let phone: String?

        var words: Text {
            let rest =
                isFinal
                ? Text(
                    fr:
                        "Malgré nos recherches, votre colis (\(what)) reste introuvable. Nous vous prions de nous en excuser.",
                    en: "We have searched for your parcel (\(what)) and cannot find it. We are sorry.")
                : Text(
                    fr: "Nous ne retrouvons pas votre colis (\(what)). Nous le cherchons et vous tiendrons au courant.",
                    en: "We cannot find your parcel (\(what)). We are searching for it and will let you know.")
            return Sentence.joined(rest, Sentence.call(phone))
        }

        static let supersedes = waitings + [Found.self]
        static let example = Missing(what: exampleParcel, isFinal: false, phone: "03 53 01 40 12")
    }

    /// The parcel is there after all.
    struct Found: Notice {
        let what: Text
        let code: String
        let until: LocalDate?
        let lodge: String?
        let phone: String?

        var words: Text {
            let place = Sentence.atLodge(lodge)
            return Sentence.joined(
                Text(
                    fr: "Votre colis (\(what)) est retrouvé. Il vous attend \(place).",
                    en: "Your parcel (\(what)) has been found. It is waiting for you \(place)."),
                Sentence.code(code), until.map(Sentence.kept), Sentence.call(phone))
        }

        static let supersedes = waitings + [Missing.self]
        static let example = Found(
            what: exampleParcel, code: "281655", until: exampleDay, lodge: "Les Tilleuls", phone: "03 53 01 40 12")
    }
}
