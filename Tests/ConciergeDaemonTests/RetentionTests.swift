import ConciergeEngine
import ConciergeKit
import Testing

@testable import ConciergeDaemon

@Suite("The retention rules of the configuration")
struct RetentionTests {
    private func retention(_ text: String) throws -> Retention {
        try DaemonConfiguration(
            ConfigurationTree(root: ConfigurationParser.parse(text, file: "c.yaml"), mainFile: "c.yaml", files: []),
            providers: []
        ).retention.rules
    }

    @Test("Without the section the defaults apply, and each given key replaces one default")
    func defaults() throws {
        #expect(try retention("{}") == Retention())
        let rules = try retention(
            """
            retention:
              closed_requests: forever
              closed_requests_of:
                health.appointment: 90 days
                repairs.repair: forever
              finished_runs: 1w
              answers: 1 day
            """)
        #expect(rules.closedRequests == .forever)
        #expect(rules.keep(of: "health.appointment") == .length(.days(90)))
        #expect(rules.keep(of: "parcel.reception") == .forever)
        #expect(rules.closedRequestsOf["repairs.repair"] == .forever)
        #expect(rules.finishedRuns == .length(.days(7)))
        #expect(rules.failedRuns == Retention().failedRuns)
        #expect(rules.answers == .length(.days(1)))
    }

    @Test(
        "A value that is not a length of time or is too short, or an unknown key, is refused with its place",
        arguments: [
            (
                "retention:\n  answers: 23h\n",
                "c.yaml:2: retention.answers: expected at least 24h, found the text \"23h\""
            ),
            ("retention:\n  finished_runs: 0s\n", "c.yaml:2: retention.finished_runs: expected a length of time"),
            ("retention:\n  failed_runs: for ever\n", "c.yaml:2: retention.failed_runs: expected a length of time"),
            (
                "retention:\n  closed_requests_of:\n    parcel.reception: soon\n",
                "c.yaml:3: retention.closed_requests_of.parcel.reception: expected a length of time"
            ),
            ("retention:\n  closed: 3 days\n", "c.yaml:2: retention.closed: unknown key"),
        ])
    func refused(text: String, complaint: String) {
        let error = #expect(throws: ConfigurationError.self) { try retention(text) }
        #expect(error?.description.hasPrefix(complaint) == true, "\(String(describing: error))")
    }
}
