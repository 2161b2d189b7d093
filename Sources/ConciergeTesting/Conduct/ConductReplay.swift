import ConciergeEngine
import ConciergeKit
import JSON

/// A decision of a walk, to be made once more.
struct ConductReplay: Sendable {
    let before: World
    let command: Command
    let decision: Decision

    /// Decides it with another instance of the provider, on facts that must be loaded first.
    func decideAgain(_ registry: Registry) throws -> Decision {
        var world = before
        world.engine.exchange(registry)
        world.engine.observer = nil
        let (engine, facts) = (world.engine, LazyFacts(world.memory))
        let generator = SplitMix64(seed: world.generator.next())
        return try facts.decide { facts in
            var pass = engine
            return try pass.decide([command], facts: facts, now: world.now, generator: generator)
        }
    }

    /// What is different in another decision of the same; nil if nothing is.
    func difference(from again: Decision) -> String? {
        if let id = differingRequest(from: again) {
            guard let one = decision.request(id), let other = again.request(id) else { return "it does something else" }
            if one.state != other.state { return "it leads to \"\(one.state)\", and to \"\(other.state)\"" }
            return "its record differs" + Self.members(one.record, other.record)
        }
        let (one, other) = (decision.changes, again.changes)
        if one.entries.map(\.note) != other.entries.map(\.note) { return "its words differ" }
        if one.entries != other.entries { return "its history differs" }
        if one.timers != other.timers { return "its timers differ" }
        if one.claims.taken != other.claims.taken || one.claims.released != other.claims.released
            || one.claims.ranges != other.claims.ranges || one.claims.shares != other.claims.shares
        {
            return "its claims differ"
        }
        if one.runs.created.mapValues(\.input) != other.runs.created.mapValues(\.input) {
            return "what it gives to a task differs"
        }
        return decision.answers.map(Self.words) == again.answers.map(Self.words) ? nil : "its refusal differs"
    }

    /// The line of the request that is different.
    func line(ofDifferenceFrom again: Decision) -> String? {
        let id = differingRequest(from: again)
        return (decision.changes.entries + again.changes.entries).lazy.filter { id == nil || $0.request == id }
            .compactMap(ConductLine.init).first?.description
    }

    private func differingRequest(from again: Decision) -> RequestID? {
        let (one, other) = (decision.changes.requests, again.changes.requests)
        let ids = Set(one.opened.keys).union(one.changed.keys).union(other.opened.keys).union(other.changed.keys)
        return ids.sorted().first { decision.request($0) != again.request($0) }
    }

    private static func words(_ answer: Answer) -> Text? {
        if case .rejected(let rejection) = answer { rejection.words } else { nil }
    }

    /// `: "due", "code"`.
    private static func members(_ one: [UInt8], _ other: [UInt8]) -> String {
        guard let one = try? JSON.parse(one).objectValue, let other = try? JSON.parse(other).objectValue else {
            return ""
        }
        let names = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
        return names.isEmpty ? "" : " in " + names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}
