import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("The place of a parcel")
struct PlaceTests {
    private static let room = ["A": 2, "B": 1, "C": 1]
    private static let numbers = (1...8).map { "N\($0)" }

    @Test(
        "Whatever staff do, a parcel has one place and one number, and one that has gone holds nothing",
        arguments: 1...6)
    func randomActions(seed: Int) async throws {
        let lodge = try await lodge(#"{"shelves": {"A": 2, "B": 1, "C": 1}, "holding": "5 days"}"#)
        var dice = SplitMix64(seed: UInt64(seed))
        var ids: [String] = []
        for _ in 0..<150 {
            do {
                if let id = try await step(in: lodge, ids, &dice) { ids.append(id) }
            } catch let error as LodgeError {
                // Most random actions are refused; a mistake of a rule is none of these.
                if case .broken = error { throw error }
            }
            try checkPlaces(ids.compactMap(lodge.request))
        }
        #expect(ids.count > 8)
        try await checkNothingIsLeft(in: lodge, ids.compactMap(lodge.request))
    }

    /// Takes a random step; returns the parcel that was taken in, if one was.
    private func step(in lodge: Lodge, _ ids: [String], _ dice: inout SplitMix64) async throws -> String? {
        let shelf = Scalar.string(["A", "B", "C"].randomElement(using: &dice) ?? "A")
        let open = ids.compactMap(lodge.request).filter(\.isOpen)
        switch Int.random(in: 0..<10, using: &dice) {
        case 0..<3:
            let number = Self.numbers.randomElement(using: &dice)
            return try await lodge.takeIn(number, Bool.random(using: &dice) ? ["shelf": shelf] : [:]).id
        case 3:
            try await lodge.advance(by: .days(Int.random(in: 1...3, using: &dice)))
        case 4:
            guard let parcel = open.randomElement(using: &dice) else { return nil }
            try await lodge.correct(parcel.id, ["shelf": Bool.random(using: &dice) ? shelf : nil])
        default:
            guard let parcel = open.randomElement(using: &dice),
                let action = parcel.actions.randomElement(using: &dice)
            else { return nil }
            try await lodge.act(parcel.id, action, input(of: action, parcel, shelf, at: lodge.now))
        }
        return nil
    }

    private func input(
        of action: String, _ parcel: LodgeRequest, _ shelf: Scalar, at now: Instant
    ) -> [String: Scalar] {
        switch action {
        case "hand-over": ["code": parcel["code"] ?? "none"]
        case "move", "find", "receive", "arrive": ["shelf": shelf]
        case "extend": ["until": .string(Zone.utc.local(now + .days(4)).date.description)]
        case "return": ["reason": "moved-away"]
        case "forward": ["lodge": "Les Acacias"]
        case "write-off": ["note": "réclamation déposée"]
        default: [:]
        }
    }

    private func checkPlaces(_ parcels: [LodgeRequest]) throws {
        let open = parcels.filter(\.isOpen)
        let numbers = open.compactMap { $0.text("tracking") }
        #expect(Set(numbers).count == numbers.count)
        for (shelf, room) in Self.room {
            #expect(open.count { $0.text("shelf") == shelf } <= room)
        }
        for parcel in parcels where parcel.state != "held" && parcel.state != "to-return" {
            #expect(parcel["shelf"] == nil, "\(parcel.state)")
        }
        for parcel in parcels where !parcel.isOpen { #expect(parcel.timers.isEmpty) }
    }

    /// Every place and number that no open parcel has can be taken, and no other one.
    private func checkNothingIsLeft(in lodge: Lodge, _ parcels: [LodgeRequest]) async throws {
        let open = parcels.filter(\.isOpen)
        for number in Self.numbers {
            let isTaken = open.contains { $0.text("tracking") == number }
            if isTaken {
                _ = await refusal { try await lodge.takeIn(number) }
            } else {
                try await lodge.takeIn(number)
            }
        }
        for (shelf, room) in Self.room {
            for _ in 0..<room - open.count(where: { $0.text("shelf") == shelf }) {
                try await lodge.takeIn(nil, ["shelf": .string(shelf)])
            }
            _ = await refusal { try await lodge.takeIn(nil, ["shelf": .string(shelf)]) }
        }
    }
}
