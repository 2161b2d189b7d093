import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import SQLiteLedger
import Testing
import TortureProvider

@testable import TortureKit

@Suite("The checks of a ledger after a kill")
struct InvariantTests {
    /// A ledger with requests that timers, runs and a schedule have changed, one of them still open, and the notes of
    /// its handlers.
    private struct Sound {
        let place: TortureKit.Place
        var executions: [Execution] = []
        let witness = TortureKit.Witness()

        init() async throws {
            place = try TortureKit.Place()
            try FileManager.default.createDirectory(atPath: place.state, withIntermediateDirectories: true)
            let provider = try await TortureProvider(
                NoSettings(), in: ProviderContext(stateDirectory: place.path, zone: .utc))
            var registry = Registry()
            registry.add(try ProviderContents(provider))
            var engine = EngineState()
            engine.serve(registry)
            let ledger = try SQLiteLedger(stateDirectory: place.state)
            var now = Instant(milliseconds: 1_800_000_000_000)
            _ = engine.setSchedules(stored: [], now: now)
            func decide(_ command: Command) async throws -> Decision {
                let committed = try await ledger.commit { facts in
                    let decision = try engine.decide([command], facts: facts, now: now)
                    return (decision.changes, decision)
                }
                return committed.decided
            }
            for number in 0..<3 {
                let due = now + .milliseconds(500)
                let call = witness.begin("org.concierged.Requests.Open") { _ in [:] }
                let opened = try await decide(
                    .open(
                        service: ServiceID(Ordeal.id), resident: nil,
                        input: [
                            "call": JSON(call.number), "due": .string(due.description), "seat": .string("\(number)"),
                        ], caller: Caller(actor: "anne", idempotencyKey: "call-\(call.number)")))
                guard case .request(let view)? = opened.answers.first else { throw TortureFailure("\(opened.answers)") }
                witness.accept(
                    call,
                    [
                        "request": [
                            "id": .string(view.request.id.description), "state": .string(view.request.state),
                            "version": 1,
                        ]
                    ])
            }
            for _ in 0..<3 {
                now = now + .milliseconds(1000)
                for case .runStarted(let run) in try await decide(.wake).events {
                    executions.append(Execution(process: 1, run: run.id.description, attempt: 1, end: "done"))
                    _ = try await decide(
                        .end(
                            run: run.id, attempt: 1,
                            result: .succeeded(words: Text(fr: "Fait.", en: "Done."), data: nil)))
                }
            }
            // One request that is still open, with its timer and its seat.
            let call = witness.begin("org.concierged.Requests.Open") { _ in [:] }
            _ = try await decide(
                .open(
                    service: ServiceID(Ordeal.id), resident: nil,
                    input: [
                        "call": JSON(call.number), "due": .string((now + .days(1)).description), "seat": "4",
                    ], caller: Caller(actor: "anne", idempotencyKey: "call-\(call.number)")))
            await ledger.close()
        }

        /// The violations that are found after SQL has damaged the ledger.
        func violations(
            after damage: String = "", executions: [Execution]? = nil, isSettled: Bool = false
        ) throws -> [String] {
            let database = try SQLiteConnection(place.state + "/ledger.sqlite", .writing)
            try database.execute(script: damage)
            database.close()
            return Invariants(
                try LedgerCopy(of: place.state), told: witness.testimony, executions: executions ?? self.executions,
                stopped: [], isSettled: isSettled
            ).violations
        }
    }

    @Test("The checks find nothing in a sound ledger, and unfinished work only if it had time to finish")
    func sound() async throws {
        let sound = try await Sound()
        #expect(try sound.violations() == [])
        #expect(!sound.executions.isEmpty)
        #expect(try sound.violations(isSettled: true).count == 2)
    }

    @Test(
        "The checks find records that a daemon has lost, duplicated or only partly written",
        arguments: [
            ("DELETE FROM history WHERE seq = 3", "numbers missing"),
            ("DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)", "lines lost at the end"),
            ("DELETE FROM history WHERE request = (SELECT min(id) FROM requests)", "requests without a line"),
            ("DELETE FROM requests WHERE id = (SELECT min(id) FROM requests)", "lines without a request"),
            (
                """
                INSERT INTO history (request, service, at, actor, event, name, is_secret, from_state, to_state)
                SELECT request, service, at, actor, event, name, 0, from_state, to_state FROM history WHERE name = 'bell'
                """, "goes on from"
            ),
            ("UPDATE history SET to_state = 'done' WHERE name = 'bell'", "the table has no timer:bell"),
            ("UPDATE history SET at = at - 100000 WHERE name = 'patience'", "was due at"),
            ("UPDATE history SET input = json_set(input, '$.call', 2) WHERE event = 'opened'", "was done 4 times"),
            ("UPDATE requests SET version = version + 1 WHERE is_open", "has version 2 after 1"),
            ("UPDATE requests SET state = 'rung' WHERE is_open", "its lines come to waiting"),
            ("DELETE FROM timers", "its lines leave"),
            ("UPDATE timers SET due = due + 1", "its lines leave"),
            ("INSERT INTO timers VALUES (1, 'bell', 0, 'torture.ordeal', 0, 1)", "timers without an open request"),
            ("DELETE FROM claims", "claims are"),
            ("UPDATE claims SET request = 1", "claims without an open request"),
            ("UPDATE runs SET attempt = 9", "more attempts than they have"),
            ("UPDATE runs SET state = 'running'", "state and times disagree"),
            ("DELETE FROM runs WHERE request IS NOT NULL", "asked for runs at"),
            ("UPDATE runs SET finished_at = finished_at + 1 WHERE request IS NOT NULL", "was told of ends at"),
            ("UPDATE runs SET state = 'failed' WHERE request IS NOT NULL", "for another outcome"),
            ("UPDATE runs SET elapse = elapse + 1000 WHERE schedule = 'torture.tick'", "and is next at"),
            ("UPDATE schedules SET next = next + 1000", "and is next at"),
            ("DELETE FROM answers WHERE key = 'call-1'", "its key is not there"),
            ("INSERT INTO answers VALUES ('call-99', '', '', 0)", "was given by nobody"),
        ])
    func damaged(damage: String, found: String) async throws {
        let violations = try await Sound().violations(after: damage)
        #expect(violations.contains { $0.contains(found) }, "\(violations)")
    }

    @Test("The checks find executions that are repeated, overlapping, missing or of an unknown run")
    func executed() async throws {
        let sound = try await Sound()
        var twice = sound.executions
        twice.append(twice[0])
        #expect(try sound.violations(executions: twice).contains { $0.hasSuffix("was executed again") })
        var beside = sound.executions
        beside[0].overlaps = true
        #expect(try sound.violations(executions: beside).contains { $0.contains("beside another") })
        let stray = sound.executions + [Execution(process: 1, run: "X", attempt: 1, end: "done")]
        #expect(try sound.violations(executions: stray).contains { $0.contains("no such run") })
        #expect(try sound.violations(executions: []).contains { $0.hasSuffix("and was not executed") })
    }
}
