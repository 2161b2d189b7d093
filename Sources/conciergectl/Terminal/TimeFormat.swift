import Civil
import Wording

/// Shows the daemon's times to a person: in the caller's zone and language, near ones also by their distance.
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

    /// `2026-11-24 09:00`.
    func short(_ instant: Instant) -> String {
        let (date, time) = zone.local(instant)
        return "\(date) \(time)"
    }

    /// The same of a text; what is not a time stays as it came, and none is empty.
    func short(_ text: String?) -> String {
        guard let text else { return "" }
        return WrittenTime(text)?.instant(in: .utc).map { short($0) } ?? text
    }

    /// `in 3 h` or `2 min ago`.
    func relative(_ instant: Instant) -> String { distance(to: instant)[language] }

    /// `2026-11-24 09:00 (in 3 h)`
    func both(_ instant: Instant) -> String { "\(short(instant)) (\(relative(instant)))" }

    /// How far away an instant is, in the nearest whole unit.
    func distance(to instant: Instant) -> Text {
        Text.distance(seconds: (instant - now).milliseconds / 1000)
    }
}
