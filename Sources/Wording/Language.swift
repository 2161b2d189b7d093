/// The languages the lodge speaks.
public enum Language: String, Sendable, CaseIterable, Codable {
    /// French.
    case fr
    /// English.
    case en

    /// The language of messages that a locale asks for: French for `fr` and its regions, English for all else.
    ///
    /// As POSIX has it, the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty counts, alone.
    public init(environment: [String: String]) {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
        let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let language = locale.prefix { !"_.@-".contains($0) }
        self = language.lowercased() == "fr" ? .fr : .en
    }
}
