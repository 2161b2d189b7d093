import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("Finding a free slot")
struct FindTests {
    private func starts(_ run: LodgeRun) throws -> [String] {
        let data = try #require(run.data)
        return try decoded(FreeSlots.self, data).slots.map { "\($0.practitioner) \($0.start)" }
    }

    @Test("The soonest slots of all practitioners are listed, without those that are taken")
    func soonest() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-23T08:20:00Z")
        let run = try await lodge.trigger("health.find", ["limit": 4])
        #expect(
            try starts(run) == [
                "dr-martin 2026-11-23T08:40:00Z", "dr-martin 2026-11-23T13:00:00Z", "sage-femme 2026-11-23T13:00:00Z",
                "dr-martin 2026-11-23T13:20:00Z",
            ])
        #expect(
            run.outcome?.fr
                == "4\u{A0}créneaux libres, le premier\u{A0}: lundi 23 novembre à 9\u{A0}h\u{A0}40 avec Dr Martin.")
        #expect(run.table?.contains("cabinet 2") == true)
    }

    @Test("Slots are found by practitioner, by kind, by day and from a day on")
    func chosen() async throws {
        let lodge = try await lodge()
        func find(_ input: [String: Scalar]) async throws -> [String] {
            try starts(try await lodge.trigger("health.find", input.merging(["limit": 1]) { $1 }))
        }
        #expect(try await find(["practitioner": "petit"]) == ["sage-femme 2026-11-23T13:00:00Z"])
        #expect(try await find(["kind": "Sage-Femme"]) == ["sage-femme 2026-11-23T13:00:00Z"])
        #expect(try await find(["day": "2026-12-01"]) == ["dr-martin 2026-12-01T08:00:00Z"])
        #expect(
            try await find(["from": "2026-12-01", "practitioner": "petit"]) == ["sage-femme 2026-12-07T13:00:00Z"])
    }

    @Test("Where there is none, the reason is said")
    func none() async throws {
        let lodge = try await lodge(house(with: #""horizon": "20 days""#))
        func find(_ day: String, _ practitioner: String = "martin") async throws -> String? {
            try await lodge.trigger("health.find", ["day": .string(day), "practitioner": .string(practitioner)])
                .outcome?.en
        }
        for start in ["2026-11-24T08:00:00Z", "2026-11-24T08:20:00Z", "2026-11-24T08:40:00Z"] {
            _ = try await lodge.book(start)
        }
        try await lodge.trigger("health.practitioner-away", ["practitioner": "dr-martin", "from": "2026-12-01"])
        #expect(try await find("2026-11-24") == "No free slot with Dr Martin on Tuesday 24 November: all are taken.")
        #expect(
            try await find("2026-11-25")
                == "No free slot with Dr Martin on Wednesday 25 November: no hours on a Wednesday.")
        #expect(try await find("2026-12-01") == "No free slot with Dr Martin on Tuesday 1 December: away.")
        #expect(
            try await find("2026-12-14")
                == "No free slot with Dr Martin on Monday 14 December: bookings go until Sunday 13 December only.")
        #expect(
            try await lodge.trigger("health.find", ["day": "2026-11-25"]).outcome?.en
                == "No free slot on Wednesday 25 November: no hours on a Wednesday.")
        try await lodge.advance(to: try at("2026-11-23T15:00:00Z"))
        #expect(
            try await find("2026-11-23") == "No free slot with Dr Martin on Monday 23 November: the hours are past.")
    }

    @Test("A public holiday is the reason by its name, for finding and for booking")
    func holiday() async throws {
        let lodge = try await lodge(at: try at("2027-03-15T08:00:00Z"))
        let run = try await lodge.trigger("health.find", ["day": "2027-03-29", "practitioner": "martin"])
        #expect(
            run.outcome?.fr
                == "Aucun créneau libre avec Dr Martin le lundi 29 mars\u{A0}: jour férié (Lundi de Pâques).")
        let refusal = try await lodge.refusal(of: "2027-03-29T07:00:00Z")
        #expect(
            refusal?.en
                == "No slot with Dr Martin on Monday 29 March: public holiday (Easter Monday). Next free slots: "
                + "Tuesday 30 March, 09:00, Tuesday 30 March, 09:20, Tuesday 30 March, 09:40.")
    }

    @Test("A single day may have other hours than its weekday, also a public holiday")
    func exceptions() async throws {
        let lodge = try await lodge(
            """
            {"practitioners": {"a": {"name": "Awa", "hours": {"monday": ["09:00-10:00"]}, "exceptions": {
                "2027-03-22": [], "2027-03-29": ["10:00-10:20"]}}}}
            """, at: try at("2027-03-15T12:00:00Z"))
        #expect(
            try starts(try await lodge.trigger("health.find", ["limit": 2]))
                == ["a 2027-03-29T08:00:00Z", "a 2027-04-05T07:00:00Z"])
        #expect(
            try await lodge.refusal(of: "2027-03-22T08:00:00Z", with: "awa")?.en.hasPrefix(
                "No slot with Awa on Monday 22 March: no hours on that day.") == true)
    }

    @Test("What is found can be booked")
    func bookable() async throws {
        let lodge = try await lodge()
        let run = try await lodge.trigger("health.find", ["limit": 20])
        let slots = try decoded(FreeSlots.self, try #require(run.data)).slots
        #expect(slots.count == 20)
        for slot in slots {
            let refusal = try await lodge.refusal {
                _ = try await lodge.book("\(slot.start)", with: slot.practitioner, overlap: true)
            }
            #expect(refusal == nil)
        }
    }

    @Test("An unknown practitioner fails and is named")
    func unknown() async throws {
        let lodge = try await lodge()
        let run = try await lodge.trigger("health.find", ["practitioner": "dr-who"])
        #expect(run.state == "failed")
        #expect(run.error?.contains("dr-who") == true)
    }
}
