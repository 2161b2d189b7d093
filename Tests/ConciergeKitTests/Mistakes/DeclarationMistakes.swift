// Wrong programs: inputs, settings, words and upgrades.

extension Mistake {

    static let inputs = [
        Mistake(
            .loan, "a field without @Field", #"@Field(fr: "Clé", en: "Key", example: "laundry-B") var key: String"#,
            "var key: String",
            says: #"each stored property of an Input is a @Field(fr: "…", en: "…")"#),
        Mistake(
            .loan, "a field without words", #"@Field(fr: "Clé", en: "Key", example: "laundry-B") var key: String"#,
            "@Field var key: String",
            says: #"each stored property of an Input is a @Field(fr: "…", en: "…")"#),
        Mistake(
            .loan, "a field in one language", #"@Field(fr: "Clé", en: "Key", example: "laundry-B") var key: String"#,
            #"@Field("Key") var key: String"#,
            says: #"a field's words are in both languages: @Field(fr: "…", en: "…")"#),
        Mistake(
            .loan, "a field without English", #"@Field(fr: "Clé", en: "Key", example: "laundry-B") var key: String"#,
            #"@Field(fr: "Clé") var key: String"#,
            says: "missing argument for parameter 'en'"),
        Mistake(
            .loan, "a limit of another type than the field", "in: 1...9", #"in: "a"..."z""#,
            says: "limits are of the type that they limit, with the last value: in: 1...9"),
        Mistake(
            .loan, "limits without their last value", "in: 1...9", "in: 1..<9",
            says: "limits are of the type that they limit, with the last value: in: 1...9"),
        Mistake(
            .loan, "limits of a field that has none", #"en: "Key", example: "laundry-B") var key: String"#,
            #"en: "Key", in: 1...2) var key: Bool"#,
            says: "limits are of the type that they limit"),
        Mistake(
            .loan, "an example of another type than the field", #"example: "laundry-B""#, "example: 3",
            says: "cannot convert value of type 'Int' to expected argument type 'String?'"),
        Mistake(
            .loan, "a field of a type that nobody can type in",
            #"@Field(fr: "Clé", en: "Key", example: "laundry-B") var key: String"#,
            #"@Field(fr: "Clé", en: "Key") var key: Letter"#,
            says: "requires that 'Loan.Letter' conform to 'FieldValue'"),
        Mistake(
            .loan, "an input without a name",
            #"{ static let name = Text(fr: "Rendre la clé", en: "Give the key back") }"#, "{}",
            says: #"an input has a name: static let name = Text(fr: "…", en: "…")"#),
        Mistake(
            .loan, "an input that is named by a string",
            #"static let name = Text(fr: "Rendre la clé", en: "Give the key back")"#,
            #"static let name = "Give the key back""#,
            says: #"an input has a name: static let name = Text(fr: "…", en: "…")"#),
    ]

    static let choices = [
        Mistake(
            .watch, "a choice without words",
            #"""
                    var words: Text {
                        switch self {
                        case .small: Text(fr: "petit", en: "small")
                        case .large: Text(fr: "grand", en: "large")
                        }
                    }
            """#, "", says: "a choice has words: var words: Text { switch self {"),
        Mistake(
            .watch, "a choice of which a case has no words",
            #"            case .large: Text(fr: "grand", en: "large")\#n"#, "",
            says: "switch must be exhaustive", when: .flow),
        Mistake(
            .watch, "a choice without raw values", "enum Size: String, Choice", "enum Size: Choice",
            says: "does not conform to protocol 'RawRepresentable'"),
        Mistake(
            .watch, "an enum as a field", "enum Size: String, Choice", "enum Size: String, FieldValue",
            says: "does not conform to protocol 'FieldValue'"),
        Mistake(
            .watch, "an enum as a field that lists its cases", "enum Size: String, Choice",
            "enum Size: String, CaseIterable, FieldValue",
            says: "an enum is a choice, with words in both languages: enum …: String, Choice"),
        Mistake(
            .watch, "an enum as a field that is no choice", "enum Size: String, Choice", "enum Size: String",
            says: "requires that 'Watch.Size' conform to 'FieldValue'"),
        Mistake(
            .watch, "a type of one's own that does not say what it expects",
            #"static let form = Text(fr: "une parcelle comme A-12", en: "a plot like A-12")"#, "",
            says: #"says what it expects: static let form = Text(fr: "…", en: "…")"#),
        Mistake(
            .watch, "a type of one's own that says what it expects in one language",
            #"static let form = Text(fr: "une parcelle comme A-12", en: "a plot like A-12")"#,
            #"static let form = "a plot like A-12""#,
            says: #"says what it expects: static let form = Text(fr: "…", en: "…")"#),
        Mistake(
            .watch, "a type of one's own that is read from a text of another label", "init?(written text: String)",
            "init?(_ text: String)",
            says: "a type of one's own is read from a text: init?(written text: String)"),
        Mistake(
            .watch, "a type of one's own without its text",
            #"let writtenText: String\#n        init?(written text: String) { writtenText = text }"#,
            #"let text: String\#n        init?(written text: String) { self.text = text }"#,
            says: "a type of one's own is written as a text, which is read again: let writtenText: String"),
    ]

    static let words = [
        Mistake(
            .loan, "a text in one language", #"Text(fr: "Prêt de clé", en: "Key loan")"#, #"Text("Key loan")"#,
            says: #"write Text(fr: "…", en: "…"), or Text(verbatim: …)"#),
        Mistake(
            .loan, "a string in place of a text", #", otherwise: Text(fr: "Déjà prêtée.", en: "Already lent."))"#,
            #", otherwise: "Already lent.")"#,
            says: #"write Text(fr: "…", en: "…"), or Text(verbatim: …)"#),
        Mistake(
            .loan, "a string with values in place of a text",
            #", otherwise: Text(fr: "Déjà prêtée.", en: "Already lent."))"#, #", otherwise: "\(lend.key) is lent.")"#,
            says: #"write Text(fr: "…", en: "…"), or Text(verbatim: …)"#),
        Mistake(
            .loan, "a refusal in one language", #"throw Refusal(fr: "Quelle clé ?", en: "Which key?")"#,
            #"throw Refusal("Which key?")"#,
            says: #"write Text(fr: "…", en: "…"), or Text(verbatim: …)"#),
        Mistake(
            .loan, "a refusal with a string that is not written there",
            #"throw Refusal(fr: "Quelle clé ?", en: "Which key?")"#, "throw Refusal(lend.key)",
            says: #"write Refusal(fr: "…", en: "…")"#),
        Mistake(
            .loan, "a notice in one language", #"fr: "La clé \(loan.record.key) ?", en: "The key?""#, #""The key?""#,
            says: #"write Text(fr: "…", en: "…"), or Text(verbatim: …)"#),
        Mistake(
            .loan, "a notice without English", #", en: "The key?""#, "",
            says: "missing argument for parameter 'en'"),
        Mistake(
            .loan, "a notice to somebody who gets none", "notify(.resident", "notify(.neighbour",
            says: "type 'Audience' has no member 'neighbour'"),
        Mistake(
            .loan, "an optional in a sentence", #"\(loan.record.key) ?"#, #"\(loan.record.note) ?"#,
            says: "an optional in a sentence: say what is said where there is nothing"),
        Mistake(
            .loan, "a value in a sentence that has no form for people", #"\(loan.record.key) ?"#, #"\(loan.moment) ?"#,
            says: #"a value that has no form for people: write \(verbatim: …)"#),
    ]

    static let settings = [
        Mistake(
            .terms, "a setting without @Setting", #"@Setting("What a lost key costs.") var lost: Money"#,
            "var lost: Money",
            says: #"each stored property of Settings is a @Setting("…")"#),
        Mistake(
            .terms, "a setting without @Setting, of settings with an init",
            #"@Setting("When keys are counted.") var countAt = TimeOfDay(minutes: 60)"#, "var countAt: TimeOfDay",
            says: "return from initializer without initializing all stored properties", when: .flow),
        Mistake(
            .terms, "limits without their last value", "in: .seconds(1)...",
            "in: Duration.seconds(1)..<Duration.days(9)",
            says: "limits are of the type that they limit, with the last value: in: 1...9"),
        Mistake(
            .terms, "a setting without words", #"@Setting("When keys are counted.")"#, "@Setting",
            says: #"say what the setting is for: @Setting("…")"#),
        Mistake(
            .terms, "a setting in two languages", #"@Setting("When keys are counted.")"#,
            #"@Setting(fr: "Quand.", en: "When.")"#,
            says: #"for operations, in English alone: @Setting("…")"#),
        Mistake(
            .terms, "a limit of another type than the setting", "in: .seconds(1)...", "in: 1...",
            says: "limits are of the type that they limit, with the last value: in: 1...9"),
        Mistake(
            .terms, "a default of another type", "lending: Duration = .hours(4)", "lending: Duration = 4",
            says: "cannot convert value of type 'Int' to expected argument type 'Duration'"),
        Mistake(
            .terms, "a setting of a type that nobody can type in", "var countAt = TimeOfDay(minutes: 60)",
            #"var countAt = Loan.Letter(loan: "")"#,
            says: "requires that 'Loan.Letter' conform to 'FieldValue'"),
        Mistake(
            .terms, "public settings without a public init", #"    public init() {}\#n"#, "",
            says: "initializer 'init()' must be declared public"),
        Mistake(
            .terms, "a check that throws something else", #"throw $lending.wrong("a key is lent for 30 days at most")"#,
            #"throw Refusal(fr: "x", en: "x")"#,
            says: "thrown expression type 'Refusal' cannot be converted to error type 'Mismatch'"),
        Mistake(
            .terms, "a check that throws nothing", "throw $lending", "$lending",
            says: "result of call to 'wrong(_:at:)' is unused"),
    ]

    static let upgrades = [
        Mistake(
            .kept, "an upgrade that is not there",
            #"        Upgrade(from: 2, Second.self, to: Record.self) { old in Record(key: old.key, note: nil, count: 1) }\#n"#,
            "",
            says: "the last upgrade ends with the Record of the service"),
        Mistake(
            .kept, "an upgrade that does not start where the one before ends",
            #"        Upgrade(from: 2, Second.self, to: Record.self) { old in Record(key: old.key, note: nil, count: 1) }\#n"#,
            #"        Upgrade(from: 2, First.self, to: Record.self) { old in Record(key: old.key, note: nil, count: 1) }\#n"#,
            says: "each upgrade starts from the record with which the one before it ends"),
        Mistake(
            .kept, "an upgrade to another record than it says", #"{ old in Second(key: old.key, note: "") }"#,
            "{ old in old }",
            says: "cannot convert value of type 'Kept.First' to closure result type 'Kept.Second'"),
        Mistake(
            .kept, "an upgrade without its version", "from: 1, First.self", "First.self",
            says: "missing argument for parameter 'from'"),
        Mistake(
            .kept, "an upgrade of what cannot be read", "struct First: Codable", "struct First",
            says: "requires that 'Kept.First' conform to 'Decodable'"),
    ]
}
