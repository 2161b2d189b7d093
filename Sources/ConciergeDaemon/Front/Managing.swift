import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Foundation
import Logging

/// Reads the daemon's status.
struct ReadingStatus: Sendable {
    let program: Program
    let ledger: any Ledger
    let loop: EngineLoop
    let supervisor: Supervisor
    let served: ServedRegistry
    let monitor: LedgerMonitor
    let lifetime: Lifetime
    /// The path of the ledger.
    let store: String

    func status() async throws -> ManagerMethods.Status.Reply {
        let statuses = await supervisor.statuses
        let log = await monitor.condition().heldLog
        let unattended = try await ledger.unattended(by: served.registry)
        let counts = try await ledger.counts()
        let trouble = monitor.health.trouble
        return ManagerMethods.Status.Reply(
            name: program.name, version: program.version, core: program.core,
            state: lifetime.isStopping ? .stopping : .serving, startedAt: lifetime.startedAt, store: store,
            storeTrouble: trouble?.error.words,
            storeTroubleSince: trouble?.since, logHeldSize: log?.size, logHeldBy: log?.holder,
            providersServing: statuses.count { if case .serving = $0.state { true } else { false } },
            providers: statuses.count, openRequests: counts.openRequests, pendingTimers: counts.pendingTimers,
            nextDue: await loop.nextDue, runsQueued: counts.queuedRuns, runsRunning: counts.runningRuns,
            runsFailed: counts.failedRuns, requestsUnattended: unattended.openRequests.values.reduce(0, +),
            runsUnattended: unattended.queuedRuns.values.reduce(0, +),
            signalsUnattended: unattended.deliveries.values.reduce(0, +),
            requestsQuarantined: counts.quarantinedRequests,
            runsQuarantined: counts.quarantinedRuns)
    }
}

/// Takes providers out of quarantine.
struct ReleasingProviders: Sendable {
    let ledger: any Ledger
    let serving: Serving
    let notifier: ServiceNotifier
    let journal: Journal

    func release(_ call: ManagerMethods.ReleaseProvider, by actor: String) async throws -> Wire.Empty {
        let id = call.id
        guard serving.supervisor.isRegistered(id) else { throw ControlError.notFound(id) }
        guard try await ledger.release(provider: ProviderID(id)) else {
            throw ControlError.refused(
                Text(
                    fr: "Le module « \(id) » n'est pas en quarantaine.",
                    en: "The provider \"\(id)\" is not in quarantine."))
        }
        journal.tellReleased(.provider(ProviderID(id)), by: actor)
        await serving.supervisor.release(id)
        try await serving.serveOnceWritten()
        notifier.ready()
        return Wire.Empty()
    }
}

/// Makes backups for callers.
struct BackingUp: Sendable {
    typealias Replies = ReplyStream<ManagerMethods.Backup.Reply>

    let backups: Backups
    let watching: Watching
    let journal: Journal
    /// The pool for the copy, which takes as long as the ledger is large.
    let pool: MaintenancePool

    func backup(by actor: String, for principal: Principal, on replies: some Replies) {
        let method = ManagerMethods.Backup.declaration
        guard let stream = watching.open(method, for: principal, on: replies, outlivesStop: true, ended: {}) else {
            return
        }
        Task.detached(executorPreference: pool) { [watching] in
            defer { watching.streams.close(stream) }
            do throws(LedgerError) {
                let outcome = try await backups.make(for: Backups.Receiver(replies, stream))
                journal.tell(outcome, by: actor)
                switch outcome {
                case .sent(let size): replies.finish(.init(.done, size: Int64(size)))
                // The caller is gone, but every call must have a last reply.
                case .abandoned: replies.finish(.init(.done))
                case .stalled: replies.fail(.unavailable(Self.stalled))
                case .busy: replies.fail(.unavailable(Self.busy))
                }
            } catch {
                journal.tellBackupFailed(error, by: actor)
                replies.fail(ControlError(error))
            }
        }
    }

    private static let busy = Text(fr: "une autre sauvegarde est en cours", en: "another backup is under way")
    private static let stalled = Text(
        fr: "la sauvegarde a été abandonnée : rien n'en a été lu pendant une minute",
        en: "the backup was given up: nothing of it was read for a minute")
}

extension Backups.Receiver {
    /// The receiver of a backup is the caller.
    fileprivate init(_ replies: some BackingUp.Replies, _ stream: OpenStreams.Stream) {
        self.init(
            progress: { progress in
                !stream.isOver
                    && replies.send(
                        .init(
                            .init(rawValue: progress.stage.rawValue), pagesDone: progress.pagesDone,
                            pagesTotal: progress.pagesTotal))
            },
            part: { bytes, offset, size in
                !stream.isOver
                    && replies.send(
                        .init(
                            .sending, offset: Int64(offset), size: Int64(size),
                            data: Data(bytes).base64EncodedString()))
            },
            whenDrained: { replies.whenDrained($0) })
    }
}

extension Journal {
    /// Reports the end of a backup.
    fileprivate func tell(_ outcome: Backups.Outcome, by actor: String) {
        switch outcome {
        case .sent(let size):
            log(.notice, .backupMade, "a backup of \(size) bytes was made", ["actor": actor])
        case .abandoned:
            log(
                .warning, .backupFailed, "no backup was made: whoever had asked for it is gone", ["actor": actor])
        case .stalled:
            log(
                .warning, .backupFailed,
                "no backup was made: whoever had asked for it stopped reading, it was given up after a minute",
                ["actor": actor])
        case .busy: break
        }
    }

    fileprivate func tellBackupFailed(_ error: LedgerError, by actor: String) {
        log(.error, .backupFailed, "no backup was made: \(error.description)", ["actor": actor])
    }
}
