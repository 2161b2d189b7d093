import ConciergeEngine
import ConciergeKit
import Logging
import Systemd

/// Writes log lines for operations to the journal or a terminal.
///
/// Lines name requests by their ids. They never contain what residents provide or what they are told.
struct Journal: Sendable {
    /// Kinds of event that operations act on: the MESSAGE_ID of the line.
    enum Kind: String, CaseIterable {
        case started = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a11"
        case stopping = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a12"
        case transition = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a13"
        case runEnded = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a14"
        case runFailed = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a15"
        case ruleFault = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a16"
        case providerServing = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a17"
        case providerWaiting = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a18"
        case providerSetAside = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a19"
        case ledgerUnavailable = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a1a"
        case reloaded = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a1b"
        case reloadRefused = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a1c"
        case badClient = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a1d"
        case runsTakenUp = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a1e"
        case crashed = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a1f"
        case quarantined = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a20"
        case released = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a21"
        case slowRule = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a22"
        case crashFileSetAside = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a23"
        case rulePostponed = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a24"
        case runsHeldBack = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a30"
        case runsGoOn = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a31"
        case elapseSkipped = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a32"
        case handlerGoesOn = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a33"
        case workerCame = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a35"
        case workerWent = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a36"
        case connectionsLimited = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a40"
        case ledgerRecovered = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a50"
        case linesDropped = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a34"
        case pruned = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a51"
        case backupMade = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a52"
        case backupFailed = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a53"
        case directoryImported = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a65"
        case importRefused = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a66"
        case ledgerMade = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a54"
        case logHeld = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a55"
        case logReleased = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a56"
        case clockDoubted = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a57"
        case requestsUnreadable = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a60"
        case requestsUpgraded = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a61"
        case requestsUnattended = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a62"
        case overbooked = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a63"
        case signalUnheard = "6c1a3f0e5b7d4c1f9a2e8d4b0f6c7a64"
    }

    /// The maximum number of lines for one batch. A batch with more history lines gets one summary line: the ledger has
    /// them all, and that many lines would exceed the journal's rate limit.
    private static let linesPerBatch = 32

    let logger: Logger
    private let queue: JournalQueue

    /// - Parameter identifier: The name of the program, by which the journal files its lines.
    init(level: Logger.Level, identifier: String, queue: JournalQueue = .shared) {
        self.queue = queue
        logger = Logger(label: identifier) { label in
            LogDestination.standard.handler(
                label: label, identifier: identifier, fieldPrefix: "CONCIERGE_", level: level)
        }
    }

    /// Queues a line, which is written on another thread after the lines that were queued before.
    func log(_ level: Logger.Level, _ kind: Kind?, _ message: String, _ fields: [String: String?] = [:]) {
        guard level >= logger.logLevel else { return }
        if queue.isCurrent { return write(level, kind, message, fields) }
        let isAdded = put(1, isOrdinary: level <= .info) { write(level, kind, message, fields) }
        if !isAdded { queue.drop(Self.name(of: kind), 1) }
    }

    private func write(_ level: Logger.Level, _ kind: Kind?, _ message: String, _ fields: [String: String?]) {
        var metadata: Logger.Metadata = [:]
        for case (let name, let value?) in fields { metadata[name] = .string(value) }
        if let kind { metadata["message_id"] = .string(kind.rawValue) }
        logger.log(level: level, "\(message)", metadata: metadata)
    }

    /// Waits until all queued lines are written, for two seconds at most.
    func flush() { queue.flush() }

    private func put(_ units: Int, isOrdinary: Bool, _ write: @escaping @Sendable () -> Void) -> Bool {
        queue.add(units, isOrdinary: isOrdinary) { dropped in
            if !dropped.isEmpty { tellDropped(dropped) }
            write()
        }
    }

    private func tellDropped(_ dropped: [String: Int]) {
        let kinds = dropped.sorted { $0.key < $1.key }.map { "\($0.value) of …\($0.key)" }.joined(separator: ", ")
        log(
            .warning, .linesDropped,
            "the journal was too slow, lines were left out, by the end of their MESSAGE_ID: \(kinds);"
                + " the ledger has the history")
    }

    /// The name of a kind in the documents: the last two characters of its MESSAGE_ID.
    private static func name(of kind: Kind?) -> String { kind.map { String($0.rawValue.suffix(2)) } ?? "others" }

    /// Queues the lines for a batch. They are written on another thread, so that a slow journal does not delay the
    /// engine.
    func tell(_ committed: Committed<Decision>) {
        guard isWorthTelling(committed) else { return }
        let decision = committed.decided
        let units = 1 + committed.entries.count + decision.answers.count
        guard !put(units, isOrdinary: true, { tell(committed, withOrdinary: true) }) else { return }
        // If the queue has no capacity for ordinary lines, the lines that operations act on are still written.
        if logger.logLevel <= .info {
            queue.drop(Self.name(of: .transition), committed.entries.count)
            queue.drop(Self.name(of: .runEnded), decision.answers.count { $0.lineLevel == .info })
            queue.drop(Self.name(of: .elapseSkipped), decision.events.count { $0.lineLevel == .info })
        }
        guard isWorthTelling(committed, withOrdinary: false) else { return }
        if !put(units, isOrdinary: false, { tell(committed, withOrdinary: false) }) { queue.drop("others", 1) }
    }

    private func tell(_ committed: Committed<Decision>, withOrdinary: Bool) {
        let decision = committed.decided
        if withOrdinary { tell(committed.entries) }
        for event in decision.events where isWritten(event.lineLevel, withOrdinary: withOrdinary) { tell(event) }
        for answer in decision.answers where isWritten(answer.lineLevel, withOrdinary: withOrdinary) {
            switch answer {
            case .run(let run): tell(run)
            case .rejected(.broken(let provider, let reason)):
                log(
                    .error, .ruleFault, "a rule went wrong, the call was refused: \(reason)",
                    ["provider": provider.rawValue])
            default: break
            }
        }
    }

    /// Whether a batch has a line to write. If not, the queue is not used, because it would wake a thread.
    private func isWorthTelling(_ committed: Committed<Decision>, withOrdinary: Bool = true) -> Bool {
        let decision = committed.decided
        return (!committed.entries.isEmpty && isWritten(.info, withOrdinary: withOrdinary))
            || decision.answers.contains { isWritten($0.lineLevel, withOrdinary: withOrdinary) }
            || decision.events.contains { isWritten($0.lineLevel, withOrdinary: withOrdinary) }
    }

    /// Whether a line of this level is written; nil stands for no line. Ordinary lines are those of level `info`.
    private func isWritten(_ level: Logger.Level?, withOrdinary: Bool) -> Bool {
        guard let level else { return false }
        return level >= logger.logLevel && (withOrdinary || level > .info)
    }

    private func tell(_ entries: [NumberedEntry]) {
        guard logger.logLevel <= .info else { return }
        guard entries.count <= Self.linesPerBatch else {
            return log(.info, .transition, "\(entries.count) history lines were committed at once")
        }
        for entry in entries.map(\.entry) {
            let way = [entry.from, entry.to].compactMap(\.self).joined(separator: " → ")
            log(
                .info, .transition, way.isEmpty ? entry.event.description : "\(entry.event): \(way)",
                [
                    "request": entry.request.description, "service": entry.service.rawValue,
                    "event": entry.event.description, "actor": entry.actor,
                    "state": entry.to,
                ])
        }
    }

    func tell(_ run: StoredRun) {
        guard let level = run.lineLevel else { return }
        let fields: [String: String?] = [
            "run": run.id.description, "task": run.task.rawValue, "provider": run.provider.rawValue,
            "request": run.request?.description,
            "attempt": "\(run.attempt)",
        ]
        switch run.state {
        case .succeeded: log(level, .runEnded, "\(run.task) succeeded", fields)
        case .failed:
            log(
                level, .runFailed,
                "\(run.task) failed for good after \(run.attempt) of \(run.attempts) attempts: \(run.error ?? "")",
                fields)
        case .cancelled: log(level, .runEnded, "\(run.task) was \(run.error ?? "cancelled")", fields)
        case .queued:
            log(
                level, .runFailed,
                "\(run.task) failed, attempt \(run.attempt) of \(run.attempts): \(run.error ?? ""); again at \(run.due)",
                fields)
        case .running: break
        }
    }
}

extension Answer {
    /// The level of the line that is written for it; nil if there is none. An answer has a line if an attempt of a run
    /// has ended, or a rule went wrong.
    fileprivate var lineLevel: Logger.Level? {
        switch self {
        case .run(let run): run.startedAt == nil ? nil : run.lineLevel
        case .rejected(.broken): .error
        case .request, .dossier, .repeated, .rejected, .done: nil
        }
    }
}

extension StoredRun {
    /// The level of the line that is written for the end of its attempt; nil if there is none.
    var lineLevel: Logger.Level? {
        switch state {
        case .succeeded: .info
        case .failed: .error
        case .cancelled: .notice
        case .queued: error == nil ? nil : .warning
        case .running: nil
        }
    }
}
