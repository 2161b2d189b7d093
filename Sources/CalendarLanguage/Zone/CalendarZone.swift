import Synchronization

/// A time zone: how far its clocks are ahead of UTC, at any moment from 1970 to 2199.
///
/// The data are the machine's own (package tzdata), as TZif files have them (RFC 9636); a zone's rule for the years to
/// come is followed to the end.
public struct CalendarZone: Sendable, Hashable, CustomStringConvertible {
    /// `Europe/Paris`, `UTC`.
    public let description: String
    let periods: ZonePeriods

    init(_ name: String, _ periods: ZonePeriods) {
        (description, self.periods) = (name, periods)
    }

    /// Coordinated universal time.
    public static let utc = CalendarZone("UTC", ZonePeriods(offset: 0))

    /// The zone of this name in the IANA database, upper and lower case told apart; nil where the machine has none.
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

    /// The zone of a process whose variable `TZ` has this value: a name, a file's path or a rule as POSIX.1-2024 has
    /// them; where it is nil, the machine's own. UTC where there is none, as in the C library.
    public static func local(_ variable: String?) -> CalendarZone {
        guard let variable else {
            let file = "/etc/localtime"
            let name = ZoneFile.linkTarget(of: file)?.split(separator: "/zoneinfo/", maxSplits: 1).dropFirst().first
            return Self(file: file, name: name.map { String($0) } ?? file) ?? .utc
        }
        let name = variable.hasPrefix(":") ? String(variable.dropFirst()) : variable
        if name.hasPrefix("/") { return Self(file: name, name: name) ?? .utc }
        if let zone = Self(name) { return zone }
        return ZoneRule(name).map { CalendarZone(name, ZonePeriods(changes: [], before: $0.standard, rule: $0)) }
            ?? .utc
    }

    private init?(file path: String, name: String) {
        guard let bytes = ZoneFile.bytes(at: path), let periods = ZoneFile.periods(bytes) else { return nil }
        self.init(name, periods)
    }

    /// Seconds by which the zone's clocks are ahead of UTC at a moment in seconds since 1970.
    public func offset(at moment: Int64) -> Int64 {
        // Moments that far away are in the first or last period anyway.
        let moment = min(max(moment, -1 << 40), 1 << 40)
        return periods[periods.index(at: moment * 1_000_000)].offset / 1_000_000
    }

    /// A zone is read from its file once.
    private static let known = Mutex<[String: CalendarZone]>([:])
}
