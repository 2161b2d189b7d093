import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing

extension LedgerSuite {
    static let reading: [LedgerCheck.Kind] = [
        .init("Requests are listed by every filter, the newest first") { try await $0.requestFilters() },
        .init("Requests opened in one batch are listed in the order of their ids") {
            try await $0.requestsOfOneBatch()
        },
        .init("The pages of a list of requests contain the whole list") { try await $0.requestPages() },
        .init("Runs are listed by task and state, the newest first, in pages") { try await $0.runLists() },
        .init("History lines are read from a position on") { try await $0.entriesAfter() },
        .init("Open requests of a service are listed oldest first") { try await $0.openRequests() },
        .init("The counts match the stored requests, timers and runs") { try await $0.counts() },
    ]

    private func requestFilters() async throws {
        try await withLedger { ledger in
            try await ledger.open([
                request("r-1", resident: "apt-1"),
                request("r-2", state: "returned", isOpen: false, resident: "apt-1"),
                request("r-3", service: "toy.other", resident: "apt-2"),
                request("r-4", state: "lent"),
                request("r-5", service: "toy.other", state: "lent", resident: "apt-1"),
            ])
            func list(_ fill: (inout RequestQuery) -> Void) async throws -> [RequestID] {
                var query = RequestQuery()
                fill(&query)
                let page = try await ledger.requests(query)
                #expect(page.next == nil)
                return page.elements.map(\.request.id)
            }
            #expect(try await list { _ in } == ["r-5", "r-4", "r-3", "r-2", "r-1"])
            #expect(try await list { $0.service = "toy.loan" } == ["r-4", "r-2", "r-1"])
            #expect(try await list { $0.state = "lent" } == ["r-5", "r-4"])
            #expect(try await list { $0.resident = "apt-1" } == ["r-5", "r-2", "r-1"])
            #expect(try await list { $0.isOpen = true } == ["r-5", "r-4", "r-3", "r-1"])
            #expect(try await list { $0.isOpen = false } == ["r-2"])
            #expect(
                try await list { query in
                    query.service = "toy.loan"
                    query.resident = "apt-1"
                    query.isOpen = true
                    query.state = "asked"
                } == ["r-1"])
            #expect(try await list { $0.service = "'; DROP TABLE requests; --" } == [])
        }
    }

    private func requestsOfOneBatch() async throws {
        try await withLedger { ledger in
            let ids = (0..<30).map { "r-\($0)" as RequestID }
            try await ledger.put { changes in
                for id in ids { changes.requests.opened[id] = request(id) }
                changes.entries = ids.shuffled().flatMap { [entry($0, "open"), entry($0, "notice:x")] }
            }
            #expect(try await ledger.requests(RawRequestQuery(service: "toy.loan")).elements.map(\.id) == ids)
            #expect(try await ledger.requests(RequestQuery()).elements.map(\.request.id) == ids.reversed())
        }
    }

    private func requestPages() async throws {
        try await withLedger { ledger in
            try await ledger.open((0..<10).map { request("r-\($0)") })
            try await ledger.put { $0.timers["r-9"] = ["expire": timer(now)] }
            var query = RequestQuery()
            query.limit = 4
            var sizes: [Int] = []
            var ids: [RequestID] = []
            repeat {
                let page = try await ledger.requests(query)
                sizes.append(page.elements.count)
                ids += page.elements.map(\.request.id)
                query.after = page.next
                if sizes.count == 1 {
                    #expect(page.elements[0].timers == ["expire": now])
                    try await ledger.open([request("r-99")])
                }
            } while query.after != nil
            #expect(sizes == [4, 4, 2])
            #expect(ids == (0..<10).reversed().map { "r-\($0)" as RequestID })
            var exact = RequestQuery()
            exact.limit = 11
            #expect(try await ledger.requests(exact).next == nil)
        }
    }

    private func runLists() async throws {
        try await withLedger { ledger in
            for index in 0..<7 {
                var run = run("run-\(index)", task: index % 2 == 0 ? "toy.clean" : "toy.deliver")
                if index < 3 { run.state = .failed }
                try await ledger.put { $0.runs.created[run.id] = run }
            }
            func list(_ fill: (inout RunQuery) -> Void) async throws -> [RunID] {
                var query = RunQuery()
                fill(&query)
                return try await ledger.runs(query).elements.map(\.id)
            }
            #expect(try await list { _ in } == (0..<7).reversed().map { "run-\($0)" as RunID })
            #expect(try await list { $0.task = "toy.deliver" } == ["run-5", "run-3", "run-1"])
            #expect(try await list { $0.state = .failed } == ["run-2", "run-1", "run-0"])
            #expect(
                try await list { query in
                    query.state = .queued
                    query.task = "toy.clean"
                } == ["run-6", "run-4"])
            var query = RunQuery()
            query.limit = 3
            var ids: [[RunID]] = []
            repeat {
                let page = try await ledger.runs(query)
                ids.append(page.elements.map(\.id))
                query.after = page.next
            } while query.after != nil
            #expect(ids == [["run-6", "run-5", "run-4"], ["run-3", "run-2", "run-1"], ["run-0"]])
        }
    }

    private func entriesAfter() async throws {
        try await withLedger { ledger in
            let lines = try await ledger.put { changes in
                changes.entries = (0..<6).map { index in
                    entry("r-\(index % 2)", "e\(index)", service: index < 4 ? "toy.loan" : "toy.other")
                }
            }
            #expect(try await ledger.entries(after: 0, service: nil, limit: 100).elements == lines)
            #expect(
                try await ledger.entries(after: lines[1].seq, service: nil, limit: 2).elements == Array(lines[2...3]))
            #expect(
                try await ledger.entries(after: lines[1].seq, service: "toy.other", limit: 9).elements
                    == Array(lines[4...]))
            #expect(try await ledger.entries(after: lines[5].seq, service: nil, limit: 9).elements.isEmpty)
            #expect(try await ledger.history(of: "r-1").map(\.entry.event) == ["e1", "e3", "e5"])
        }
    }

    private func openRequests() async throws {
        try await withLedger { ledger in
            try await ledger.open([
                request("r-1"), request("r-5"), request("r-7", service: "toy.other"), request("r-9"),
                request("r-3", state: "returned", isOpen: false),
            ])
            try await ledger.put { $0.requests.changed["r-5"] = request("r-5", state: "lent", version: 2) }
            #expect(
                try await ledger.requests(RawRequestQuery(service: "toy.loan")).elements.map(\.id) == [
                    "r-1", "r-5", "r-9",
                ])
            #expect(try await ledger.requests(RawRequestQuery(service: "toy.loan")).elements[1].version == 2)
        }
    }

    private func counts() async throws {
        try await withLedger { ledger in
            let none = LedgerCounts(openRequests: 0, pendingTimers: 0, queuedRuns: 0, runningRuns: 0, failedRuns: 0)
            #expect(try await ledger.counts() == none)
            try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1")
                changes.requests.opened["r-2"] = request("r-2", state: "returned", isOpen: false)
                changes.timers["r-1"] = ["a": timer(now), "b": timer(now), "c": timer(nil)]
                let states: [StoredRun.State] = [
                    .queued, .queued, .queued, .running, .running, .failed, .succeeded, .cancelled,
                ]
                for (index, state) in states.enumerated() {
                    var run = run("run-\(index)")
                    run.state = state
                    changes.runs.created[run.id] = run
                }
            }
            #expect(
                try await ledger.counts()
                    == LedgerCounts(openRequests: 1, pendingTimers: 2, queuedRuns: 3, runningRuns: 2, failedRuns: 1))
        }
    }
}
