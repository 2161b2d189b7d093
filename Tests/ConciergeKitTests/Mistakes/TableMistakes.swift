// Wrong programs: services, their types, their tables and their rules.

extension Mistake {

    static let services = [
        Mistake(
            .loan, "a service without an id", #"static let id = "keys.loan"\#n"#, #"\#n"#,
            says: #"a service has an id: static let id = "provider.service""#),
        Mistake(
            .loan, "a service that is named by a string", #"Text(fr: "Prêt de clé", en: "Key loan")"#, #""Key loan""#,
            says: #"a service has a name: static let name = Text(fr: "…", en: "…")"#),
        Mistake(
            .loan, "a service without a summary",
            #"static let summary = Text(fr: "Une clé est prêtée, et rendue.", en: "A key is lent and given back.")"#,
            "",
            says: #"what it is for: static let summary = Text(fr: "…", en: "…")"#),
        Mistake(
            .loan, "a service without a headline", "func headline(_ loan: Record) -> Text { Text(verbatim: loan.key) }",
            "",
            says: "say what a list shows of a request: func headline(_ record: Record) -> Text"),
        Mistake(
            .loan, "a headline that is a string", "func headline(_ loan: Record) -> Text { Text(verbatim: loan.key) }",
            "func headline(_ loan: Record) -> String { loan.key }",
            says: "say what a list shows of a request: func headline(_ record: Record) -> Text"),
        Mistake(
            .loan, "a table under another name", "var lifecycle: Lifecycle", "var lifecycles: Lifecycle",
            says: "a service has a table: var lifecycle: Lifecycle {"),
        Mistake(
            .loan, "a record that is not Codable", "struct Record: Codable", "struct Record",
            says: "possibly intended match 'Loan.Record' does not conform to 'Decodable'"),
        Mistake(
            .loan, "a record with what cannot be stored", "var note: String?",
            #"var note: String?\#n        var moment: Moment?"#,
            says: "'Loan.Record' does not conform to protocol 'Decodable'"),
        Mistake(
            .loan, "a class in a service", #"let terms: Terms\#n"#,
            #"let terms: Terms\#n    final class Cache { var seen = 0 }\#n    let cache = Cache()\#n"#,
            says: "stored property 'cache' of 'Sendable'-conforming struct 'Loan' has non-Sendable type 'Loan.Cache'"),
        Mistake(
            .loan, "a variable of a service", #"let terms: Terms\#n"#,
            #"let terms: Terms\#n    static var seen = 0\#n"#,
            says: "static property 'seen' is not concurrency-safe"),
        Mistake(
            .loan, "a table in an extension that does not conform", "    var lifecycle: Lifecycle {",
            #"}\#nextension Loan {\#n    var lifecycle: Lifecycle {"#,
            says: "result of call to 'opening(_:to:_:rule:)' is unused"),
        Mistake(
            .loan, "a state without English", #"fr: "rendue", en: "returned""#, #"fr: "rendue""#,
            says: "missing argument for parameter 'en'"),
        Mistake(
            .loan, "an open state without a turn", #"en: "lent", turn: .resident"#, #"en: "lent""#,
            says: "missing argument for parameter 'turn'"),
        Mistake(
            .loan, "a state in the turn of somebody who has none", "turn: .resident", "turn: .neighbour",
            says: "type 'Turn' has no member 'neighbour'"),
        Mistake(
            .loan, "states in an extension of the service's alias", "extension StateOf<Loan> {",
            "extension Loan.State {",
            says: "must be declared as an extension of 'StateOf<Loan>'"),
        Mistake(
            .loan, "a timer without words", #"timer(fr: "en retard", en: "it is overdue")"#, "timer()",
            says: "missing arguments for parameters 'fr', 'en'"),
    ]

    static let tables = [
        Mistake(
            .loan, "a state that is not there", "to: .returned) {", "to: .retruned) {",
            says: "has no member 'retruned'"),
        Mistake(
            .loan, "a state by its text", "to: .returned) {", #"to: "returned") {"#,
            says: "a state is declared, not named by a text: static var lent: Self { open("),
        Mistake(
            .loan, "a timer by its text", "after(.overdue", #"after("overdue""#,
            says: "a timer is declared, not named by a text: static var overdue: Self { timer("),
        Mistake(
            .loan, "in: with to:",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, in: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            says: "a line that stays has in:, one that moves has from: and to:"),
        Mistake(
            .loan, "from: without to:",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, from: .lent) { _, loan in loan.record.note = nil }",
            says: "say where it leads: to:, or in: instead of from: where it stays"),
        Mistake(
            .loan, "in: with to: after a timer", "after(.overdue, in: .lent)",
            "after(.overdue, in: .lent, to: .returned)",
            says: "a line that stays has in:, one that moves has from: and to:"),
        Mistake(
            .loan, "from: without to: after a timer", "after(.overdue, in: .lent)", "after(.overdue, from: .lent)",
            says: "say where it leads: to:, or in: instead of from: where it stays"),
        Mistake(
            .loan, "in: with to: after a run", "ended(Self.mail, in: .lent)",
            "ended(Self.mail, in: .lent, to: .returned)",
            says: "a line that stays has in:, one that moves has from: and to:"),
        Mistake(
            .loan, "from: without to: after a run", "ended(Self.mail, in: .lent)", "ended(Self.mail, from: .lent)",
            says: "say where it leads: to:, or in: instead of from: where it stays"),
        Mistake(
            .loan, "to: before from:",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, to: .returned, from: .lent) { _, loan in loan.record.note = nil }",
            says: "argument 'from' must precede argument 'to'"),
        Mistake(
            .loan, "states in brackets",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, from: [.lent, .returned], to: .returned) { _, loan in loan.record.note = nil }",
            says: "cannot pass array of type '[StateOf<Loan>]' as variadic arguments"),
        Mistake(
            .loan, "a line that stays and does nothing",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, in: .lent)",
            says: "missing argument for parameter 'rule'"),
        Mistake(
            .loan, "an opening with from:", "opening(Lend.self, to: .lent", "opening(Lend.self, from: .lent, to: .lent",
            says: "a request that is opened has no state before: opening(…, to: …)"),
        Mistake(
            .loan, "an opening without to:", "opening(Lend.self, to: .lent, .returned)", "opening(Lend.self)",
            says: "missing argument for parameter 'to'"),
        Mistake(
            .loan, "an opening that does not return its draft", #"            return loan\#n"#, "",
            says: "missing return in closure expected to return 'DraftOf<Loan>'", when: .flow),
        Mistake(
            .loan, "an opening that returns the record", #"            return loan\#n"#,
            #"            return loan.record\#n"#,
            says: "cannot convert value of type 'Loan.Record' to closure result type 'DraftOf<Loan>'"),
        Mistake(
            .loan, "a draft without its moment", ", at: moment)", ")",
            says: "write Draft(Record(…), at: moment): the moment comes with the opening"),
        Mistake(
            .loan, "one parameter in place of two",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, from: .lent, to: .returned) { loan in loan.record.note = nil }",
            says: "expects 2 arguments, but 1 was used in closure body"),
    ]

    static let rules = [
        Mistake(
            .loan, "a typo in an opening", "key: lend.key, due", "key: lend.kee, due",
            says: "has no member 'kee'"),
        Mistake(
            .loan, "a typo in the rule of a timer", "(loan: loan.id)", "(loan: loan.idd)",
            says: "has no member 'idd'"),
        Mistake(
            .loan, "a typo in the rule of a run's end", "(mail, loan.record.key)", "(mail, loan.rekord.key)",
            says: "has no member 'rekord'"),
        Mistake(
            .loan, "a wrong type in the rule of an action",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.due = 3 }",
            says: "cannot assign value of type 'Int' to type 'Instant'"),
        Mistake(
            .loan, "an unused variable", "loan.run(Self.mail, .init(loan: loan.id))",
            "let x = 1; loan.run(Self.mail, .init(loan: loan.id))",
            says: "initialization of immutable value 'x' was never used"),
        Mistake(
            .loan, "a refusal by a timer", "loan.run(Self.mail, .init(loan: loan.id))",
            #"if loan.id == "" { throw Refusal(fr: "x", en: "x") }; loan.run(Self.mail, .init(loan: loan.id))"#,
            says: "what a timer does cannot be refused: use tryClaim, or a guard"),
        Mistake(
            .loan, "a claim by a timer that may be refused", "loan.run(Self.mail, .init(loan: loan.id))",
            #"try loan.claim("x", otherwise: Self.name); loan.run(Self.mail, .init(loan: loan.id))"#,
            says: "what a timer does cannot be refused: use tryClaim, or a guard"),
        Mistake(
            .loan, "a refusal by a run's end", "_ = (mail, loan.record.key)", #"throw Refusal(fr: "x", en: "x")"#,
            says: "what the end of a run means cannot be refused: use tryClaim, or a guard"),
        Mistake(
            .loan, "a claim by a run's end that may be refused", "_ = (mail, loan.record.key)",
            #"try loan.claim("x", otherwise: Self.name)"#,
            says: "what the end of a run means cannot be refused: use tryClaim, or a guard"),
        Mistake(
            .loan, "a refusal that is not thrown", "throw Refusal(", "Refusal(",
            says: "result of 'Refusal' initializer is unused"),
        Mistake(
            .loan, "an opening that waits", "            loan.start(.overdue, at",
            "            await Task.yield(); loan.start(.overdue, at",
            says: "a rule does not wait: have a task do it with run(…), and go on in ended(…)"),
        Mistake(
            .loan, "an action that waits",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }",
            "on(GiveBack.self, from: .lent, to: .returned) { _, loan in await Task.yield(); loan.record.note = nil }",
            says: "a rule does not wait: have a task do it with run(…), and go on in ended(…)"),
        Mistake(
            .loan, "a timer that waits", "loan.run(Self.mail, .init(loan: loan.id))",
            "await Task.yield(); loan.run(Self.mail, .init(loan: loan.id))",
            says: "a rule does not wait: have a task do it with run(…), and go on in ended(…)"),
        Mistake(
            .loan, "a run's end that waits", "_ = (mail, loan.record.key)", "_ = mail; await Task.yield()",
            says: "a rule does not wait: have a task do it with run(…), and go on in ended(…)"),
        Mistake(
            .loan, "a timer that is not there", "start(.overdue", "start(.overdoo",
            says: "has no member 'overdoo'"),
        Mistake(
            .loan, "a timer that is started without a time", "start(.overdue, at: loan.record.due)", "start(.overdue)",
            says: "missing argument for parameter 'at'"),
        Mistake(
            .loan, "a timer that is due at a length of time", "at: loan.record.due", "at: .hours(4)",
            says: "at: is an instant; for a length of time write after: .hours(4)"),
        Mistake(
            .loan, "a timer that is due after an instant", "at: loan.record.due", "after: loan.record.due",
            says: "after: is a length of time; for an instant write at:"),
        Mistake(
            .loan, "a timer that is due after a number", "at: loan.record.due", "after: 3600",
            says: "cannot convert value of type 'Int' to expected argument type 'Duration'"),
        Mistake(
            .loan, "a state that is assigned", "loan.run(Self.mail, .init(loan: loan.id))",
            "loan.state = .returned; loan.run(Self.mail, .init(loan: loan.id))",
            says: "the line says where the request goes; among its states, write go(to: …)"),
        Mistake(
            .loan, "a state by its text in a rule", "loan.run(Self.mail, .init(loan: loan.id))",
            #"loan.go(to: "returned"); loan.run(Self.mail, .init(loan: loan.id))"#,
            says: "a state is declared, not named by a text"),
        Mistake(
            .loan, "the clock in a rule", "moment.now + terms", "Instant.now + terms",
            says: "the time comes with the call: moment.now, draft.now, or a task's context.now"),
    ]

    static let signals = [
        Mistake(
            .watch, "an opening on the type of a signal", #"on: "parcel.uncollected""#, "on: Watched.self",
            says: #"write the signal's id, so that no provider imports another: opening(on: "parcel.uncollected", …)"#),
        Mistake(
            .watch, "an opening on a signal that does not say what it reads", "as: Mine.self, ", "",
            says: "missing argument for parameter 'as' in call"),
        Mistake(
            .watch, "a signal by its text", "raise(Watched(days: watch.record.days))", #"raise("watched")"#,
            says: "a signal is a struct: struct Uncollected: Signal { let days: Int }"),
        Mistake(
            .watch, "a signal that says nothing", "raise(Watched(days: watch.record.days))", "raise(Watched.self)",
            says: "say what the signal says: raise(Uncollected(days: 14))"),
        Mistake(
            .watch, "a signal that is no signal", "struct Watched: Signal", "struct Watched: Codable",
            says: "requires that 'Watch.Watched' conform to 'Signal'"),
        Mistake(
            .watch, "a signal that says what cannot be stored", "Signal { let days: Int }",
            "Signal { let days: Int; let moment: Moment }",
            says: "type 'Watch.Watched' does not conform to protocol 'Decodable'"),
        Mistake(
            .watch, "signals instead of their types", "[Watched.self]", "[Watched(days: 1)]",
            says: "cannot convert value of type 'Watch.Watched' to expected element type 'any Signal.Type'"),
        Mistake(
            .watch, "one secret in place of a set", #"static let secrets: Set<String> = ["days"]"#,
            #"static let secrets = "days""#,
            says: #"secrets are a set of names: static let secrets: Set<String> = ["pin"]"#),
    ]

    static let corrections = [
        Mistake(
            .watch, "a correction by the value of a field", "as: \\Mine.$days", "as: \\Mine.days",
            says: #"a correction is read by the field itself, with a dollar: as: \Arrival.$shelf"#),
        Mistake(
            .watch, "a correction by a field of another type", "as: \\Mine.$days", "as: \\Mine.$size",
            says: "what is corrected is a var of the record, and has the type of the field"),
        Mistake(
            .watch, "a correction of a constant", "\\.days, as: \\Mine.$days", "\\.plot, as: \\Mine.$plot",
            says: "what is corrected is a var of the record, and has the type of the field"),
        Mistake(
            .watch, "a correction by a field that is not there", "as: \\Mine.$days", "as: \\Mine.$day",
            says: "has no member '$day'"),
        Mistake(
            .watch, "a correction of a member that is not there", "correctable(\\.days", "correctable(\\.day",
            says: "has no member 'day'"),
        Mistake(
            .watch, "a correction without its field", "(\\.days, as: \\Mine.$days)", "(\\.days)",
            says: "missing argument for parameter 'as' in call"),
    ]
}
