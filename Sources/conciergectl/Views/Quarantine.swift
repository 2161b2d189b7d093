import ConciergeProtocol
import Wording

extension Wire.Quarantine {
    /// The name of the state in both languages.
    static let name = Text(fr: "en quarantaine", en: "quarantined")
    static let label = Text(fr: "Quarantaine", en: "Quarantine")

    /// The start of the quarantine and its cause.
    func words(_ console: Console) -> Text {
        let since = TimeFormat(console).both(self.since)
        // Without a crash, the cause is a timer that fires endlessly.
        guard crashes > 0 else {
            return Text(
                fr: "depuis le \(since) : « \(event) » lance une minuterie sans délai, encore et encore",
                en: "since \(since): \"\(event)\" starts a timer without delay, over and over")
        }
        let crashes = Text.count(
            Int64(crashes), Text(fr: "plantage", en: "crash"), Text(fr: "plantages", en: "crashes"))
        return Text(
            fr: "depuis le \(since) : \(crashes), le dernier pendant « \(event) » (\(cause))",
            en: "since \(since): \(crashes), the last in \"\(event)\" (\(cause))")
    }
}
