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

    @Test("A resident arrives on the day of the appointment, not before")
    func checkIn() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        let refusal = try await lodge.refusal { _ = try await lodge.act(id, "check-in") }
        #expect(refusal?.en == "The appointment is not before Tuesday 24 November, 09:00.")
        // Half past midnight in Paris.
        try await lodge.advance(to: try at("2026-11-23T23:30:00Z"))
        #expect(try await lodge.act(id, "check-in").state == "arrived")
    }

    @Test("The slot of a cancelled appointment can be booked again, and the resident reads how to take another")
    func cancelled() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        let cancelled = try await lodge.act(id, "cancel")
        #expect(cancelled.state == "cancelled")
        #expect(cancelled["cancelled_by"] == "resident")
        #expect(
            lodge.notices(id).last?.en == "Your appointment on Tuesday 24 November, 09:00 is cancelled. "
                + "For another appointment, call 01 23 45 67 89.")
        #expect(try await lodge.refusal(of: "2026-11-24T08:00:00Z") == nil)
    }

    @Test("A cancellation of the practice says sorry and offers other slots, and never why")
    func cancelledByPractice() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        try await lodge.act(id, "cancel", ["by": "cabinet"])
        #expect(
            lodge.notices(id).last?.fr
                == "Votre rendez-vous du mardi 24 novembre à 9\u{A0}h ne peut pas avoir lieu. Nous vous prions de nous "
                + "en excuser. Créneaux libres\u{A0}: lundi 23 novembre à 14\u{A0}h, "
                + "lundi 23 novembre à 14\u{A0}h\u{A0}20, lundi 23 novembre à 14\u{A0}h\u{A0}40. "
                + "Pour prendre un autre rendez-vous, appelez le 01 23 45 67 89.")
    }

    @Test("A resident cancels or moves until the cut-off, which the refusal names by the clock; the practice later too")
    func cutOff() async throws {
        let lodge = try await lodge(house(with: #""cancel_cut_off": "4h""#))
        let early = try await lodge.book("2026-11-24T08:00:00Z").id
        let late = try await lodge.book("2026-11-24T08:20:00Z", for: "apt-13").id
        #expect(
            lodge.notices(early).last?.fr.hasSuffix(
                "appelez le 01 23 45 67 89 avant le mardi 24 novembre à 5\u{A0}h.") == true)
        try await lodge.advance(to: try at("2026-11-24T04:20:00Z"))
        for (action, input) in [("cancel", [:]), ("move", ["start": "2026-11-24T08:40:00Z"])]
            as [(String, [String: Scalar])]
        {
            let refusal = try await lodge.refusal { _ = try await lodge.act(early, action, input) }
            #expect(
                refusal?.fr.hasPrefix(
                    "Le locataire annule ou déplace jusqu’à 4\u{A0}heures avant, donc jusqu’au "
                        + "mardi 24 novembre à 5\u{A0}h.") == true)
        }
        #expect(lodge.request(early)?.state == "booked")
        #expect(try await lodge.act(early, "cancel", ["by": "practice"]).state == "cancelled")
        #expect(try await lodge.act(late, "cancel").state == "cancelled")
    }

    @Test("What has begun is neither cancelled nor moved, by whomever")
    func begun() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        let other = try await lodge.book("2026-11-24T08:20:00Z", for: "apt-13").id
        try await lodge.advance(to: try at("2026-11-24T08:00:00Z"))
        for by in ["resident", "practice"] {
            let refusal = try await lodge.refusal { _ = try await lodge.act(id, "cancel", ["by": .string(by)]) }
            #expect(refusal?.en == "The appointment has begun: note the arrival, or that nobody came.")
        }
        await #expect(throws: LodgeError.self) {
            try await lodge.act(id, "move", ["start": "2026-11-24T08:40:00Z", "by": "practice"])
        }
        #expect(try await lodge.act(other, "cancel").state == "cancelled")
    }

    @Test("A no-show cannot be recorded before the start")
    func noShow() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:00:00Z").id
        try await lodge.advance(to: try at("2026-11-24T07:59:59Z"))
        let refusal = try await lodge.refusal { _ = try await lodge.act(id, "no-show") }
        #expect(refusal?.en == "The appointment does not begin before Tuesday 24 November, 09:00.")
        try await lodge.advance(by: .seconds(1))
        let count = lodge.notices(id).count
        #expect(try await lodge.act(id, "no-show").state == "noshow")
        #expect(lodge.notices(id).count == count)
    }

    @Test("What nobody has noted by the evening is to be settled, and stays so until somebody does")
    func settled() async throws {
        let lodge = try await lodge()
        let forgotten = try await lodge.book("2026-11-23T13:00:00Z").id
        let arrived = try await lodge.book("2026-11-23T13:20:00Z", for: "apt-13").id
        let noted = try await lodge.book("2026-11-23T13:40:00Z", for: "apt-14").id
        try await lodge.advance(to: try at("2026-11-23T13:50:00Z"))
        try await lodge.act(arrived, "check-in")
        try await lodge.act(noted, "no-show")
        try await lodge.advance(to: try at("2026-11-23T17:59:59Z"))
        #expect(lodge.request(forgotten)?.state == "booked")
        try await lodge.advance(by: .days(3))
        #expect([forgotten, arrived, noted].map { lodge.request($0)?.state } == ["unsettled", "unsettled", "noshow"])
        #expect(lodge.request(forgotten)?.actions == ["fulfil", "no-show"])
        #expect(try await lodge.act(arrived, "fulfil").state == "fulfilled")
        #expect(try await lodge.act(forgotten, "no-show").state == "noshow")
    }

    @Test("What takes place after the evening is not to be settled before its end")
    func nightDuty() async throws {
        let lodge = try await lodge(house(with: #""settle_at": "14:10""#))
        let id = try await lodge.book("2026-11-23T13:00:00Z").id
        let late = try await lodge.book("2026-11-23T13:40:00Z", for: "apt-13")
        #expect(late.timers["settle"] == (try at("2026-11-23T14:00:00Z")))
        #expect(lodge.request(id)?.timers["settle"] == (try at("2026-11-23T13:20:00Z")))
    }

    @Test("The resident is reminded 48 hours and 2 hours before, in local time, and not after the start")
    func reminders() async throws {
        let lodge = try await lodge()
        let appointment = try await lodge.book("2026-11-30T08:00:00Z")
        #expect(appointment.timers["reminder"] == (try at("2026-11-28T08:00:00Z")))
        try await lodge.advance(to: try at("2026-11-28T07:59:59Z"))
        #expect(lodge.notices(appointment.id).count == 1)
        try await lodge.advance(by: .seconds(1))
        #expect(
            lodge.notices(appointment.id).last?.fr
                == "Rappel de votre rendez-vous\u{A0}: lundi 30 novembre à 9\u{A0}h. Lieu\u{A0}: 3 rue des Lilas, "
                + "cabinet 2. Pour l’annuler ou le déplacer, appelez le 01 23 45 67 89.")
        #expect(lodge.request(appointment.id)?.timers["reminder"] == (try at("2026-11-30T06:00:00Z")))
        try await lodge.advance(by: .days(5))
        #expect(lodge.notices(appointment.id).count == 3)
    }

    @Test("After downtime over both reminders the resident is reminded once, and not at all after the start")
    func lateReminders() async throws {
        let lodge = try await lodge()
        let one = try await lodge.book("2026-11-30T08:00:00Z").id
        try await lodge.restart(after: try at("2026-11-30T07:00:00Z") - monday)
        #expect(lodge.notices(one).count == 2)
        let other = try await lodge.book("2026-12-07T08:00:00Z").id
        try await lodge.restart(after: .days(8))
        #expect(lodge.notices(other).count == 1)
    }

    @Test("A reminder whose time is past is left out, and there is none after a cancellation or if none is configured")
    func noReminder() async throws {
        let lodge = try await lodge()
        let soon = try await lodge.book("2026-11-24T08:00:00Z")
        #expect(soon.timers["reminder"] == (try at("2026-11-24T06:00:00Z")))
        #expect(try await lodge.act(soon.id, "cancel").timers.isEmpty)
        let silent = try await self.silent()
        #expect(try await silent.book("2026-11-30T08:00:00Z").timers["reminder"] == nil)
    }

    private func silent() async throws -> Lodge {
        try await lodge(house(with: #""reminders": []"#))
    }

    @Test("A no-show or a cancellation by mistake is undone, and the slot is taken and shown again")
    func undone() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-23T08:20:00Z").id
        try await lodge.act(id, "cancel")
        #expect(try await lodge.undo(id).state == "booked")
        #expect(try await lodge.refusal(of: "2026-11-23T08:20:00Z") != nil)
        try await lodge.trigger("health.calendars")
        let calendar = try #require(lodge.file("calendars/dr-martin.ics"))
        #expect(calendar.contains("STATUS:CONFIRMED") && calendar.contains("SEQUENCE:2"))
        try await lodge.advance(to: try at("2026-11-23T08:25:00Z"))
        try await lodge.act(id, "no-show")
        try await lodge.undo(id)
        #expect(try await lodge.act(id, "check-in").state == "arrived")
    }
}
