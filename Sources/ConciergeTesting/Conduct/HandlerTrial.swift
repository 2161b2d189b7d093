import ConciergeEngine
import ConciergeKit
import Foundation

/// Attempts a run more than once, as after crashes, and compares what is in the provider's directory and what has become
/// of the requests.
struct HandlerTrial {
    private let run: StoredRun
    private let world: World
    private let provider: ServedProvider
    private let folder: TestFolder
    private let lines: LogBook
    /// How many of the points at which a handler waits are tried.
    private static let points = 4

    init(_ run: StoredRun, _ world: World, _ provider: ServedProvider, _ folder: TestFolder, _ lines: LogBook) {
        (self.run, self.world, self.provider, self.folder, self.lines) = (run, world, provider, folder, lines)
    }

    /// The rules that the handler breaks, each as a sentence. `place` is the provider's directory, which stays as it is.
    func findings(place: String) async throws -> [String] {
        var whole = try Attempts(self, copying: place)
        guard let first = try await whole.attempt(nil, 1) else { return [hung] }
        let (once, requests) = (whole.files, whole.requests)
        guard let second = try await whole.attempt(nil, 2) else { return [hung] }
        var findings: [String] = []
        if first.hasSucceeded, let reason = second.failure {
            findings.append("\(run.task): a second attempt of the same run fails: \(reason). \(Self.advice)")
        }
        if let file = Self.difference(once, whole.files) {
            findings.append("\(run.task): a second attempt of the same run leaves another \(file). \(Self.advice)")
        }
        if let change = Self.difference(requests, whole.requests) {
            findings.append("\(run.task): a second attempt of the same run \(change). \(Self.advice)")
        }
        guard first.hasSucceeded, findings.isEmpty else { return findings }
        for cut in [HandlerRun.Cut.cancel(at: 1)] + (1...Self.points).map(HandlerRun.Cut.kill) {
            var attempts = try Attempts(self, copying: place)
            switch try await attempts.end(cut, 1) {
            case .hung: return findings + [hung]
            case .ended where cut != .cancel(at: 1): return findings
            case .ended, .killed: break
            }
            guard let again = try await attempts.attempt(nil, 2) else { return findings + [hung] }
            let what = cut == .cancel(at: 1) ? "cancelled" : "cut off"
            if let reason = again.failure {
                findings.append("\(run.task): an attempt after one that was \(what) fails: \(reason). \(Self.advice)")
            } else if let file = Self.difference(once, attempts.files) {
                findings.append(
                    "\(run.task): an attempt after one that was \(what) leaves another \(file) than an attempt that was not. "
                        + Self.advice)
            }
            if let change = Self.difference(requests, attempts.requests) {
                findings.append("\(run.task): an attempt after one that was \(what) \(change). \(Self.advice)")
            }
            if !findings.isEmpty { return findings }
        }
        return findings
    }

    private static let advice =
        "Use context.run as the key of what you do, write files under another name and rename them"

    private var hung: String {
        "\(run.task): the handler has not returned within \(ConductWalk.patience.inWords)"
    }

    /// Attempts in one directory and on one copy of the world, each with a new instance of the provider, as after a
    /// crash.
    private struct Attempts {
        private let trial: HandlerTrial
        private let place: String
        private var world: World

        init(_ trial: HandlerTrial, copying original: String) throws {
            self.trial = trial
            world = trial.world
            place = "\(trial.folder.path)/trial-\(UUID().uuidString)"
            try FileManager.default.copyItem(atPath: original, toPath: place)
        }

        mutating func end(_ cut: HandlerRun.Cut?, _ number: Int) async throws -> HandlerRun.End {
            let contents = try await trial.provider.instance(in: place).contents
            guard let task = contents.tasks.first(where: { $0.key == trial.run.task }) else { return .killed }
            var run = trial.run
            run.attempt += number - 1
            var changes = Changes()
            changes.runs.changed[run.id] = run
            try world.memory.apply(changes)
            var after = world
            let (end, _) = await HandlerRun.attempt(
                task, run, in: world, log: trial.lines, cut: cut, within: ConductWalk.patience
            ) { call in
                switch call {
                case .read(let question): question.answer(from: after.memory)
                case .submit(let command, let reply): reply.resume(returning: try after.decide(command).answers[0])
                }
            }
            world = after
            return end
        }

        mutating func attempt(_ cut: HandlerRun.Cut?, _ number: Int) async throws -> AttemptResult? {
            if case .ended(let result) = try await end(cut, number) { result } else { nil }
        }

        /// What has become of each request. Codes are left out: they are drawn anew on each copy of the world.
        var requests: [RequestID: [String]] {
            world.memory.requests.mapValues { ["\($0.service)", $0.state, "version \($0.version)"] }
        }

        /// The content of each file, by its path in the directory.
        var files: [String: Data] {
            let paths = FileManager.default.enumerator(atPath: place)?.compactMap { $0 as? String } ?? []
            return paths.reduce(into: [:]) { $0[$1] = FileManager.default.contents(atPath: "\(place)/\($1)") ?? Data() }
        }
    }

    private static func difference(_ one: [RequestID: [String]], _ other: [RequestID: [String]]) -> String? {
        guard let id = Set(one.keys).union(other.keys).sorted().first(where: { one[$0] != other[$0] }) else {
            return nil
        }
        let (one, other) = (one[id] ?? ["none"], other[id] ?? ["none"])
        return "leads to other requests: \(other.joined(separator: ", ")) instead of \(one.joined(separator: ", "))"
    }

    private static func difference(_ one: [String: Data], _ other: [String: Data]) -> String? {
        Set(one.keys).union(other.keys).sorted().first { one[$0] != other[$0] }.map { "\"\($0)\"" }
    }
}

extension AttemptResult {
    fileprivate var hasSucceeded: Bool {
        if case .succeeded = self { true } else { false }
    }

    fileprivate var failure: String? {
        switch self {
        case .failed(let reason, _), .failedForGood(let reason), .lost(let reason): reason
        case .succeeded, .interrupted: nil
        }
    }
}
