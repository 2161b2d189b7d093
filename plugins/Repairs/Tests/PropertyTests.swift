import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("Random actions")
struct PropertyTests {
    /// What a walk may do to a repair, with an input that may be refused.
    private func input(_ action: String, now: Instant, _ dice: inout some RandomNumberGenerator) -> [String: Scalar] {
        func pick(_ values: [Scalar]) -> Scalar { values[Int.random(in: 0..<values.count, using: &dice)] }
        switch action {
        case "triage": return ["urgency": pick(["U1", "U2", "U3"])]
        case "reprioritise": return ["urgency": pick(["U1", "U2", "U3"]), "reason": "Changed"]
        case "assign": return ["contractor": pick(["durand", "plomberie-martin"])]
        case "plan-visit":
            let start = now + .hours(Int.random(in: 1...8, using: &dice))
            return ["start": .string("\(start)"), "outside_hours": true]
        case "complete-in-part": return ["work_done": "A", "remains": "B"]
        case "reopen", "decline": return ["reason": "Again"]
        case "cancel": return ["reason": pick(["withdrawn", "no-access"])]
        case "agree-to-wait": return ["agreement": "Yes"]
        case "investigate": return ["finding": "Cold"]
        case "make-safe": return ["work_done": "Dry"]
        case "order-follow-on": return ["description": "More"]
        case "duplicate": return ["of": "K7M3P-9QX2D"]
        case "note-duplicate": return ["duplicate": "K7M3P-9QX2D"]
        default: return [:]
        }
    }

    /// The actions after which a deadline may be later: a pause ends, or the urgency is lowered for a reason.
    private static let mayDelay: Set<String> = ["parts-arrived", "reprioritise", "agree-to-wait"]

    @Test(
        "A promise gets later by a pause, a lowered urgency or consent alone, and a visit has one holder at a time",
        arguments: 1...12)
    func walk(seed: UInt64) async throws {
        var dice = SplitMix(state: seed)
        let lodge = try await lodge("{\(contractors)}")
        var ids: [String] = []
        for category: Scalar in ["plumbing", "damp", "leak"] { ids.append(try await lodge.report(category).id) }
        for _ in 0..<60 {
            let id = ids[Int.random(in: 0..<ids.count, using: &dice)]
            let before = try #require(lodge.request(id))
            guard let action = before.actions.randomElement(using: &dice) else { continue }
            let given = input(action, now: lodge.now, &dice)
            do {
                let after = try await lodge.act(id, action, given)
                if let due = before.commitment("repaired")?.due, let later = after.commitment("repaired")?.due,
                    later > due
                {
                    #expect(Self.mayDelay.contains(action), "\(action) moved the promise from \(due) to \(later)")
                }
                if let start = before.commitment("repaired")?.missedAt {
                    #expect(after.commitment("repaired")?.missedAt == start, "\(action) took a missed promise back")
                }
            } catch is LodgeError {
                #expect(lodge.request(id)?.version == before.version, "\(action) was refused and changed something")
            }
            try checkVisits(of: ids, in: lodge)
            if Int.random(in: 0..<3, using: &dice) == 0 {
                try await lodge.advance(by: .hours(Int.random(in: 1...30, using: &dice)))
            }
        }
    }

    private func checkVisits(of ids: [String], in lodge: Lodge) throws {
        var visits: [String: [Range<Instant>]] = [:]
        for id in ids {
            let repair = try lodge.record(of: id, as: Repair.self)
            guard let visit = repair.visit else { continue }
            let contractor = try #require(repair.contractor)
            #expect(!visits[contractor, default: []].contains { $0.overlaps(visit) }, "\(contractor) is in two places")
            visits[contractor, default: []].append(visit)
        }
    }
}

/// A sequence of numbers that a seed determines.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}
