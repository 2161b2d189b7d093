public import Civil
public import Wording

/// An instant and what the wall clock showed then. Both are kept, so that what is stored is said in the same words after
/// a zone's rules have changed.
public struct ClockReading: Sendable, Hashable, Codable {
    /// The instant itself, which does not depend on any zone.
    public let instant: Instant
    /// The day that the clock showed; for the end of a day, that day and not the next one.
    public let date: LocalDate
    /// Minutes after midnight that the clock showed; 1440 for the end of the day.
    public let minute: Int
    /// Whether the clock had shown that time an hour before already, because it was put back in between.
    public let isSecondTime: Bool

    /// A reading that is known with all its parts.
    init(instant: Instant, date: LocalDate, minute: Int, isSecondTime: Bool) {
        (self.instant, self.date, self.minute, self.isSecondTime) = (instant, date, minute, isSecondTime)
    }

    /// What the clocks of a zone show. With `endsDay`, midnight is the end of the day that it ends.
    init(_ instant: Instant, in zone: Zone, endsDay: Bool = false) {
        let (date, time) = zone.local(instant)
        self.instant = instant
        isSecondTime = zone.instant(of: date, at: time) <= instant - .minutes(1)
        if endsDay, time.minutes == 0, zone.instant(of: date, at: time) == instant {
            (self.date, minute) = (date.adding(days: -1), 1440)
        } else {
            (self.date, minute) = (date, time.minutes)
        }
    }

    /// `vendredi 2 avril 2027 à 17 h 30`, `Friday 2 April 2027, 17:30`.
    public func words(withYear: Bool) -> Text {
        let style: Phrase.Style = withYear ? .dayAndYear : .day
        let again =
            isSecondTime
            ? Text(fr: " (après le changement d'heure)", en: " (after the clocks changed)") : Text(verbatim: "")
        guard minute < 1440 else { return Text(fr: "\(date, style) à minuit (24\u{A0}h)", en: "\(date, style), 24:00") }
        let time = TimeOfDay(minutes: minute)
        return Text(fr: "\(date, style) à \(time)\(again)", en: "\(date, style), \(time)\(again)")
    }
}
