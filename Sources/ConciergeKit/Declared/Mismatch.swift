/// Why a given value is not accepted, and its path within the input.
public struct Mismatch: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        /// The value is required and missing.
        case missing(FieldKind)
        /// The key is unknown; these are known.
        case unknown(among: [String])
        /// The value is of another kind.
        case kind(FieldKind)
        /// The value exceeds its limits.
        case limits(FieldLimits)
        /// The text has no visible character.
        case blank
        /// A reason in both languages.
        case said(Text)
        /// A reason given by the author of the settings.
        case words(String)
    }

    package let path: [PathStep]
    package let reason: Reason

    package init(_ path: [PathStep], _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// The path as text: `urgencies.U1.warning`, `practitioners.dr-martin.hours.monday[0]`.
    public var key: String { path.dotted }

    /// The key and the reason.
    public var description: String { "\(key): \(words.en)" }

    /// The reason in both languages, for people who fill in a form; a reason from a setting is in English only.
    package var words: Text {
        switch reason {
        case .missing: Text(fr: "ce champ est obligatoire", en: "this field is required")
        case .unknown: Text(fr: "ce champ n'existe pas ici", en: "there is no such field here")
        case .kind(let kind): kind.expected
        case .limits(let limits): limits.expected
        case .blank: Text(fr: "le texte est vide", en: "the text is empty")
        case .said(let words): words
        case .words(let words): Text(verbatim: words)
        }
    }
}

/// A step of the path to a value: a key of a mapping, or the index of an element of a list, counted from 0.
public enum PathStep: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// The name of a member, as it is written in the file or on the wire.
    case key(String)
    /// The place of an element, counted from 0.
    case index(Int)

    /// A key.
    public init(stringLiteral key: String) { self = .key(key) }
    /// An element.
    public init(integerLiteral index: Int) { self = .index(index) }
}

extension [PathStep] {
    /// The path as people write it: `residences[0].name`.
    package var dotted: String {
        reduce(into: "") { path, step in
            switch step {
            case .key(let key): path += (path.isEmpty ? "" : ".") + key
            case .index(let index): path += "[\(index)]"
            }
        }
    }
}

/// The limits of a value: the least and the greatest, and what they count.
package struct FieldLimits: Sendable, Hashable {
    package enum Unit: String, Sendable, Hashable { case value, characters, elements }

    package struct Limit: Sendable, Hashable {
        /// The form in which it is typed.
        package let typed: String
        /// How it is said to people.
        package let words: Text
    }

    package let least: Limit?
    package let greatest: Limit?
    package let unit: Unit

    init(least: Limit?, greatest: Limit?, unit: Unit) {
        self.least = least
        self.greatest = greatest
        self.unit = unit
    }

    /// The limits of a list with a greatest count.
    init(least: Limit? = nil, most: Int) {
        self.init(least: least, greatest: Limit(typed: "\(most)", words: Text(verbatim: "\(most)")), unit: .elements)
    }

    /// `1 to 500`, `at least 1 day`, `at most 20 characters`.
    package var phrase: String { words.en }

    private var words: Text {
        let range: Text =
            switch (least, greatest) {
            case (let least?, let greatest?):
                Text(fr: "\(least.words) à \(greatest.words)", en: "\(least.words) to \(greatest.words)")
            case (let least?, nil): Text(fr: "au moins \(least.words)", en: "at least \(least.words)")
            case (nil, let greatest?): Text(fr: "au plus \(greatest.words)", en: "at most \(greatest.words)")
            case (nil, nil): Text(verbatim: "")
            }
        return switch unit {
        case .value: range
        case .characters: Text(fr: "\(range) caractères", en: "\(range) characters")
        case .elements: Text(fr: "\(range) éléments", en: "\(range) elements")
        }
    }

    /// What is expected, for a message.
    package var expected: Text { Text(fr: "attendu : \(words)", en: "expected \(words)") }
}
