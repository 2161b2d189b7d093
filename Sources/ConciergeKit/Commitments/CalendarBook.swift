import JSON
package import WorkingCalendar

/// The working calendars by which commitments are counted: those of the configuration, and for a lodge that configures
/// none, usual office hours.
///
/// A commitment names its calendar by what the calendar says, not by its name in the configuration, so that it is
/// counted by the rules of the day on which it was made.
package final class CalendarBook: Sendable {
    /// A calendar of the configuration.
    package struct Entry: Sendable {
        /// The name in the configuration; nil for the usual office hours.
        package let name: String?
        package let calendar: WorkingCalendar
        /// What identifies the rules of the calendar: equal for equal rules only.
        package let id: String
        /// The rules as JSON, from which the calendar can be made again.
        package let content: [UInt8]

        init(name: String?, _ calendar: WorkingCalendar) {
            self.name = name
            self.calendar = calendar
            // Plain values without numbers beyond 64 bits are always written.
            content = (try? JSONCoding.encode(CalendarRules(calendar))) ?? []
            id = Self.digest(of: content)
        }

        /// FNV-1a of the content, twice with different starts: 128 bits.
        private static func digest(of content: [UInt8]) -> String {
            func hash(_ start: UInt64) -> String {
                let hash = content.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
                let text = String(hash, radix: 16)
                return String(repeating: "0", count: 16 - text.count) + text
            }
            return hash(0xCBF2_9CE4_8422_2325) + hash(0x6C62_272E_07BB_0142)
        }
    }

    /// The zone of the lodge.
    private let zone: Zone
    private let byName: [String: Entry]
    private let byID: [String: Entry]
    /// By provider, the one that its section names.
    private let ofProviders: [String: Entry]
    /// The calendar of everything that names none.
    package let standard: Entry

    /// - Parameters:
    ///   - calendars: By their names in the configuration.
    ///   - standard: The name of the one that applies where none is named; nil for the only one there is.
    ///   - ofProviders: By provider, the name of its calendar.
    ///   - zone: The zone of the lodge, for the usual office hours.
    package init(
        _ calendars: [String: WorkingCalendar] = [:], standard: String? = nil, ofProviders: [String: String] = [:],
        zone: Zone = .utc
    ) {
        let entries = Dictionary(
            uniqueKeysWithValues: calendars.map { ($0.key, Entry(name: $0.key, $0.value)) })
        self.zone = zone
        byName = entries
        self.ofProviders = ofProviders.compactMapValues { entries[$0] }
        let named = standard.flatMap { entries[$0] }
        self.standard =
            named ?? (entries.count == 1 ? entries.values.first : nil)
            ?? Entry(name: nil, Self.officeHours(in: zone))
        byID = Dictionary((Array(entries.values) + [self.standard]).map { ($0.id, $0) }) { first, _ in first }
    }

    /// The calendar for what a provider promises at a place: that of the residence's lodge, else the provider's, else the
    /// standard one; with the zone and the public holidays of the residence, if it has its own.
    package func calendar(of provider: String, at place: Place? = nil) -> Entry {
        guard let place else { return ofProviders[provider] ?? standard }
        let entry = byName[place.workingCalendar] ?? ofProviders[provider] ?? standard
        let kept = entry.calendar.kept(zone: place.zone, region: HolidayRegion(place.holidayRegion))
        return kept == entry.calendar ? entry : Entry(name: entry.name, kept)
    }

    /// The calendar of the configuration with these rules; nil if none has them now.
    package func calendar(id: String) -> WorkingCalendar? { byID[id]?.calendar }

    /// The calendar of stored rules; nil if they cannot be read. Its zone is the lodge's if the machine has not the one
    /// that they name.
    package func calendar(stored content: [UInt8]) -> WorkingCalendar? {
        guard let rules = try? JSONCoding.decode(CalendarRules.self, from: content) else { return nil }
        return rules.calendar(in: Zone(rules.zone) ?? zone)
    }

    /// Monday to Friday, 8:00 to 12:00 and 13:30 to 17:30, closed on the public holidays of France.
    private static func officeHours(in zone: Zone) -> WorkingCalendar {
        let day = ["08:00-12:00", "13:30-17:30"].compactMap { Opening($0) }
        let weekdays: [Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
        let hours = try? WeeklyHours(Dictionary(uniqueKeysWithValues: weekdays.map { ($0, day) }))
        // These openings do not overlap.
        return WorkingCalendar(zone: zone, hours: hours ?? .none)
    }
}
