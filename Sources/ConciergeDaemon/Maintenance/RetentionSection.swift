import ConciergeEngine
import ConciergeKit

extension DaemonConfiguration {
    /// How long what is over is kept.
    struct RetentionSection: Decodable, Sendable {
        var closedRequests: KeepValue?
        /// By service.
        var closedRequestsOf: [String: KeepValue]?
        var finishedRuns: KeepValue?
        var failedRuns: KeepValue?
        var answers: KeepValue?

        enum CodingKeys: String, CodingKey {
            case closedRequests = "closed_requests"
            case closedRequestsOf = "closed_requests_of"
            case finishedRuns = "finished_runs"
            case failedRuns = "failed_runs"
            case answers
        }

        /// The rules, with the defaults where nothing is said.
        var retention: Retention {
            var rules = Retention()
            rules.closedRequests = closedRequests?.keep ?? rules.closedRequests
            rules.closedRequestsOf = closedRequestsOf?.mapValues(\.keep) ?? rules.closedRequestsOf
            rules.finishedRuns = finishedRuns?.keep ?? rules.finishedRuns
            rules.failedRuns = failedRuns?.keep ?? rules.failedRuns
            rules.answers = answers?.keep ?? rules.answers
            return rules
        }
    }

    /// A length of time, or `forever`.
    struct KeepValue: Decodable, Sendable {
        let keep: Keep

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self), text == "forever" {
                keep = .forever
                return
            }
            let length: Duration
            do {
                length = try TimeSpan(from: decoder).duration
            } catch {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "expected a length of time like 30 days, 100 years at most, or forever")
            }
            guard length >= .seconds(1) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "expected a second at least, or forever")
            }
            keep = .length(length)
        }
    }

    /// The least that answers are kept: a client that repeats a call after a night's outage must find the first one.
    static let leastAnswers = Duration.days(1)

    /// Reads the section and refuses what would break a promise.
    static func retention(_ tree: ConfigurationTree) throws(ConfigurationError) -> Retention {
        let section: RetentionSection = try tree.decode(at: ["retention"])
        let rules = section.retention
        if case .length(let length) = rules.answers, length < leastAnswers {
            throw tree.error(at: ["retention", "answers"], reason: "expected 1 day at least, or forever")
        }
        return rules
    }
}
