import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Random bookings")
struct ClaimWalkTests {
    /// Books, waits, cancels, moves, accepts and lets offers expire at random, in batches, and checks after each batch
    /// what must always hold.
    @Test("No unit is booked twice, and nobody waits for what is free", arguments: 0..<20)
    func walk(seed: Int) throws {
        var chance = SplitMix64(seed: UInt64(seed))
        let bench = try Bench(services: [Laundry(units: 1 + seed % 3, quota: 4)], seed: UInt64(seed))
        for _ in 0..<60 {
            let commands = (0..<Int.random(in: 1...5, using: &chance)).map { _ in command(bench, &chance) }
            _ = try bench.decide(commands)
            #expect(bench.faults.isEmpty)
            try check(bench, units: 1 + seed % 3)
            if Int.random(in: 0..<4, using: &chance) == 0 {
                try bench.wake(after: .minutes(Int.random(in: 1...150, using: &chance)))
                try check(bench, units: 1 + seed % 3)
            }
        }
        // When all is closed, nothing is held and nobody is in line.
        for request in bench.memory.requests.values.filter(\.isOpen).sorted(by: { $0.id < $1.id }) {
            _ = try bench.act(request.id, "cancel")
            try check(bench, units: 1 + seed % 3)
        }
        #expect(bench.memory.requests.values.allSatisfy { !$0.isOpen })
        #expect(bench.booked.isEmpty)
        #expect(bench.memory.holders.isEmpty)
        #expect(bench.memory.waitingTable.all.isEmpty)
    }

    private func command(_ bench: Bench, _ chance: inout SplitMix64) -> Command {
        let open = bench.memory.requests.values.filter(\.isOpen).map(\.id).sorted()
        let from = Double(Int.random(in: 0..<12, using: &chance)) / 2 + 200
        let to = from + Double(Int.random(in: 1...4, using: &chance)) / 2
        guard let id = open.randomElement(using: &chance), Int.random(in: 0..<3, using: &chance) > 0 else {
            var more: JSONObject = ["wait": .bool(Bool.random(using: &chance))]
            if Bool.random(using: &chance) { more["household"] = .string("\(Int.random(in: 1...3, using: &chance))") }
            return .book(from, to, more)
        }
        func at(_ hours: Double) -> JSON { .string("\(Bench.start + .minutes(Int(hours * 60)))") }
        switch Int.random(in: 0..<6, using: &chance) {
        case 0: return .act(id, "accept")
        case 1: return .act(id, "move", ["start": at(from), "end": at(to)])
        case 2: return .act(id, "take", ["wait": .bool(Bool.random(using: &chance))])
        case 3: return .act(id, "give-up")
        default: return .act(id, "cancel")
        }
    }

    private func check(_ bench: Bench, units: Int) throws {
        let ranges = bench.memory.claimTable.ranges["toy/laundry"] ?? []
        for range in ranges {
            #expect((1...units).contains(range.unit))
            #expect(bench.memory.requests[range.request]?.isOpen == true, "a closed request holds a unit")
            let others = ranges.subtracting([range]).filter { $0.unit == range.unit }
            #expect(!others.contains { $0.time.overlaps(range.time) }, "unit \(range.unit) is booked twice")
        }
        for waiter in bench.memory.waitingTable.all.values {
            let request = try bench.request(waiter.request)
            #expect(request.state == "waiting")
            switch waiter.want {
            case .range(let time, _, _):
                let busy = Set(ranges.filter { $0.time.overlaps(time) }.map(\.unit))
                #expect(busy.count == units, "\(waiter.request) waits for a unit that is free")
            case .oneOf(let keys):
                #expect(keys.allSatisfy { bench.memory.holders[$0] != nil }, "\(waiter.request) waits for a free key")
            }
        }
        for request in bench.memory.requests.values where request.state == "waiting" {
            #expect(bench.memory.waitingTable.all[request.id] != nil, "\(request.id) waits, and is not in line")
        }
        for share in bench.memory.claimTable.shares.values.joined() { #expect((1...4).contains(share.place)) }
    }
}
