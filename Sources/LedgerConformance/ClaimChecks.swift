import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let claims: [LedgerCheck.Kind] = [
        .init("Ranges are found by their unit and their beginning, and by their request") { try await $0.ranges() },
        .init("A batch with a range that overlaps another of its unit fails as a whole") {
            try await $0.overlappingRanges()
        },
        .init("A range that is given back can be taken by another request in the same batch") {
            try await $0.movedRange()
        },
        .init("Bookings of units beyond a capacity are found until they are over") { try await $0.beyond() },
        .init("Shares are found by their key and their request, and a taken place fails the batch") {
            try await $0.shares()
        },
        .init("Shares that count no longer are deleted, and until then their requests are kept") {
            try await $0.prunedShares()
        },
        .init("Requests in line are found in their order, by key, by range and by service") { try await $0.line() },
        .init("A request that leaves the line or moves in it is found where it is now") { try await $0.movesInLine() },
        .init("A request in line shows its position among those that want the same") { try await $0.positions() },
        .init("The last number counts those in line") { try await $0.lastNumberInLine() },
    ]

    /// A range from some hours after the moment of the checks.
    private func time(_ from: Int, _ to: Int) -> Range<Instant> { (now + .hours(from))..<(now + .hours(to)) }

    private func held(_ unit: Int, _ from: Int, _ to: Int, _ request: RequestID) -> HeldRange {
        HeldRange(unit: unit, time: time(from, to), request: request)
    }

    private func openThree(_ ledger: any Ledger) async throws {
        try await ledger.open([request("r-1"), request("r-2"), request("r-3", isOpen: false)])
    }

    private func ranges() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            try await openThree(first)
            let all = [held(1, 1, 2, "r-1"), held(1, 2, 5, "r-2"), held(1, 9, 10, "r-1"), held(3, 0, 24, "r-2")]
            try await first.put { changes in for range in all { changes.claims.ranges.take(range, of: "toy/room") } }
            let ledger = try await reopen(first, in: directory)
            func last(_ hour: Int) async throws -> [Int: HeldRange] {
                try await ledger.ask { try $0.lastRanges(of: "toy/room", units: 1...4, before: now + .hours(hour)) }
            }
            #expect(try await last(0) == [:])
            #expect(try await last(2) == [1: all[0], 3: all[3]])
            #expect(try await last(3) == [1: all[1], 3: all[3]])
            #expect(try await last(9) == [1: all[1], 3: all[3]])
            #expect(try await last(90) == [1: all[2], 3: all[3]])
            func following(_ hour: Int, _ limit: Int) async throws -> [HeldRange] {
                try await ledger.ask {
                    try $0.ranges(of: "toy/room", unit: 1, from: now + .hours(hour), limit: limit)
                }
            }
            #expect(try await following(1, 9) == Array(all[0..<3]))
            #expect(try await following(2, 1) == [all[1]])
            #expect(try await following(10, 9) == [])
            let facts = try await ledger.ask { facts in
                (
                    try facts.greatestUnit(of: "toy/room"), try facts.greatestUnit(of: "toy/other"),
                    try facts.ranges(heldBy: "r-1")["toy/room"].map(Set.init), try facts.ranges(heldBy: "r-3")
                )
            }
            #expect(facts == (3, 0, [all[0], all[2]], [:]))
            await ledger.close()
        }
    }

    private func overlappingRanges() async throws {
        try await withLedger { ledger in
            try await openThree(ledger)
            try await ledger.put { $0.claims.ranges.take(held(1, 2, 4, "r-1"), of: "toy/room") }
            let overlapping = [
                held(1, 2, 4, "r-2"), held(1, 1, 3, "r-2"), held(1, 3, 5, "r-2"), held(1, 0, 9, "r-2"),
                held(1, 3, 4, "r-2"), held(1, 2, 3, "r-2"), held(1, 5, 5, "r-2"),
            ]
            for range in overlapping {
                await #expect(throws: LedgerError.self, "\(range.time)") {
                    try await ledger.put { changes in
                        changes.claims.taken = ["toy/key": "r-2"]
                        changes.claims.ranges.take(range, of: "toy/room")
                    }
                }
            }
            // Two of one batch are compared with each other too.
            await #expect(throws: LedgerError.self) {
                try await ledger.put { changes in
                    changes.claims.ranges.take(held(2, 1, 3, "r-1"), of: "toy/room")
                    changes.claims.ranges.take(held(2, 2, 4, "r-2"), of: "toy/room")
                }
            }
            await #expect(throws: LedgerError.self) {
                try await ledger.put { $0.claims.ranges.take(held(2, 1, 3, "r-9"), of: "toy/room") }
            }
            #expect(try await ledger.ask { try $0.holder(of: "toy/key") } == nil)
            try await ledger.put { changes in
                for range in [held(1, 0, 2, "r-2"), held(1, 4, 5, "r-2"), held(2, 2, 4, "r-2")] {
                    changes.claims.ranges.take(range, of: "toy/room")
                }
                changes.claims.ranges.take(held(1, 2, 4, "r-2"), of: "toy/another room")
            }
        }
    }

    private func movedRange() async throws {
        try await withLedger { ledger in
            try await openThree(ledger)
            try await ledger.put { $0.claims.ranges.take(held(1, 2, 4, "r-1"), of: "toy/room") }
            try await ledger.put { changes in
                changes.claims.ranges.release(held(1, 2, 4, "r-1"), of: "toy/room")
                changes.claims.ranges.take(held(1, 2, 3, "r-2"), of: "toy/room")
            }
            let last = try await ledger.ask { try $0.lastRanges(of: "toy/room", units: 1...1, before: now + .hours(9)) }
            #expect(last == [1: held(1, 2, 3, "r-2")])
        }
    }

    private func beyond() async throws {
        try await withLedger { ledger in
            try await openThree(ledger)
            let all = [held(1, 1, 2, "r-1"), held(2, 3, 4, "r-1"), held(3, 2, 5, "r-2")]
            try await ledger.put { changes in for range in all { changes.claims.ranges.take(range, of: "toy/room") } }
            func beyond(_ units: Int, _ hour: Int, _ limit: Int = 9) async throws -> [String: [HeldRange]] {
                try await ledger.booked(
                    beyond: ["toy/room": units, "toy/other": 0], at: now + .hours(hour), limit: limit)
            }
            #expect(try await beyond(3, 0) == [:])
            #expect(try await beyond(2, 0) == ["toy/room": [all[2]]])
            #expect(try await beyond(0, 0) == ["toy/room": [all[0], all[2], all[1]]])
            #expect(try await beyond(0, 2, 1) == ["toy/room": [all[2]]])
            #expect(try await beyond(0, 5) == [:])
        }
    }

    private func shares() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            try await openThree(first)
            let all = [1, 2].map { HeldShare(place: $0, until: now + .days($0), request: "r-\($0)") }
            try await first.put { changes in for share in all { changes.claims.shares.take(share, of: "toy/quota") } }
            let ledger = try await reopen(first, in: directory)
            #expect(try await Set(ledger.ask { try $0.shares(of: "toy/quota") }) == Set(all))
            #expect(try await ledger.ask { try $0.shares(of: "toy/other") } == [])
            #expect(try await ledger.ask { try $0.shares(heldBy: "r-2") } == ["toy/quota": [all[1]]])
            let other = HeldShare(place: 1, until: now + .days(9), request: "r-3")
            await #expect(throws: LedgerError.self) {
                try await ledger.put { $0.claims.shares.take(other, of: "toy/quota") }
            }
            try await ledger.put { changes in
                changes.claims.shares.release(all[0], of: "toy/quota")
                changes.claims.shares.take(other, of: "toy/quota")
            }
            #expect(try await Set(ledger.ask { try $0.shares(of: "toy/quota") }) == [other, all[1]])
            await ledger.close()
        }
    }

    private func prunedShares() async throws {
        try await withLedger { ledger in
            try await openThree(ledger)
            let share = HeldShare(place: 1, until: now + .days(7), request: "r-3")
            try await ledger.put { $0.claims.shares.take(share, of: "toy/quota") }
            var retention = Retention()
            retention.closedRequests = .length(.zero)
            #expect(try await ledger.prune(retention, at: now + .days(6), limit: 9).isEmpty)
            let pruned = try await ledger.prune(retention, at: now + .days(7), limit: 9)
            #expect((pruned.shares, pruned.requests) == (1, 1))
            #expect(try await ledger.ask { try $0.shares(of: "toy/quota") } == [])
        }
    }

    // MARK: In line

    private func waiter(_ request: RequestID, _ number: Int64, _ want: Want, service: ServiceID = "toy.loan") -> Waiter
    {
        Waiter(request: request, service: service, number: number, want: want)
    }

    private func line() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            let ids: [RequestID] = (1...6).map { "r-\($0)" }
            try await first.open(ids.map { request($0) })
            let all = [
                waiter(ids[0], 30, .oneOf(["toy/b", "toy/a"])), waiter(ids[1], 20, .oneOf(["toy/a"])),
                waiter(ids[2], 10, .range(time(1, 3), of: "toy/a", units: 4)),
                waiter(ids[3], 40, .range(time(2, 4), of: "toy/a", units: 1), service: "toy.other"),
                waiter(ids[4], 50, .range(time(8, 9), of: "toy/a", units: 1)),
            ]
            try await first.put { changes in for waiter in all { changes.waiting[waiter.request] = waiter } }
            let ledger = try await reopen(first, in: directory)
            func found(_ query: WaiterQuery, after: Int64 = 0, limit: Int = 9) async throws -> [Waiter] {
                try await ledger.ask { try $0.waiters(query, after: after, limit: limit) }
            }
            #expect(try await found(.mayTake(Claim(key: "toy/a"))) == [all[1], all[0]])
            #expect(try await found(.mayTake(Claim(key: "toy/b"))) == [all[0]])
            #expect(try await found(.mayTake(Claim(key: "toy/c"))) == [])
            #expect(try await found(.mayTake(Claim(key: "toy/a", unit: 2, time: time(2, 3)))) == [all[2], all[3]])
            #expect(try await found(.mayTake(Claim(key: "toy/a", unit: 2, time: time(3, 8)))) == [all[3]])
            #expect(try await found(.of("toy.loan")) == [all[2], all[1], all[0], all[4]])
            #expect(try await found(.of("toy.loan"), after: 10, limit: 2) == [all[1], all[0]])
            #expect(try await ledger.ask { try $0.waiter(ids[0]) } == all[0])
            #expect(try await ledger.ask { try $0.waiter(ids[5]) } == nil)
            func count(_ want: Want, _ number: Int64? = nil) async throws -> Int {
                try await ledger.ask { try $0.countWaiting(for: want, before: number) }
            }
            #expect(try await count(.oneOf(["toy/a", "toy/b"])) == 2)
            #expect(try await count(.oneOf(["toy/a", "toy/b"]), 30) == 1)
            #expect(try await count(.range(time(0, 24), of: "toy/a", units: 1)) == 3)
            #expect(try await count(.range(time(3, 8), of: "toy/a", units: 1)) == 1)
            await ledger.close()
        }
    }

    private func movesInLine() async throws {
        try await withLedger { ledger in
            try await openThree(ledger)
            try await ledger.put { changes in
                changes.waiting["r-1"] = waiter("r-1", 1, .oneOf(["toy/a", "toy/b"]))
                changes.waiting["r-2"] = waiter("r-2", 2, .oneOf(["toy/a"]))
            }
            let moved = waiter("r-1", 3, .oneOf(["toy/b"]))
            try await ledger.put { changes in
                changes.waiting["r-1"] = moved
                changes.waiting["r-2"] = .some(nil)
            }
            #expect(try await ledger.ask { try $0.waiters(.mayTake(Claim(key: "toy/a")), after: 0, limit: 9) } == [])
            #expect(try await ledger.ask { try $0.waiters(.of("toy.loan"), after: 0, limit: 9) } == [moved])
            await #expect(throws: LedgerError.self) {
                try await ledger.put { $0.waiting["r-9"] = waiter("r-9", 9, .oneOf(["toy/a"])) }
            }
        }
    }

    private func positions() async throws {
        try await withLedger { ledger in
            try await openThree(ledger)
            try await ledger.put { changes in
                changes.waiting["r-1"] = waiter("r-1", 1, .range(time(1, 2), of: "toy/a", units: 1))
                changes.waiting["r-2"] = waiter("r-2", 2, .range(time(1, 2), of: "toy/a", units: 1))
            }
            #expect(try await ledger.request("r-1")?.place == 1)
            #expect(try await ledger.request("r-2")?.place == 2)
            #expect(try await ledger.request("r-3")?.place == nil)
        }
    }

    private func lastNumberInLine() async throws {
        try await withLedger { ledger in
            try await openThree(ledger)
            let last = try await ledger.ask { try $0.lastNumber() ?? 0 }
            try await ledger.put { $0.waiting["r-1"] = waiter("r-1", last + 5, .oneOf(["toy/a"])) }
            #expect(try await ledger.ask { try $0.lastNumber() } == last + 5)
        }
    }
}
