import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

/// Pages keep within ``PageBounds``, whatever is stored and asked for.
extension LedgerSuite {
    static let pages: [LedgerCheck.Kind] = [
        .init("A filter that matches few rows ends its pages after the maximum number of rows") {
            try await $0.boundedLooks()
        },
        .init("A page ends at the maximum size, and a larger element has a page of its own") {
            try await $0.boundedBytes()
        },
        .init("The ledger returns the position of the last history line") { try await $0.lastEntry() },
    ]

    private func boundedLooks() async throws {
        try await withLedger { ledger in
            let count = 2 * PageBounds.rows + 10
            try await ledger.put { changes in
                for number in 0..<count {
                    var stored = request(
                        "r-\(number)", service: number % 3 == 0 ? "toy.other" : "toy.loan", resident: "apt-1")
                    // The query searches for the oldest request.
                    if number == 0 { stored = request("r-0", service: "toy.other", state: "rare", resident: "apt-1") }
                    changes.requests.opened[stored.id] = stored
                    changes.entries.append(entry(stored.id, "open", service: stored.service))
                    var run = run("run-\(number)", task: number == 0 ? "toy.rare" : "toy.clean")
                    run.state = .failed
                    changes.runs.created[run.id] = run
                }
            }
            func pages(_ fill: (inout RequestQuery) -> Void) async throws -> (ids: [RequestID], count: Int) {
                var query = RequestQuery()
                fill(&query)
                return try await all { after in
                    query.after = after
                    let page = try await ledger.requests(query)
                    return (page.elements.map(\.request.id), page.next)
                }
            }
            let filters: [(inout RequestQuery) -> Void] = [
                { $0.state = "rare" },
                { query in (query.state, query.isOpen) = ("rare", true) },
                { query in (query.state, query.isOpen, query.notOf) = ("rare", true, ["toy.none"]) },
                { query in (query.state, query.resident) = ("rare", "apt-1") },
            ]
            for fill in filters {
                let found = try await pages(fill)
                #expect(found.ids == ["r-0"])
                #expect(found.count == 3)
            }
            // A query with a service uses the index of open requests.
            let ofService = try await pages { query in
                (query.service, query.state, query.isOpen) = ("toy.other", "rare", true)
            }
            #expect(ofService.ids == ["r-0"] && ofService.count == 1)
            let closed = try await pages { $0.isOpen = false }
            #expect(closed.ids.isEmpty && closed.count == 3)

            for state in [StoredRun.State.failed, nil] {
                var query = RunQuery()
                (query.task, query.state) = ("toy.rare", state)
                let found = try await all { after in
                    query.after = after
                    let page = try await ledger.runs(query)
                    return (page.elements.map(\.id), page.next)
                }
                #expect(found.ids == ["run-0"] && found.count == 3)
            }

            let lines = try await all { after in
                let page = try await ledger.entries(
                    after: after ?? 0, service: "toy.none", limit: 10)
                return (page.elements.map(\.entry.request), page.next)
            }
            #expect(lines.ids.isEmpty && lines.count == 3)
        }
    }

    private func boundedBytes() async throws {
        try await withLedger { ledger in
            let text = String(repeating: "x", count: 400 << 10)
            let large = String(repeating: "y", count: 3 << 20)
            for number in 0..<5 {
                try await ledger.put { changes in
                    let record = #"{"text":"\#(number == 2 ? large : text)"}"#
                    changes.requests.opened["r-\(number)"] = StoredRequest(
                        id: "r-\(number)", service: "toy.loan", state: "asked", isOpen: true, resident: "apt-1",
                        openedAt: now, closedAt: nil, record: Array(record.utf8), version: 1)
                    var run = run("run-\(number)")
                    run.data = Array(record.utf8)
                    changes.runs.created[run.id] = run
                    for line in 0..<3 {
                        changes.entries.append(
                            Entry(
                                request: "r-0", service: "toy.loan", at: now, actor: "anne", event: "e\(number)\(line)",
                                input: Array(record.utf8)))
                    }
                }
            }
            for fill in [{ _ in }, { $0.isOpen = true }, { $0.resident = "apt-1" }] as [(inout RequestQuery) -> Void] {
                var query = RequestQuery()
                fill(&query)
                var sizes: [Int] = []
                repeat {
                    let page = try await ledger.requests(query)
                    sizes.append(page.elements.count)
                    query.after = page.next
                } while query.after != nil
                #expect(sizes == [2, 1, 2])
            }
            let runs = try await ledger.runs(RunQuery())
            #expect(runs.elements.map(\.id) == ["run-4", "run-3"] && runs.next != nil)

            var seen = 0
            var after: Int64? = 0
            while let place = after {
                let page = try #require(try await ledger.requestWithHistory("r-0", after: place)).history
                #expect(page.elements.count == 1)
                seen += page.elements.count
                after = page.next
            }
            #expect(seen == 15)
        }
    }

    private func lastEntry() async throws {
        try await withLedger { ledger in
            #expect(try await ledger.lastEntry() == 0)
            let lines = try await ledger.put { $0.entries = [entry("r-1", "open"), entry("r-1", "lend")] }
            #expect(try await ledger.lastEntry() == lines[1].seq)
        }
    }

    func all<ID>(
        _ page: (Int64?) async throws -> (ids: [ID], next: Int64?)
    ) async throws -> (ids: [ID], count: Int) {
        var (ids, count): ([ID], Int) = ([], 0)
        var after: Int64?
        repeat {
            let (more, next) = try await page(after)
            ids += more
            count += 1
            after = next
        } while after != nil && count < 20
        return (ids, count)
    }
}
