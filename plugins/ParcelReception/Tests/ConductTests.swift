import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("Conduct")
struct ConductTests {
    @Test("The provider holds the grade that its manifest names")
    func conduct() async throws {
        try await checkConduct(
            of: ParcelReception.self, settings: ParcelSettings { $0.shelves = ["A3": 2, "B4": 1] }, seeds: 1...4,
            steps: 300,
            inputs: { now in
                let day = Zone.utc.local(now + .days(7)).date.description
                return [
                    "parcel.reception extend": [["until": .string(day)]],
                    "parcel.reception return": [
                        ["reason": "moved-away"], ["reason": "other", "note": "sans adresse"],
                    ],
                ]
            },
            exclusive: [Exclusive(Reception.self) { $0.tracking.text }])
    }
}
