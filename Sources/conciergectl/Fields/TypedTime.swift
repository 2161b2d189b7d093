import Wording

extension Text {
    /// What is wrong with an option that does not have the form of `WrittenTime`.
    static func noTime(_ text: String, in option: String) -> Text {
        Text(
            fr:
                "\(option) : « \(text) » n'est pas un moment comme 2026-11-24T09:00 (heure locale) ou 2026-11-24T08:00:00Z",
            en: "\(option): \"\(text)\" is not a time such as 2026-11-24T09:00 (local) or 2026-11-24T08:00:00Z")
    }
}
