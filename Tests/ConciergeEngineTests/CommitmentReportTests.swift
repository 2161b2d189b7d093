import ConciergeKit
import Testing

@testable import ConciergeEngine

@Suite("The report on commitments")
struct CommitmentReportTests {
    private let now = Instant("2026-12-10T12:00:00Z")!

    private func record(
        _ state: StoredCommitment.State = .kept, start: String = "2026-11-23T08:00:00Z", hours: Int? = nil,
        due: Instant? = nil, resident: String? = nil, residence: String? = nil, pauses: Int = 0, reopened: Int = 0,
        score: Int? = nil
    ) -> CommitmentRecord {
        let start = Instant(start)!
        return CommitmentRecord(
            service: "toy.upkeep", resident: resident, residence: residence,
            commitment: CommitmentView(
                number: 1, name: "fixed", kind: .promise, state: state, partner: nil, start: start, due: due,
                pausedSince: nil, keptAt: hours.map { start + .hours($0) }, missedAt: nil, reopened: reopened,
                score: score),
            pauses: pauses)
    }

    private func report(
        by dimensions: [CommitmentReport.Dimension] = [], _ records: [CommitmentRecord],
        homes: [String: Home] = [:]
    ) -> [(values: [String], tally: CommitmentReport.Tally)] {
        var report = CommitmentReport(by: dimensions, at: now, zone: Zone("Europe/Paris")!) { homes[$0] }
        for record in records { report.add(record) }
        return report.rows
    }

    @Test("What was promised about a place counts for its residence, wherever the resident lives")
    func places() {
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name, tilleuls.territory) = ("T-1", "Les Tilleuls", "Metz")
        var report = CommitmentReport(
            by: [.residence, .territory], at: now, zone: .utc,
            homeOf: { _ in Home(residence: "Le Pré", territory: "Reims") },
            residenceOf: { $0 == "T-1" ? tilleuls : nil })
        for record in [
            record(resident: "R-1"), record(residence: "T-1"), record(resident: "R-1", residence: "T-1"),
            record(residence: "X-9"), record(),
        ] { report.add(record) }
        #expect(
            report.rows.map(\.values) == [["", ""], ["Le Pré", "Reims"], ["Les Tilleuls", "Metz"], ["X-9", ""]])
        #expect(report.rows.map(\.tally.made) == [1, 1, 2, 1])
    }

    @Test("What is open after its deadline is missed, and what did not have to be done counts as neither")
    func states() {
        let tally = report([
            record(.kept), record(.missed), record(.ended), record(.open, due: now + .hours(1)), record(.paused),
            record(.open, due: now - .hours(1)),
        ])[0].tally
        #expect(tally.made == 6)
        #expect([tally.kept, tally.missed, tally.open, tally.ended] == [1, 2, 2, 1])
    }

    @Test(
        "The median and the ninetieth percentile are the times within which half and nine tenths of the work was done")
    func times() {
        func times(_ records: [CommitmentRecord]) -> [Int64?] {
            var tally = report(records)[0].tally
            return [tally.time(within: 0.5), tally.time(within: 0.9)]
        }
        let hour: Int64 = 3_600_000
        #expect(times((1...10).map { record(hours: $0) }) == [5 * hour, 9 * hour])
        #expect(times([record(hours: 4)]) == [4 * hour, 4 * hour])
        #expect(times([record(.open)]) == [nil, nil])
    }

    @Test("Satisfied are the scores from 7 to 10, pauses count once a promise, and reopenings each time")
    func scores() {
        let tally = report([
            record(pauses: 3, score: 6), record(reopened: 2, score: 7), record(reopened: 1, score: 10), record(),
        ])[0].tally
        #expect([tally.scores, tally.satisfied, tally.paused, tally.reopened] == [3, 2, 1, 3])
    }

    @Test("A month is that of the lodge's zone, also where UTC has another day")
    func months() {
        let rows = report(
            by: [.month],
            [
                record(start: "2026-11-30T22:59:59Z"), record(start: "2026-11-30T23:00:00Z"),
                record(start: "2026-12-31T22:59:59Z"), record(start: "2026-12-31T23:00:00Z"),
            ])
        #expect(rows.map(\.values) == [["2026-11"], ["2026-12"], ["2027-01"]])
        #expect(rows.map(\.tally.made) == [1, 2, 1])
    }

    @Test("Residence and public come from the directory; a resident of two publics counts in both")
    func homes() {
        let homes = [
            "L-1": Home(
                residence: "Les Tilleuls", territory: "Metz", publics: ["senior", "fragile"]),
            "L-2": Home(residence: "Les Tilleuls", territory: "Metz", publics: []),
        ]
        let records = [record(resident: "L-1"), record(resident: "L-2"), record(resident: "L-3"), record()]
        let rows = report(by: [.residence, .public], records, homes: homes)
        #expect(
            rows.map(\.values) == [
                ["", ""], ["Les Tilleuls", ""], ["Les Tilleuls", "fragile"], ["Les Tilleuls", "senior"],
            ])
        #expect(rows.map(\.tally.made) == [2, 1, 1, 1])
        #expect(report(by: [.territory], records, homes: homes).map(\.values) == [[""], ["Metz"]])
    }
}
