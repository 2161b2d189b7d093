import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("Whatever is done, in any order")
struct PropertyTests {
    /// A generator that gives the same numbers for the same seed (SplitMix64, Steele and others, 2014).
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    private static let people = ["apt-12", "apt-13", "apt-14", "apt-15"]
    private static let days = ["2026-11-23", "2026-11-24", "2026-11-30", "2026-12-01"]

    private static let starts = days.flatMap { day in
        ["08:20", "08:40", "13:00", "13:20"].map { "\(day)T\($0):00Z" }
    }

    @Test(
        "A slot has one holder, a resident no second appointment at once, and no message comes after the visit",
        arguments: UInt64(1)...8)
    func invariants(seed: UInt64) async throws {
        var dice = Dice(state: seed)
        let lodge = try await lodge(house(with: #""cancel_cut_off": "1h", "hold_for": "6h""#))
        var ids: [String] = []
        for _ in 0..<120 {
            if let id = try await step(lodge, ids, &dice) { ids.append(id) }
            try expectInvariants(of: ids, in: lodge)
        }
        try await lodge.advance(by: .days(20))
        try expectInvariants(of: ids, in: lodge)
        // Nothing is forgotten: what was to take place is settled or waits for staff.
        #expect(ids.allSatisfy { !["booked", "arrived", "pending", "waitlist"].contains(lodge.request($0)?.state) })
    }

    /// Does something that may be refused. Returns the id of a new request.
    private func step(_ lodge: Lodge, _ ids: [String], _ dice: inout Dice) async throws -> String? {
        let start = Self.starts.randomElement(using: &dice) ?? ""
        let (person, day) = (
            Self.people.randomElement(using: &dice) ?? "", Self.days.randomElement(using: &dice) ?? ""
        )
        let id = ids.randomElement(using: &dice)
        let choice = Int.random(in: 0..<14, using: &dice)
        let hours = Int.random(in: 1...5, using: &dice)
        do {
            switch (choice, id) {
            case (0...1, _), (_, nil): return try await lodge.book(start, for: person).id
            case (2, _): return try await lodge.book(day + "T13:00:00Z", with: "petit", for: person).id
            case (3, _): return try await lodge.book(start, for: person, by: "hold").id
            case (4, _): return try await lodge.wait(for: person, from: day).id
            case (5, let id?): try await lodge.act(id, "confirm")
            case (6, let id?): try await lodge.act(id, "move", ["start": .string(start)])
            case (7, let id?): try await lodge.act(id, "cancel")
            case (8, let id?): try await lodge.act(id, "cancel", ["by": "practice"])
            case (9, let id?): try await lodge.act(id, "check-in")
            case (10, let id?): try await lodge.act(id, "fulfil")
            case (11, let id?): try await lodge.act(id, "no-show")
            case (12, _) where Int.random(in: 0..<6, using: &dice) == 0:
                try await lodge.trigger("health.practitioner-away", ["practitioner": "martin", "from": .string(day)])
            default: try await lodge.advance(by: .hours(hours))
            }
        } catch is LodgeError {
            // A refusal changes nothing, which the invariants show.
        }
        return nil
    }

    private func expectInvariants(of ids: [String], in lodge: Lodge) throws {
        var slots: Set<Slot> = []
        var times: [String: [Range<Instant>]] = [:]
        for id in ids {
            guard let request = lodge.request(id), request.isOpen else { continue }
            let record = try lodge.record(of: id, as: Appointment.self)
            guard let slot = Slot(of: record), let start = record.start, let end = record.end else { continue }
            #expect(slots.insert(slot).inserted, "\(slot.key) has two holders")
            let person = request.resident ?? ""
            if request.state == "booked" {
                #expect(times[person]?.contains { $0.overlaps(start..<end) } != true, "\(person) has two at once")
                times[person, default: []].append(start..<end)
            }
        }
        for id in ids {
            guard let start = try lodge.record(of: id, as: Appointment.self).start else { continue }
            let late = lodge.history(id).filter { $0.event.hasPrefix("notice:") && $0.at >= start }
            #expect(late.isEmpty, "\(id) says \(late.map(\.event)) after the visit")
        }
    }
}
