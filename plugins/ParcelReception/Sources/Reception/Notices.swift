import ConciergeKit

// What residents are told while their parcel is there, or about to be. Each message says which parcel it is, where it
// lies, until when, and what to do.

extension Reception {
    /// What is said of a parcel that waits at the lodge.
    static let waitings: [any Notice.Type] = [Arrived.self, StillHere.self, CodeAgain.self, Extended.self]
    /// What is said of it until it has left the lodge.
    static let stays = waitings + [Missing.self, Found.self]

    /// The parcel is there, and its code.
    struct Arrived: Notice {
        static let name = "arrival"
        /// The carrier and the number.
        let what: Text
        /// The name of the resident, where the directory has it: several people may live behind one letter box.
        let recipient: String?
        let code: String
        let until: LocalDate
        let lodge: String?
        let phone: String?
        let hours: Text?

        init(what: Text, recipient: String?, code: String, until: LocalDate, at lodge: LodgeContact) {
            (self.what, self.recipient, self.code, self.until) = (what, recipient, code, until)
            (self.lodge, phone, hours) = (lodge.name, lodge.phone, lodge.hours)
        }

        var words: Text {
            let place = Sentence.atLodge(lodge)
            return Sentence.joined(
                Text(
                    fr: "Un colis vous attend \(place) : \(what).",
                    en: "A parcel is waiting for you \(place): \(what)."),
                Sentence.code(code), Sentence.kept(until: until), Sentence.open(hours), Sentence.others,
                Sentence.call(phone))
        }

        static let example = Arrived(
            what: exampleParcel, recipient: "Zoé Martin", code: "281655", until: exampleDay, at: .example)
    }

    /// Nobody has come yet.
    struct StillHere: Notice {
        static let name = "reminder"
        let what: Text
        let code: String
        let until: LocalDate
        let lodge: String?
        let phone: String?
        let hours: Text?

        init(what: Text, code: String, until: LocalDate, at lodge: LodgeContact) {
            (self.what, self.code, self.until) = (what, code, until)
            (self.lodge, phone, hours) = (lodge.name, lodge.phone, lodge.hours)
        }

        var words: Text {
            let place = Sentence.atLodge(lodge)
            return Sentence.joined(
                Text(
                    fr: "Rappel : votre colis vous attend toujours \(place) : \(what).",
                    en: "Reminder: your parcel is still waiting \(place): \(what)."),
                Sentence.code(code), Sentence.kept(until: until), Sentence.open(hours), Sentence.others,
                Sentence.call(phone))
        }

        static let supersedes = waitings
        static let example = StillHere(what: exampleParcel, code: "281655", until: exampleDay, at: .example)
    }

    /// The code was asked for again.
    struct CodeAgain: Notice {
        let what: Text
        let code: String
        let until: LocalDate?
        let lodge: String?
        let phone: String?

        var words: Text {
            let place = Sentence.atLodge(lodge)
            return Sentence.joined(
                Text(
                    fr: "Voici de nouveau le code de retrait de votre colis (\(what)) : \(code).",
                    en: "Here is the collection code of your parcel again (\(what)): \(code)."),
                Text(fr: "Il vous attend \(place).", en: "It is waiting for you \(place)."),
                until.map(Sentence.kept), Sentence.call(phone))
        }

        static let supersedes = waitings
        static let example = CodeAgain(
            what: exampleParcel, code: "281655", until: exampleDay, lodge: "Les Tilleuls", phone: "03 53 01 40 12")
    }

    /// The parcel is kept longer.
    struct Extended: Notice {
        let what: Text
        let until: LocalDate
        let phone: String?

        var words: Text {
            Sentence.joined(
                Text(
                    fr: "La garde de votre colis (\(what)) est prolongée.",
                    en: "Your parcel (\(what)) is kept longer."),
                Sentence.kept(until: until), Sentence.call(phone))
        }

        static let example = Extended(what: exampleParcel, until: exampleDay, phone: "03 53 01 40 12")
    }

    static let exampleParcel = Text(fr: "Colissimo, n° 6A12345678901", en: "Colissimo, no. 6A12345678901")
    static let exampleDay = LocalDate(daysSinceEpoch: 20_822)
}
