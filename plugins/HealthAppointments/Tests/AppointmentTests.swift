import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("The lifecycle of an appointment")
struct AppointmentTests {
    @Test("An appointment goes from booking through check-in to the visit, which closes it")
    func fulfilled() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        try await lodge.advance(by: .days(1))
        let arrived = try await lodge.act(id, "check-in")
        #expect(arrived.state == "arrived")
        #expect(arrived.actions == ["fulfil"])
        let fulfilled = try await lodge.act(id, "fulfil")
        #expect(fulfilled.state == "fulfilled")
        #expect(!fulfilled.isOpen)
    }

    @Test("The slot of a cancelled appointment can be booked again")
    func cancelled() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        let cancelled = try await lodge.act(id, "cancel")
        #expect(cancelled.state == "cancelled")
        #expect(lodge.notices(id).last?.en == "Your appointment on Tuesday 24 November, 09:00 is cancelled.")
        #expect(try await lodge.refusal(of: "2026-11-24T08:00:00Z") == nil)
    }

    @Test("An appointment can be cancelled until its start, or with a cut-off until the cut-off")
    func cutOff() async throws {
        let free = try await lodge()
        let last = try await free.book("2026-11-24T08:00:00Z").id
        try await free.advance(to: Instant("2026-11-24T07:59:59Z")!)
        #expect(try await free.act(last, "cancel").state == "cancelled")

        let strict = try await lodge(house(with: #""cancel_cut_off": "4h""#))
        let early = try await strict.book("2026-11-24T08:00:00Z").id
        let late = try await strict.book("2026-11-24T08:20:00Z").id
        try await strict.advance(to: Instant("2026-11-24T04:20:00Z")!)
        let error = await #expect(throws: LodgeError.self) { try await strict.act(early, "cancel") }
        #expect(
            error
                == .refused(
                    Text(
                        fr: "On n'annule plus à moins de \(Duration.hours(4)) du rendez-vous.",
                        en: "It cannot be cancelled less than 4\u{A0}hours before the appointment.")))
        #expect(strict.request(early)?.state == "booked")
        #expect(try await strict.act(late, "cancel").state == "cancelled")
    }

    @Test("A no-show cannot be recorded before the start")
    func noShow() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        try await lodge.advance(to: Instant("2026-11-24T07:59:59Z")!)
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "no-show") }
        #expect(lodge.request(id)?.state == "booked")
        try await lodge.advance(by: .seconds(1))
        #expect(try await lodge.act(id, "no-show").state == "noshow")
    }

    @Test("The resident is reminded once, at the configured time before the start, in local time")
    func reminder() async throws {
        let lodge = try await lodge(house(with: #""reminder": "2h""#))
        let appointment = try await lodge.book("2026-11-24T08:00:00Z")
        #expect(appointment.timers == ["reminder": Instant("2026-11-24T06:00:00Z")!])
        try await lodge.advance(to: Instant("2026-11-24T05:59:59Z")!)
        #expect(lodge.notices(appointment.id).isEmpty)
        try await lodge.advance(by: .days(3))
        #expect(
            lodge.notices(appointment.id).map(\.en) == [
                "Reminder: your appointment with Dr Martin, Tuesday 24 November, 09:00."
            ])
    }

    @Test("There is no reminder if its time is past, if the appointment is cancelled, or if reminders are switched off")
    func noReminder() async throws {
        let lodge = try await lodge()
        let soon = try await lodge.book("2026-11-24T08:00:00Z")
        #expect(soon.timers.isEmpty)
        let later = try await lodge.book("2026-11-30T08:00:00Z")
        #expect(!later.timers.isEmpty)
        #expect(try await lodge.act(later.id, "cancel").timers.isEmpty)

        let silent = try await self.silent()
        #expect(try await silent.book("2026-11-30T08:00:00Z").timers.isEmpty)
    }

    private func silent() async throws -> Lodge {
        try await lodge(house(with: #""reminder": "0s""#))
    }
}
