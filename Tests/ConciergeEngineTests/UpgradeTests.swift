import ConciergeEngine
import ConciergeKit
import JSON
import Testing

@testable import ConciergeTesting

@Suite("Upgrades of stored requests")
struct UpgradeTests {
    private let table = ServiceTable(Shelf())
    private let v1 = #"{"owner":"ana"}"#
    private let v2 = #"{"owner":"ana","place":"B7"}"#
    private let v3 = #"{"owner":"ana","place":{"row":"B","number":7},"swept":0}"#

    private func view(
        _ record: String, _ version: Int, state: String = "kept", timers: [TimerKey: Instant] = [:]
    ) -> RequestView {
        RequestView(
            request: StoredRequest(
                id: "r-1", service: "toy.shelf", state: state, isOpen: state != "gone", resident: nil,
                openedAt: Bench.start, closedAt: state == "gone" ? Bench.start : nil, record: Array(record.utf8),
                version: 4, recordVersion: version),
            timers: timers)
    }

    private func bench(_ view: RequestView) throws -> Bench {
        let bench = try Bench(services: [Shelf()])
        var changes = Changes()
        changes.requests.opened["r-1"] = view.request
        changes.timers["r-1"] = view.timers.mapValues { .init(service: "toy.shelf", due: $0) }
        changes.claims.taken["toy/place:A1"] = "r-1"
        try bench.put(changes)
        return bench
    }

    /// A bench with an opened request whose stored record is replaced by an older one.
    private func openedBench(_ record: String, _ version: Int) throws -> (Bench, RequestID) {
        let bench = try Bench(services: [Shelf()])
        let opened = try bench.decide(
            .open(service: "toy.shelf", resident: nil, input: ["owner": "ana"], caller: .staff))
        let id = try #require(opened.view).request.id
        var changes = Changes()
        var request = try bench.request(id)
        request.record = Array(record.utf8)
        request.recordVersion = version
        changes.requests.changed[id] = request
        try bench.put(changes)
        return (bench, id)
    }

    private func reason(_ view: RequestView) -> String? {
        do throws(UnreadableRequest) {
            _ = try table.asServed(view)
            return nil
        } catch {
            return error.reason
        }
    }

    // MARK: While the service is served

    @Test("A rule gets an old record in its upgraded form, and the result is stored in the current version")
    func act() throws {
        let (bench, id) = try openedBench(v1, 1)
        #expect(try bench.act(id, "hold").view?.request.state == "on-hold")
        let request = try bench.request(id)
        #expect(request.recordVersion == 3)
        #expect(request.version == 2)
        let record = try JSONCoding.decode(Shelf.Record.self, from: request.record)
        #expect(record == Shelf.Record(owner: "ana", place: .init(row: "A", number: 1)))
    }

    @Test("A refusal leaves the stored old record unchanged")
    func refusal() throws {
        let (bench, id) = try openedBench(v1, 1)
        let before = try bench.request(id)
        #expect(try bench.act(id, "fetch", ["by": "bob"]).isRefused)
        #expect(try bench.request(id) == before)
    }

    @Test("The rules for a timer and for the end of a run get an old record in its upgraded form")
    func timersAndRuns() throws {
        let (bench, id) = try openedBench(v2, 2)
        try bench.act(id, "clean")
        let run = try #require(bench.startedRuns.first)
        var changes = Changes()
        var request = try bench.request(id)
        (request.record, request.recordVersion) = (Array(v2.utf8), 2)
        changes.requests.changed[id] = request
        changes.timers[id] = ["sweep": .init(service: "toy.shelf", due: bench.now)]
        try bench.put(changes)
        try bench.wake()
        #expect(bench.faults.isEmpty)
        var record = try JSONCoding.decode(Shelf.Record.self, from: bench.request(id).record)
        #expect(record.swept == 1)
        #expect(record.place.number == 7)

        try bench.put(changes)
        try bench.decide(.end(run: run.id, attempt: 1, result: .ok))
        #expect(bench.faults.isEmpty)
        record = try JSONCoding.decode(Shelf.Record.self, from: bench.request(id).record)
        #expect(record.failure == "none")
    }

    @Test("An old record is shown in its upgraded form, and as it is stored if it cannot be read")
    func shown() throws {
        func data(_ view: RequestView) throws -> JSON { try JSON.parse(table.shownRecord(of: view.request)) }
        #expect(try data(view(v1, 1))["place"] == ["row": "A", "number": 1])
        #expect(try data(view(v3, 3)) == JSON.parse(v3))
        #expect(try data(view(v3, 9)) == JSON.parse(v3))
    }

    @Test("A task reads old records in their upgraded form")
    func tasks() throws {
        var states = StateBook()
        table.add(to: &states)
        let snapshot = try RequestSnapshot<Shelf>(RawRequest(view(v2, 2).request), states)
        #expect(snapshot.state == .kept)
        #expect(snapshot.record.place == .init(row: "B", number: 7))
    }

    @Test("A run that ends while its provider is not served runs again afterwards, and its request is notified then")
    func endsUnattended() throws {
        let (bench, id) = try openedBench(v3, 3)
        try bench.act(id, "clean")
        let run = try #require(bench.startedRuns.first)
        let registry = bench.engine.registry
        bench.engine.serve(Registry())
        try bench.decide(.end(run: run.id, attempt: 1, result: .ok))
        #expect(try bench.run(run.id).state == .queued)
        #expect(bench.events(id).contains("run:toy.clean") == false)
        bench.engine.serve(registry)
        try bench.wake()
        #expect(bench.started == [run.id])
        try bench.decide(.end(run: run.id, attempt: 1, result: .ok))
        #expect(bench.events(id).last == "run:toy.clean")
    }

    // MARK: Before the service is served

    @Test("A request of which only the record is old is not upgraded until a rule needs the record")
    func lazy() throws {
        for (record, version) in [(v1, 1), (v2, 2), (v3, 3)] {
            let stored = view(record, version, timers: ["sweep": Bench.start])
            #expect(try table.asServed(stored) == stored)
        }
    }

    @Test(
        "A request that cannot be upgraded is reported with the reason",
        arguments: [
            (#"{"owner":"ana"}"#, 4, "kept", [], "it was stored in version 4, and this build knows versions up to 3"),
            (#"{"owner":"ana"}"#, 0, "kept", [], "there is no upgrade from its version, 0"),
            (#"{"owner":"ana"}"#, 3, "kept", [], "its record (version 3) cannot be decoded: \"place\" is missing"),
            (#"{"owner":7}"#, 1, "kept", [], "its record (version 1) cannot be decoded: \"owner\" is not a String"),
            (
                #"{"owner":"ana","place":"Bx"}"#, 2, "kept", [],
                "it cannot be upgraded from version 2: the place has no number"
            ),
            (
                #"{"owner":"ana"}"#, 1, "buried", [],
                "its state \"buried\" is not in the table, and no upgrade leads out of it"
            ),
            (
                #"{"owner":"ana","place":{"row":"B","number":7},"swept":0}"#, 3, "kept", ["ping"],
                "its timer \"ping\" has no transition from \"kept\", and no upgrade renames it or ends it"
            ),
            (
                #"{"owner":"ana"}"#, 1, "parked", ["sweep"],
                "its timer \"sweep\" has no transition from \"on-hold\", and no upgrade renames it or ends it"
            ),
        ])
    func unreadable(record: String, version: Int, state: String, timers: [String], complaint: String) {
        let timers = Dictionary(uniqueKeysWithValues: timers.map { (TimerKey.service($0), Bench.start) })
        #expect(reason(view(record, version, state: state, timers: timers)) == complaint)
    }

    @Test("The reason why a record cannot be read contains none of its values")
    func discreet() throws {
        let secret = #"{"owner":"ana","place":{"row":"B","number":"Mme Roux"},"swept":0}"#
        let said = try #require(reason(view(secret, 3)))
        #expect(said.contains("place.number"))
        #expect(!said.contains("Roux"))
    }

    @Test("Renamed states and timers get their new names, a dropped timer ends, and the history records the upgrade")
    func renamed() throws {
        let due = Bench.start + .hours(1)
        let bench = try bench(view(v1, 1, state: "parked", timers: ["nag": due, "ping": Bench.start]))
        let old = RequestView(request: try bench.request("r-1"), timers: bench.memory.timers(of: "r-1"))
        try bench.put(table.changes(bringingUpToDate: [old], facts: bench.memory, now: Bench.start))
        let request = try bench.request("r-1")
        #expect(request.state == "on-hold")
        #expect(request.recordVersion == 3)
        #expect(request.version == 5)
        #expect(bench.memory.timers(of: "r-1") == ["remind": due])
        let line = try #require(bench.memory.entries.last)
        #expect((line.event, line.from, line.to) == ("upgrade", "parked", "on-hold"))
        // A request that is up to date is not changed.
        let again = RequestView(request: request, timers: ["remind": due])
        #expect(try table.changes(bringingUpToDate: [again], facts: bench.memory, now: Bench.start).isEmpty)

        bench.now = due
        try bench.wake()
        #expect(bench.faults.isEmpty)
        #expect(bench.events("r-1") == ["upgrade", "timer:remind", "notice:remind"])
    }

    @Test("A request whose state is renamed to a closed state is closed and releases its claims")
    func closes() throws {
        let bench = try bench(view(v1, 1, state: "lost", timers: ["sweep": Bench.start]))
        let old = RequestView(request: try bench.request("r-1"), timers: bench.memory.timers(of: "r-1"))
        let later = Bench.start + .days(1)
        try bench.put(table.changes(bringingUpToDate: [old], facts: bench.memory, now: later))
        let request = try bench.request("r-1")
        #expect(request.state == "gone")
        #expect(!request.isOpen)
        #expect(request.closedAt == later)
        #expect(bench.memory.timers(of: "r-1").isEmpty)
        #expect(bench.memory.holders.isEmpty)
    }

    @Test("An upgrade may change state and timers depending on the record, and is made before the service is served")
    func byRecord() throws {
        let split = ServiceTable(Split())
        let bob = try split.asServed(view(#"{"owner":"bob"}"#, 1))
        #expect(bob.request.state == "on-hold")
        #expect(bob.timers == ["remind": Bench.start + .hours(2)])
        #expect(
            String(decoding: bob.request.record, as: UTF8.self) == #"{"owner":"bob","place":"\#("r-1" as RequestID)"}"#)
        #expect(try split.asServed(view(v1, 1)).request.recordVersion == 2)
    }

    // MARK: Fingerprints of tables, and mistakes in upgrades

    @Test("An upgrade may use the service's settings, for rules and for what is shown")
    func settings() throws {
        let table = ServiceTable(Priced(price: 7))
        let stored = StoredRequest(
            id: "r-1", service: "toy.priced", state: "kept", isOpen: true, resident: nil, openedAt: Bench.start,
            closedAt: nil, record: Array(#"{"owner":"bob","place":"A1"}"#.utf8), version: 1, recordVersion: 1)
        #expect(String(decoding: table.shownRecord(of: stored), as: UTF8.self) == #"{"price":7}"#)
        #expect(table.headline(of: stored, in: .utc)?.en == "7")
    }

    @Test("The fingerprint of a table is the same for the same build, and differs for another build or table")
    func fingerprints() {
        #expect(table.fingerprint(build: "a") == ServiceTable(Shelf()).fingerprint(build: "a"))
        #expect(table.fingerprint(build: "a") != table.fingerprint(build: "b"))
        #expect(table.fingerprint(build: "a") != ServiceTable(Loan()).fingerprint(build: "a"))
    }

    @Test("Upgrades with a gap, or that lead to states or timers that do not exist, are reported")
    func mistakes() {
        #expect(
            ServiceTable(Gap()).mistakes == [
                "the upgrade from version 1 is followed by one from version 3: write from: 2",
                "the upgrade from version 1 leads to \"d\", which is not a state: write the id of one that the table names",
                "the upgrade from version 3 leads to \"nowhere\", which is not a state: write the id of one that the table "
                    + "names",
                "the upgrade from version 3 leads to \"remind\", which is not a timer: write the id of one that the table "
                    + "names, or nil, which ends it",
            ])
        #expect(table.mistakes.isEmpty)
        #expect(table.records.version == 3)
        #expect(ServiceTable(Loan()).records.version == 1)
    }
}

/// The upgrade of this service changes state and timers depending on the record.
private struct Split: Service {
    static let id = "toy.split"
    static let name = words("Split")
    static let summary = words("Split")
    typealias Record = Shelf.RecordV2

    var upgrades: Upgrades<Self> {
        Upgrade(from: 1, Shelf.RecordV1.self, to: Record.self) { old, request in
            if old.owner == "bob" { request.state = "on-hold" }
            request.timers["remind"] = request.openedAt + .hours(2)
            return Record(owner: old.owner, place: request.id)
        }
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .kept) { _, moment in Draft(Record(owner: "", place: ""), at: moment) }
        on(Shelf.Hold.self, from: .kept, to: .onHold)
        on(Shelf.Clean.self, from: .kept, .onHold, to: .gone)
        after(.remind, from: .kept, .onHold, to: .kept)
        after(.sweep, in: .kept) { _ in }
    }
}

extension StateOf<Split> {
    fileprivate static var kept: Self { open(fr: "kept", en: "kept", turn: .resident) }
    fileprivate static var onHold: Self { open(fr: "on-hold", en: "on-hold", turn: .staff) }
    fileprivate static var gone: Self { closed(fr: "gone", en: "gone") }
}

extension TimerOf<Split> {
    fileprivate static var remind: Self { timer(fr: "remind", en: "remind") }
    fileprivate static var sweep: Self { timer(fr: "sweep", en: "sweep") }
}

/// The upgrade of this service uses a setting.
private struct Priced: Service {
    static let id = "toy.priced"
    static let name = words("Priced")
    static let summary = words("Priced")
    struct Record: Codable { var price: Int }

    let price: Int

    var upgrades: Upgrades<Self> {
        Upgrade(from: 1, Shelf.RecordV1.self, to: Record.self) { [price] _ in Record(price: price) }
    }

    func headline(_ record: Record) -> Text { words("\(record.price)") }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .kept) { _, moment in Draft(Record(price: price), at: moment) }
        on(Shelf.Clean.self, from: .kept, to: .gone)
    }
}

extension StateOf<Priced> {
    fileprivate static var kept: Self { open(fr: "kept", en: "kept", turn: .resident) }
    fileprivate static var gone: Self { closed(fr: "gone", en: "gone") }
}

/// The upgrades of this service have a gap, and lead to states and timers that do not exist.
private struct Gap: Service {
    static let id = "toy.gap"
    static let name = words("Gap")
    static let summary = words("Gap")
    typealias Record = Shelf.RecordV1

    var upgrades: Upgrades<Self> {
        Upgrade(from: 1, Record.self, states: ["a": "b", "c": "d"])
        Upgrade(from: 3, Record.self, states: ["b": "kept", "x": "nowhere"], timers: ["nag": "remind"])
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .kept) { _, moment in Draft(Record(owner: ""), at: moment) }
        on(Shelf.Clean.self, from: .kept, to: .gone)
    }
}

extension StateOf<Gap> {
    fileprivate static var kept: Self { open(fr: "kept", en: "kept", turn: .resident) }
    fileprivate static var gone: Self { closed(fr: "gone", en: "gone") }
}
