import Synchronization

/// A time zone: how far its clocks are ahead of UTC, at any moment from 1970 to 2199.
///
/// The data come from the machine's TZif files (package tzdata, RFC 9636); a zone's rule for future years is applied
/// until then. The product reads every local time by one rule: a time in the gap in spring is the first instant after
/// the gap, and a time that comes twice in autumn is the first of the two (``instant(of:at:)``).
public struct Zone: Sendable, CustomStringConvertible {
    /// `Europe/Paris`, `UTC`.
    public let description: String
    let periods: ZonePeriods

    private init(_ name: String, _ periods: ZonePeriods) {
        (description, self.periods) = (name, periods)
    }

    /// Coordinated universal time. It needs no file, and its clocks never change.
    public static let utc = Zone("UTC", ZonePeriods(offset: 0))

    /// The zone of this name in the IANA database, case-sensitive; nil if the machine does not have it. Each zone is
    /// read from its file once.
    public init?(_ name: String) {
        if name == "UTC" {
            self = .utc
        } else if let known = Self.known.withLock({ $0[name] }) {
            self = known
        } else if let zone = ZoneFile.isName(name) ? Self(file: "/usr/share/zoneinfo/\(name)", name: name) : nil {
            Self.known.withLock { $0[name] = zone }
            self = zone
        } else {
            return nil
        }
    }

    private static let known = Mutex<[String: Zone]>([:])

    /// The names that the machine's table of zones (zone.tab) lists, for suggestions: one for each place, without other
    /// spellings. Empty if the machine has no zones.
    public static var names: [String] {
        let lines = (ZoneFile.bytes(at: "/usr/share/zoneinfo/zone.tab") ?? []).split(separator: UInt8(ascii: "\n"))
        return lines.compactMap { line in
            let cells = line.split(separator: UInt8(ascii: "\t"))
            return line.first == UInt8(ascii: "#") || cells.count < 3 ? nil : String(decoding: cells[2], as: UTF8.self)
        }
    }

    /// The zone of a process whose variable `TZ` has this value, by POSIX.1-2024: a name, a file's path or a rule. Nil
    /// means the machine's own zone. UTC if there is no such zone, as in the C library.
    public static func local(_ variable: String?) -> Zone {
        guard let variable else {
            let file = "/etc/localtime"
            let name = ZoneFile.linkTarget(of: file)?.split(separator: "/zoneinfo/", maxSplits: 1).dropFirst().first
            return Self(file: file, name: name.map { String($0) } ?? file) ?? .utc
        }
        let name = variable.hasPrefix(":") ? String(variable.dropFirst()) : variable
        if name.hasPrefix("/") { return Self(file: name, name: name) ?? .utc }
        if let zone = Self(name) { return zone }
        return ZoneRule(name).map { Zone(name, ZonePeriods(changes: [], before: $0.standard, rule: $0)) } ?? .utc
    }

    private init?(file path: String, name: String) {
        guard let bytes = ZoneFile.bytes(at: path), let periods = ZoneFile.periods(bytes) else { return nil }
        self.init(name, periods)
    }

    /// Seconds by which the wall clock is ahead of UTC at this instant.
    public func offset(at instant: Instant) -> Int {
        Int(periods[periodIndex(at: instant)].offset / 1_000_000)
    }

    private func periodIndex(at instant: Instant) -> Int {
        // Moments beyond these limits are in the first or last period.
        periods.index(at: min(max(instant.milliseconds, -1 << 50), 1 << 50) * 1000)
    }

    /// Calls `body` with the parts of a range in which the wall clock is steadily so many seconds ahead of UTC, from the
    /// first to the last. Together they are the range: what depends on the wall clock is linear in each of them.
    package func forEachSteadyPart(of range: Range<Instant>, _ body: (Range<Instant>, _ offset: Int) -> Void) {
        var start = range.lowerBound
        var index = periodIndex(at: start)
        while start < range.upperBound {
            let next = index + 1
            // A change within a millisecond counts from the next whole one.
            let change =
                next < periods.count
                ? (periods[next].start + 999).quotientAndRemainder(flooringBy: 1000).quotient : .max
            let end = min(Instant(milliseconds: change), range.upperBound)
            if start < end { body(start..<end, Int(periods[index].offset / 1_000_000)) }
            guard next < periods.count else { return }
            (start, index) = (max(start, end), next)
        }
    }

    /// The date and time that the wall clock shows.
    public func local(_ instant: Instant) -> (date: LocalDate, time: TimeOfDay) {
        let (days, rest) = (instant.milliseconds + Int64(offset(at: instant)) * 1000)
            .quotientAndRemainder(flooringBy: 86_400_000)
        return (LocalDate(daysSinceEpoch: Int(days)), TimeOfDay(minutes: Int(rest / 60_000)))
    }

    /// The instant at which the wall clock shows this time: the first one if it shows the time twice, the first instant
    /// after the gap if it never shows it.
    public func instant(of date: LocalDate, at time: TimeOfDay) -> Instant {
        let local = Int64(date.daysSinceEpoch * 1440 + time.minutes) * 60_000_000
        return switch periods.moments(of: local) {
        case .once(let moment), .twice(let moment, _), .skipped(let moment):
            Instant(milliseconds: moment.quotientAndRemainder(flooringBy: 1000).quotient)
        }
    }
}

extension Zone: Hashable {
    /// Whether both have the same name and the same clocks.
    public static func == (left: Zone, right: Zone) -> Bool {
        left.description == right.description && left.periods == right.periods
    }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension Zone: Codable {
    /// Reads the name.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("a time zone like Europe/Paris") { Zone($0) }
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}
