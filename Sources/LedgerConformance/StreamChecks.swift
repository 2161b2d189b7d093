import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let streams: [LedgerCheck.Kind] = [
        .init("A task reads requests by every filter, the oldest first") { try await $0.streamFilters() },
        .init("The portions of a stream contain every request once, whatever is opened and changed meanwhile") {
            try await $0.streamWhileChanging()
        },
        .init("The portions of closed requests contain every one once, also if many were closed at one moment") {
            try await $0.streamOfClosed()
        },
        .init("A portion of large records ends early, and the next one goes on") { try await $0.streamOfLarge() },
        .init("A stream finds a request behind thousands of others") { try await $0.streamBehindOthers() },
    ]

    /// A request that was opened, and perhaps closed, so many hours after ``now``.
    private func request(
        _ index: Int64, service: ServiceID = "toy.loan", opened: Int, closed: Int? = nil, resident: String? = nil,
        record: [UInt8] = Array("{}".utf8)
    ) -> StoredRequest {
        let openedAt = now + .hours(opened)
        return StoredRequest(
            id: RequestID(number: ShortID.number(at: openedAt) + index), service: service,
            state: closed == nil ? "asked" : "returned", isOpen: closed == nil, resident: resident, openedAt: openedAt,
            closedAt: closed.map { now + .hours($0) }, record: record, version: 1)
    }

    private func streamFilters() async throws {
        try await withLedger { ledger in
            let all = [
                request(0, opened: 0, resident: "apt-1"), request(1, opened: 0, closed: 9, resident: "apt-1"),
                request(2, service: "toy.other", opened: 1, resident: "apt-1"), request(3, opened: 2),
                request(4, opened: 3, closed: 4, resident: "apt-2"), request(5, opened: 5, closed: 5),
                request(6, opened: 6, resident: "apt-1"),
            ]
            // Ledgers may put requests of one batch, and of several, into different places.
            try await ledger.open(Array(all[..<4]))
            try await ledger.put { changes in for request in all[4...] { changes.requests.opened[request.id] = request }
            }
            for (query, expected) in filters {
                let found = try await ledger.stream(query).requests
                #expect(found.map { all.firstIndex(of: $0) ?? -1 } == expected, "\(query)")
            }
        }
    }

    /// Questions for the requests of ``streamFilters()``, and the requests that fit, in their order.
    private var filters: [(RawRequestQuery, [Int])] {
        func query(
            _ selection: RequestSelection, resident: String? = nil, opened: Range<Int>? = nil,
            closed: Range<Int>? = nil, of service: String = "toy.loan"
        ) -> RawRequestQuery {
            var query = RawRequestQuery(service: service)
            query.selection = selection
            query.resident = resident
            query.opened = opened.map { now + .hours($0.lowerBound)..<now + .hours($0.upperBound) }
            query.closed = closed.map { now + .hours($0.lowerBound)..<now + .hours($0.upperBound) }
            query.limit = 2
            return query
        }
        var ever = query(.open)
        ever.opened = Instant.earliest..<Instant.latest
        return [
            (query(.open), [0, 3, 6]), (query(.closed), [4, 5, 1]), (query(.all), [0, 1, 3, 4, 5, 6]),
            (query(.open, resident: "apt-1"), [0, 6]), (query(.closed, resident: "apt-1"), [1]),
            (query(.all, resident: "apt-1"), [0, 1, 6]), (query(.all, resident: "apt-none"), []),
            (query(.open, opened: 0..<2), [0]), (query(.open, opened: 2..<7), [3, 6]),
            (query(.all, opened: 3..<6), [4, 5]),
            (query(.open, opened: 3..<6), []), (query(.closed, opened: 3..<6), [4, 5]),
            (query(.all, opened: 3..<3), []),
            (query(.all, resident: "apt-1", opened: 1..<7), [6]), (ever, [0, 3, 6]),
            (query(.closed, closed: 4..<5), [4]), (query(.closed, closed: 4..<9), [4, 5]),
            (query(.closed, closed: 5..<10), [5, 1]), (query(.closed, closed: 6..<6), []),
            (query(.closed, resident: "apt-1", closed: 0..<10), [1]),
            (query(.closed, opened: 1..<9, closed: 0..<5), [4]),
            (query(.all, of: "toy.none"), []),
        ]
    }

    private func streamWhileChanging() async throws {
        for resident in [nil, "apt-1"] {
            try await withLedger { ledger in
                let all = (0..<600).map { request(Int64($0), opened: $0 / 10, resident: resident) }
                try await ledger.put { changes in for request in all { changes.requests.opened[request.id] = request } }
                for selection in [RequestSelection.open, .all] {
                    var query = RawRequestQuery(service: "toy.loan")
                    query.selection = selection
                    query.resident = resident
                    query.limit = 40
                    var round = 0
                    let found = try await ledger.stream(query) {
                        // One that was read already and one that is still to come are changed; another is opened.
                        for index in [min(round * 40 + 39, 599), 599 - round] {
                            var changed = try #require(try await ledger.request(all[index].id)).request
                            changed.version += 1
                            changed.record = Array(#"{"n":1}"#.utf8)
                            try await ledger.put { $0.requests.changed[changed.id] = changed }
                        }
                        round += 1
                        let more = request(Int64(round), opened: 1000 + (selection == .all ? 1 : 0), resident: resident)
                        try await ledger.open([more])
                    }
                    #expect(found.requests.map(\.id).filter(Set(all.map(\.id)).contains) == all.map(\.id))
                    #expect(Set(found.requests.map(\.id)).count == found.requests.count)
                }
            }
        }
    }

    private func streamOfClosed() async throws {
        try await withLedger { ledger in
            let all = (0..<500).map { request(Int64($0), opened: 0, closed: 2 + $0 / 400) }
            try await ledger.put { changes in
                for request in all { changes.requests.opened[request.id] = request }
                changes.requests.opened["r-1"] = StoredRequest(
                    id: "r-1", service: "toy.loan", state: "asked", isOpen: true, resident: nil, openedAt: now,
                    closedAt: nil, record: Array("{}".utf8), version: 1)
            }
            var query = RawRequestQuery(service: "toy.loan")
            query.selection = .closed
            query.limit = 30
            var isClosed = false
            let found = try await ledger.stream(query) {
                guard !isClosed else { return }
                isClosed = true
                // It is closed while the others are read, as the last of all.
                var last = try #require(try await ledger.request("r-1")).request
                (last.state, last.isOpen, last.closedAt) = ("returned", false, now + .hours(9))
                try await ledger.put { $0.requests.changed["r-1"] = last }
            }
            #expect(found.requests.map(\.id) == all.map(\.id) + ["r-1"])
        }
    }

    private func streamOfLarge() async throws {
        try await withLedger { ledger in
            let record = Array("{\"words\":\"\(String(repeating: "a", count: 400_000))\"}".utf8)
            let all = (0..<5).map {
                request(Int64($0), opened: $0, closed: $0 < 2 ? 9 : nil, resident: "apt-1", record: record)
            }
            try await ledger.open(all)
            for resident in [nil, "apt-1"] {
                var query = RawRequestQuery(service: "toy.loan")
                query.selection = .all
                query.resident = resident
                let found = try await ledger.stream(query)
                #expect(found.requests == all)
                #expect(found.sizes.allSatisfy { $0 <= 2 })
            }
        }
    }

    private func streamBehindOthers() async throws {
        try await withLedger { ledger in
            let wanted = request(9_000, opened: 0, resident: "apt-9")
            try await ledger.put { changes in
                for index in 0..<Int64(PageBounds.rows) + 500 {
                    let other = request(index, service: "toy.other", opened: 0, resident: "apt-1")
                    changes.requests.opened[other.id] = other
                }
                changes.requests.opened[wanted.id] = wanted
            }
            for (selection, resident) in [(RequestSelection.open, nil), (.all, nil), (.all, "apt-9")] {
                var query = RawRequestQuery(service: "toy.loan")
                query.selection = selection
                query.resident = resident
                #expect(try await ledger.stream(query).requests == [wanted])
            }
        }
    }
}

extension Ledger {
    /// All portions of a query, and how many requests each had. `meanwhile` is called after each portion.
    fileprivate nonisolated(nonsending) func stream(
        _ query: RawRequestQuery, meanwhile: () async throws -> Void = {}
    ) async throws -> (requests: [StoredRequest], sizes: [Int]) {
        var query = query
        var (requests, sizes): ([StoredRequest], [Int]) = ([], [])
        repeat {
            let portion = try await self.requests(query)
            requests += portion.elements
            sizes.append(portion.elements.count)
            query.after = portion.next
            try await meanwhile()
        } while query.after != nil && sizes.count < 1000
        return (requests, sizes)
    }
}
