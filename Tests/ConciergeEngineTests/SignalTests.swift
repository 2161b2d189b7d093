import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Signals")
struct SignalTests {
    private func bench(_ services: [any Service] = [Bell(), Answering()]) throws -> Bench {
        try Bench(services: services, tasks: [])
    }

    private func hang(_ bench: Bench) throws -> RequestID {
        try #require(
            try bench.decide(.open(service: "toy.bell", resident: "apt-3", input: [:], caller: .staff)).view
        ).request.id
    }

    private func ring(_ bench: Bench, _ bell: RequestID, _ said: JSON, last: Bool = false) throws {
        let answer = try bench.act(bell, "ring", ["said": said, "last": .bool(last)])
        #expect(answer.view != nil, "\(answer)")
    }

    private func answers(_ bench: Bench) -> [StoredRequest] {
        bench.memory.requests.values.filter { $0.service == "toy.answering" }.sorted { $0.id < $1.id }
    }

    private func notes(_ bench: Bench, _ id: RequestID) -> [String?] {
        bench.memory.entries.filter { $0.request == id && $0.event != .opened && $0.event != .action("ring") }
            .map { $0.note?.en }
    }

    @Test("A signal opens a request of a listener once, in a later commit, for the same resident")
    func opens() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "hello")
        #expect(answers(bench).isEmpty)
        #expect(bench.nextDue == bench.now)
        let rung = bench.now
        bench.restart()
        try bench.wake(after: .seconds(3))
        try bench.wake(after: .hours(1))
        let answer = try #require(answers(bench).first)
        #expect(answers(bench).count == 1)
        #expect(answer.resident == "apt-3")
        let record = try #require(try JSON.parse(answer.record).objectValue)
        #expect(record["said"] == "hello")
        #expect(record["at"] == .string(rung.description))
        #expect(bench.memory.deliveries.isEmpty)
        #expect(bench.nextDue == nil)
    }

    @Test("Both histories name the signal and the other request")
    func histories() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "hello")
        try bench.wake()
        let answer = try #require(answers(bench).first).id
        #expect(bench.events(bell) == ["open", "ring", "signal:toy.rung"])
        #expect(notes(bench, bell) == ["→ Answering \(answer)"])
        #expect(bench.events(answer) == ["open:toy.rung"])
        let line = try #require(bench.memory.entries.first { $0.request == answer })
        #expect(line.note?.en == "Following request \(bell).")
        #expect(line.actor == "signal")
    }

    @Test("What a signal says in secret fields is hidden from viewers")
    func secrets() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "hello")
        try bench.wake()
        let answer = try #require(answers(bench).first)
        let line = try #require(bench.memory.requestTable.lines.first { $0.entry.request == answer.id })
        let table = try #require(bench.engine.registry.service("toy.answering")).table
        let shown = try #require(line.hidingSecrets(table).entry.input)
        #expect(Array(try #require(try JSON.parse(shown).objectValue).keys) == ["at"])
    }

    @Test("A request that closes as it raises a signal is delivered, and kept until then")
    func closing() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "hello", last: true)
        #expect(try !bench.request(bell).isOpen)
        bench.prune(Retention(), at: bench.now + .days(9999))
        try bench.wake()
        #expect(answers(bench).count == 1)
    }

    @Test("A request that is closed before its signal is delivered changes nothing about it")
    func closedBefore() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "hello")
        try bench.act(bell, "take-down")
        #expect(try !bench.request(bell).isOpen)
        #expect(bench.nextDue == bench.now)
        try bench.wake()
        #expect(answers(bench).count == 1)
    }

    @Test("A signal to nobody is named in the history")
    func nobody() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try bench.act(bell, "drop")
        #expect(bench.events(bell) == ["open", "drop", "signal:toy.fallen"])
        #expect(notes(bench, bell).last == "Nobody listens to this signal.")
        #expect(bench.nextDue == nil)
    }

    @Test("A signal that the service does not declare is the rule's mistake, and changes nothing")
    func undeclared() throws {
        let bench = try bench()
        let bell = try hang(bench)
        let before = try bench.request(bell)
        let answer = try bench.act(bell, "drop", ["silently": true])
        #expect(answer.isBroken)
        #expect(
            answer.rejection?.diagnosis.hasSuffix(
                "raised \"toy.undeclared\", which the service does not name: add its type to static var signals")
                == true)
        #expect(try bench.request(bell) == before)
    }

    @Test("A listener that refuses ends the delivery, with the reason in the history of the request that raised it")
    func refused() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "refuse")
        try bench.wake()
        #expect(answers(bench).isEmpty)
        #expect(notes(bench, bell) == ["Answering: refused. No."])
        #expect(bench.nextDue == nil)
        #expect(bench.memory.deliveries.isEmpty)
        #expect(bench.faults.isEmpty)
    }

    @Test("A listener that postpones is told again with a growing delay, until it accepts")
    func postponed() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "claim")
        try ring(bench, bell, "claim")
        try bench.wake()
        let first = try #require(answers(bench).first)
        #expect(answers(bench).count == 1)
        #expect(bench.nextDue == bench.now + .seconds(10))
        try bench.wake(after: .seconds(10))
        #expect(bench.nextDue == bench.now + .seconds(20))
        #expect(bench.events.count == 1)
        try bench.act(first.id, "end")
        try bench.wake(after: .seconds(20))
        #expect(answers(bench).count == 2)
        #expect(bench.memory.deliveries.isEmpty)
    }

    @Test("A listener whose rule fails is reported, and told again")
    func broken() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "fail")
        try bench.wake()
        #expect(bench.faults.count == 1)
        #expect(bench.faults.first?.fault.request == bell)
        #expect(bench.nextDue == bench.now + .seconds(10))
        for _ in 0..<12 { try bench.wake(after: .hours(1)) }
        #expect(bench.nextDue == bench.now + .hours(1))
        #expect(bench.faults.count == 1)
        #expect(bench.memory.deliveries.count == 1)
        // The journal has every try, the history those until the delay has reached its maximum.
        #expect(bench.events(bell).filter { $0 == "signal:toy.rung" }.count == 9)
    }

    @Test("A signal that lacks what a listener needs is a fault that names it")
    func lacking() throws {
        let bench = try bench([Bell(), Demanding()])
        let bell = try hang(bench)
        try ring(bench, bell, "hello")
        try bench.wake()
        guard case .fault(_, _, _, let reason)? = bench.faults.first else {
            Issue.record("no fault")
            return
        }
        #expect(reason.contains("toy.demanding cannot be told"))
        #expect(reason.contains("the signal does not say what is needed: colour: "))
        #expect(bench.memory.deliveries.count == 1)
    }

    @Test("Each listener is told, whatever becomes of the others")
    func several() throws {
        let bench = try bench([Bell(), Answering(), Demanding()])
        let bell = try hang(bench)
        try ring(bench, bell, "hello")
        try bench.wake()
        #expect(answers(bench).count == 1)
        #expect(bench.memory.deliveries.count == 1)
    }

    @Test("Services that answer each other without end are stopped by name")
    func chain() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "again")
        var faults: [EngineEvent] = []
        for _ in 0..<20 {
            try bench.wake(after: .seconds(1))
            faults += bench.faults
        }
        #expect(answers(bench).count == SignalCause.longest)
        #expect(faults.count == 1)
        #expect(bench.nextDue == nil)
        let last = try #require(answers(bench).last)
        #expect(notes(bench, last.id).last??.hasPrefix("Not delivered: 8 signals follow one another") == true)
    }

    @Test("A listener that is away is told once its provider is back, also where it was away when it was raised")
    func away() throws {
        let bench = try bench()
        let bell = try hang(bench)
        let (registry, listeners) = (bench.engine.registry, bench.engine.registry.listeners)
        var without = Registry()
        without.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy")),
                services: [Bell()], tasks: [],
                schedules: []))
        try ring(bench, bell, "before")
        bench.engine.serve(without, absent: listeners)
        bench.attend(to: without)
        try ring(bench, bell, "while away")
        try bench.wake(after: .hours(1))
        #expect(answers(bench).isEmpty)
        #expect(bench.nextDue == nil)
        #expect(bench.memory.timerTable.deliveries(besides: without.serviceIDs) == ["toy.answering": 2])
        bench.engine.serve(registry, absent: listeners)
        bench.attend(to: registry)
        try bench.wake()
        #expect(answers(bench).count == 2)
    }

    @Test("A service that no longer listens gets nothing, and the history says so")
    func noLonger() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "hello")
        struct Deaf: Service {
            static let id = "toy.answering"
            static let name = words("Deaf")
            static let summary = words("Deaf.")
            struct Record: Codable {}
            struct End: Input { static let name = words("End") }
            func headline(_ record: Record) -> Text { Self.name }
            var lifecycle: Lifecycle {
                opening(NoInput.self, to: .open(fr: "x", en: "x", turn: .staff, id: "open")) { _, moment in
                    Draft(Record(), at: moment)
                }
                on(
                    End.self, from: .open(fr: "x", en: "x", turn: .staff, id: "open"),
                    to: .closed(fr: "x", en: "x", id: "ended"))
            }
        }
        var registry = Registry()
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy")),
                services: [Bell(), Deaf()],
                tasks: [], schedules: []))
        bench.engine.serve(registry, absent: bench.engine.registry.listeners)
        try bench.wake()
        #expect(notes(bench, bell) == ["The service \"toy.answering\" no longer listens to this signal."])
        #expect(bench.nextDue == nil)
    }

    @Test("When one of two requests that a signal joins is deleted, the history of the other says so")
    func pruned() throws {
        let bench = try bench()
        let bell = try hang(bench)
        try ring(bench, bell, "hello", last: true)
        try bench.wake()
        let answer = try #require(answers(bench).first).id
        bench.prune(Retention(), at: bench.now + .days(9999))
        #expect(bench.memory.request(bell) == nil)
        #expect(notes(bench, answer).last == "Request \(bell), which raised this signal, has been deleted for its age.")
    }

    @Test("A listener whose requests are for somebody refuses a signal of a request that is for nobody")
    func forNobody() throws {
        let bench = try bench([Bell(), Answering(), Personal()])
        let bell = try #require(
            try bench.decide(.open(service: "toy.bell", resident: nil, input: [:], caller: .staff)).view
        ).request.id
        try ring(bench, bell, "hello")
        try bench.wake()
        #expect(answers(bench).count == 1)
        #expect(
            notes(bench, bell).contains(
                "Personal: refused. resident: the service \"Personal\" needs to know whom the request is for"))
        #expect(bench.nextDue == nil)
    }

    @Test("A service without an opening for staff is opened by signals only")
    func onlyBySignals() throws {
        let bench = try bench()
        let answer = try bench.decide(.open(service: "toy.answering", resident: nil, input: [:], caller: .staff))
        #expect(answer.rejection?.words.en == "The service \"toy.answering\" opens its requests by itself, on signals.")
    }

    @Test("A listener whose signal nobody raises is named, with the nearest signal")
    func unheard() throws {
        struct Mistyped: Service {
            static let id = "toy.mistyped"
            static let name = words("Mistyped")
            static let summary = words("Mistyped.")
            typealias Record = Demanding.Record
            func headline(_ record: Record) -> Text { Self.name }
            var lifecycle: Lifecycle {
                opening(on: "toy.rang", as: NoInput.self, to: .closed(fr: "x", en: "x", id: "ended")) { _, moment in
                    Draft(Record(), at: moment)
                }
            }
        }
        let bench = try bench([Bell(), Answering(), Mistyped()])
        #expect(
            bench.engine.registry.unheard.map(\.description) == [
                "toy.mistyped listens to \"toy.rang\", and no provider that serves raises it; did you mean \"toy.rung\"?"
            ])
    }

    @Test("A table that listens to what cannot be the id of a signal is refused", arguments: ["rung", "toy.Rung"])
    func wrongTable(_ signal: String) throws {
        struct Wrong: Service {
            static let id = "toy.wrong"
            static let name = words("Wrong")
            static let summary = words("Wrong.")
            typealias Record = Demanding.Record
            let signal: String
            func headline(_ record: Record) -> Text { Self.name }
            var lifecycle: Lifecycle {
                opening(on: signal, as: NoInput.self, to: .closed(fr: "x", en: "x", id: "ended")) { _, moment in
                    Draft(Record(), at: moment)
                }
            }
        }
        #expect(
            ServiceTable(Wrong(signal: signal)).mistakes == [
                "\"\(signal)\" is not the id of a signal: write the provider's id and the signal's name, as in "
                    + "\"parcel.uncollected\""
            ])
    }
}
