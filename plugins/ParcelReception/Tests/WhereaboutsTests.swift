import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("Where a parcel goes")
struct WhereaboutsTests {
    @Test("A shelf takes as many parcels as it has room for, and a full one names others")
    func capacity() async throws {
        let lodge = try await lodge(#"{"shelves": {"A3": 2, "B4": 1, "C1": 1}}"#)
        try await lodge.takeIn("A1", ["shelf": "A3"])
        let second = try await lodge.takeIn("A2", ["shelf": "a 3"])
        let words = await refusal { try await lodge.takeIn("A4", ["shelf": "A3"]) }
        #expect(words == "The shelf A3 is full (2\u{A0}parcels). There is room on B4 and C1.")
        try await lodge.act(second.id, "move", ["shelf": "B4"])
        #expect(try await lodge.takeIn("A4", ["shelf": "A3"]).state == "held")
        _ = await refusal { try await lodge.correct(second.id, ["shelf": "A3"]) }
        try await lodge.act(second.id, "hand-over", ["code": try #require(second["code"])])
        #expect(try await lodge.takeIn("A5", ["shelf": "B4"]).state == "held")
    }

    @Test("A shelf without a capacity takes any number of parcels")
    func unlimited() async throws {
        let lodge = try await lodge()
        for number in 1...30 { try await lodge.takeIn("N\(number)", ["shelf": "sol"]) }
        #expect(await refusal { try await lodge.takeIn("X", ["shelf": "--"]) } == "\"--\" is not the name of a shelf.")
    }

    @Test("A parcel is returned with a reason, which the resident is told; another reason needs a note")
    func returned() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        await #expect(throws: LodgeError.self) { try await lodge.act(parcel.id, "return") }
        _ = await refusal { try await lodge.act(parcel.id, "return", ["reason": "other"]) }
        let after = try await lodge.act(parcel.id, "return", ["reason": "abîmé"])
        #expect(after.state == "returned")
        #expect(after["return_reason"] == "damaged")
        #expect(after["shelf"] == nil)
        #expect(lodge.told(parcel).en.contains("has been returned to its sender. It was damaged."))
    }

    @Test("A parcel that the resident refuses lies on the shelf until staff return it")
    func refused() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn("A1", ["shelf": "A3"])
        let after = try await lodge.act(parcel.id, "refuse", ["note": "commande annulée"])
        #expect(after.state == "to-return")
        #expect(after["shelf"] == "A3")
        #expect(after["return_reason"] == "refused")
        #expect(after["note"] == "commande annulée")
    }

    @Test("A parcel is forwarded, keeps its number, leaves its shelf, and arrives at the other lodge")
    func forwarded() async throws {
        let lodge = try await lodge(#"{"shelves": {"A3": 1}}"#)
        try lodge.fillResidents()
        let parcel = try await lodge.takeIn("A1", ["shelf": "A3"])
        let sent = try await lodge.act(parcel.id, "forward", ["lodge": "Les Acacias"])
        #expect(sent.state == "forwarded")
        #expect(lodge.told(parcel).en.contains("goes to another lodge: Les Acacias."))
        #expect(await refusal { try await lodge.takeIn("A1") }.contains(parcel.id))
        #expect(try await lodge.takeIn("A2", ["shelf": "A3"]).state == "held")
        let there = try await lodge.act(parcel.id, "receive", ["shelf": "Z9"])
        #expect(there.state == "held")
        #expect(there["code"] == parcel["code"])
        #expect(lodge.told(parcel).en.contains("at the lodge (Les Acacias)"))
    }

    @Test("A parcel that went to a lodge with books of its own is closed, and staff are asked until then")
    func transferred() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        try await lodge.act(parcel.id, "forward", ["lodge": "Les Acacias"])
        try await lodge.advance(by: .days(8))
        #expect(lodge.said(parcel).contains("notice:in-transfer"))
        #expect(try await lodge.act(parcel.id, "confirm-transfer").state == "transferred")
        #expect(lodge.request(parcel.id)?.timers.isEmpty == true)
    }

    @Test("A lost parcel is searched for, and found or written off; the resident is told each time")
    func lostAndFound() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn("A1", ["shelf": "A3"])
        let lost = try await lodge.act(parcel.id, "report-lost")
        #expect(lost.state == "lost")
        #expect(lost["shelf"] == nil)
        #expect(lodge.told(parcel).en.contains("We are searching for it"))
        #expect(
            await refusal { try await lodge.correct(parcel.id, ["shelf": "A3"]) }
                == "The parcel is not in the lodge: it has no shelf.")
        try await lodge.advance(by: .days(8))
        #expect(lodge.said(parcel).contains("notice:still-lost"))
        #expect(!lodge.said(parcel).contains("notice:reminder"))
        let found = try await lodge.act(parcel.id, "find", ["shelf": "B1"])
        #expect(found.state == "held")
        #expect(lodge.told(parcel).en.contains("has been found"))
        try await lodge.act(parcel.id, "report-lost")
        let gone = try await lodge.act(parcel.id, "write-off", ["note": "réclamation déposée"])
        #expect(gone.state == "written-off")
        #expect(lodge.told(parcel).en.contains("We are sorry"))
    }
}

@Suite("The chain of custody of a parcel")
struct CustodyTests {
    @Test("Every step with which a parcel changes hands is a link; a step on the shelf is none")
    func links() throws {
        let reception = Reception(settings: ParcelSettings(), zone: .utc)
        let moment = Moment(now: monday, request: "R", resident: "zoe", actor: "test", seed: 1)
        var parcel = try reception.takeIn(Reception.Arrival { $0.tracking = TrackingNumber("A1") }, moment)
        #expect(parcel.effects.contains { $0.isSeal })
        let code = try #require(parcel.record.code)
        parcel = Reception.Draft(parcel.record, at: moment)
        try reception.put(&parcel, on: "A3")
        #expect(!parcel.effects.contains { $0.isSeal })
        try reception.handOver(&parcel, for: Reception.HandOver { $0.code = "wrong" })
        #expect(!parcel.effects.contains { $0.isSeal })
        try reception.handOver(&parcel, for: Reception.HandOver { $0.code = code })
        #expect(parcel.effects.contains { $0.isSeal })
    }
}
