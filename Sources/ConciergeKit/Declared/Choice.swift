/// One of a few values, each with words in both languages: an enum as a field, a setting or a member of a record.
///
/// People type a choice by its words in either language or by its raw value, whatever the case and the accents. It is
/// stored, and sent over the wire, as its raw value. Two choices with the same words are refused at start.
/// <doc:InputsAndFields> has an example.
public protocol Choice: FieldValue, RawRepresentable<String>, CaseIterable, Hashable, Codable {
    /// What people read, and may type instead of the raw value. Two cases must not have the same words.
    var words: Text { get }
    /// When to choose it, with examples, for whoever does not know the words; nil unless declared.
    var explanation: Text? { get }
}

extension Choice {
    /// The words say enough by themselves.
    public var explanation: Text? { nil }
    /// One of the cases.
    public static var kind: FieldKind {
        .choice(allCases.map { ChoiceWord(value: $0.rawValue, words: $0.words, explanation: $0.explanation) })
    }
    /// The case with this raw value or these words.
    public init?(_ raw: Scalar) {
        guard case .string(let typed) = raw, let choice = Self(rawValue: typed) ?? Self.typed(typed) else { return nil }
        self = choice
    }
    /// The raw value.
    public var raw: Scalar? { .string(rawValue) }

    /// The only case that a text means; nil if it means none or several.
    private static func typed(_ text: String) -> Self? {
        let folded = Folding.text(text)
        let meant = allCases.filter { choice in
            [choice.rawValue, choice.words.fr, choice.words.en].contains { Folding.text($0) == folded }
        }
        return meant.count == 1 ? meant[meant.startIndex] : nil
    }
}

/// A value to choose, and its words.
public struct ChoiceWord: Sendable, Hashable {
    /// The value on the wire and in files.
    package let value: String
    package let words: Text
    package let explanation: Text?

    package init(value: String, words: Text, explanation: Text? = nil) {
        self.value = value
        self.words = words
        self.explanation = explanation
    }
}

extension [ChoiceWord] {
    /// The words that stand for more than one of the values: a mistake of the author.
    package var ambiguities: [String] {
        var values: [String: Set<String>] = [:]
        for choice in self {
            for word in [choice.value, choice.words.fr, choice.words.en] {
                values[Folding.text(word), default: []].insert(choice.value)
            }
        }
        return values.filter { $0.value.count > 1 || $0.key.isEmpty }.keys.sorted()
    }
}

extension Weekday: Choice {}

extension Language: Choice {
    /// The name of the language.
    public var words: Text {
        switch self {
        case .fr: Text(fr: "français", en: "French")
        case .en: Text(fr: "anglais", en: "English")
        }
    }
}

/// A setting of the daemon that is one of a few words, in English like all its settings.
package protocol SettingWord: FieldValue, RawRepresentable<String>, CaseIterable {}

extension SettingWord {
    /// One of the words.
    public static var kind: FieldKind {
        .choice(allCases.map { ChoiceWord(value: $0.rawValue, words: Text(verbatim: $0.rawValue)) })
    }
    /// The case of this word.
    public init?(_ raw: Scalar) {
        guard case .string(let word) = raw else { return nil }
        self.init(rawValue: word)
    }
    /// The word.
    public var raw: Scalar? { .string(rawValue) }
}
