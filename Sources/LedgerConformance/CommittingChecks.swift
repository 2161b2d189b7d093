import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing

extension LedgerSuite {
    static let committing: [LedgerCheck.Kind] = [
        .init("A reopened ledger has everything of a batch") { try await $0.keepsEverything() },
        .init("A change replaces the old values and keeps all others") { try await $0.changes() },
        .init("A decision that throws changes nothing") { try await $0.throwingDecision() },
        .init(
            "Changes that take a held claim, open an existing request, or belong to a missing request fail as a whole"
        ) {
            try await $0.failsWhole()
        },
        .init("A reader sees commits only, and does not wait for a decision under way") {
            try await $0.readsCommitted()
        },
        .init("A history line of every kind of event is read as it was written") { try await $0.keepsEvents() },
        .init("History lines have growing positions, also after reopening") { try await $0.growingPlaces() },
    ]

    private struct Stop: Error {}

    private func keepsEvents() async throws {
        let events: [RequestEvent] = [
            .opened, .action("lend"), .corrected, .reassigned, .relocated, .followed, .unfollowed, .timer("remind"),
            .runEnded("toy.fetch"), .granted,
            .notice("ready", to: .resident, isSecret: true), .notice("late", to: .staff, isSecret: false),
            .notice("order", to: .partner("Plomberie Martin: Metz"), isSecret: false),
            .told("ready"), .delivered("ready", .sent), .delivered("ready", .uncertain), .delivered("ready", .failed),
            .upgraded,
            .quarantined, .released,
        ]
        try await withLedger { ledger in
            let lines = events.map { entry("r-1", $0) }
            try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1")
                changes.entries = lines
            }
            #expect(try await ledger.history(of: "r-1").map(\.entry) == lines)
        }
    }

    private func keepsEverything() async throws {
        try await withDirectory { directory in
            var finished = run("run-2")
            finished.state = .succeeded
            finished.attempt = 2
            finished.startedAt = now + .seconds(1)
            finished.finishedAt = now + .milliseconds(2001)
            finished.outcome = Text(fr: "fait", en: "done")
            finished.data = Array(#"{"n":[1,2.5,null]}"#.utf8)
            finished.error = "once"
            let mark = ScheduleMark(id: "toy.clean", recurrence: "every 1h", last: nil, next: now + .hours(1))
            let answer = StoredAnswer(key: "k", fingerprint: "f", answer: .run(run("run-9")), at: now)
            let opened = request("r-1", resident: "apt-3", recordVersion: 3)
            let first = try await make(directory)
            let entries = try await first.put { changes in
                changes.requests.opened["r-1"] = opened
                changes.requests.opened["r-2"] = request("r-2", state: "returned", isOpen: false)
                changes.entries = [
                    entry("r-1", "open"), Entry(request: "r-2", service: "s", at: now, actor: "b", event: "e"),
                ]
                changes.timers["r-1"] = ["expire": timer(now + .hours(1)), "remind": timer(nil)]
                changes.claims.taken = ["toy/saw": "r-1"]
                changes.runs.created = ["run-1": run("run-1", schedule: "toy.clean"), "run-2": finished]
                changes.answers["k"] = answer
                changes.schedules["toy.clean"] = mark
            }
            #expect(entries.map(\.entry.event) == ["open", "e"])
            #expect(entries[0].seq < entries[1].seq)
            let ledger = try await reopen(first, in: directory)
            #expect(
                try await ledger.request("r-1")
                    == RequestView(request: opened, timers: ["expire": now + .hours(1)]))
            #expect(try await ledger.request("r-2")?.request.closedAt == now)
            #expect(try await ledger.request("r-3") == nil)
            #expect(try await ledger.history(of: "r-1") == [entries[0]])
            #expect(try await ledger.entries(after: 0, service: nil, limit: 10).elements == entries)
            #expect(try await ledger.run("run-1") == run("run-1", schedule: "toy.clean"))
            #expect(try await ledger.run("run-2") == finished)
            #expect(try await ledger.scheduleMarks() == [mark])
            let facts = try await ledger.ask { facts in
                (
                    try facts.request("r-1"), try facts.timers(of: "r-1"), try facts.claims(of: "r-1"),
                    try facts.holder(of: "toy/saw"), try facts.answer(to: "k"), try facts.run("run-2")
                )
            }
            #expect(facts == (opened, ["expire": now + .hours(1)], ["toy/saw"], "r-1", answer, finished))
            await ledger.close()
        }
    }

    private func changes() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1", resident: "apt-3")
                changes.timers["r-1"] = ["expire": timer(now), "remind": timer(now + .days(1))]
                changes.claims.taken = ["a": "r-1", "b": "r-1"]
                changes.runs.created["run-1"] = run("run-1")
            }
            let closed = request(
                "r-1", state: "returned", isOpen: false, resident: "apt-3", version: 2, recordVersion: 2)
            var begun = run("run-1")
            begun.state = .running
            begun.attempt = 1
            begun.startedAt = now
            try await ledger.put { changes in
                changes.requests.changed["r-1"] = closed
                changes.timers["r-1"] = ["expire": timer(nil), "rest": timer(now)]
                changes.claims.released = ["a"]
                changes.runs.changed["run-1"] = begun
            }
            #expect(
                try await ledger.request("r-1")
                    == RequestView(request: closed, timers: ["remind": now + .days(1), "rest": now]))
            #expect(try await ledger.run("run-1") == begun)
            #expect(try await ledger.ask { try $0.claims(of: "r-1") } == ["b"])
            #expect(try await ledger.ask { try $0.holders(of: ["a", "b", "c"]) } == ["b": "r-1"])
            // A key that is released can be taken by another request in the same batch.
            try await ledger.put { changes in
                changes.requests.opened["r-2"] = request("r-2")
                changes.claims.released = ["b"]
                changes.claims.taken = ["b": "r-2"]
            }
            #expect(try await ledger.ask { try $0.holder(of: "b") } == "r-2")
        }
    }

    private func throwingDecision() async throws {
        try await withLedger { ledger in
            await #expect(throws: LedgerError.self) {
                _ = try await ledger.commit { _ -> (changes: Changes, decided: Void) in throw Stop() }
            }
            await #expect(throws: LedgerError.inUse(path: "x")) {
                _ = try await ledger.commit { _ -> (changes: Changes, decided: Void) in
                    throw LedgerError.inUse(path: "x")
                }
            }
            #expect(try await ledger.counts().openRequests == 0)
            try await ledger.open([request("r-1")])
            #expect(try await ledger.counts().openRequests == 1)
        }
    }

    private func failsWhole() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1")
                changes.claims.taken = ["saw": "r-1"]
            }
            let before = try await ledger.counts()
            func fails(_ fill: (inout Changes) -> Void) async {
                await #expect(throws: LedgerError.self) {
                    try await ledger.put { changes in
                        changes.requests.opened["r-2"] = request("r-2")
                        changes.timers["r-2"] = ["expire": timer(now)]
                        changes.runs.created["run-1"] = run("run-1")
                        changes.entries = [entry("r-2", "open")]
                        fill(&changes)
                    }
                }
            }
            await fails { $0.claims.taken = ["saw": "r-2", "drill": "r-2"] }
            await fails { $0.requests.opened["r-1"] = request("r-1") }
            // Lines, timers and claims must belong to existing requests.
            let ofNobody: [(inout Changes) -> Void] = [
                { $0.entries = [entry("r-3", "open")] }, { $0.timers["r-3"] = ["expire": timer(now)] },
                { $0.claims.taken["drill"] = "r-3" },
            ]
            for fill in ofNobody {
                var changes = Changes()
                changes.requests.opened["r-2"] = request("r-2")
                fill(&changes)
                let batch = changes
                await #expect(throws: LedgerError.self) { try await ledger.commit(batch) }
            }
            #expect(try await ledger.counts() == before)
            #expect(try await ledger.lastEntry() == 0)
            #expect(try await ledger.request("r-2") == nil)
            #expect(try await ledger.history(of: "r-2").isEmpty)
            #expect(try await ledger.run("run-1") == nil)
            #expect(try await ledger.ask { try $0.holder(of: "saw") } == "r-1")
            #expect(try await ledger.ask { try $0.holder(of: "drill") } == nil)
        }
    }

    private func readsCommitted() async throws {
        try await withLedger { ledger in
            let open = request("r-1")
            try await ledger.open([open])
            let (entered, asked) = (Signal(), Signal())
            let lent = request("r-1", version: 2)
            let writer = Task(executorPreference: QueueExecutor()) {
                try await Self.commit(to: ledger, entered: entered, asked: asked, lent)
            }
            await entered.wait()
            // The writer is inside its transaction now, and stays there until the signal is given.
            #expect(try await ledger.request("r-1")?.request == open)
            #expect(try await ledger.counts().openRequests == 1)
            asked.give()
            try await writer.value
            #expect(try await ledger.request("r-1")?.request.version == 2)
        }
    }

    @concurrent
    private static func commit(
        to ledger: any Ledger, entered: Signal, asked: Signal, _ lent: StoredRequest
    ) async throws {
        _ = try await ledger.commit { facts in
            let version = try facts.request("r-1")?.version
            #expect(version == 1)
            entered.give()
            asked.block()
            var changes = Changes()
            changes.requests.changed["r-1"] = lent
            return (changes, ())
        }
        try await ledger.flush()
    }

    private func growingPlaces() async throws {
        try await withDirectory { directory in
            var last: Int64 = 0
            var ledger = try await make(directory)
            for round in 0..<3 {
                if round > 0 { ledger = try await reopen(ledger, in: directory) }
                for index in 0..<5 {
                    let events: [RequestEvent] = ["\(round)-\(index)-a", "\(round)-\(index)-b", "\(round)-\(index)-c"]
                    let lines = try await ledger.put { $0.entries = events.map { entry("r-\(index)", $0) } }
                    #expect(lines.map(\.entry.event) == events)
                    for line in lines {
                        #expect(line.seq > last)
                        last = line.seq
                    }
                }
            }
            await ledger.close()
        }
    }
}
