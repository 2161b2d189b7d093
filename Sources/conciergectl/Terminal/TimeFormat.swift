import Civil
import Wording

/// Formats the daemon's times in the user's zone and language, on request with their distance from now.
struct TimeFormat: Sendable {
    let zone: Zone
    let language: Language
    let now: Instant

    init(_ console: Console) {
        self.init(zone: console.zone, language: console.language, now: console.now())
    }

    init(zone: Zone, language: Language, now: Instant) {
        self.zone = zone
        self.language = language
        self.now = now
    }

    /// For tables: `24/11/2026 09:00`, in English `2026-11-24 09:00`.
    func short(_ instant: Instant) -> String {
        let (date, time) = zone.local(instant)
        guard language == .fr else { return "\(date) \(time)" }
        return "\(Self.two(date.day))/\(Self.two(date.month))/\(date.year) \(time)"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The same for a time as text. A text that is not a time stays unchanged; nil gives the empty text.
    func short(_ text: String?) -> String {
        guard let text else { return "" }
        return WrittenTime(text)?.instant(in: .utc).map { short($0) } ?? text
    }

    /// `in 3 h` or `2 min ago`.
    func relative(_ instant: Instant) -> String { distance(to: instant)[language] }

    /// For sentences: `mardi 24 novembre à 9 h (dans 3 h)`, `Tuesday 24 November, 09:00 (in 3 h)`, with the year if it is
    /// not the present one.
    func both(_ instant: Instant) -> String {
        "\(RecordWords(zone: zone, now: now).said(instant)[language]) (\(relative(instant)))"
    }

    /// For tables: `24/11/2026 09:00 (dans 3 h)`.
    func brief(_ instant: Instant) -> String { "\(short(instant)) (\(relative(instant)))" }

    /// The distance from now to an instant, in whole units.
    func distance(to instant: Instant) -> Text {
        Text.distance(seconds: (instant - now).milliseconds / 1000)
    }
}
