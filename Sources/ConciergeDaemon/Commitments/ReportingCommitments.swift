import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Answers what has become of commitments.
struct ReportingCommitments: Sendable {
    let ledger: any Ledger
    let served: ServedRegistry
    let clock: @Sendable () -> Instant

    func report(_ call: CommitmentMethods.Report) async throws -> CommitmentMethods.Report.Reply {
        let dimensions = try dimensions(of: call)
        let query = CommitmentQuery(
            kind: try kind(of: call), service: call.service.map { ServiceID($0) },
            made: (call.since ?? .earliest)..<max(call.since ?? .earliest, call.until ?? .latest))
        let needsHomes = dimensions.contains { [.residence, .territory, .public].contains($0) }
        let homes = needsHomes ? try await ledger.homes() : [:]
        let all = needsHomes ? try await ledger.all(Residence.self) : []
        let residences = Dictionary(all.map { ($0.key, $0) }) { first, _ in first }
        let reporter = Reporter(
            CommitmentReport(
                by: dimensions, at: clock(), zone: served.registry.zone, partners: served.registry.partners,
                homeOf: { homes[Resident.key(of: $0)] },
                residenceOf: { residences[Folding.text($0)] }))
        try await ledger.commitments(query) { reporter.report.add($0) }
        return CommitmentMethods.Report.Reply(
            rows: reporter.report.rows.map { values, tally in CommitmentMethods.Report.Row(values, tally) })
    }

    /// Holds the report while the ledger reads.
    private final class Reporter {
        var report: CommitmentReport
        init(_ report: CommitmentReport) { self.report = report }
    }

    private func dimensions(of call: CommitmentMethods.Report) throws(ControlError) -> [CommitmentReport.Dimension] {
        var dimensions: [CommitmentReport.Dimension] = []
        for name in call.by ?? ["service", "commitment"] {
            guard let dimension = CommitmentReport.Dimension(rawValue: name) else {
                let known = CommitmentReport.Dimension.allCases.map(\.rawValue)
                let list = known.joined(separator: ", ")
                let mistake = Text(fr: "« \(name) » n'est pas un critère", en: "\"\(name)\" is no dimension")
                throw .invalid(
                    "by",
                    mistake.adding(
                        NearestName.suggestion(for: name, among: known)
                            ?? Text(fr: "connus : \(list)", en: "known: \(list)")))
            }
            guard !dimensions.contains(dimension) else {
                throw .invalid("by", Text(fr: "« \(name) » y est deux fois", en: "\"\(name)\" is there twice"))
            }
            dimensions.append(dimension)
        }
        return dimensions
    }

    private func kind(of call: CommitmentMethods.Report) throws(ControlError) -> CommitmentKind {
        guard let word = call.kind?.rawValue else { return .promise }
        guard let kind = CommitmentKind(rawValue: word) else {
            throw .invalid("kind", Text(fr: "attendu : promise ou obligation", en: "expected promise or obligation"))
        }
        return kind
    }
}

extension CommitmentMethods.Report.Row {
    fileprivate init(_ values: [String], _ tally: CommitmentReport.Tally) {
        var tally = tally
        func seconds(_ milliseconds: Int64?) -> Int? { milliseconds.map { Int($0 / 1000) } }
        self.init(
            values: values, made: tally.made, kept: tally.kept, missed: tally.missed, open: tally.open,
            ended: tally.ended, paused: tally.paused, reopened: tally.reopened,
            median: seconds(tally.time(within: 0.5)), ninetieth: seconds(tally.time(within: 0.9)),
            scores: tally.scores, satisfied: tally.satisfied)
    }
}
