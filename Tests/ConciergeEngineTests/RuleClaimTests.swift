import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service whose rules ask which request holds a key, and store the answers.
private struct Asker: Service {
    static let id = "toy.asker"
    static let name = words("Asker")
    static let summary = words("Asker")

    struct Record: Codable {
        var told: [String] = []
    }

    struct Ask: Input {
        static let name = words("Ask")
        @Field(fr: "Key", en: "Key") var key: String
    }
    struct Take: Input {
        static let name = words("Take")
        @Field(fr: "Key", en: "Key") var key: String
    }
    struct Juggle: Input {
        static let name = words("Take, give back and look")
        @Field(fr: "Key", en: "Key") var key: String
    }
    struct Look: Input { static let name = words("Look at itself") }
    struct Later: Input { static let name = words("Later") }

    static let keys = (0..<200).map { "key \($0)" }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Ask.self, to: .waiting, .over) { ask, moment in
            var asker = Draft(Record(told: [moment.request]), at: moment)
            tell(&asker, ask.key)
            if ask.key == "none" { asker.go(to: .over) }
            return asker
        }
        on(Ask.self, in: .waiting) { ask, asker in tell(&asker, ask.key) }
        on(Take.self, in: .waiting) { take, asker in
            guard asker.tryClaim(take.key) else {
                let free = asker.free(among: Self.keys, limit: 2)
                throw Refusal(words(free.joined(separator: ", ")))
            }
        }
        on(Juggle.self, in: .waiting) { juggle, asker in
            asker.record.told.append("\(asker.tryClaim(juggle.key))")
            tell(&asker, juggle.key)
            asker.release(juggle.key)
            tell(&asker, juggle.key)
        }
        on(Look.self, in: .waiting) { _, asker in
            asker.record.told += [asker.id, asker.state.id, "\(asker.openedAt)", "\(asker.now)", asker.resident ?? ""]
        }
        on(Later.self, from: .waiting, to: .over) { _, asker in asker.postpone(because: words("not now")) }
    }

    private func tell(_ asker: inout Draft, _ key: String) {
        asker.record.told.append("\(asker.holder(of: key) ?? "nobody") \(asker.isFree(key))")
    }
}

extension StateOf<Asker> {
    fileprivate static var waiting: Self { open(fr: "waiting", en: "waiting", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "over", en: "over") }
}

@Suite("Claims that rules read")
struct RuleClaimTests {
    private let bench: Bench

    init() throws { bench = try Bench(services: [Asker(), Loan()]) }

    private func open(_ key: String = "x") throws -> RequestID {
        try #require(try bench.decide(ask(key)).view).request.id
    }

    private func ask(_ key: String) -> Command {
        .open(service: "toy.asker", resident: "apt-3", input: ["key": .string(key)], caller: .staff)
    }

    private func told(_ id: RequestID) throws -> [String] {
        try JSONCoding.decode(Asker.Record.self, from: bench.request(id).record).told
    }

    @Test("A rule can ask which request holds a key, its own request included")
    func holder() throws {
        let saw = try bench.open("saw")
        let id = try open("tool:saw")
        #expect(try told(id) == [id.description, "\(saw) false"])
        try bench.act(id, "take", ["key": "mine"])
        try bench.act(id, "ask", ["key": "mine"])
        #expect(try told(id).last == "\(id) true")
        try bench.act(id, "ask", ["key": "nobody's"])
        #expect(try told(id).last == "nobody true")
    }

    @Test("The answer takes account of claims taken and released by earlier calls of the batch")
    func inBatch() throws {
        let saw = try bench.open("saw")
        let answers = try bench.decide([.act(saw, "call-off"), ask("tool:saw"), .ask("drill"), ask("tool:drill")])
        let drill = try #require(answers[2].view).request.id
        #expect(try told(#require(answers[1].view).request.id).last == "nobody true")
        #expect(try told(#require(answers[3].view).request.id).last == "\(drill) false")
    }

    @Test("The answer takes account of claims that the rule itself has taken and released")
    func itsOwn() throws {
        let id = try open()
        try bench.act(id, "juggle", ["key": "k"])
        #expect(try told(id).suffix(3) == ["true", "\(id) true", "nobody true"])
        #expect(bench.memory.holders.isEmpty)
        try bench.act(id, "take", ["key": "k"])
        try bench.act(id, "juggle", ["key": "k"])
        #expect(try told(id).suffix(3) == ["true", "\(id) true", "nobody true"])
        #expect(bench.memory.holders.isEmpty)
        let other = try open()
        try bench.act(other, "take", ["key": "k"])
        try bench.act(id, "juggle", ["key": "k"])
        #expect(try told(id).suffix(3) == ["false", "\(other) false", "\(other) false"])
        #expect(bench.memory.holders == ["toy/k": other])
    }

    @Test("The first free key of many is found, however many keys before it are taken")
    func free() throws {
        var changes = Changes()
        changes.requests.opened["somebody"] = StoredRequest(
            id: "somebody", service: "toy.gone", state: "open", isOpen: true, resident: nil, openedAt: bench.now,
            closedAt: nil, record: Array("{}".utf8), version: 1)
        for key in Asker.keys.dropLast(1) { changes.claims.taken["toy/\(key)"] = "somebody" }
        try bench.put(changes)
        let id = try open()
        #expect(try bench.act(id, "take", ["key": "key 3"]).rejection == .refused(words("key 199")))
        #expect(bench.loads <= 8)
        #expect(try bench.act(id, "take", ["key": "key 199"]).view != nil)
        #expect(try bench.act(id, "take", ["key": "key 3"]).rejection == .refused(words("key 199")))
    }

    @Test("The facts that a whole batch needs are loaded together, and not call by call")
    func together() throws {
        try bench.decide([.ask("tool 0")])
        let one = bench.loads
        try bench.decide((1..<100).map { .ask("tool \($0)") })
        #expect(bench.loads <= one)
    }

    @Test("A rule sees the id, the state, the opening time and the resident of its request")
    func itself() throws {
        let id = try open()
        let opened = bench.now
        bench.now = opened + .hours(3)
        try bench.act(id, "look")
        #expect(try told(id).suffix(5) == [id.description, "waiting", "\(opened)", "\(bench.now)", "apt-3"])
    }

    @Test("An opening may lead to one of several states")
    func severalStates() throws {
        #expect(try #require(try bench.decide(ask("x")).view).request.state == "waiting")
        let over = try #require(try bench.decide(ask("none")).view).request
        #expect(over.state == "over")
        #expect(!over.isOpen)
        #expect(over.closedAt == bench.now)
    }

    @Test("A postponed action is refused with the reason and changes nothing")
    func postponed() throws {
        let id = try open()
        let before = try bench.request(id)
        #expect(try bench.act(id, "later").rejection == .refused(words("not now")))
        #expect(try bench.request(id) == before)
        #expect(bench.last.changes.isEmpty)
    }

    @Test("Who asks before or after a rule runs is told that all is free, and the ledger is not asked")
    func outsideOfRules() throws {
        var memory = Memory()
        let owner = RequestID(number: 1)
        var changes = Changes()
        changes.requests.opened[owner] = StoredRequest(
            id: owner, service: "toy.asker", state: "waiting", isOpen: true, resident: nil, openedAt: Bench.start,
            closedAt: nil, record: Array("{}".utf8), version: 1)
        changes.claims.taken[ClaimName.of("key", provider: "toy")] = owner
        try memory.apply(changes)
        var staged = StagedChanges(memory, zone: .utc)
        let claims = RuleClaims(memory, zone: .utc, calendars: CalendarBook())
        #expect(claims.holder(of: "key") == nil)
        claims.begin("toy", &staged)
        #expect(claims.holder(of: "key") == owner.description)
        try claims.end(&staged)
        #expect(claims.holder(of: "key") == nil)
    }

    @Test("A batch whose facts cannot be loaded ends with their error, whatever the rule does with it")
    func unavailable() throws {
        struct Broken: Error {}
        struct BrokenFacts: Facts {
            let facts: any Facts
            func holder(of claim: String) throws -> RequestID? { throw Broken() }
            func holders(of claims: [String]) throws -> [String: RequestID] { throw Broken() }
            func lastNumber() throws -> Int64? { try facts.lastNumber() }
            func request(_ id: RequestID) throws -> StoredRequest? { try facts.request(id) }
            func timers(of request: RequestID) throws -> [TimerKey: Instant] { try facts.timers(of: request) }
            func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer] { [] }
            func claims(of request: RequestID) throws -> [String] { try facts.claims(of: request) }
            func ranges(heldBy request: RequestID) throws -> [String: [HeldRange]] { [:] }
            func shares(heldBy request: RequestID) throws -> [String: [HeldShare]] { [:] }
            func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange] { [:] }
            func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) -> [HeldRange] { [] }
            func greatestUnit(of claim: String) throws -> Int { 0 }
            func shares(of claim: String) throws -> [HeldShare] { [] }
            func commitments(of request: RequestID) throws -> [StoredCommitment] { [] }
            func workingCalendar(_ id: String) throws -> [UInt8]? { nil }
            func waiter(_ request: RequestID) throws -> Waiter? { nil }
            func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) throws -> [Waiter] { [] }
            func countWaiting(for want: Want, before number: Int64?) throws -> Int { 0 }
            func values(ofDelivery number: Int64) throws -> [UInt8]? { nil }
            func cause(of request: RequestID) throws -> SignalCause? { nil }
            func notice(_ number: Int64) throws -> StoredNotice? { nil }
            func followers(of request: RequestID) throws -> [String] { [] }
            func undoPoint(of request: RequestID) -> UndoPoint? { nil }
            func lines(of request: RequestID, since: Instant) -> [NumberedEntry] { [] }
            func runs(unfinishedOf request: RequestID) -> [StoredRun] { [] }
            func place(_ key: PlaceKey) throws -> KnownPlace? { nil }
            func waitingNotices(of request: RequestID) throws -> [StoredNotice] {
                try facts.waitingNotices(of: request)
            }
            func notices(sentBy run: RunID) throws -> [StoredNotice] { try facts.notices(sentBy: run) }
            func refusal(ofAddress key: String) throws -> RefusedAddress? { try facts.refusal(ofAddress: key) }
            func answer(to key: String) throws -> StoredAnswer? { try facts.answer(to: key) }
            func run(_ id: RunID) throws -> StoredRun? { try facts.run(id) }
            func queuedRuns(_ query: QueueQuery) throws -> [StoredRun] { [] }
            func unfinishedRun(withKey key: String) throws -> StoredRun? { nil }
            func unfinishedRuns(of schedule: ScheduleID) throws -> [RunID] { [] }
            func known(_ resident: String) throws -> ResidentAtPlace? { nil }
            func dossier(_ resident: String) throws -> Dossier? { nil }
        }
        let facts = BrokenFacts(facts: bench.memory)
        #expect(throws: Broken.self) { try bench.engine.decide([.ask("saw")], facts: facts, now: bench.now) }
    }
}
