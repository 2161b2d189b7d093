import ConciergeKit
import ConciergeTesting
import Testing

/// Parcels that a worker carries.
private struct Carrier: ServiceProvider {
    static let manifest = ProviderManifest(toy: "carrier")
    static let carry = TaskName<Thing, NoAnswer>("carrier.carry", fr: "Porter", en: "Carry")

    init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {}

    var services: [any Service] { [Parcel()] }
    var tasks: [TaskDefinition] { [TaskDefinition(Self.carry, executedBy: .worker)] }

    struct Parcel: ToyService {
        static let id = "carrier.parcel"
        typealias Record = Thing

        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                var parcel = Draft(Thing(thing: ask.thing), at: moment)
                parcel.run(Carrier.carry, parcel.record)
                return parcel
            }
            ended(Carrier.carry, from: .pending, to: .done, .lost) { outcome, parcel in
                guard outcome.failure == nil else { return parcel.go(to: .lost) }
                parcel.record.number += 1
            }
            on(Go.self, from: .lost, to: .done)
        }
    }
}

@Suite("Workers that a test plays")
struct PlayedWorkerTests {
    private let start = Instant("2026-11-23T08:00:00Z")!

    @Test("A run waits until the test plays its worker, which gets it with its input, also after a restart")
    func plays() async throws {
        let lodge = Lodge(at: start)
        try await lodge.serve(Carrier.self)
        let first = try await lodge.open("carrier.parcel", ["thing": "a"])
        try await lodge.advance(by: .days(1))
        #expect(lodge.runs(of: "carrier.carry").map(\.state) == ["queued"])
        #expect(lodge.runs(of: "carrier.carry").map(\.attempt) == [0])
        try await lodge.playWorker(of: Carrier.carry) { thing, _ in TaskReport(Text(verbatim: "carried \(thing.thing)"))
        }
        #expect(lodge.runs(of: "carrier.carry").map(\.state) == ["succeeded"])
        #expect(try lodge.record(of: first.id, as: Carrier.Parcel.self).number == 1)
        try await lodge.restart()
        lodge.plan(.isLost, of: "carrier.carry")
        try await lodge.open("carrier.parcel", ["thing": "b"])
        #expect(lodge.runs(of: "carrier.carry").map(\.attempt) == [1, 2])
        #expect(lodge.runs(of: "carrier.carry").map(\.state) == ["succeeded", "succeeded"])
    }

    @Test("The check of a provider's conduct ends the runs of workers as workers do")
    func conduct() async throws {
        let report = try await checkConduct(of: Carrier.self)
        #expect((report.taken["carrier.parcel: run:carrier.carry from pending"] ?? 0) > 0, "\(report.taken)")
    }
}
