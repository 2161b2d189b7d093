import ConciergeKit

extension Reception {
    /// The parcel is there, and its code.
    struct Arrived: Notice {
        static let name = "arrival"
        let code: String
        /// Which lodge it is and how it is called; nil where the directory does not say it.
        let lodge: String?

        var words: Text {
            let lodge = lodge.map { " (\($0))" } ?? ""
            return Text(
                fr: "Un colis vous attend à la loge\(lodge). Code de retrait : \(code).",
                en: "A parcel is waiting for you at the lodge\(lodge). Collection code: \(code).")
        }

        static let example = Arrived(code: "281655", lodge: "Les Tilleuls, 03 53 01 40 12")
    }

    /// Nobody has come yet.
    struct StillHere: Notice {
        static let name = "reminder"
        let code: String

        var words: Text {
            Text(
                fr: "Votre colis vous attend toujours à la loge. Code de retrait : \(code).",
                en: "Your parcel is still waiting at the lodge. Collection code: \(code).")
        }

        static let example = StillHere(code: "281655")
    }

    /// The parcel goes back to its sender.
    struct SentBack: Notice {
        static let name = "returned"
        /// Whether that is because nobody came in time.
        let expired: Bool

        var words: Text {
            expired
                ? Text(
                    fr: "Le délai de garde est passé : votre colis repart chez l'expéditeur.",
                    en: "The holding time has ended: your parcel goes back to its sender.")
                : Text(fr: "Votre colis repart chez l'expéditeur.", en: "Your parcel goes back to its sender.")
        }

        static let example = SentBack(expired: true)
    }
}
