import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("Damp and mould")
struct DampTests {
    @Test("Damp goes up its own ladder: investigated, summary, made safe, repaired")
    func ladder() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged("damp", urgency: "U3").id
        let triaged = try #require(lodge.request(id))
        #expect(triaged.commitment("investigated")?.due == Instant("2026-12-07T16:30:00Z"))
        try await lodge.advance(by: .days(2))
        let investigated = try await lodge.act(id, "investigate", ["finding": "Ventilation bouchée."])
        #expect(investigated.commitment("investigated")?.state == "kept")
        #expect(investigated.commitment("summarised")?.due == Instant("2026-11-30T16:30:00Z"))
        #expect(investigated.commitment("made-safe")?.due == Instant("2026-12-02T16:30:00Z"))
        let summarised = try await lodge.act(id, "send-summary")
        #expect(summarised.commitment("summarised")?.state == "kept")
        #expect(
            lodge.said(id, "findings")?.contains(
                "(humidité, Building B, kitchen)\u{A0}: Ventilation bouchée. Tout danger sera écarté au plus tard le mercredi 2 décembre")
                == true)
        let safe = try await lodge.act(id, "make-safe", ["work_done": "Moisissures traitées"])
        #expect(safe.commitment("made-safe")?.state == "kept")
        #expect(safe["work"] == ["Moisissures traitées"])
        #expect(safe.commitment("repaired")?.state == "open")
        let done = try await lodge.act(id, "complete", ["work_done": "Ventilation refaite"])
        #expect(done.commitments.allSatisfy { $0.state == "kept" })
    }

    @Test("A step that is late is told to staff, before and after its deadline")
    func late() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged("damp", urgency: "U3").id
        try await lodge.advance(to: Instant("2026-12-08T09:00:00Z")!)
        #expect(lodge.noticeNames(id).filter { $0.hasPrefix("step") } == ["step-warning", "step-missed"])
        #expect(lodge.said(id, "step-missed")?.contains("«\u{A0}cause recherchée\u{A0}» n’a pas été fait à temps") == true)
    }

    @Test("Damp that is urgent is repaired within its urgency, without the ladder")
    func emergency() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.triaged("damp", urgency: "U2")
        #expect(repair.commitments.map(\.name) == ["repaired"])
        // What was found is noted all the same.
        let noted = try await lodge.act(repair.id, "investigate", ["finding": "Tuyau percé"])
        #expect(noted["finding"] == "Tuyau percé")
        #expect(noted.commitments.map(\.name) == ["repaired"])
    }

    @Test("There is no summary before something was found")
    func order() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged("damp", urgency: "U3").id
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "send-summary") }
    }
}
