/// A language that conciergectl speaks.
enum Language: String, Sendable, CaseIterable {
    case fr, en

    /// The language of messages that a locale asks for: French for `fr` and its regions, English for all else.
    ///
    /// As POSIX has it, the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty counts, alone.
    init(environment: [String: String]) {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
        let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let language = locale.prefix { !"_.@-".contains($0) }
        self = language.lowercased() == "fr" ? .fr : .en
    }
}

/// A text for a person in every language; the compiler refuses one that lacks a language.
struct Words: Sendable, Hashable {
    var fr: String
    var en: String

    init(fr: String, en: String) {
        self.fr = fr
        self.en = en
    }

    /// A text that is the same in every language, such as an id.
    init(same text: String) { self.init(fr: text, en: text) }

    subscript(language: Language) -> String {
        switch language {
        case .fr: fr
        case .en: en
        }
    }
}
