import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("Moving and holding a slot")
struct MoveTests {
    @Test("A move takes the new slot and gives the old one back in one step, and its reminders follow")
    func move() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-30T08:00:00Z").id
        let moved = try await lodge.act(id, "move", ["start": "2026-12-01T08:20:00Z"])
        #expect(moved.state == "booked")
        #expect(moved["start"] == "2026-12-01T08:20:00Z")
        #expect(moved["end"] == "2026-12-01T08:40:00Z")
        #expect(moved.timers["reminder"] == (try at("2026-11-29T08:20:00Z")))
        #expect(moved.timers["settle"] == (try at("2026-12-01T18:00:00Z")))
        #expect(
            lodge.notices(id).last?.fr.hasPrefix(
                "Votre rendez-vous du lundi 30 novembre à 9\u{A0}h est déplacé. Nouvelle date\u{A0}: "
                    + "mardi 1er décembre à 9\u{A0}h\u{A0}20. Lieu") == true)
        #expect(try await lodge.refusal(of: "2026-11-30T08:00:00Z") == nil)
        #expect(try await lodge.refusal(of: "2026-12-01T08:20:00Z") != nil)
    }

    @Test("A move to a taken slot is refused with free ones, and changes nothing")
    func moveToTaken() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-30T08:00:00Z").id
        _ = try await lodge.book("2026-11-30T08:20:00Z", for: "apt-13")
        let refusal = try await lodge.refusal { _ = try await lodge.act(id, "move", ["start": "2026-11-30T08:20:00Z"]) }
        #expect(
            refusal?.en.hasPrefix(
                "The slot on Monday 30 November, 09:20 is taken. Next free slots: Monday 30 November, 09:40")
                == true)
        #expect(lodge.request(id)?["start"] == "2026-11-30T08:00:00Z")
        #expect(try await lodge.refusal(of: "2026-11-30T08:00:00Z", for: "apt-14") != nil)
    }

    @Test("A move may be to another practitioner, and by the practice, which says sorry")
    func moveToAnother() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-30T13:00:00Z").id
        let moved = try await lodge.act(
            id, "move", ["start": "2026-11-30T13:30:00Z", "practitioner": "Mme Petit", "by": "cabinet"])
        #expect(moved["practitioner"] == "sage-femme")
        #expect(
            lodge.notices(id).last?.en.hasPrefix("We had to move your appointment on Monday 30 November, 14:00") == true
        )
    }

    @Test("A move to where the appointment is already is refused")
    func moveNowhere() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-30T08:00:00Z").id
        let refusal = try await lodge.refusal { _ = try await lodge.act(id, "move", ["start": "2026-11-30T08:00:00Z"]) }
        #expect(refusal?.en == "The appointment is at that time already.")
    }

    @Test("The resident's own time moves along, so that only the new one overlaps")
    func timeMovesAlong() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-30T13:00:00Z").id
        try await lodge.act(id, "move", ["start": "2026-12-01T08:00:00Z"])
        #expect(try await lodge.refusal(of: "2026-11-30T13:00:00Z", with: "sage-femme", for: "apt-12") == nil)
    }

    @Test("Confirmation, reminder and move are one notice, so that one of the old time that has not left is withdrawn")
    func staleReminder() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-30T08:00:00Z").id
        try await lodge.advance(to: try at("2026-11-28T08:00:00Z"))
        try await lodge.act(id, "move", ["start": "2026-12-01T08:20:00Z"])
        let notices = lodge.history(id).map(\.event).filter { $0.hasPrefix("notice:") }
        #expect(notices == ["notice:appointment", "notice:appointment", "notice:appointment"])
    }

    @Test("A held slot is nobody else's until the hold ends, and is booked by a confirmation")
    func hold() async throws {
        let lodge = try await lodge()
        let held = try await lodge.book("2026-11-24T08:00:00Z", by: "hold")
        #expect(held.state == "pending")
        #expect(held["held_until"] == "2026-11-23T08:30:00Z")
        #expect(
            lodge.notices(held.id).last?.fr
                == "Un créneau est retenu pour vous jusqu’au lundi 23 novembre à 9\u{A0}h\u{A0}30\u{A0}: mardi "
                + "24 novembre à 9\u{A0}h. Lieu\u{A0}: 3 rue des Lilas, cabinet 2. "
                + "Pour le confirmer, appelez le 01 23 45 67 89.")
        #expect(try await lodge.refusal(of: "2026-11-24T08:00:00Z") != nil)
        let booked = try await lodge.act(held.id, "confirm")
        #expect(booked.state == "booked")
        #expect(booked["held_until"] == nil)
        try await lodge.advance(by: .hours(2))
        #expect(lodge.request(held.id)?.state == "booked")
    }

    @Test("A hold that nobody confirms gives the slot back, and the resident is told")
    func holdEnds() async throws {
        let lodge = try await lodge(house(with: #""hold_for": "10min""#))
        let held = try await lodge.book("2026-11-24T08:00:00Z", by: "hold").id
        try await lodge.advance(by: .minutes(10))
        #expect(lodge.request(held)?.state == "cancelled")
        #expect(
            lodge.notices(held).last?.en
                == "The slot on Tuesday 24 November, 09:00 is held for you no more. "
                + "For another appointment, call 01 23 45 67 89."
        )
        #expect(try await lodge.refusal(of: "2026-11-24T08:00:00Z") == nil)
    }

    @Test("A hold ends with the start at the latest")
    func holdUntilStart() async throws {
        let lodge = try await lodge(house(with: #""hold_for": "2h""#))
        let held = try await lodge.book("2026-11-23T08:20:00Z", by: "hold")
        #expect(held.timers["hold-ends"] == (try at("2026-11-23T08:20:00Z")))
        let count = lodge.notices(held.id).count
        try await lodge.advance(by: .hours(1))
        #expect(lodge.request(held.id)?.state == "cancelled")
        #expect(lodge.notices(held.id).count == count)
    }
}
