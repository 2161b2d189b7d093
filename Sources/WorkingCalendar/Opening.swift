public import Civil
public import Wording

/// An opening of a day, by the wall clock: `08:00-12:00`. The end is not included, and may be the end of the day:
/// `13:00-24:00`.
public struct Opening: Sendable, Hashable, CustomStringConvertible {
    /// Minutes after midnight at which it begins, on the wall clock: 0 to 1439.
    public let start: Int
    /// Minutes after midnight at which it ends: more than ``start``, 1440 for the end of the day.
    public let end: Int

    /// An opening between two minutes of a day; nil if it would not end after its start, or on another day.
    public init?(start: Int, end: Int) {
        guard 0 <= start, start < end, end <= 1440 else { return nil }
        (self.start, self.end) = (start, end)
    }

    /// Reads `08:00-12:00`; nil for anything else, and if the end is not after the start.
    public init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = TimeOfDay(String(ends[0])) else { return nil }
        guard let end = ends[1] == "24:00" ? 1440 : TimeOfDay(String(ends[1]))?.minutes else { return nil }
        self.init(start: start.minutes, end: end)
    }

    /// Whether the two openings share a minute.
    public func overlaps(_ other: Opening) -> Bool { start < other.end && other.start < end }

    /// `08:00-12:00`.
    public var description: String {
        DigitWriter.text(11) { writer in
            writer.put(minutes: start)
            writer.put("-")
            writer.put(minutes: end)
        }
    }

    /// `8 h – 12 h`, `08:00 – 12:00`.
    public var words: Text {
        let from = TimeOfDay(minutes: start)
        guard end < 1440 else { return Text(fr: "\(from)\u{A0}– 24\u{A0}h", en: "\(from)\u{A0}– 24:00") }
        let to = TimeOfDay(minutes: end)
        return Text(fr: "\(from)\u{A0}– \(to)", en: "\(from)\u{A0}– \(to)")
    }
}

extension Opening: Codable {
    /// Reads `08:00-12:00`.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("an opening like 08:00-12:00") { Opening($0) }
    }

    /// Writes `08:00-12:00`.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}

/// The openings of each weekday. A week may have none: then no promise in working time ever ends.
public struct WeeklyHours: Sendable, Hashable {
    /// By weekday, Monday first, each in order and without openings that touch.
    let days: [[Opening]]

    /// Two openings of one day that share a minute.
    public struct Overlap: Error, Hashable {
        /// The day of the week of both openings.
        public let weekday: Weekday
        /// The opening that begins first.
        public let first: Opening
        /// The opening that begins before the first one has ended.
        public let second: Opening
    }

    /// A week without an opening.
    public static let none = WeeklyHours()

    private init() { days = Array(repeating: [], count: Weekday.allCases.count) }

    /// Takes openings in any order; those that touch become one.
    ///
    /// - Throws: ``Overlap`` if two openings of a day share a minute.
    public init(_ hours: [Weekday: [Opening]]) throws(Overlap) {
        var days: [[Opening]] = []
        for weekday in Weekday.allCases {
            var merged: [Opening] = []
            for opening in (hours[weekday] ?? []).sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
                if let last = merged.last {
                    guard last.end <= opening.start else {
                        throw Overlap(weekday: weekday, first: last, second: opening)
                    }
                    if last.end == opening.start, let joined = Opening(start: last.start, end: opening.end) {
                        merged[merged.count - 1] = joined
                        continue
                    }
                }
                merged.append(opening)
            }
            days.append(merged)
        }
        self.days = days
    }

    /// The openings of a weekday, in order.
    public subscript(weekday: Weekday) -> [Opening] { days[Weekday.allCases.firstIndex(of: weekday) ?? 0] }

    /// Whether the week has no opening at all.
    public var isEmpty: Bool { days.allSatisfy(\.isEmpty) }
}

extension WeeklyHours: Codable {
    /// Reads an object of weekdays: `{"monday": ["08:00-12:00"]}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        var hours: [Weekday: [Opening]] = [:]
        for key in container.allKeys { hours[key.weekday] = try container.decode([Opening].self, forKey: key) }
        do throws(Overlap) {
            try self.init(hours)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "openings of a day overlap"))
        }
    }

    /// Writes the weekdays that have openings.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for weekday in Weekday.allCases where !self[weekday].isEmpty {
            try container.encode(self[weekday], forKey: Key(weekday: weekday))
        }
    }

    private struct Key: CodingKey {
        let weekday: Weekday
        var stringValue: String { weekday.rawValue }
        var intValue: Int? { nil }

        init(weekday: Weekday) { self.weekday = weekday }
        init?(intValue: Int) { nil }
        init?(stringValue: String) {
            guard let weekday = Weekday(rawValue: stringValue) else { return nil }
            self.weekday = weekday
        }
    }
}
