import ConciergeEngine
package import ConciergeKit

extension DaemonConfiguration {
    /// How long closed requests, ended runs and answers are kept.
    struct RetentionSection: Settings {
        @Setting("Closed requests with their history and their runs, from when they were closed.")
        var closedRequests = Retention().closedRequests
        @Setting(
            """
            Those of one service, where it is not as for the others. Who saw which practitioner when is nobody's business \
            for long.
            """,
            recommended: ["health.appointment": .length(.days(90))])
        var closedRequestsOf: [String: Keep] = [:]
        @Setting("Runs that succeeded or were cancelled, from their end.")
        var finishedRuns = Retention().finishedRuns
        @Setting("Runs that failed for good, from their end.")
        var failedRuns = Retention().failedRuns
        // A client that repeats a call after a night's outage must find the first answer.
        @Setting("Answers to idempotency keys, from when they were given.", in: .days(1)...)
        var answers = Retention().answers

        var rules: Retention {
            var rules = Retention()
            rules.closedRequests = closedRequests
            rules.closedRequestsOf = Dictionary(
                uniqueKeysWithValues: closedRequestsOf.map { (ServiceID($0.key), $0.value) })
            rules.finishedRuns = finishedRuns
            rules.failedRuns = failedRuns
            rules.answers = answers
            return rules
        }
    }
}

/// A length of time, or `forever`.
extension Keep: WrittenValue {
    package static var form: Text {
        Text(
            fr: "une durée comme « 30 days », de 1s à 100 ans, ou forever",
            en: "a length of time like \"30 days\", from 1s to 100 years, or forever")
    }

    package init?(written text: String) {
        if text == "forever" {
            self = .forever
        } else if let length = Duration(written: text), length >= .seconds(1) {
            self = .length(length)
        } else {
            return nil
        }
    }

    package var writtenText: String {
        switch self {
        case .forever: "forever"
        case .length(let length): length.writtenText
        }
    }

    /// The length; nil for `forever`, to which no limit applies.
    package var measure: Duration? {
        switch self {
        case .forever: nil
        case .length(let length): length
        }
    }
}
