import ConciergeKit

/// The loan of the one key: in line if somebody else has it.
struct KeyLoan: Service {
    static let id = "booking.key"
    static let name = Text(fr: "Clé", en: "Key")
    static let summary = Text(fr: "La clé, à une personne à la fois.", en: "The key, to one person at a time.")

    struct Record: Codable {}

    struct Open: Input { static let name = Text(fr: "Emprunter", en: "Borrow") }
    struct Return: Input { static let name = Text(fr: "Rendre", en: "Return") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Open.self, to: .lent, .inLine) { _, moment in
            var loan = Draft(Record(), at: moment)
            _ = loan.claim("key", orWait: .inLine)
            return loan
        }
        granted(from: .inLine, to: .lent) { _, _ in }
        on(Return.self, from: .lent, to: .returned)
    }
}

extension StateOf<KeyLoan> {
    static var lent: Self { open(fr: "prêtée", en: "lent", turn: .resident) }
    static var inLine: Self { open(fr: "en attente", en: "in line", turn: .clock) }
    static var returned: Self { closed(fr: "rendue", en: "returned") }
}
