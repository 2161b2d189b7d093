/// The languages in which every text for people exists.
public enum Language: String, Sendable, CaseIterable, Codable {
    /// French, in the typography of print.
    case fr
    /// English, with 24-hour times and days before months.
    case en

    /// The language of messages that a locale asks for: French for `fr` and its regions, English for all else.
    ///
    /// As in POSIX, only the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty counts.
    public init(environment: [String: String]) {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
        let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let language = locale.prefix { !"_.@-".contains($0) }
        self = language.lowercased() == "fr" ? .fr : .en
    }
}
