/// The languages of the lodge.
public enum Language: String, Sendable, CaseIterable, Codable {
    /// French.
    case fr
    /// English.
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
