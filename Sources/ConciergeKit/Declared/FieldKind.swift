/// The written form of a field's value.
public indirect enum FieldKind: Sendable, Hashable {
    /// Text without a form of its own.
    case string
    /// A whole number of 64 bits.
    case int
    /// A number that may have decimals.
    case float
    /// `true` or `false`; people may also type yes or no in both languages.
    case bool
    /// RFC 3339 with an offset.
    case time
    /// A calendar day, `2026-11-23`.
    case date
    /// An amount in euros, on the wire as text with two decimals: `12.50`.
    case money
    /// One of these values, each with its words for people.
    case choice([ChoiceWord])
    /// A text of its own form, with a description: `hours like 07:00-22:00`.
    case form(Text)
    /// Several values, all of the kind that is given.
    case list(FieldKind)
    /// A dictionary: an object on the wire, a mapping in the configuration.
    case map(key: FieldKind, value: FieldKind)
    /// Settings of their own, nested in others.
    case section(SectionSchema)

    /// The word for it on the wire.
    package var word: String {
        switch self {
        case .string, .form: "string"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .time: "time"
        case .date: "date"
        case .money: "money"
        case .choice: "choice"
        case .list(let element): "[]" + element.word
        case .map, .section: "object"
        }
    }

    /// The values to choose from; none if it is no choice.
    package var choices: [ChoiceWord] {
        switch self {
        case .choice(let choices): choices
        case .list(let element): element.choices
        default: []
        }
    }

    /// What is expected of a text of its own form, or of each element of a list of such; nil for all other kinds.
    package var form: Text? {
        switch self {
        case .form(let words): words
        case .list(let element): element.form
        default: nil
        }
    }

    /// What the value is, in English, with its article: `a whole number`.
    package var noun: String {
        switch self {
        case .string: "a text"
        case .int: "a whole number"
        case .float: "a number"
        case .bool: "true or false"
        case .time: "a time like 2026-11-23T18:14:06Z"
        case .date: "a day like 2026-11-23"
        case .money: "an amount like 12.50"
        case .choice(let choices): "one of " + choices.map(\.value).joined(separator: ", ")
        case .form(let words): words.en
        case .list: "a list"
        case .map, .section: "a mapping"
        }
    }

    /// What is expected, for a message.
    package var expected: Text {
        switch self {
        case .string: Text(fr: "un texte est attendu", en: "a text is expected")
        case .int: Text(fr: "un nombre entier est attendu", en: "a whole number is expected")
        case .float: Text(fr: "un nombre est attendu", en: "a number is expected")
        case .bool: Text(fr: "true ou false est attendu", en: "true or false is expected")
        case .time:
            Text(
                fr: "une date et heure comme 2026-11-23T18:14:06Z est attendue",
                en: "a time like 2026-11-23T18:14:06Z is expected")
        case .date: Text(fr: "un jour comme 2026-11-23 est attendu", en: "a day like 2026-11-23 is expected")
        case .money:
            Text(
                fr: "un montant en euros comme 50 ou 12,50 est attendu",
                en: "an amount in euros like 50 or 12.50 is expected")
        case .choice(let choices):
            Text(
                fr: "une de ces valeurs est attendue : \(Text(verbatim: ", ", joining: choices.map(\.words)))",
                en: "one of these is expected: \(Text(verbatim: ", ", joining: choices.map(\.words)))")
        case .form(let words): Text(fr: "attendu : \(words)", en: "expected \(words)")
        case .list: Text(fr: "une liste est attendue", en: "a list is expected")
        case .map, .section: Text(fr: "un objet est attendu", en: "an object is expected")
        }
    }
}

/// What is declared in a section of the configuration, in the order of the source.
public struct SectionSchema: Sendable, Hashable {
    package let settings: [FieldSchema]
    let strays: [String]

    init(_ declarations: Declarations) {
        settings = declarations.fields
        strays = declarations.strays
    }
}
