import BenchProvider
import ConciergeEngine
import ConciergeKit
import ConciergeStore
import Foundation
import JSON

/// The engine with the benchmark's provider, and calls for it.
struct BenchDesk {
    let engine: Engine
    let table: ServiceTable

    init() async throws {
        let provider = try await BenchProvider(
            JSONDecoder().decode(BenchProvider.Settings.self, from: Data("{}".utf8)),
            in: ProviderContext(stateDirectory: "/nowhere", zone: .utc))
        let offer = try Offer(provider)
        var registry = Registry()
        registry.add(offer)
        engine = Engine(registry: registry)
        table = offer.services[0]
    }

    /// A call as lodge-load makes it.
    static func open(number: Int, due: Instant? = nil) -> Command {
        var input: JSONObject = ["subject": .string("The tap drips, call \(number)"), "place": "Building B, kitchen"]
        if let due { input["due"] = .string(due.description) }
        return .open(
            service: Matter.id, resident: "apt-\(number % 1000)", input: input, caller: Caller(actor: "bench"))
    }

    func decide(_ commands: [Command], on facts: any Facts, at now: Instant) throws -> Engine.Decision {
        var slots = Slots()
        var schedules: [String: ScheduleMark] = [:]
        return try engine.decide(commands, facts: facts, now: now, slots: &slots, schedules: &schedules)
    }

    func commit(_ commands: [Command], to ledger: SQLiteLedger, at now: Instant) async throws -> Committed {
        let committed = try await ledger.commit { facts in try decide(commands, on: facts, at: now) }
        for case .rejected(let rejection) in committed.decision.answers { throw rejection }
        return committed
    }
}
