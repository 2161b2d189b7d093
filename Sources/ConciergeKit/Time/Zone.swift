import Foundation

/// A time zone of the IANA database, with the lodge's two rules for daylight saving: a local time in the gap of
/// spring is the first instant after it, one that comes twice in autumn is the first of the two.
public struct Zone: Sendable, Hashable, Decodable, CustomStringConvertible {
    private let zone: TimeZone

    /// The zone of this name, like `Europe/Paris` or `UTC`; nil where the machine knows none.
    public init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// Coordinated universal time.
    public static let utc = Zone(TimeZone.gmt)

    private init(_ zone: TimeZone) {
        self.zone = zone
    }

    /// The zone's name.
    public var description: String { zone == .gmt ? "UTC" : zone.identifier }

    /// Seconds by which the wall clock is ahead of UTC at this instant.
    public func offset(at instant: Instant) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
    }

    /// What the wall clock shows.
    public func local(_ instant: Instant) -> (date: LocalDate, time: TimeOfDay) {
        let seconds = instant.milliseconds.quotientAndRemainder(flooringBy: 1000).quotient + Int64(offset(at: instant))
        let (days, rest) = seconds.quotientAndRemainder(flooringBy: 86_400)
        return (LocalDate(daysSinceEpoch: Int(days)), TimeOfDay(minutes: Int(rest) / 60))
    }

    /// When the wall clock shows this: the first time where it shows it twice, the first instant after the gap
    /// where it never does.
    public func instant(of date: LocalDate, at time: TimeOfDay) -> Instant {
        let asUTC = Instant(milliseconds: Int64(date.daysSinceEpoch * 86_400 + time.minutes * 60) * 1000)
        // The offsets on either side of a change nearby; a change is never nearer than a day to the next.
        let (before, after) = (offset(at: asUTC - .days(1)), offset(at: asUTC + .days(1)))
        let early = asUTC - .seconds(before)
        if offset(at: early) == before { return early }
        let late = asUTC - .seconds(after)
        if offset(at: late) == after { return late }
        return firstInstant(withOffset: after, from: late - .days(1), to: early + .days(1))
    }

    /// Where the offset changes between two instants, by halving, to the second.
    private func firstInstant(withOffset after: Int, from: Instant, to: Instant) -> Instant {
        var (low, high) = (from.milliseconds / 1000, to.milliseconds / 1000)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(at: Instant(milliseconds: middle * 1000)) == after { high = middle } else { low = middle }
        }
        return Instant(milliseconds: high * 1000)
    }

    /// Reads the name, as it stands in a configuration.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let zone = Zone(name) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(name)\" is not a time zone like Europe/Paris")
        }
        self = zone
    }
}
