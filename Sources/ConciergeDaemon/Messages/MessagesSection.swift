import ConciergeEngine
import ConciergeKit
import WorkingCalendar

extension DaemonConfiguration {
    /// The settings of what residents are told.
    struct MessagesSection: Settings {
        @Setting(
            """
            Whether notices leave by mail for residents whose address the directory has. A worker sends them: concierge-mail \
            work --task lodge.send-mail. Without it, staff tell all of them: conciergectl notices --by-hand.
            """)
        var mail = false
        @Setting("Who writes to residents: the landlord's name.", example: "OPH de Metz")
        var sender: String?
        @Setting("The telephone number for residents whose residence has none.", example: "03 53 01 40 00")
        var phone: String?
        @Setting(
            """
            How long a notice waits before it leaves: what else is to be told to the same person goes along, and what is true \
            no more is withdrawn.
            """)
        var wait: Duration = .minutes(2)
        @Setting("The hours in which mails leave, by weekday, except for what is about somebody's safety.")
        var hours: [Weekday: [Opening]] = Self.usualHours
        @Setting("Whether mails leave on public holidays too.")
        var onHolidays = false
        @Setting(
            """
            A folder with templates that win over the shipped ones: LANGUAGE/FORM.mustache, where FORM is mail, subject, \
            letter or short, and LANGUAGE/SERVICE.NOTICE.mustache. A language with all four forms is added.
            """, example: "/etc/concierge/templates")
        var templates: String?

        private static let usualHours: [Weekday: [Opening]] = Dictionary(
            uniqueKeysWithValues: [Weekday.monday, .tuesday, .wednesday, .thursday, .friday, .saturday].map {
                ($0, ["08:00-20:00"].compactMap { Opening($0) })
            })

        func check() throws(Mismatch) {
            for (weekday, openings) in hours.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                for (index, opening) in openings.enumerated() {
                    guard let other = openings[..<index].first(where: { $0.overlaps(opening) }) else { continue }
                    throw $hours.wrong(
                        "\"\(opening)\" overlaps \(other)", at: .key(weekday.rawValue), .index(index))
                }
            }
            if hours.values.allSatisfy(\.isEmpty) { throw $hours.wrong("a mail would never leave: give an opening") }
            if let sender, sender.allSatisfy(\.isWhitespace) { throw $sender.wrong("it is blank") }
        }

        /// When notices leave by mail; nil if none does.
        func plan(lodge: Zone) -> MailPlan? {
            // The check has refused openings that overlap.
            guard mail, let hours = try? WeeklyHours(hours) else { return nil }
            return MailPlan(wait: wait, hours: WorkingCalendar(zone: lodge, hours: hours, worksOnHolidays: onHolidays))
        }
    }
}
