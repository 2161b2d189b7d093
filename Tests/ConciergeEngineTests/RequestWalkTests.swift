import ConciergeEngine
import ConciergeKit
import JSON
import ParcelReception
import Testing

@testable import ConciergeTesting

@Suite("Random walks of requests")
struct RequestWalkTests {
    /// Random inputs with every required field.
    private func input(_ schema: InputSchema, using generator: inout SplitMix64) -> JSONObject {
        var object = JSONObject()
        for field in schema.fields where field.isRequired || Bool.random(using: &generator) {
            object[field.name] =
                switch field.kind {
                case .string, .form: .string(text(for: field.name, using: &generator))
                case .int: .int(Int64.random(in: 0...3, using: &generator))
                case .float: .double(1.5)
                case .bool: .bool(Bool.random(using: &generator))
                case .time: .string((Bench.start + .hours(Int.random(in: -2...50, using: &generator))).description)
                case .date: "2026-12-01"
                // The mistakes of the toy service have tests of their own.
                case .choice(let choices): .string(choices.first { $0.value == "record" }?.value ?? choices[0].value)
                case .money, .list, .map, .section: .null
                }
        }
        return object
    }

    private func text(for field: String, using generator: inout SplitMix64) -> String {
        let words =
            field == "tracking"
            ? ["RB123456785GB", "6A12345678901", "1Z999AA10123456784"] : ["saw", "drill", "vice", "rasp"]
        return words.randomElement(using: &generator) ?? ""
    }

    private func walk(_ bench: Bench, service: ServiceID, seed: UInt64, steps: Int = 250) throws {
        let table = try #require(bench.engine.registry.service(service)?.table)
        let opening = try #require(table.opening?.opening).input
        var generator = SplitMix64(seed: seed)
        var versions: [RequestID: Int] = [:]
        var closings = 0
        for _ in 0..<steps {
            let known = bench.memory.requests.values.filter(\.isOpen).map(\.id).sorted()
            let answer: Answer
            if Int.random(in: 0..<5, using: &generator) == 0, let due = bench.nextDue {
                bench.now = max(bench.now, due)
                answer = try bench.decide(.wake)
            } else if Int.random(in: 0..<3, using: &generator) > 0, let id = known.randomElement(using: &generator) {
                let state = try bench.request(id).state
                guard let action = table.actions(in: state).randomElement(using: &generator),
                    let schema = table.actions.first(where: { $0.schema.id == action })?.schema.input
                else { continue }
                answer = try bench.act(id, action, input(schema, using: &generator))
            } else {
                answer = try bench.decide(
                    .open(
                        service: service, resident: "apt-1", input: input(opening, using: &generator), caller: .staff))
            }
            for run in bench.startedRuns {
                try bench.decide(.end(run: run.id, attempt: run.attempt, result: .ok))
            }
            #expect(!answer.isBroken, "\(answer)")
            #expect(bench.faults.isEmpty, "\(bench.faults)")
            let changes = bench.last.changes
            for entry in changes.entries where !entry.event.isNotice && entry.from == nil {
                #expect(changes.requests.opened[entry.request]?.version == 1)
            }
            for request in bench.memory.requests.values {
                let lines = bench.memory.entries.count { $0.request == request.id && !$0.event.isNotice }
                // A request has at most one version per line; the lines of runs that the table does not name add no
                // version.
                #expect(request.version <= lines)
                #expect(request.version >= versions[request.id] ?? 1)
                versions[request.id] = request.version
                #expect(request.isOpen == table.isOpen(request.state))
                #expect(request.isOpen == (request.closedAt == nil))
                let timers = Set(bench.memory.timers(of: request.id).keys.map(\.description))
                #expect(timers.isSubset(of: table.timers(in: request.state)))
                if !request.isOpen {
                    closings += 1
                    #expect(!bench.memory.holders.values.contains(request.id), "a closed request holds a claim")
                    #expect(timers.isEmpty)
                }
            }
        }
        #expect(closings > 0)
        #expect(bench.memory.requests.count > 3)
    }

    @Test("No transition that the toy service's table allows fails", arguments: 0..<8 as Range<UInt64>)
    func loan(seed: UInt64) throws {
        try walk(try Bench(seed: seed), service: "toy.loan", seed: seed)
    }

    @Test("No transition that the parcel reception's table allows fails", arguments: 0..<4 as Range<UInt64>)
    func reception(seed: UInt64) async throws {
        let provider = try await ParcelReception(
            ParcelSettings(), in: ProviderContext(stateDirectory: "/nowhere", zone: .utc))
        let bench = try Bench(seed: seed)
        var registry = Registry()
        registry.add(try ProviderContents(provider))
        bench.engine.serve(registry)
        try walk(bench, service: "parcel.reception", seed: seed)
    }

    @Test("Every action increments the version by one", arguments: 0..<8 as Range<UInt64>)
    func versions(seed: UInt64) throws {
        let bench = try Bench(seed: seed)
        let table = try #require(bench.engine.registry.service("toy.loan")?.table)
        var generator = SplitMix64(seed: seed)
        let id = try bench.open()
        for _ in 0..<100 {
            let before = try bench.request(id)
            guard let action = table.actions(in: before.state).randomElement(using: &generator),
                let schema = table.actions.first(where: { $0.schema.id == action })?.schema.input
            else { break }
            let answer = try bench.act(id, action, input(schema, using: &generator))
            #expect(try bench.request(id).version == before.version + (answer.view == nil ? 0 : 1))
        }
    }
}

extension RequestEvent {
    fileprivate var isNotice: Bool { if case .notice = self { true } else { false } }
}
