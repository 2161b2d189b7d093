import ConciergeEngine
import ConciergeKit
import JSON
import Testing

extension LedgerSuite {
    static let deciding: [LedgerCheck.Kind] = [
        .init("A rule reads who holds a key, even if facts must be loaded first, and its decision is committed") {
            try await $0.answersRules()
        },
        .init("The seed that is kept with a rule's history line gives the rule's codes again") {
            try await $0.keepsSeeds()
        },
    ]

    private func answersRules() async throws {
        try await withLedger { ledger in
            var engine = EngineState()
            var registry = Registry()
            registry.add(try Locker.contents())
            engine.serve(registry)
            try await ledger.attend(to: [ServiceID(Locker.id)])
            func decide(_ seed: UInt64, _ commands: [Command]) async throws -> [Answer] {
                let state = engine
                let (after, answers) = try await ledger.commit { facts in
                    // The decision may be repeated and must have the same result: it starts from the same state in each
                    // pass.
                    var state = state
                    let decision = try state.decide(commands, facts: facts, now: now, generator: SplitMix64(seed: seed))
                    return (decision.changes, (state, decision.answers))
                }.decided
                try await ledger.flush()
                engine = after
                return answers
            }
            func shut(_ key: String) -> Command {
                .open(
                    service: ServiceID(Locker.id), resident: nil, input: ["key": .string(key)],
                    caller: Caller(actor: "anne"))
            }
            let first = try await decide(1, [shut("a"), shut("b"), shut("a")])
            let ids = first.compactMap { if case .request(let view) = $0 { view.request.id } else { nil } }
            try #require(ids.count == 2)
            guard case .rejected(.refused(let words)) = first[2] else {
                Issue.record("not refused: \(first[2])")
                return
            }
            #expect(words.en == "held by \(ids[0]); free: c")
            #expect(
                try await ledger.ask { try $0.holders(of: ["toy/a", "toy/b"]) } == ["toy/a": ids[0], "toy/b": ids[1]])
            // A key that the batch has released before is free.
            let open = Command.act(id: ids[0], action: "unlock", input: [:], caller: Caller(actor: "anne"))
            let second = try await decide(2, [shut("b"), open, shut("a")])
            let last = try #require(
                second.last.flatMap { if case .request(let view) = $0 { view.request.id } else { nil } })
            guard case .rejected(.refused(let others)) = second[0] else {
                Issue.record("not refused: \(second[0])")
                return
            }
            #expect(others.en == "held by \(ids[1]); free: c")
            #expect(try await ledger.ask { try $0.holder(of: "toy/a") } == last)
            // Here only the rule reads the holder of the key.
            guard case .rejected(.refused(let alone)) = try await decide(3, [shut("b")])[0] else {
                Issue.record("two requests hold one key")
                return
            }
            #expect(alone.en == "held by \(ids[1]); free: c")
        }
    }

    private func keepsSeeds() async throws {
        try await withLedger { ledger in
            var registry = Registry()
            registry.add(try Locker.contents())
            try await ledger.attend(to: [ServiceID(Locker.id)])
            for (number, key) in ["a", "b"].enumerated() {
                let opened = try await ledger.commit { facts in
                    var state = EngineState()
                    state.serve(registry)
                    let open = Command.open(
                        service: ServiceID(Locker.id), resident: nil, input: ["key": .string(key)],
                        caller: Caller(actor: "anne"))
                    let decision = try state.decide(
                        [open], facts: facts, now: now, generator: SplitMix64(seed: UInt64(number)))
                    return (decision.changes, decision.answers)
                }.decided
                try await ledger.flush()
                guard case .request(let view)? = opened.first else {
                    Issue.record("not opened: \(opened)")
                    return
                }
                let seed = try #require(try await ledger.history(of: view.request.id).first?.entry.seed)
                let moment = Moment(now: now, request: view.request.id.description, actor: "anne", seed: seed)
                #expect(String(decoding: view.request.record, as: UTF8.self).contains(moment.code(digits: 6)))
            }
        }
    }
}

/// A service whose requests each hold a key.
private struct Locker: Service {
    static let id = "toy.locker"
    static let name = Text(fr: "Locker", en: "Locker")
    static let summary = Text(fr: "Locker", en: "Locker")
    struct Record: Codable { let code: String }
    struct Shut: Input {
        static let name = Text(fr: "Shut", en: "Shut")
        @Field(fr: "Key", en: "Key") var key: String
    }
    struct Unlock: Input { static let name = Text(fr: "Unlock", en: "Unlock") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Shut.self, to: .locked) { shut, moment in
            var locker = Draft(Record(code: moment.code(digits: 6)), at: moment)
            if let holder = locker.holder(of: shut.key) {
                let free = locker.free(among: ["a", "b", "c", "d"], limit: 1).joined(separator: " ")
                throw Refusal(Text(verbatim: "held by \(holder); free: \(free)"))
            }
            try locker.claim(shut.key, otherwise: Text(verbatim: "taken"))
            return locker
        }
        on(Unlock.self, from: .locked, to: .unlocked)
    }

    static func contents() throws -> ProviderContents {
        try ProviderContents(
            ProviderManifest(id: "toy", version: "1.0.0", name: name, summary: name), services: [Locker()], tasks: [],
            schedules: [])
    }
}

extension StateOf<Locker> {
    fileprivate static var locked: Self { open(fr: "locked", en: "locked", turn: .resident) }
    fileprivate static var unlocked: Self { closed(fr: "unlocked", en: "unlocked") }
}
