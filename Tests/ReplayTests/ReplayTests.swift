import ConciergeKit
import Foundation
import JSON
import Replay
import Testing

@testable import ConciergeEngine
@testable import SQLiteLedger

extension Chronicle {
    /// A history with each kind of line: openings, a wrong code, timers that are postponed, runs, a correction, a grant,
    /// signals and a restart.
    fileprivate func live() async throws {
        let hat = try #require(try await keep("hat", resident: "Zoé"))
        let bag = try #require(try await keep("bag"))
        #expect(try await keep("coat") == nil)
        let waiting = try #require(try await keep("coat", wait: true))
        try await advance(by: .minutes(5))
        try await act(hat, "check")
        try await tell(hat, in: "toy.locker")
        try await advance(by: .minutes(1))
        try await end(.succeeded(words: words("there"), data: Array(#"{"isThere":true}"#.utf8)))
        try await act(bag, "check")
        try await advance(by: .minutes(1))
        try await end(.failedForGood(reason: "lost"))
        try await collect(hat, code: "0")
        try await decide(.reassign(id: hat, resident: "Paul", caller: Caller(actor: "bob")))
        try await decide(.correct(id: bag, input: ["thing": "sack"], caller: Caller(actor: "bob")))
        try await advance(by: .hours(5))
        // Somebody holds the line, so that the second reminder waits.
        let line = try #require(try await keep("line", wait: true))
        try await advance(by: .hours(4))
        try await act(line, "cancel")
        try await restart(try Self.registry())
        try await advance(by: .hours(1))
        try await collect(hat)
        try await advance(by: .minutes(1))
        try await collect(waiting)
        try await advance(by: .hours(30))
        try await act(bag, "cancel")
        try await keep("nothing")
        let nothing = try #require(try await keep("nothing"))
        try await collect(nothing)
        try await advance(by: .days(3))
    }
}

@Suite("The replay of a history", .timeLimit(.minutes(20)))
struct ReplayTests {
    @Test("The same build decides everything again as it is recorded")
    func same() async throws {
        let chronicle = try await Chronicle()
        try await chronicle.live()
        let (findings, summary) = try chronicle.replay()
        #expect(findings.map(\.text) == [])
        #expect(summary.different == 0 && summary.undecided == 0 && summary.skipped == 0)
        #expect(summary.decided > 20)
    }

    @Test(
        "Each change of a rule is found and named",
        arguments: [
            (Change.otherState, "collect state"), (.otherNotice, "open notice:kept"), (.noNotice, "open notice"),
            (.otherSecret, "open notice:code"), (.otherRecord, "record, thing"), (.otherNote, "collect note"),
            (.otherSignal, "open:toy.emptied signal toy.emptied"), (.timerLess, "timer:remind timer remind"),
            (.timerMore, "timer audit"), (.timerLater, "timer:remind timer remind"),
            (.timerSooner, "timer remind"), (.claimMore, "claims"), (.refuses, "open decision"),
            (.breaks, "open decision"), (.otherRun, "check run toy.check"), (.runMore, "check run toy.check"),
            (.noRun, "check run toy.check"), (.noGrant, "granted decision"),
        ])
    func changes(change: Change, expected: String) async throws {
        let chronicle = try await Chronicle()
        try await chronicle.live()
        _ = try await chronicle.keep("left", wait: true)
        let (findings, summary) = try chronicle.replay(change)
        let what = findings.flatMap(\.what)
        #expect(what.contains { $0.contains(expected) }, "\(what)")
        #expect(summary.different == findings.count { if case .differs = $0.kind { true } else { false } })
        #expect(!findings.contains { $0.text.contains("Optional") })
    }

    @Test("A request that is granted something that it was not is named")
    func grants() async throws {
        let chronicle = try await Chronicle()
        let hat = try #require(try await chronicle.keep("hat"))
        try await chronicle.keep("bag")
        let waiting = try #require(try await chronicle.keep("coat", wait: true))
        try await chronicle.act(hat, "check")
        let same = try chronicle.replay().findings.map(\.text)
        #expect(same == [])
        let findings = try chronicle.replay(.releasesSooner).findings
        let grant = try #require(findings.first)
        #expect(grant.what == ["check grant"] && grant.text.contains("\(waiting) is granted what it waits for"))
    }

    @Test("Each line is decided with the settings and the zone of its time")
    func settings() async throws {
        let paris = try #require(Zone("Europe/Paris"))
        var other = LockerSettings()
        (other.hours, other.words) = (2, "Remember")
        let chronicle = try await Chronicle(zone: paris)
        try await chronicle.keep("hat")
        try await chronicle.advance(by: .hours(5))
        let since = try await chronicle.ledger.lastEntry() + 1
        try await chronicle.serve(try Chronicle.registry(settings: other))
        try await chronicle.keep("bag")
        try await chronicle.advance(by: .hours(9))
        let (before, after) = (
            try Chronicle.registry(zone: paris), try Chronicle.registry(settings: other)
        )
        let eras = [Replay.Era(registry: before), Replay.Era(since: since, registry: after)]
        #expect(try chronicle.replay(eras: eras).findings.map(\.text) == [])
        let first = try chronicle.replay(eras: [Replay.Era(registry: before)]).findings.flatMap(\.what)
        #expect(first.contains("timer:remind notice:reminder") && first.contains("timer:remind timer remind"))
    }

    @Test("A request about a place is opened again there, wherever it is said to be later")
    func places() async throws {
        let chronicle = try await Chronicle()
        var residence = Residence()
        (residence.id, residence.name, residence.zone) = ("T-1", "Les Tilleuls", "UTC")
        residence.commonParts = ["hall", "laverie"]
        let changes = DirectoryChanges(put: [residence])
        _ = try await chronicle.ledger.changeDirectory(changes, from: 0) { _, _ in }
        func open(_ part: String) async throws -> RequestID {
            let answer = try await chronicle.decide(
                .open(
                    service: "toy.locker", resident: nil, about: PlaceKey(residence: "T-1", commonPart: part),
                    input: ["thing": "hat"], caller: Caller(actor: "ada")))
            guard case .request(let view) = answer else { throw Missing() }
            return view.request.id
        }
        let hat = try await open("hall")
        try await chronicle.decide(
            .relocate(
                id: hat, about: PlaceKey(residence: "T-1", commonPart: "laverie"), caller: Caller(actor: "bob")))
        try await chronicle.decide(.addFollower(request: hat, resident: "R-2", caller: Caller(actor: "bob")))
        let stored = try #require(try await chronicle.ledger.request(hat)).request
        #expect(String(decoding: stored.record, as: UTF8.self).contains("hat in Les Tilleuls, hall"))
        try await chronicle.advance(by: .hours(5))
        try await chronicle.collect(hat)
        let lines = try await chronicle.ledger.requestWithHistory(hat, after: 0)?.history.elements
        #expect(lines?.contains { $0.entry.follower == "R-2" } == true)
        _ = try await open("laverie")
        try await chronicle.advance(by: .hours(5))
        let (findings, summary) = try chronicle.replay()
        #expect(findings.map(\.text) == [])
        #expect(summary.decided > 3 && summary.skipped == 0)
    }

    private struct Missing: Error {}

    @Test("A line of which something is missing is named, and what is recorded is taken as given")
    func missing() async throws {
        let chronicle = try await Chronicle()
        let hat = try #require(try await chronicle.keep("hat"))
        let bag = try #require(try await chronicle.keep("bag"))
        try await chronicle.act(hat, "check")
        try await chronicle.end(.failedForGood(reason: "lost"))
        try await chronicle.act(bag, "cancel")
        try await chronicle.collect(hat)
        try await chronicle.advance(by: .minutes(1))
        await chronicle.ledger.close()
        let database = try SQLiteConnection(chronicle.path, .writing)
        try database.execute(script: "DELETE FROM runs; UPDATE history SET seed = NULL WHERE name = 'cancel'")
        database.close()
        let (findings, summary) = try chronicle.replay()
        #expect(
            findings.flatMap(\.what) == [
                "run:toy.check cannot: the run that ended is not in the ledger any more, or has run again since",
                "cancel cannot: the ledger does not have the seed of its moment",
            ])
        // The notice of the end, and what followed.
        #expect(summary.undecided == 2 && summary.different == 0 && summary.skipped >= 2)
        let gone = try chronicle.replay(.withoutState)
        #expect(
            gone.findings.flatMap(\.what).contains(
                "cancel cannot: the state \"cancelled\" is not in the table of this build"))
        let none = try chronicle.replay(eras: [.init(registry: Registry(), absent: ["toy": "its provider is away"])])
        #expect(none.findings.map(\.what).contains(["open cannot: its provider is away"]))
        #expect(none.summary.different == 0 && none.summary.decided == 0)
    }

    @Test("What depended on requests that have been deleted is not told as a difference")
    func deleted() async throws {
        let chronicle = try await Chronicle()
        let hat = try #require(try await chronicle.keep("hat"))
        try await chronicle.keep("bag")
        try await chronicle.act(hat, "cancel")
        try await chronicle.advance(by: .days(800))
        _ = try await chronicle.ledger.prune(Retention(), at: chronicle.now, limit: 100)
        try await chronicle.keep("coat")
        let (findings, summary) = try chronicle.replay()
        #expect(summary.different == 0)
        #expect(
            findings.flatMap(\.what) == [
                "open cannot: it depended on what was held by requests that have been deleted since"
            ])
    }
}
