import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("Visits")
struct VisitTests {
    @Test("The resident and the contractor are told of a visit, of its new time, and the day before")
    func planned() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let id = try await lodge.act(lodge.triaged().id, "assign").id
        try await lodge.act(id, "plan-visit", ["start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z"])
        #expect(
            lodge.said(id, "visit-planned")
                == "Plomberie Martin passera pour votre réparation (plomberie, Building B, kitchen)\u{A0}: mardi 24 novembre, "
                + "10\u{A0}h\u{A0}– 11\u{A0}h. Si vous ne pouvez pas être là, dites-le-nous.")
        let moved = try await lodge.act(id, "plan-visit", ["start": "2026-11-24T10:00:00Z"])
        #expect(moved["visits"] == 2)
        #expect(
            lodge.said(id, "visit-planned")?.contains("a changé d’heure\u{A0}: mardi 24 novembre, 11\u{A0}h") == true)
        #expect(lodge.noticeNames(id).filter { $0 == "appointment" }.count == 2)
        try await lodge.advance(to: Instant("2026-11-23T10:00:00Z")!)
        #expect(lodge.noticeNames(id).last == "visit-reminder")
        try await lodge.advance(to: Instant("2026-11-24T14:00:00Z")!)
        #expect(lodge.noticeNames(id).contains("visit-news"))
    }

    @Test("A contractor makes one visit at a time, and the refusal names the next free times")
    func overlapping() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let (one, other) = (try await lodge.triaged().id, try await lodge.triaged().id)
        for id in [one, other] { try await lodge.act(id, "assign", ["contractor": "durand"]) }
        try await lodge.act(one, "plan-visit", ["start": "2026-11-24T09:00:00Z"])
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.act(other, "plan-visit", ["start": "2026-11-24T10:00:00Z"])
        }
        #expect(
            error?.refusal
                == "Durand SARL has another visit at that time. Free: Tuesday 24 November, 12:00\u{A0}– 14:00.")
        try await lodge.act(other, "plan-visit", ["start": "2026-11-24T11:00:00Z"])
        // What is cancelled is free.
        try await lodge.act(one, "cancel-visit")
        #expect(lodge.noticeNames(one).suffix(2) == ["visit-cancelled", "appointment-cancelled"])
        try await lodge.act(other, "plan-visit", ["start": "2026-11-24T09:00:00Z"])
    }

    @Test(
        "A visit is refused in the past, outside the contractor's hours unless it is agreed, and without an end after its start"
    )
    func refused() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let id = try await lodge.act(lodge.triaged().id, "assign").id
        for input: [String: Scalar] in [
            ["start": "2026-11-23T07:00:00Z"], ["start": "2026-11-24T19:00:00Z"], ["start": "2026-11-25T10:00:00Z"],
            ["start": "2026-11-24T10:00:00Z", "end": "2026-11-24T10:00:00Z"],
        ] {
            await #expect(throws: LodgeError.self) { try await lodge.act(id, "plan-visit", input) }
        }
        #expect(lodge.request(id)?["visit"] == nil)
        try await lodge.act(id, "plan-visit", ["start": "2026-11-25T10:00:00Z", "outside_hours": true])
    }

    @Test("A visit without access needs a planned visit that has begun, and each visit counts once")
    func noAccessNeedsVisit() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned().id
        let none = await #expect(throws: LodgeError.self) { try await lodge.act(id, "no-access") }
        #expect(none?.refusal == "No visit is planned: plan it first.")
        try await lodge.act(id, "plan-visit", ["start": "2026-11-23T10:00:00Z"])
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "no-access") }
        try await lodge.advance(by: .hours(2))
        let repair = try await lodge.act(id, "no-access", ["note": "Card left"])
        #expect(repair["no_access"] == 1)
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "no-access") }
        #expect(
            lodge.said(id, "nobody-in")?.contains("personne n’a pu ouvrir le lundi 23 novembre à 11\u{A0}h") == true)
    }

    @Test(
        "After three visits without access staff decide: they may cancel an ordinary repair for that, or plan another visit"
    )
    func thirdVisit() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned("plumbing", urgency: "U3").id
        for visit in 1...3 {
            let early = await #expect(throws: LodgeError.self) {
                try await lodge.act(id, "cancel", ["reason": "no-access"])
            }
            #expect(early?.refusal == "It takes 3\u{A0}visits without access to cancel for that.")
            try await lodge.visited(id)
            #expect(try await lodge.act(id, "no-access").state == (visit < 3 ? "assigned" : "unreachable"))
        }
        #expect(lodge.said(id, "no-access")?.contains("3\u{A0}visites sans accès. Prévoyez une autre visite") == true)
        try await lodge.advance(by: .days(3))
        #expect(lodge.noticeNames(id).filter { $0 == "no-access" }.count == 2)
        #expect(
            try await lodge.act(id, "plan-visit", ["start": .string((lodge.now + .hours(1)).description)]).state
                == "assigned")
        try await lodge.advance(by: .hours(1))
        #expect(try await lodge.act(id, "no-access").state == "unreachable")
        let repair = try await lodge.act(id, "cancel", ["reason": "no-access"])
        #expect(repair.state == "cancelled")
        #expect(
            lodge.said(id, "cancelled")?.contains(
                "Nous n’avons pas pu entrer dans le logement. Dites-nous quand passer") == true)
    }

    @Test(
        "A repair of damp, leaks, safety, or of heating in its season is never cancelled for want of access",
        arguments: [
            ("damp", "U3"), ("leak", "U2"), ("lift", "U3"), ("electricity", "U2"), ("gas", "U2"), ("heating", "U3"),
            ("heating", "U2"),
            ("locks", "U1"),
        ])
    func neverCancelled(category: String, urgency: String) async throws {
        let lodge = try await lodge(#"{"no_access_limit": 1}"#)
        let id = try await lodge.assigned(.string(category), urgency: .string(urgency)).id
        try await lodge.visited(id)
        #expect(try await lodge.act(id, "no-access").state == "unreachable")
        #expect(lodge.said(id, "nobody-in")?.contains("nécessaire pour votre sécurité") == true)
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "cancel", ["reason": "no-access"]) }
        #expect(lodge.request(id)?.state == "unreachable")
    }

    @Test("Heating outside its season may be cancelled for want of access")
    func heatingInSummer() async throws {
        let lodge = try await lodge(#"{"no_access_limit": 1}"#)
        try await lodge.advance(to: Instant("2027-07-01T08:00:00Z")!)
        let id = try await lodge.assigned("heating", urgency: "U3").id
        try await lodge.visited(id)
        try await lodge.act(id, "no-access")
        #expect(try await lodge.act(id, "cancel", ["reason": "no-access"]).state == "cancelled")
    }

    @Test("A resident who was in takes the visit off, once, and hears an apology")
    func nobodyCame() async throws {
        let lodge = try await lodge(#"{"no_access_limit": 2}"#)
        let id = try await lodge.assigned().id
        for _ in 1...2 {
            try await lodge.visited(id)
            try await lodge.act(id, "no-access")
        }
        let repair = try await lodge.act(id, "nobody-came", ["note": "J'étais là"])
        #expect(repair.state == "assigned")
        #expect(repair["no_access"] == 1)
        #expect(lodge.noticeNames(id).suffix(2) == ["nobody-came-noted", "nobody-came"])
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "nobody-came") }
    }

    @Test("Somebody who is let in resets the count")
    func letIn() async throws {
        let lodge = try await lodge(#"{"no_access_limit": 2}"#)
        let id = try await lodge.assigned().id
        try await lodge.visited(id)
        try await lodge.act(id, "no-access")
        try await lodge.visited(id)
        try await lodge.act(id, "complete-in-part", ["work_done": "Fuite arrêtée.", "remains": "Plafond"])
        #expect(
            lodge.said(id, "done-in-part")?.contains(
                "Fait\u{A0}: Fuite arrêtée. Reste à faire\u{A0}: Plafond. Nous vous dirons quand.") == true)
        try await lodge.visited(id)
        #expect(try await lodge.act(id, "no-access").state == "assigned")
    }
}
