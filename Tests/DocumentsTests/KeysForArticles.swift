import ConciergeKit

// The provider that the fragments of code in the articles belong to: keys of shared rooms are lent and given back.
// ArticlesTests compiles this file with each of them.

struct KeySettings: Settings {
    @Setting("How long a key is lent before the resident is asked for it.", in: .seconds(1)...)
    var lending: Duration = .days(1)
    @Setting("The folder for letters, if letters are written.") var outbox: String?

    init() {}
}

struct Loan: Service {
    static let id = "keys.loan"
    static let name = Text(fr: "Prêt de clé", en: "Key loan")
    static let summary = Text(fr: "Une clé est prêtée, et rendue.", en: "A key is lent and given back.")

    struct Record: Codable {
        var key: String
        var due: Instant
        var unit = 1
        var wrongCodes = 0
        var code = ""
    }

    struct Lend: Input {
        static let name = Text(fr: "Prêter une clé", en: "Lend a key")
        @Field(fr: "Clé", en: "Key", example: "laundry-B") var key: String
    }

    struct GiveBack: Input {
        static let name = Text(fr: "Rendre la clé", en: "Give the key back")
    }

    var settings = KeySettings()

    func headline(_ loan: Record) -> Text { Text(verbatim: loan.key) }

    var lifecycle: Lifecycle {
        opening(Lend.self, to: .lent, .waiting) { lend, moment in
            var loan = Draft(Record(key: lend.key, due: moment.now + settings.lending), at: moment)
            if loan.claim("key:\(lend.key)", orWait: .waiting) { loan.start(.overdue, at: loan.record.due) }
            return loan
        }
        granted(from: .waiting, to: .lent) { _, loan in
            loan.record.due = loan.now + settings.lending
            loan.start(.overdue, at: loan.record.due)
        }
        after(.overdue, from: .lent, to: .overdue)
        on(GiveBack.self, from: .lent, .overdue, .waiting, to: .returned)
    }
}

extension StateOf<Loan> {
    static var lent: Self { open(fr: "prêtée", en: "lent", turn: .resident) }
    static var overdue: Self { open(fr: "en retard", en: "overdue", turn: .resident) }
    static var waiting: Self { open(fr: "en attente", en: "waiting", turn: .clock) }
    static var returned: Self { closed(fr: "rendue", en: "returned") }
}

extension TimerOf<Loan> {
    static var overdue: Self { timer(fr: "fin du prêt", en: "the lending time ends") }
    static var tooLate: Self { timer(fr: "trop tard", en: "it is too late") }
}

struct Letter: Codable {
    let loan: String
}

enum KeyTasks {
    static let letter = TaskName<Letter, NoAnswer>("keys.letter", fr: "Écrire une lettre", en: "Write a letter")
}
