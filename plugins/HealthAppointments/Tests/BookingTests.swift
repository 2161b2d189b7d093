import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("Booking an appointment")
struct BookingTests {
    @Test("Booking a slot records the practitioner, start, end and transport")
    func booked() async throws {
        let lodge = try await lodge()
        let appointment = try await lodge.book("2026-11-24T09:20:00+01:00", transport: true)
        #expect(appointment.state == "booked")
        #expect(appointment["practitioner"] == "dr-martin")
        #expect(appointment["start"] == "2026-11-24T08:20:00Z")
        #expect(appointment["end"] == "2026-11-24T08:40:00Z")
        #expect(appointment["transport"] == true)
        let second = try await lodge.book("2026-11-23T13:00:00Z", with: "sage-femme")
        #expect(second["end"] == "2026-11-23T13:30:00Z")
        #expect(second["transport"] == false)
    }

    @Test("A taken slot is refused with the next free slots, in local time and in the form in which they can be typed")
    func taken() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-23T13:00:00Z")
        _ = try await lodge.book("2026-11-23T13:20:00Z")
        let refusal = try await lodge.refusal(of: "2026-11-23T13:00:00Z")
        #expect(
            refusal?.en == "The slot on Monday 23 November, 14:00 is taken. Next free slots: "
                + "Monday 23 November, 14:40 (2026-11-23T13:40:00Z), "
                + "Tuesday 24 November, 09:00 (2026-11-24T08:00:00Z), "
                + "Tuesday 24 November, 09:20 (2026-11-24T08:20:00Z).")
        #expect(
            refusal?.fr.hasPrefix(
                "Le créneau du lundi 23 novembre à 14\u{A0}h est pris. Prochains créneaux libres\u{A0}: "
                    + "lundi 23 novembre à 14\u{A0}h\u{A0}40 (2026-11-23T13:40:00Z), mardi") == true)
        // A listed slot can be booked.
        #expect(try await lodge.refusal(of: "2026-11-23T13:40:00Z") == nil)
    }

    @Test("The same instant with another practitioner is another slot")
    func otherPractitioner() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-23T13:00:00Z")
        #expect(try await lodge.refusal(of: "2026-11-23T13:00:00Z", with: "sage-femme") == nil)
    }

    @Test("A taken slot without a later free slot within the horizon is refused, and the refusal states that")
    func noneFree() async throws {
        let lodge = try await lodge(house(with: #""horizon": "1 day""#))
        _ = try await lodge.book("2026-11-24T08:00:00Z")
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z")?.en
                == "The slot on Tuesday 24 November, 09:00 is taken. No later slot is free.")
    }

    @Test(
        "A start that is not the start of a slot is refused with the next slots",
        arguments: [
            "2026-11-24T08:10:00Z", "2026-11-24T08:00:00.001Z",
        ])
    func offGrid(start: String) async throws {
        let lodge = try await lodge()
        let refusal = try await lodge.refusal(of: start)
        #expect(refusal?.en.hasPrefix("Dr Martin has no slot on Tuesday 24 November") == true)
        #expect(refusal?.en.contains("Next slots: Tuesday 24 November, 09:20 (2026-11-24T08:20:00Z), ") == true)
    }

    @Test("A start on a day without hours is refused with the next slots")
    func otherDay() async throws {
        let lodge = try await lodge()
        let refusal = try await lodge.refusal(of: "2026-11-25T08:00:00Z")
        #expect(refusal?.en.contains("Next slots: Monday 30 November, 09:00 (2026-11-30T08:00:00Z), ") == true)
    }

    @Test(
        "A start that is past, or now, is refused with the next slots from now",
        arguments: [
            "2026-11-23T08:00:00Z", "2026-11-17T08:00:00Z",
        ])
    func past(start: String) async throws {
        let lodge = try await lodge()
        let refusal = try await lodge.refusal(of: start)
        #expect(
            refusal?.en == "That time is past. Next slots: Monday 23 November, 09:20 (2026-11-23T08:20:00Z), "
                + "Monday 23 November, 09:40 (2026-11-23T08:40:00Z), Monday 23 November, 14:00 (2026-11-23T13:00:00Z).")
    }

    @Test("A start after the horizon is refused, and the refusal states the horizon")
    func horizon() async throws {
        let lodge = try await lodge(house(with: #""horizon": "7 days""#))
        #expect(try await lodge.refusal(of: "2026-11-30T08:00:00Z") == nil)
        #expect(
            try await lodge.refusal(of: "2026-11-30T08:20:00Z")?.en
                == "Bookings go no further than Monday 30 November, 09:00.")
    }

    @Test("Without practitioners every booking is refused for that reason")
    func nobody() async throws {
        let lodge = try await lodge("{}")
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z")?.en
                == "No practitioner is configured; no appointment can be booked.")
    }

    @Test("An unknown practitioner is refused with a list of the known ones")
    func unknown() async throws {
        let lodge = try await lodge()
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z", with: "dr-who")?.en
                == "The practitioner \"dr-who\" is not known. Known: dr-martin, sage-femme.")
    }

    @Test(
        "Fields for the reason of the visit are refused by name in every language of the lodge, and nothing is booked",
        arguments: [
            "reason", "motive", "symptoms", "diagnosis", "notes", "motif", "raison", "symptômes", "diagnostic",
            "remarques",
        ])
    func reason(field: String) async throws {
        let lodge = try await lodge()
        let opening = await #expect(throws: LodgeError.self) {
            try await lodge.open(
                "health.appointment",
                ["practitioner": "dr-martin", "start": "2026-11-24T08:00:00Z", field: "a bad knee"])
        }
        expectNeverStored(opening)
        // The slot is still free.
        let booked = try await lodge.book("2026-11-24T08:00:00Z")
        for action in ["cancel", "check-in"] {
            let error = await #expect(throws: LodgeError.self) {
                try await lodge.act(booked.id, action, [field: "a bad knee"])
            }
            expectNeverStored(error)
        }
        #expect(lodge.request(booked.id)?.state == "booked")
    }

    private func expectNeverStored(_ error: LodgeError?) {
        guard case .refused(let words) = error else {
            Issue.record("not a refusal: \(String(describing: error))")
            return
        }
        #expect(words.en.contains("The reason for the visit is never stored here"))
        #expect(!words.en.contains("knee"))
    }
}
