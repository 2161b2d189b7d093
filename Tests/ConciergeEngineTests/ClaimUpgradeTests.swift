import ConciergeKit
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service in its second version, in which rooms are named in another way: `room-1` became `hall/1`, and cellars were
/// given up.
private struct Stay: Service {
    static let id = "toy.stay"
    static let name = words("Stay")
    static let summary = words("Stay")

    struct Record: Codable {
        var guest: String
    }
    struct Come: Input {
        static let name = words("Come")
        @Field(fr: "Guest", en: "Guest") var guest: String
    }
    struct Leave: Input { static let name = words("Leave") }

    var upgrades: Upgrades<Self> {
        Upgrade(
            from: 1, Record.self, states: ["lost": "gone"],
            claims: { key in
                if key.hasPrefix("cellar") { return nil }
                return key.hasPrefix("room-") ? "hall/\(key.dropFirst(5))" : key
            })
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Come.self, to: .here, .waiting) { come, moment in Draft(Record(guest: come.guest), at: moment) }
        granted(from: .waiting, to: .here)
        on(Leave.self, from: .here, .waiting, to: .gone)
    }
}

extension StateOf<Stay> {
    fileprivate static var here: Self { open(fr: "here", en: "here", turn: .resident) }
    fileprivate static var waiting: Self { open(fr: "waiting", en: "waiting", turn: .clock) }
    fileprivate static var gone: Self { closed(fr: "gone", en: "gone") }
}

@Suite("Claims of requests that are upgraded")
struct ClaimUpgradeTests {
    private let bench: Bench
    private let time = Bench.start..<(Bench.start + .hours(2))

    init() throws { bench = try Bench(services: [Stay(), Loan()]) }

    private func stay(_ id: RequestID, state: String = "here", version: Int = 1) -> StoredRequest {
        StoredRequest(
            id: id, service: "toy.stay", state: state, isOpen: true, resident: nil, openedAt: Bench.start,
            closedAt: nil, record: Array(#"{"guest":"ana"}"#.utf8), version: 1, recordVersion: version)
    }

    /// Puts requests of the first version into the ledger with what `fill` claims for them, and upgrades them.
    private func upgrade(_ old: [StoredRequest], _ fill: (inout Changes) -> Void) throws {
        var changes = Changes()
        for request in old { changes.requests.opened[request.id] = request }
        fill(&changes)
        try bench.put(changes)
        let table = ServiceTable(Stay())
        let views = old.map { RequestView(request: $0, timers: [:]) }
        try bench.put(table.changes(bringingUpToDate: views, facts: bench.memory, now: Bench.start))
        for request in old { #expect(try bench.request(request.id).recordVersion == 2) }
    }

    @Test("Keys, ranges, shares and places in line get their new keys; those that are given up are released")
    func renamed() throws {
        try upgrade([stay("r-1"), stay("r-2", state: "waiting")]) { changes in
            changes.claims.taken = ["toy/room-1": "r-1", "toy/cellar-1": "r-1", "toy/key": "r-1"]
            changes.claims.ranges.take(HeldRange(unit: 2, time: time, request: "r-1"), of: "toy/room-2")
            changes.claims.ranges.take(HeldRange(unit: 1, time: time, request: "r-1"), of: "toy/cellar")
            changes.claims.shares.take(
                HeldShare(place: 3, until: time.upperBound, request: "r-1"), of: "toy/room-quota")
            changes.waiting["r-2"] = Waiter(
                request: "r-2", service: "toy.stay", number: 7, want: .oneOf(["toy/room-1", "toy/cellar-1"]))
        }
        #expect(bench.memory.holders == ["toy/hall/1": "r-1", "toy/key": "r-1"])
        #expect(
            bench.memory.claimTable.ranges == ["toy/hall/2": [HeldRange(unit: 2, time: time, request: "r-1")]])
        #expect(
            bench.memory.claimTable.shares == [
                "toy/hall/quota": [HeldShare(place: 1, until: time.upperBound, request: "r-1")]
            ])
        #expect(bench.memory.waitingTable.all["r-2"]?.want == .oneOf(["toy/hall/1", "toy/cellar-1"]))
        #expect(bench.memory.waitingTable.all["r-2"]?.number == 7)
        // What it holds under the new key goes to the one in line when it leaves.
        _ = try bench.act("r-1", "leave")
        #expect(try bench.request("r-2").state == "here")
        #expect(bench.memory.holders == ["toy/hall/1": "r-2"])
    }

    @Test("A key whose new name another request holds stays as it is, and the history says so")
    func conflict() throws {
        try upgrade([stay("r-1")]) { changes in
            changes.requests.opened["r-9"] = stay("r-9", version: 2)
            changes.claims.taken = ["toy/room-1": "r-1", "toy/hall/1": "r-9"]
            changes.claims.ranges.take(HeldRange(unit: 1, time: time, request: "r-1"), of: "toy/room-2")
            changes.claims.ranges.take(HeldRange(unit: 1, time: time, request: "r-9"), of: "toy/hall/2")
        }
        #expect(bench.memory.holders == ["toy/room-1": "r-1", "toy/hall/1": "r-9"])
        #expect(
            bench.memory.claimTable.ranges["toy/room-2"] == [HeldRange(unit: 1, time: time, request: "r-1")])
        let note = bench.memory.entries.last?.note?.en
        let holder = ("r-9" as RequestID).description
        #expect(
            note == "\"toy/room-1\" stays: the request \(holder) holds \"toy/hall/1\" and "
                + "\"toy/room-2\" stays: the request \(holder) holds \"toy/hall/2\".")
    }

    @Test("A request that its upgrade closes gives back what it holds, keeps its shares, and leaves the line")
    func closed() throws {
        try upgrade([stay("r-1", state: "lost")]) { changes in
            changes.claims.taken = ["toy/key": "r-1"]
            changes.claims.ranges.take(HeldRange(unit: 1, time: time, request: "r-1"), of: "toy/room-2")
            changes.claims.shares.take(HeldShare(place: 1, until: time.upperBound, request: "r-1"), of: "toy/quota")
            changes.waiting["r-1"] = Waiter(
                request: "r-1", service: "toy.stay", number: 7, want: .oneOf(["toy/room-1"]))
        }
        #expect(bench.memory.holders.isEmpty)
        #expect(bench.memory.claimTable.ranges.isEmpty)
        #expect(bench.memory.claimTable.shares.count == 1)
        #expect(bench.memory.waitingTable.all.isEmpty)
    }
}
