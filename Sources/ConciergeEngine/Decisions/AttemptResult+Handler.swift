package import ConciergeKit
import JSON

extension AttemptResult {
    /// Runs a handler to its end and tells how it ended.
    package init(of handler: @Sendable () async throws -> TaskReport) async {
        do {
            let report = try await handler()
            self = .succeeded(words: report.words, data: try report.data.map { try JSONCoding.encode($0) })
        } catch TaskFailure.retry(let reason, let after) {
            self = .failed(reason: reason, retryAfter: after)
        } catch TaskFailure.final(let reason) {
            self = .failedForGood(reason: reason)
        } catch let field as InvalidField {
            // The stored input does not fit the task's fields any more: no attempt will mend that.
            self = .failedForGood(reason: "\(field.name): \(field.reason.en)")
        } catch {
            self = .failed(reason: String(plainly: error), retryAfter: nil)
        }
    }
}

extension RawRequest {
    /// A stored request as a task reads it.
    package init(_ request: StoredRequest) {
        self.init(
            id: request.id, state: request.state, resident: request.resident, openedAt: request.openedAt,
            record: request.record, recordVersion: request.recordVersion)
    }
}
