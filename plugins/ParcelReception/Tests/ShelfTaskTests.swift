import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import ParcelReception

@Suite("Lists and audits of the shelves")
struct ShelfTaskTests {
    private func filledLodge() async throws -> Lodge {
        let lodge = try await lodge()
        try await lodge.takeIn("N1", ["shelf": "B2"])
        try await lodge.takeIn("N2", ["shelf": "A1"])
        try await lodge.takeIn("N3", ["shelf": "b 2"])
        try await lodge.takeIn("N4")
        return lodge
    }

    private func audit(_ run: LodgeRun) throws -> Audit {
        try decode(Audit.self, run)
    }

    private func decode<Answer: Decodable>(_ type: Answer.Type, _ run: LodgeRun) throws -> Answer {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(try #require(run.data).utf8))
    }

    @Test("The audit without scanned numbers counts the parcels that should be on each shelf")
    func summary() async throws {
        let lodge = try await filledLodge()
        let run = try await lodge.trigger("parcel.shelf-audit")
        #expect(
            run.outcome?.en == "4\u{A0}parcels held, 1 without a shelf place; the oldest since Monday 23 November 2026."
        )
        #expect(try audit(run).shelves.map(\.parcels) == [1, 2])
        #expect(try audit(run).missing.isEmpty)
    }

    @Test("Scanned numbers are compared with what should be there: missing, extra and on the wrong shelf")
    func comparison() async throws {
        let lodge = try await filledLodge()
        let run = try await lodge.trigger(
            "parcel.shelf-audit", ["shelf": "B2", "scanned": ["n 1", "N2", "]C0X9"]])
        let found = try audit(run)
        #expect(found.missing == ["N3"])
        #expect(found.extra == ["X9"])
        #expect(found.misplaced == ["N2"])
        #expect(run.outcome?.en.hasSuffix("1 missing: N3. 1 extra: X9. 1 on the wrong shelf: N2.") == true)
    }

    @Test("An audit that finds everything says so")
    func complete() async throws {
        let lodge = try await filledLodge()
        let run = try await lodge.trigger("parcel.shelf-audit", ["scanned": ["N1", "N2", "N3", "N4"]])
        #expect(run.outcome?.en.hasSuffix("Everything is there.") == true)
    }

    @Test("The parcels are listed in the order of the shelves, or those of one shelf, or those to be returned")
    func list() async throws {
        let lodge = try await filledLodge()
        func numbers(_ input: [String: Scalar]) async throws -> [String] {
            try decode(ShelfList.self, try await lodge.trigger("parcel.shelf", input)).parcels.map(\.tracking)
        }
        #expect(try await numbers([:]) == ["N2", "N1", "N3", "N4"])
        #expect(try await numbers(["shelf": "B 2"]) == ["N1", "N3"])
        #expect(try await numbers(["to_return": true]).isEmpty)
        try await lodge.advance(by: .days(20))
        #expect(try await numbers(["to_return": true]) == ["N2", "N1", "N3", "N4"])
    }

    @Test("The audit is made every day at the configured wall-clock time")
    func schedule() async throws {
        let lodge = try await lodge(#"{"audit_at": "06:30"}"#)
        // 06:30 in Paris is 05:30 in UTC in winter.
        try await lodge.advance(to: Instant("2026-11-24T05:29:59Z")!)
        #expect(lodge.runs(of: "parcel.shelf-audit").isEmpty)
        try await lodge.advance(by: .days(1) + .seconds(1))
        #expect(lodge.runs(of: "parcel.shelf-audit").map(\.state) == ["succeeded", "succeeded"])
    }
}
