import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("Contractors")
struct ContractorTests {
    @Test("Without a name the first contractor that fits and has room is charged, then the next")
    func chosen() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let first = try await lodge.act(lodge.triaged().id, "assign")
        #expect(first["contractor"] == "plomberie-martin")
        let second = try await lodge.act(lodge.triaged().id, "assign")
        #expect(second["contractor"] == "durand")
        // The work that is done makes room.
        try await lodge.act(first.id, "complete")
        #expect(try await lodge.act(lodge.triaged().id, "assign")["contractor"] == "plomberie-martin")
    }

    @Test("Who is named is charged, whatever they have already; another spelling means the same")
    func named() async throws {
        let lodge = try await lodge("{\(contractors)}")
        for name: Scalar in ["Plomberie Martin", "plomberie martin", "PLOMBERIE-MARTIN"] {
            let repair = try await lodge.act(lodge.triaged().id, "assign", ["contractor": name])
            #expect(repair["contractor"] == "plomberie-martin")
        }
    }

    @Test("A name that is on no list is refused with the nearest, unless it is meant")
    func unknown() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let id = try await lodge.triaged().id
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.act(id, "assign", ["contractor": "Plomberie Martim"])
        }
        #expect(error?.refusal?.contains("did you mean \"Plomberie Martin\"?") == true)
        #expect(lodge.request(id)?.state == "triaged")
        let repair = try await lodge.act(id, "assign", ["contractor": "Martim & fils", "unlisted": true])
        #expect(repair["contractor"] == "Martim & fils")
    }

    @Test("Trade and territory decide who fits")
    func fits() async throws {
        let lodge = try await lodge("{\(contractors)}")
        try fill(lodge)
        let report: [String: Scalar] = ["category": "locks", "location": "Hall", "description": "Stuck"]
        let north = try await lodge.open("repairs.repair", about: "Les Tilleuls, hall", report)
        try await lodge.act(north.id, "triage", ["urgency": "U3"])
        let error = await #expect(throws: LodgeError.self) { try await lodge.act(north.id, "assign") }
        #expect(error?.refusal == "No contractor fits and has room for lock, Hall: name one.")
        let south = try await lodge.open("repairs.repair", about: "Les Pins, hall", report)
        try await lodge.act(south.id, "triage", ["urgency": "U3"])
        #expect(try await lodge.act(south.id, "assign")["contractor"] == "sud")
    }

    @Test("Where no contractor is configured, staff type any name")
    func none() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged().id
        let error = await #expect(throws: LodgeError.self) { try await lodge.act(id, "assign") }
        #expect(error?.refusal == "Name the contractor: none is configured (contractors).")
        #expect(try await lodge.act(id, "assign", ["contractor": "Anybody"])["contractor"] == "Anybody")
    }

    @Test("The resident learns who comes; who is replaced is told, and their order leaves the outbox")
    func replaced() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let id = try await lodge.triaged().id
        try await lodge.act(id, "assign", ["contractor": "plomberie-martin"])
        #expect(lodge.said(id, "contractor-comes")?.hasPrefix("L’entreprise Plomberie Martin fera votre réparation") == true)
        let again = try await lodge.act(id, "assign", ["contractor": "durand"])
        #expect(lodge.said(id, "contractor-comes")?.contains("Durand SARL") == true)
        #expect(lodge.said(id, "order-withdrawn")?.contains("\(id)-1 (plomberie, Building B, kitchen) n’a plus cours") == true)
        #expect(lodge.outboxFiles() == ["\(id)-2.html", "\(id)-2.json"])
        #expect(again.commitments.filter { $0.name == "work-done" }.map(\.state) == ["ended", "open"])
    }

    @Test("A visit that is agreed with the order is planned in one step, or nothing is")
    func assignedWithVisit() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let id = try await lodge.triaged().id
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "assign", ["start": "2026-11-24T22:00:00Z"]) }
        #expect(lodge.request(id)?.state == "triaged")
        try await lodge.act(id, "assign", ["start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z"])
        #expect(lodge.noticeNames(id).suffix(4) == ["ordered", "contractor-comes", "visit-planned", "appointment"])
    }

    @Test("A repair that is taken away is to be assigned again, and the contractor's visit and share are free")
    func unassigned() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let id = try await lodge.act(lodge.triaged().id, "assign").id
        try await lodge.act(id, "plan-visit", ["start": "2026-11-24T09:00:00Z"])
        let repair = try await lodge.act(id, "unassign")
        #expect(repair.state == "triaged")
        #expect(repair.text("contractor") == nil && repair["visit"] == nil)
        #expect(lodge.noticeNames(id).suffix(2) == ["visit-cancelled", "order-withdrawn"])
        #expect(lodge.outboxFiles().isEmpty)
        let other = try await lodge.act(lodge.triaged().id, "assign")
        #expect(other["contractor"] == "plomberie-martin")
        try await lodge.act(other.id, "plan-visit", ["start": "2026-11-24T09:00:00Z"])
    }

    @Test("A contractor that declines is not proposed again, and staff are told")
    func declined() async throws {
        let lodge = try await lodge("{\(contractors)}")
        let id = try await lodge.act(lodge.triaged().id, "assign").id
        let repair = try await lodge.act(id, "decline", ["reason": "Trop loin"])
        #expect(repair.state == "triaged")
        #expect(lodge.said(id, "declined")?.hasPrefix("Plomberie Martin (01 00 00 00 01) refuse\u{A0}: Trop loin.") == true)
        #expect(!lodge.noticeNames(id).contains("order-withdrawn"))
        #expect(try await lodge.act(id, "assign")["contractor"] == "durand")
    }

    @Test("At night a danger is told at once to the emergency line and to the contractor on call")
    func night() async throws {
        let settings = #"{"emergency": {"partner": "astreinte", "phone": "01 99 99 99 99"}, \#(contractors)}"#
        let lodge = try await lodge(settings)
        let day = try await lodge.triaged("leak", urgency: "U1")
        #expect(!lodge.noticeNames(day.id).contains("alarm"))
        try await lodge.advance(to: Instant("2026-11-24T01:20:00Z")!)
        let id = try await lodge.triaged("leak", urgency: "U1").id
        #expect(lodge.noticeNames(id) == ["due", "alarm", "alarm"])
        #expect(lodge.said(id, "alarm")?.contains("Appelez le 01 99 99 99 99.") == true)
        #expect(lodge.said(id, "due")?.contains("01 99 99 99 99") == true)
        // Of those whose trade it is, only the one on call works at night.
        #expect(try await lodge.act(id, "assign")["contractor"] == "elec-plus")
        let ordinary = try await lodge.triaged("leak", urgency: "U2").id
        #expect(!lodge.noticeNames(ordinary).contains("alarm"))
    }
}
