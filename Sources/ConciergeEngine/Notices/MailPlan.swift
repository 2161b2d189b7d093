package import ConciergeKit
package import WorkingCalendar

/// When notices leave by mail. A lodge without one has its staff tell everything.
package struct MailPlan: Sendable {
    /// How long a notice waits for others to the same person, and may be withdrawn, before it leaves.
    package let wait: Duration
    /// The hours in which mails leave, with the zone and the public holidays of the lodge.
    package let hours: WorkingCalendar

    /// - Parameters:
    ///   - wait: At least 0.
    ///   - hours: The hours of the lodge; each residence has its own public holidays in them.
    package init(wait: Duration, hours: WorkingCalendar) {
        self.wait = wait
        self.hours = hours
    }

    /// When a notice that is written now may leave: in the hours of the place where its person lives.
    package func departure(at now: Instant, to place: Place?) -> Instant {
        let earliest = now + wait
        let here = hours.kept(zone: place?.zone, region: place.flatMap { HolidayRegion($0.holidayRegion) })
        // Hours that never come would lose the notice.
        return here.nextOpening(from: earliest) ?? earliest
    }
}
