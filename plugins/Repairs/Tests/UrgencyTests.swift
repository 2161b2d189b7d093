import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("A change of the urgency")
struct UrgencyTests {
    @Test("A raised urgency is counted from the first triage, and the contractor and the resident are told")
    func raised() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U2").id
        try await lodge.advance(by: .hours(1))
        let repair = try await lodge.act(id, "reprioritise", ["urgency": "U1", "reason": "L'eau atteint le compteur"])
        #expect(repair.commitment("repaired")?.due == monday + .hours(4))
        #expect(repair.commitment("work-done")?.due == monday + .hours(4))
        #expect(repair["urgency_reason"] == "L'eau atteint le compteur")
        #expect(lodge.noticeNames(id).suffix(2) == ["urgency-changed", "new-due"])
        #expect(lodge.said(id, "new-due")?.contains("au plus tard le lundi 23 novembre à 13\u{A0}h") == true)
    }

    @Test("A lowered urgency moves the deadline with its reason, which the explanation names")
    func lowered() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged(urgency: "U2").id
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "reprioritise", ["urgency": "U3"]) }
        let repair = try await lodge.act(id, "reprioritise", ["urgency": "U3", "reason": "La fuite est arrêtée"])
        let commitment = try #require(repair.commitment("repaired"))
        #expect(commitment.due == Instant("2026-11-30T16:30:00Z"))
        #expect(commitment.explanation.contains { $0.fr.contains("urgence revue\u{A0}: La fuite est arrêtée") })
    }

    @Test("The same urgency is refused as a change")
    func unchanged() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged(urgency: "U2").id
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.act(id, "reprioritise", ["urgency": "U2", "reason": "x"])
        }
        #expect(error?.refusal == "That is its urgency already.")
    }

    @Test("U3 stretches to two weeks by the resident's consent alone; what is urgent or safety does not")
    func stretched() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged("locks", urgency: "U3").id
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "agree-to-wait") }
        let repair = try await lodge.act(id, "agree-to-wait", ["agreement": "Par téléphone"])
        #expect(repair.commitment("repaired")?.due == Instant("2026-12-07T16:30:00Z"))
        #expect(repair.commitment("repaired")?.explanation.contains { $0.fr.contains("accord du locataire") } == true)
        for (category, urgency): (Scalar, Scalar) in [
            ("locks", "U2"), ("leak", "U3"), ("heating", "U3"), ("damp", "U3"),
        ] {
            let other = try await lodge.triaged(category, urgency: urgency).id
            await #expect(throws: LodgeError.self) {
                try await lodge.act(other, "agree-to-wait", ["agreement": "Par téléphone"])
            }
        }
    }

    @Test("An urgency of a danger that is raised later does not wait for parts")
    func raisedToDanger() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U3").id
        try await lodge.act(id, "reprioritise", ["urgency": "U1", "reason": "Inondation"])
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "wait-for-parts") }
    }

    @Test("A promise over Christmas counts working days alone")
    func christmas() async throws {
        let lodge = try await lodge()
        try await lodge.advance(to: Instant("2026-12-21T08:06:00Z")!)
        let repair = try await lodge.triaged("locks", urgency: "U3")
        // 22, 23, 24, 28 and 29 December: the 25th and the weekend do not count.
        #expect(repair.commitment("repaired")?.due == Instant("2026-12-29T16:30:00Z"))
    }

    @Test("The resident hears an apology when the promise is missed, with the visit that is planned")
    func missed() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U2").id
        try await lodge.act(id, "plan-visit", ["start": "2026-11-25T09:00:00Z"])
        try await lodge.advance(to: Instant("2026-11-24T10:00:00Z")!)
        let said = try #require(lodge.said(id, "missed-promise"))
        #expect(
            said.contains("nous vous prions de nous en excuser. La prochaine visite est prévue le mercredi 25 novembre")
        )
    }

    @Test("Parts with a date are asked about on that day, and the date can be changed")
    func partsWithDate() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U3").id
        try await lodge.act(id, "plan-visit", ["start": "2026-11-25T09:00:00Z"])
        let waiting = try await lodge.act(id, "wait-for-parts", ["expected": "2026-12-04"])
        #expect(waiting["visit"] == nil)
        #expect(waiting.timers["parts-reminder"] == Instant("2026-12-04T07:00:00Z"))
        #expect(lodge.said(id, "parts-awaited")?.contains("Elles sont attendues le vendredi 4 décembre.") == true)
        let again = try await lodge.act(id, "wait-for-parts", ["expected": "2026-12-11"])
        #expect(again.timers["parts-reminder"] == Instant("2026-12-11T07:00:00Z"))
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "wait-for-parts", ["expected": "2026-11-01"]) }
        try await lodge.advance(to: Instant("2026-12-11T07:00:00Z")!)
        #expect(lodge.noticeNames(id).last == "parts")
        try await lodge.act(id, "parts-arrived")
        #expect(lodge.said(id, "parts-here")?.contains("elle sera faite au plus tard le") == true)
    }
}
