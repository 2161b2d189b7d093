public import ConciergeKit
public import WorkingCalendar

extension DaemonConfiguration {
    /// The settings of one working calendar.
    struct WorkingCalendarSection: Settings {
        @Setting(
            """
            When it is open, by weekday: openings like 08:00-12:00, until 24:00 at most. A weekday that is left out is \
            closed.
            """)
        var hours: [Weekday: [Opening]]
        @Setting("The zone of its hours; else the lodge's.", example: Zone("Europe/Paris"))
        var timeZone: Zone?
        @Setting("Whose public holidays it keeps: FR, or a department like FR-57.")
        var region = HolidayRegion.france
        @Setting(
            """
            Whether Good Friday is one of them; else it is in Alsace and Moselle, where it is one in the communes that \
            have a Protestant or a shared church.
            """, example: false)
        var goodFriday: Bool?
        @Setting("Days on which it is closed besides.", example: Self.holidays)
        var closures: [LocalDate] = []
        @Setting("Whether it is open on public holidays all the same; never on closures.")
        var worksOnHolidays = false
        @Setting(
            "The providers whose promises are counted by it, instead of the lodge's calendar.", example: ["repairs"])
        var providers: [String] = []

        static var example: Self {
            Self {
                let day = ["08:00-12:00", "13:30-17:30"].compactMap { Opening($0) }
                $0.hours = Dictionary(
                    uniqueKeysWithValues: [Weekday.monday, .tuesday, .wednesday, .thursday, .friday].map { ($0, day) })
                $0.region = HolidayRegion("FR-57") ?? .france
                $0.closures = Self.holidays
            }
        }

        private static let holidays = ["2026-12-24", "2026-12-31"].compactMap { LocalDate($0) }

        func check() throws(Mismatch) {
            for (weekday, openings) in hours.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                for (index, opening) in openings.enumerated() {
                    guard let other = openings[..<index].first(where: { $0.overlaps(opening) }) else { continue }
                    throw $hours.wrong(
                        "\"\(opening)\" overlaps \(other)", at: .key(weekday.rawValue), .index(index))
                }
            }
            if goodFriday == true, !region.mayHaveGoodFriday {
                throw $goodFriday.wrong("it stands beside a region that has it, such as FR-57")
            }
        }

        /// The calendar, in its own zone or the lodge's.
        func calendar(lodge: Zone) -> WorkingCalendar? {
            // The check has refused openings that overlap.
            guard let hours = try? WeeklyHours(hours) else { return nil }
            return WorkingCalendar(
                zone: timeZone ?? lodge, hours: hours, region: region,
                goodFriday: goodFriday ?? region.hasGoodFriday,
                worksOnHolidays: worksOnHolidays, closures: Set(closures))
        }
    }

    /// The working calendars, and whose promises are counted by which.
    var calendarBook: CalendarBook {
        var ofProviders: [String: String] = [:]
        for (name, section) in workingCalendars { for provider in section.providers { ofProviders[provider] = name } }
        return CalendarBook(
            calendars, standard: lodge.workingCalendar, ofProviders: ofProviders, zone: lodge.timeZone)
    }

    /// Refuses a calendar that nobody has configured, and a provider that is unknown or has two calendars.
    func checkCalendars(_ tree: ConfigurationTree, providers: [String]) throws(ConfigurationError) {
        let names = workingCalendars.keys.sorted()
        if let name = lodge.workingCalendar, !names.contains(name) {
            throw tree.error(
                at: ["lodge", "working_calendar"], reason: "working_calendars has no \"\(name)\"",
                suggestion: NearestName.suggestion(for: name, among: names))
        }
        var taken: [String: String] = [:]
        for name in names {
            for (index, provider) in (workingCalendars[name]?.providers ?? []).enumerated() {
                let path: [PathStep] = [.key("working_calendars"), .key(name), .key("providers"), .index(index)]
                guard providers.contains(provider) else {
                    throw tree.error(
                        at: path, reason: "there is no provider \"\(provider)\"",
                        suggestion: NearestName.suggestion(for: provider, among: providers))
                }
                if let other = taken.updateValue(name, forKey: provider) {
                    throw tree.error(at: path, reason: "\"\(provider)\" has the calendar \"\(other)\" already")
                }
            }
        }
    }

    /// The working calendars by their names.
    var calendars: [String: WorkingCalendar] {
        workingCalendars.compactMapValues { $0.calendar(lodge: lodge.timeZone) }
    }
}

extension Opening: WrittenValue {
    /// An opening on the wall clock.
    public static var form: Text {
        Text(fr: "une ouverture comme 08:00-12:00 ou 8h-12h", en: "an opening like 08:00-12:00")
    }
    /// Reads `08:00-12:00`, `13:00-24:00` and `8h-12h`.
    public init?(written text: String) {
        if let opening = Opening(text) {
            self = opening
        } else if let hours = Hours(typed: text) {
            self.init(start: hours.start.minutes, end: hours.end.minutes)
        } else {
            return nil
        }
    }
    /// `08:00-12:00`.
    public var writtenText: String { description }
}

extension HolidayRegion: WrittenValue {
    /// France or one of its departments.
    public static var form: Text {
        Text(fr: "FR ou un département comme FR-57", en: "FR or a department like FR-57")
    }
    /// The region of this name, if it is one.
    public init?(written text: String) { self.init(text) }
    /// Its name.
    public var writtenText: String { description }
}
