/// The languages the lodge speaks.
public enum Language: String, Sendable, CaseIterable, Codable {
    /// French.
    case fr
    /// English.
    case en
}

/// Words that a person reads, in every language of the lodge.
///
/// There is no initializer with one language only: the compiler refuses words that lack a translation.
public struct Text: Sendable, Hashable, Codable {
    /// The words in French.
    public let fr: String
    /// The words in English.
    public let en: String

    /// The same words in both languages.
    public init(fr: String, en: String) {
        self.fr = fr
        self.en = en
    }

    /// The words in one language.
    public subscript(language: Language) -> String {
        switch language {
        case .fr: fr
        case .en: en
        }
    }
}
