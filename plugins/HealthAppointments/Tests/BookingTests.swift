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

    @Test("The resident is told time and place and how to cancel, and neither with whom nor what for")
    func confirmed() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-24T08:20:00Z").id
        #expect(
            lodge.notices(id).map(\.fr) == [
                "Votre rendez-vous est pris\u{A0}: mardi 24 novembre à 9\u{A0}h\u{A0}20. Lieu\u{A0}: 3 rue des Lilas, "
                    + "cabinet 2. Pour l’annuler ou le déplacer, appelez le 01 23 45 67 89."
            ])
        #expect(
            lodge.notices(id).map(\.en) == [
                "Your appointment is booked: Tuesday 24 November, 09:20. Place: 3 rue des Lilas, cabinet 2. "
                    + "To cancel or move it, call 01 23 45 67 89."
            ])
    }

    @Test("Who has consented is told with whom, and of which kind they are; who has withdrawn it is not")
    func consented() async throws {
        let lodge = try await lodge()
        try await lodge.noteConsent(of: "apt-12", to: "health-details")
        let id = try await lodge.book("2026-11-24T08:20:00Z").id
        #expect(
            lodge.notices(id).last?.fr.contains("9\u{A0}h\u{A0}20, avec Dr Martin (généraliste). Lieu") == true)
        try await lodge.withdrawConsent(of: "apt-12", to: "health-details")
        let later = try await lodge.book("2026-11-30T08:20:00Z").id
        #expect(lodge.notices(later).last?.fr.contains("Martin") == false)
    }

    @Test(
        "A practitioner is found by id, name, or the beginning of a word of the name, however it is typed",
        arguments: ["dr-martin", "Dr Martin", "dr martin", "DR MARTIN", "martin", "Mart", "dr"])
    func byName(name: String) async throws {
        let lodge = try await lodge()
        #expect(try await lodge.book("2026-11-24T08:00:00Z", with: name)["practitioner"] == "dr-martin")
    }

    @Test("A name that several practitioners have is refused with their names")
    func ambiguous() async throws {
        let lodge = try await lodge(
            """
            {"practitioners": {"a": {"name": "Dr Martin", "hours": {}}, "b": {"name": "Dr Martinez", "hours": {}}}}
            """)
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z", with: "mart")?.en
                == "\"mart\" may be Dr Martin and Dr Martinez.")
        // A whole name is one.
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z", with: "dr martin")?.en.contains("with Dr Martin on")
                == true)
    }

    @Test("Anybody of a kind is booked who is free, and the refusal names with whom the next slots are")
    func kind() async throws {
        let lodge = try await lodge(
            """
            {"practitioners": {
                "a": {"name": "Awa", "kind": "infirmière", "hours": {"tuesday": ["09:00-09:40"]}},
                "b": {"name": "Bea", "kind": "infirmière", "hours": {"tuesday": ["09:00-09:40"]}},
                "c": {"name": "Cléo", "kind": "kiné", "hours": {"tuesday": ["09:00-12:00"]}}}}
            """)
        func book(_ resident: String) async throws -> LodgeRequest {
            try await lodge.book("2026-11-24T08:00:00Z", with: nil, for: resident, kind: "Infirmiere")
        }
        #expect(try await book("apt-12")["practitioner"] == "a")
        #expect(try await book("apt-13")["practitioner"] == "b")
        let refusal = try await lodge.refusal { _ = try await book("apt-14") }
        #expect(
            refusal?.en == "The slot on Tuesday 24 November, 09:00 is taken. Next free slots: "
                + "Tuesday 24 November, 09:20 (Awa), Tuesday 24 November, 09:20 (Bea), Tuesday 1 December, 09:00 (Awa)."
        )
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z", with: nil, kind: "dentiste")?.en
                == "No practitioner of the kind \"dentiste\". There is: infirmière and kiné.")
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z", with: nil)?.en.hasPrefix("Say with whom") == true)
    }

    @Test("A taken slot is refused with the next free slots, in the words of the wall clock alone")
    func taken() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-23T13:00:00Z")
        _ = try await lodge.book("2026-11-23T13:20:00Z", for: "apt-14")
        let refusal = try await lodge.refusal(of: "2026-11-23T13:00:00Z")
        #expect(
            refusal?.en == "The slot on Monday 23 November, 14:00 is taken. Next free slots: "
                + "Monday 23 November, 14:40, Tuesday 24 November, 09:00, Tuesday 24 November, 09:20.")
        #expect(
            refusal?.fr.hasPrefix(
                "Le créneau du lundi 23 novembre à 14\u{A0}h est pris. Prochains créneaux libres\u{A0}: "
                    + "lundi 23 novembre à 14\u{A0}h\u{A0}40, mardi") == true)
        #expect(try await lodge.refusal(of: "2026-11-23T13:40:00Z") == nil)
    }

    @Test("The same instant with another practitioner is another slot")
    func otherPractitioner() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-23T13:00:00Z")
        #expect(try await lodge.refusal(of: "2026-11-23T13:00:00Z", with: "sage-femme") == nil)
    }

    @Test("A second appointment at the same time is refused for the same resident unless staff say so")
    func overlapping() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-23T13:20:00Z")
        let refusal = try await lodge.refusal(of: "2026-11-23T13:30:00Z", with: "sage-femme", for: "apt-12")
        #expect(
            refusal?.fr.hasPrefix(
                "Ce locataire a déjà un rendez-vous qui chevauche ce créneau\u{A0}: lundi 23 novembre à 14\u{A0}h\u{A0}20 · "
            )
                == true)
        #expect(refusal?.fr.contains("même=oui") == true)
        let both = try await lodge.book("2026-11-23T13:30:00Z", with: "sage-femme", overlap: true)
        #expect(both.state == "booked")
        // Both count, and one that begins when another ends does not overlap it.
        #expect(try await lodge.refusal(of: "2026-11-23T13:40:00Z", for: "apt-12") != nil)
        #expect(try await lodge.refusal(of: "2026-11-23T14:00:00Z", with: "sage-femme", for: "apt-12") == nil)
    }

    @Test("A taken slot without a later free slot within the horizon is refused, and the refusal states that")
    func noneFree() async throws {
        let lodge = try await lodge(house(with: #""horizon": "1 day""#))
        _ = try await lodge.book("2026-11-24T08:00:00Z")
        #expect(
            try await lodge.refusal(of: "2026-11-24T08:00:00Z")?.en
                == "The slot on Tuesday 24 November, 09:00 is taken. No later slot is free until Tuesday 24 November.")
    }

    @Test(
        "A start that is not the start of a slot is refused with the next slots",
        arguments: ["2026-11-24T08:10:00Z", "2026-11-24T08:00:00.001Z"])
    func offGrid(start: String) async throws {
        let lodge = try await lodge()
        let refusal = try await lodge.refusal(of: start)
        #expect(refusal?.en.hasPrefix("No slot with Dr Martin begins on Tuesday 24 November") == true)
        #expect(refusal?.en.contains("Next free slots: Tuesday 24 November, 09:20, ") == true)
    }

    @Test("A start on a weekday without hours is refused for that reason, with the next slots")
    func otherDay() async throws {
        let lodge = try await lodge()
        let refusal = try await lodge.refusal(of: "2026-11-25T08:00:00Z")
        #expect(
            refusal?.en.hasPrefix(
                "No slot with Dr Martin on Wednesday 25 November: no hours on a Wednesday. "
                    + "Next free slots: Monday 30 November, 09:00, ") == true)
    }

    @Test(
        "A start that is past, or now, is refused with the next slots from now",
        arguments: ["2026-11-23T08:00:00Z", "2026-11-17T08:00:00Z"])
    func past(start: String) async throws {
        let lodge = try await lodge()
        let refusal = try await lodge.refusal(of: start)
        #expect(
            refusal?.en == "That time is past. Next free slots: Monday 23 November, 09:20, "
                + "Monday 23 November, 09:40, Monday 23 November, 14:00.")
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
                == "The practitioner \"dr-who\" is not known. There is: Dr Martin and Mme Petit.")
    }

    @Test("An appointment is for somebody")
    func forSomebody() async throws {
        let lodge = try await lodge()
        await #expect(throws: LodgeError.self) {
            try await lodge.open(
                "health.appointment", ["practitioner": "dr-martin", "start": "2026-11-24T08:00:00Z"])
        }
    }

    @Test(
        "Fields for the reason of the visit are refused by name in every language of the lodge, and nothing is booked",
        arguments: [
            "reason", "motive", "symptoms", "diagnosis", "notes", "motif", "raison", "symptômes", "diagnostic",
            "remarques",
        ])
    func reason(field: String) async throws {
        let lodge = try await lodge()
        for opening in ["book", "hold", "wait"] {
            let day: [String: Scalar] =
                opening == "wait" ? ["from": "2026-11-24"] : ["start": "2026-11-24T08:00:00Z"]
            let words = try await lodge.refusal {
                _ = try await lodge.open(
                    "health.appointment", by: opening, resident: "apt-12", day.merging([field: "a bad knee"]) { $1 })
            }
            #expect(words?.en.hasPrefix("The reason for the visit is never stored here") == true)
        }
        let booked = try await lodge.book("2026-11-24T08:00:00Z")
        let arrival = try await lodge.refusal { _ = try await lodge.act(booked.id, "check-in", [field: "a bad knee"]) }
        #expect(arrival?.en.hasPrefix("The reason for the visit is never stored here") == true)
        for action in ["cancel", "move"] {
            let words = try await lodge.refusal { _ = try await lodge.act(booked.id, action, [field: "a bad knee"]) }
            #expect(words?.en.hasPrefix("No reason is stored here") == true)
        }
        #expect(lodge.request(booked.id)?.state == "booked")
    }
}
