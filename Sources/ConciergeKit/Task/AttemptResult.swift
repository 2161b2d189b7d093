/// How an attempt at a run ended.
package enum AttemptResult: Sendable {
    case succeeded(words: Text, data: [UInt8]?, table: ReportTable? = nil)
    case failed(reason: String, retryAfter: Duration?)
    /// The attempt failed, and another attempt would fail too.
    case failedForGood(reason: String)
    /// The daemon stopped the attempt: it does not count, and the run continues at the next start.
    case interrupted
    /// The attempt was lost with the worker that executed it, for this reason: it counts, and the run begins again at
    /// once, as after a crash of the daemon.
    case lost(reason: String)
}

extension AttemptResult {
    /// Runs a handler to its end and returns how it ended.
    package init(of handler: @Sendable () async throws -> FinishedAttempt) async {
        do {
            let finished = try await handler()
            self = .succeeded(words: finished.words, data: finished.data, table: finished.table)
        } catch TaskFailure.retry(let reason, let after) {
            self = .failed(reason: reason, retryAfter: after)
        } catch TaskFailure.final(let reason) {
            self = .failedForGood(reason: reason)
        } catch let field as InvalidField {
            // The stored input no longer fits the task's fields: no attempt can succeed.
            self = .failedForGood(reason: "\(field.name): \(field.reason.en)")
        } catch {
            self = .failed(reason: String(plainly: error), retryAfter: nil)
        }
    }
}
