import BenchProvider
import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import SQLiteLedger

/// The engine with the benchmark's provider, and the calls that the benchmarks make.
struct BenchEngine {
    let engine: EngineState
    let table: ServiceTable

    init() async throws {
        let provider = try await BenchProvider(
            NoSettings(), in: ProviderContext(stateDirectory: "/nowhere", zone: .utc))
        let contents = try ProviderContents(provider)
        var registry = Registry()
        registry.add(contents)
        engine = EngineState(registry: registry)
        table = contents.services[0]
    }

    /// The same call that lodge-load makes.
    static func open(number: Int, due: Instant? = nil) -> Command {
        var input: JSONObject = ["subject": .string("The tap drips, call \(number)"), "place": "Building B, kitchen"]
        if let due { input["due"] = .string(due.description) }
        return .open(
            service: ServiceID(BenchProvider.service), resident: "apt-\(number % 1000)", input: input,
            caller: Caller(actor: "bench"))
    }

    func decide(_ commands: [Command], on facts: any Facts, at now: Instant) throws -> Decision {
        var engine = engine
        return try engine.decide(commands, facts: facts, now: now)
    }

    func commit(_ commands: [Command], to ledger: SQLiteLedger, at now: Instant) async throws -> Committed<Decision> {
        let committed = try await ledger.commit { facts in
            let decision = try decide(commands, on: facts, at: now)
            return (decision.changes, decision)
        }
        for case .rejected(let rejection) in committed.decided.answers { throw rejection }
        return committed
    }
}

extension EngineState {
    /// Decides and commits; what is committed is on disk when it returns.
    mutating func commit(
        _ commands: [Command], to ledger: SQLiteLedger, at now: Instant
    ) async throws -> Committed<Decision> {
        var next = self
        let committed = try await ledger.commit { facts in
            let decision = try next.decide(commands, facts: facts, now: now)
            return (decision.changes, decision)
        }
        try await ledger.flush()
        self = next
        return committed
    }
}
