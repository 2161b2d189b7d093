import JSON

/// The upgrades of a service, from each older version to the next. The last one leads to the current record.
///
/// They determine the version in which requests are stored: one more than that of the last upgrade, or 1 without
/// upgrades. The compiler refuses upgrades if one does not start from the result of the one before it, or if the last
/// does not end with the service's `Record`. Gaps between versions are refused when the daemon starts.
public struct Upgrades<S: Service>: Sendable {
    package let steps: [UpgradeStep]

    init(_ steps: [UpgradeStep] = []) {
        self.steps = steps
    }

    /// The version in which records are stored now.
    package var recordVersion: Int { (steps.last?.from ?? 0) + 1 }

    /// The steps from a version to the current one; none for the current one itself.
    private func path(from version: Int) throws(UnreadableRecord) -> ArraySlice<UpgradeStep> {
        guard version <= recordVersion else { throw .newer(version: version, known: recordVersion) }
        guard version < recordVersion else { return [] }
        guard let first = steps.firstIndex(where: { $0.from == version }) else { throw .noUpgrade(version: version) }
        return steps[first...]
    }

    /// Reads a record that was stored in a version.
    ///
    /// - Throws: ``UnreadableRecord``.
    package func read(_ bytes: [UInt8], version: Int) throws -> S.Record {
        var request: UpgradedRequest?
        return try read(bytes, version: version, of: &request)
    }

    /// Reads a record that was stored in a version, and upgrades its request's state and timers.
    ///
    /// - Throws: ``UnreadableRecord``.
    package func read(_ bytes: [UInt8], version: Int, of request: inout UpgradedRequest) throws -> S.Record {
        var changed: UpgradedRequest? = request
        let record = try read(bytes, version: version, of: &changed)
        request = changed ?? request
        return record
    }

    private func read(_ bytes: [UInt8], version: Int, of request: inout UpgradedRequest?) throws -> S.Record {
        let path = try path(from: version)
        do {
            guard let first = path.first else { return try JSONCoding.decode(S.Record.self, from: bytes) }
            // If only the record is asked for, no step reads the rest.
            var rest = request ?? UpgradedRequest(id: "", openedAt: Instant(milliseconds: 0), state: "")
            var record = try first.decode(bytes)
            for step in path {
                if request != nil { step.rename(&rest) }
                record = try step.convert(record, &rest)
            }
            if request != nil { request = rest }
            return try UpgradeStep.cast(record)
        } catch let error as UnreadableRecord {
            throw error
        } catch let error as DecodingError {
            throw UnreadableRecord.undecodable(version: version, reason: error.withoutValues)
        } catch {
            throw UnreadableRecord.notUpgraded(version: version, reason: "\(error)")
        }
    }

    /// Whether all requests of a version must be upgraded before the service is served.
    package func usesRequest(from version: Int) -> Bool {
        steps.contains { $0.from >= version && ($0.usesRequest || $0.claims != nil) }
    }

    /// The new keys of the claims of a request of a version; nil if none changes. The result of the function is nil for
    /// a claim that is released.
    package func claims(from version: Int) -> (@Sendable (String) -> String?)? {
        let renames = steps.filter { $0.from >= version }.compactMap(\.claims)
        guard !renames.isEmpty else { return nil }
        return { key in renames.reduce(key) { key, rename in key.flatMap(rename) } }
    }

    /// The mistakes in the upgrades of a service that has these states and timers now, as text for the provider's
    /// author.
    package func mistakes(states present: Set<String>, timers running: Set<String>) -> [String] {
        var mistakes: [String] = []
        for (earlier, later) in zip(steps, steps.dropFirst()) where later.from != earlier.from + 1 {
            mistakes.append(
                "the upgrade from version \(earlier.from) is followed by one from version \(later.from): "
                    + "write from: \(earlier.from + 1)")
        }
        if let first = steps.first, first.from < 1 {
            mistakes.append("versions begin with 1, not \(first.from): write from: 1")
        }
        for (index, step) in steps.enumerated() {
            let later = steps[(index + 1)...]
            let states = present.union(later.flatMap(\.states.keys))
            for state in Set(step.states.values).subtracting(states).sorted() {
                mistakes.append(
                    "the upgrade from version \(step.from) leads to \"\(state)\", which is not a state: "
                        + "write the id of one that the table names")
            }
            let timers = running.union(later.flatMap(\.timers.keys))
            for timer in Set(step.timers.values.compactMap(\.self)).subtracting(timers).sorted() {
                mistakes.append(
                    "the upgrade from version \(step.from) leads to \"\(timer)\", which is not a timer: "
                        + "write the id of one that the table names, or nil, which ends it")
            }
        }
        return mistakes
    }
}

/// Joins upgrades; its types make the compiler check that they fit together.
@resultBuilder
public enum UpgradesBuilder<S: Service> {
    /// Upgrades up to some version.
    public struct Path<Record: Sendable>: Sendable {
        let steps: [UpgradeStep]
    }

    /// No upgrades.
    public static func buildBlock() -> Upgrades<S> { Upgrades() }
    /// The oldest upgrade.
    public static func buildPartialBlock<Old, New>(first: Upgrade<Old, New>) -> Path<New> { Path(steps: [first.step]) }
    /// Adds an upgrade, which starts from the result of the one before it.
    public static func buildPartialBlock<Old, New>(
        accumulated: Path<Old>, next: Upgrade<Old, New>
    ) -> Path<New> {
        Path(steps: accumulated.steps + [next.step])
    }
    /// All upgrades; the last one ends with the current record.
    public static func buildFinalResult(_ path: Path<S.Record>) -> Upgrades<S> { Upgrades(path.steps) }
    /// No upgrades.
    public static func buildFinalResult(_ none: Upgrades<S>) -> Upgrades<S> { none }
}
