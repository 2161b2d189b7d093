/// Shows the daemon's times to a person: in the caller's zone and language, near ones also by their distance.
struct TimeFormat: Sendable {
    var zone: Zone
    var language: Language
    /// Seconds since 1970.
    var now: Int64

    init(_ console: Console) {
        self.init(zone: console.zone, language: console.language, now: console.now())
    }

    init(zone: Zone, language: Language, now: Int64) {
        self.zone = zone
        self.language = language
        self.now = now
    }

    /// `2026-11-24 09:00`; what is not a time stays as it came, and none is empty.
    func short(_ text: String?) -> String {
        guard let text else { return "" }
        guard let moment = WrittenTime(text)?.moment(in: .utc) else { return text }
        let local = CivilTime(seconds: moment + zone.offset(moment))
        return "\(local.dateText) \(local.shortTimeText)"
    }

    /// `in 3 h` or `2 min ago`; what is not a time stays as it came, and none is empty.
    func relative(_ text: String?) -> String {
        guard let text else { return "" }
        guard let moment = WrittenTime(text)?.moment(in: .utc) else { return text }
        return distance(moment - now)[language]
    }

    /// `2026-11-24 09:00 (in 3 h)`
    func both(_ text: String?) -> String {
        guard let text else { return "" }
        guard WrittenTime(text) != nil else { return text }
        return "\(short(text)) (\(relative(text)))"
    }

    /// The distance of a moment that many seconds ahead, or behind when negative, in the nearest whole unit.
    func distance(_ seconds: Int64) -> Words {
        let amount = abs(seconds)
        let minutes = (amount + 30) / 60
        let hours = (amount + 1_800) / 3_600
        let length: Words =
            if amount < 60 {
                Words(same: "\(amount) s")
            } else if minutes < 60 {
                Words(same: "\(minutes) min")
            } else if hours < 48 {
                Words(same: "\(hours) h")
            } else {
                Words(fr: "\((amount + 43_200) / 86_400) j", en: "\((amount + 43_200) / 86_400) d")
            }
        if seconds == 0 { return Words(fr: "maintenant", en: "now") }
        return seconds > 0
            ? Words(fr: "dans \(length.fr)", en: "in \(length.en)")
            : Words(fr: "il y a \(length.fr)", en: "\(length.en) ago")
    }
}
