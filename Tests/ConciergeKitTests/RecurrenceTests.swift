import ConciergeKit
import Testing

@Suite("Recurrences")
struct RecurrenceTests {
    @Test("A recurrence continues up to the latest instant and stops there")
    func endOfTime() throws {
        let recurrences: [Recurrence] = [
            .every(.hours(1)), .daily(at: try #require(TimeOfDay("07:00")), in: .utc), .calendar("*-*-* 07:00"),
        ]
        for recurrence in recurrences {
            for instant in [Instant.latest, .latest - .hours(30), .latest - .days(400)] {
                #expect(recurrence.next(after: instant) >= instant)
            }
        }
    }
}
