import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("The end of a repair")
struct EndTests {
    @Test("The resident has the last word: they score it, and silence confirms without a score")
    func lastWord() async throws {
        let lodge = try await lodge()
        let scored = try await lodge.assigned().id
        try await lodge.act(scored, "complete")
        let confirmed = try await lodge.act(scored, "confirm", ["score": 9])
        #expect(confirmed.state == "confirmed")
        #expect(confirmed.commitment("repaired")?.score == 9)
        let silent = try await lodge.assigned().id
        try await lodge.act(silent, "complete")
        try await lodge.advance(by: .days(7) - .seconds(1))
        #expect(lodge.request(silent)?.state == "completed")
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.request(silent)?.state == "confirmed")
        #expect(lodge.request(silent)?["confirmed_by_silence"] == true)
        #expect(lodge.request(silent)?.commitment("repaired")?.score == nil)
    }

    @Test(
        "A contested repair keeps what was done and what the resident says; both are told, and a new order is written")
    func contested() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned().id
        try await lodge.act(id, "complete", ["work_done": "Siphon remplacé"])
        let repair = try await lodge.act(id, "reopen", ["reason": "Ça fuit encore."])
        #expect(repair.state == "assigned")
        #expect(repair["work"] == ["Siphon remplacé"])
        #expect(repair["complaints"] == ["Ça fuit encore."])
        #expect(
            lodge.said(id, "contested")?.contains(
                "ce n’est pas réparé («\u{A0}Ça fuit encore\u{A0}»). Merci de revenir") == true)
        #expect(
            lodge.said(id, "reopened")?.contains("L’entreprise plomberie-martin est prévenue et reviendra.") == true)
        #expect(try lodge.order("\(id)-2.json")["complaint"] == "Ça fuit encore.")
        let again = try await lodge.act(id, "complete", ["work_done": "Joint changé"])
        #expect(again["work"] == ["Siphon remplacé", "Joint changé"])
    }

    @Test("A confirmed repair can be contested for some days, by its own promise, and not any longer")
    func contestedLater() async throws {
        let lodge = try await lodge(#"{"contest": "3 days"}"#)
        let id = try await lodge.assigned("plumbing", urgency: "U3").id
        let due = try #require(lodge.request(id)?.commitment("repaired")?.due)
        try await lodge.act(id, "complete")
        try await lodge.act(id, "confirm", ["score": 9])
        try await lodge.advance(by: .days(2))
        let repair = try await lodge.act(id, "reopen", ["reason": "Encore"])
        #expect(repair.state == "assigned")
        #expect(repair.commitment("repaired")?.due == due)
        #expect(repair["score"] == nil)
        try await lodge.act(id, "complete")
        try await lodge.act(id, "confirm")
        try await lodge.advance(by: .days(3))
        #expect(lodge.request(id)?.state == "closed")
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "reopen", ["reason": "Encore"]) }
    }

    @Test("A repair completed without a contractor is to be assigned when it is reopened")
    func reopenedWithoutContractor() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged("locks").id
        try await lodge.act(id, "complete")
        let repair = try await lodge.act(id, "reopen", ["reason": "The key sticks"])
        #expect(repair.state == "triaged")
        #expect(repair["reopened"] == 1)
    }

    @Test("The resident reads the words of the reason for a cancellation, and never what staff note for themselves")
    func cancelled() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned().id
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "cancel") }
        let repair = try await lodge.act(id, "cancel", ["reason": "à la charge du locataire", "note": "Encore lui"])
        #expect(repair.state == "cancelled")
        #expect(repair.timers.isEmpty)
        #expect(repair["cancel_reason"] == "tenants" && repair["cancel_note"] == "Encore lui")
        #expect(lodge.said(id, "cancelled")?.contains("Cet entretien revient au locataire (décret n° 87-712)") == true)
        #expect(lodge.notices(id).allSatisfy { !$0.fr.contains("Encore lui") })
    }

    @Test("Reports of the same are attached to the one that goes on, and their residents hear how it ends")
    func duplicates() async throws {
        let lodge = try await lodge()
        let kept = try await lodge.triaged("doors").id
        var others: [String] = []
        for _ in 1...3 {
            let other = try await lodge.report("doors").id
            others.append(other)
            let closed = try await lodge.act(other, "duplicate", ["of": .string(kept.lowercased())])
            #expect(closed.state == "cancelled")
            #expect(closed["duplicate_of"] == .string(kept))
        }
        #expect(
            lodge.said(others[0], "already-reported")
                == "La panne que vous avez signalée (portes et fenêtres, Building B, kitchen) nous était déjà connue\u{A0}: "
                + "elle est suivie, et nous vous tiendrons au courant. Vous n’avez rien à faire.")
        #expect(lodge.request(kept)?["duplicates"] == .list(others.map { .string($0) }))
        try await lodge.act(kept, "complete")
        for other in others {
            #expect(
                lodge.said(other, "attached-completed")?.contains(
                    "(portes et fenêtres, Building B, kitchen) est réparée") == true)
        }
    }

    @Test("A report names the open repair that is probably the same, and is attached to it without its number")
    func probablySame() async throws {
        let lodge = try await lodge()
        try fill(lodge)
        let report: [String: Scalar] = ["category": "doors", "location": "Hall", "description": "Bloquée"]
        let first = try await lodge.open("repairs.repair", about: "Les Tilleuls, hall", report)
        let second = try await lodge.open("repairs.repair", about: "Les Tilleuls, hall", report)
        #expect(first["probably_same"] == nil)
        #expect(second["probably_same"] == .string(first.id))
        let other = try await lodge.open("repairs.repair", about: "Les Pins, hall", report)
        #expect(other["probably_same"] == nil)
        await #expect(throws: LodgeError.self) { try await lodge.act(other.id, "duplicate") }
        #expect(try await lodge.act(second.id, "duplicate")["duplicate_of"] == .string(first.id))
    }

    @Test("A report is attached to an open repair alone, and not to itself")
    func noSuchDuplicate() async throws {
        let lodge = try await lodge()
        let id = try await lodge.report().id
        let closed = try await lodge.report().id
        try await lodge.act(closed, "cancel", ["reason": "withdrawn"])
        for other in [id, closed, "K7M3P-9QX2D"] {
            await #expect(throws: LodgeError.self) { try await lodge.act(id, "duplicate", ["of": .string(other)]) }
        }
        #expect(lodge.request(id)?.state == "reported")
    }

    @Test("Work that follows opens a repair of its own for the same resident and place, which names the first")
    func followOn() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned().id
        try await lodge.act(id, "order-follow-on", ["description": "Refaire le plafond", "trade": "other"])
        try await lodge.advance(by: .seconds(1))
        let repair = try #require(lodge.openedOnSignal(id))
        #expect(repair["follows"] == .string(id))
        #expect(repair.state == "reported" && repair.resident == "apt-12")
        #expect(repair["category"] == "other" && repair["location"] == "Building B, kitchen")
    }
}
