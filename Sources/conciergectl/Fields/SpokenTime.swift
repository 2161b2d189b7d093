import Civil
import Wording

/// A day, or a moment, as people write it in French or English: `demain 9h`, `21/12 9h40`, `lundi`, `dans 3 jours`,
/// `tomorrow 9:20`, besides the forms of ISO 8601.
enum SpokenTime: Hashable, Sendable {
    /// A day without a time.
    case day(LocalDate)
    /// A time on the clocks of the reader's zone.
    case local(LocalDate, TimeOfDay)
    /// A moment that does not depend on a zone.
    case instant(Instant)

    /// In which direction days without a year, and days of the week, are looked for.
    enum Direction: Sendable { case ahead, back }

    enum Mistake: Error, Hashable {
        /// It is no form of a day or a time.
        case notUnderstood
        /// A day of the week and a date that do not go together; the date is that of the text.
        case otherWeekday(LocalDate)
    }

    /// Reads a text.
    ///
    /// - Parameter now: `aujourd'hui` is its day in the zone. A time alone is one of today.
    init(_ text: String, now: Instant, zone: Zone, direction: Direction = .ahead) throws(Mistake) {
        if let written = WrittenTime(text.trimmed) {
            self = Self.of(written, zone: zone)
            return
        }
        var reader = SpokenTimeReader(text, now: now, zone: zone, direction: direction)
        self = try reader.read()
    }

    private static func of(_ written: WrittenTime, zone: Zone) -> SpokenTime {
        guard let microsecond = written.microsecond else { return .day(written.date) }
        // A local time that the clocks skip is kept as one, so that the caller can refuse it.
        return written.instant(in: zone).map { .instant($0) }
            ?? .local(written.date, TimeOfDay(minutes: Int(microsecond / 60_000_000)))
    }

    /// The moment; for a day alone its first one. Nil for a time that the zone's clocks never show.
    func instant(in zone: Zone) -> Instant? {
        switch self {
        case .instant(let instant): instant
        case .day(let day): zone.instant(of: day, at: TimeOfDay(minutes: 0))
        case .local(let day, let time): WrittenTime("\(day) \(time)")?.instant(in: zone)
        }
    }

    /// The day in the zone.
    func day(in zone: Zone) -> LocalDate {
        switch self {
        case .instant(let instant): zone.local(instant).date
        case .day(let day), .local(let day, _): day
        }
    }
}
