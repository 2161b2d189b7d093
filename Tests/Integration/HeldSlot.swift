import ConciergeKit
import Foundation
import JSON

/// A slot that is held for a resident for a short time: a timer of the shipped providers that fires once.
enum HeldSlot {
    /// A lodge where slots are held for so long, by a practitioner who receives every day.
    static func configuration(heldFor span: String) -> String {
        let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        let hours = week.map { "\($0): [\"07:00-22:00\"]" }.joined(separator: ", ")
        return """
            lodge:
              time_zone: UTC
            working_calendars:
              always: {hours: {monday: ["08:00-18:00"]}, works_on_holidays: true}
            providers:
              health:
                hold_for: \(span)
                practitioners:
                  dr-martin: {name: Dr Martin, slot: 20min, hours: {\(hours)}}

            """
    }

    /// The parameters with which slot number `number` of the day after tomorrow is held.
    static func opening(_ number: Int = 0) -> JSONObject {
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let day = Zone.utc.local(now + .days(2)).date
        let start = Zone.utc.instant(of: day, at: TimeOfDay(minutes: 7 * 60 + 20 * number))
        return [
            "service": "health.appointment", "action": "hold", "resident": "apt-12",
            "input": ["practitioner": "dr-martin", "start": .string("\(start)")],
        ]
    }

    /// What happens to it, but for the files that are written after each change.
    static let events = ["open:hold", "notice:held", "timer:hold-ends", "notice:released"]
}
