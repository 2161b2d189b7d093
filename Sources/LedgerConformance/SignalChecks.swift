import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let signals: [LedgerCheck.Kind] = [
        .init("A delivery is due while its listener is served, whoever serves its request") {
            try await $0.attendedDeliveries()
        },
        .init("What a signal says is found until its delivery has ended") { try await $0.valuesOfDeliveries() },
        .init("A delivery of a request that is released from quarantine waits where its listener is not served") {
            try await $0.releasedDeliveries()
        },
        .init("A delivery keeps its closed request from being deleted") { try await $0.keptByDelivery() },
        .init("The cause of a request is kept, and the deletion of one of the two is noted at the other") {
            try await $0.notedDeletions()
        },
        .init("What a service listens to is kept until it is served without it") { try await $0.keptListeners() },
        .init("The last number counts deliveries") { try await $0.lastNumberOfDeliveries() },
    ]

    private func delivery(_ number: Int64 = 7, to listener: ServiceID = "other.ear") -> SignalDelivery {
        SignalDelivery(number: number, signal: "toy.rung", listener: listener)
    }

    private func raise(_ delivery: SignalDelivery, _ request: RequestID, in changes: inout Changes) {
        changes.timers[request, default: [:]][.delivery(delivery)] = timer(now, service: delivery.listener)
        changes.signals.raised[delivery.number] = Array(#"{"tone":"été"}"#.utf8)
    }

    private func due(_ ledger: any Ledger) async throws -> [TimerKey] {
        try await ledger.ask { try $0.dueTimers(by: now, limit: 9) }.map(\.key)
    }

    private func attendedDeliveries() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            // The listener is away when the first signal is raised, and the one who raised it when it is delivered.
            try await first.attend(to: ["toy.loan"])
            try await first.put { raise(delivery(7), "r-1", in: &$0) }
            #expect(try await due(first) == [])
            #expect(try await first.nextDue(after: now) == nil)
            #expect(try await first.unattended(besides: ["toy.loan"], []).deliveries == ["other.ear": 1])
            let ledger = try await reopen(first, in: directory)
            try await ledger.attend(to: ["other.ear"])
            try await ledger.put { raise(delivery(8), "r-1", in: &$0) }
            #expect(try await Set(due(ledger)) == [.delivery(delivery(7)), .delivery(delivery(8))])
            #expect(try await ledger.nextDue(after: now) == now)
            #expect(try await ledger.unattended(besides: ["other.ear"], []).deliveries == [:])
            // One that is put off while it waits stays as it is otherwise.
            try await ledger.put {
                $0.timers["r-1"] = [.delivery(delivery(7)): timer(now + .hours(1), service: "other.ear")]
            }
            #expect(try await due(ledger) == [.delivery(delivery(8))])
            let shown = try #require(try await ledger.request("r-1")).timers
            #expect(shown == [.delivery(delivery(7)): now + .hours(1), .delivery(delivery(8)): now])
            await ledger.close()
        }
    }

    private func valuesOfDeliveries() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            try await first.put { raise(delivery(), "r-1", in: &$0) }
            let ledger = try await reopen(first, in: directory)
            let values = Array(#"{"tone":"été"}"#.utf8)
            #expect(try await ledger.ask { try $0.values(ofDelivery: 7) } == values)
            #expect(try await ledger.ask { try $0.values(ofDelivery: 8) } == nil)
            try await ledger.put {
                $0.timers["r-1"] = [.delivery(delivery()): timer(nil, service: "other.ear")]
                $0.signals.ended = [7]
            }
            #expect(try await ledger.ask { try $0.values(ofDelivery: 7) } == nil)
            #expect(try #require(try await ledger.request("r-1")).timers == [:])
            await ledger.close()
        }
    }

    private func releasedDeliveries() async throws {
        try await withLedger { ledger in
            try await ledger.attend(to: ["toy.loan", "other.ear"])
            try await ledger.put { changes in
                raise(delivery(7), "r-1", in: &changes)
                raise(delivery(8, to: "other.eye"), "r-1", in: &changes)
                changes.timers["r-1"]?["nag"] = timer(now)
            }
            let stored = try #require(try await ledger.request("r-1")).request
            let quarantine = Quarantine(
                of: .request("r-1"), since: now, crashes: 3, event: "touch", cause: "SIGILL")
            try await ledger.put { $0.quarantine.begun["r-1"] = quarantine }
            #expect(try await due(ledger) == [])
            try await ledger.put { $0.quarantine.releasedRequests[stored.id] = true }
            #expect(try await Set(due(ledger)) == ["nag", .delivery(delivery(7))])
        }
    }

    private func keptByDelivery() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1", isOpen: false)
                raise(delivery(), "r-1", in: &changes)
            }
            let later = now + .days(9999)
            #expect(try await ledger.prune(Retention(), at: later, limit: 9).requests == 0)
            try await ledger.put {
                $0.timers["r-1"] = [.delivery(delivery()): timer(nil, service: "other.ear")]
                $0.signals.ended = [7]
            }
            #expect(try await ledger.prune(Retention(), at: later, limit: 9).requests == 1)
        }
    }

    private func notedDeletions() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            // The second was opened by the first, and opened the third and the fourth.
            let causes: [RequestID: SignalCause] = [
                "r-2": SignalCause(request: "r-1", signal: "toy.rung", length: 3),
                "r-3": SignalCause(request: "r-2", signal: "toy.rung", length: 4),
                "r-4": SignalCause(request: "r-2", signal: "toy.rung", length: 4),
            ]
            try await first.put { changes in
                for (id, isOpen) in [("r-1", true), ("r-2", false), ("r-3", true), ("r-4", false)]
                    as [(RequestID, Bool)]
                {
                    changes.requests.opened[id] = request(id, isOpen: isOpen)
                }
                changes.signals.causes = causes
            }
            let ledger = try await reopen(first, in: directory)
            for id in ["r-1", "r-2", "r-3", "r-4"] as [RequestID] {
                #expect(try await ledger.ask { try $0.cause(of: id) } == causes[id])
            }
            #expect(try await ledger.prune(Retention(), at: now + .days(9999), limit: 9).requests == 2)
            #expect(try await ledger.ask { try $0.cause(of: "r-2") } == nil)
            for (id, note) in [
                (
                    "r-1" as RequestID,
                    "Request \("r-2" as RequestID), which this signal opened, has been deleted for its age."
                ),
                ("r-3", "Request \("r-2" as RequestID), which raised this signal, has been deleted for its age."),
            ] {
                let lines = try await ledger.history(of: id)
                #expect(lines.map(\.entry.event) == [.signal("toy.rung")])
                #expect(lines.map(\.entry.note?.en) == [note])
            }
            await ledger.close()
        }
    }

    private func keptListeners() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            #expect(try await first.listeners() == [:])
            try await first.save(
                ["other.ear": ["toy.rung", "toy.fallen"], "other.eye": ["toy.seen"]],
                servedBy: ["other.ear", "other.eye", "toy.loan"])
            let ledger = try await reopen(first, in: directory)
            #expect(
                try await ledger.listeners() == ["other.ear": ["toy.rung", "toy.fallen"], "other.eye": ["toy.seen"]])
            try await ledger.save([:], servedBy: ["other.ear"])
            #expect(try await ledger.listeners() == ["other.eye": ["toy.seen"]])
            await ledger.close()
        }
    }

    private func lastNumberOfDeliveries() async throws {
        try await withLedger { ledger in
            let number = RequestID("r-9").number + 5
            try await ledger.put { raise(delivery(number), "r-1", in: &$0) }
            #expect(try await ledger.ask { try $0.lastNumber() } == number)
        }
    }
}
