import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

/// Requests are found by whom they are for, when they were opened, their deadlines and what they say.
extension LedgerSuite {
    static let finding: [LedgerCheck.Kind] = [
        .init("A list takes several residents, a time of opening and a residence with those who live there") {
            try await $0.filteredRequests()
        },
        .init("A list takes only what is late, or only what has or has no deadline") { try await $0.lateRequests() },
        .init("Requests are listed by deadlines page by page, each once, and those that match the query alone") {
            try await $0.requestsInOrderOfDeadlines()
        },
        .init("A search finds by what open and closed requests say, page by page") { try await $0.searchedRequests() },
        .init("Requests are found by the numbers of their ids") { try await $0.numberedRequests() },
        .init("The newest notices of a request are read without those of others") { try await $0.noticesOfRequest() },
    ]

    /// A request that was opened hours after ``now``, as the number of its id says.
    private func opened(
        _ hours: Int, resident: String? = nil, about: PlaceKey? = nil, record: String = "{}", isOpen: Bool = true
    ) -> StoredRequest {
        let openedAt = now + .hours(hours)
        return StoredRequest(
            id: RequestID(number: ShortID.number(at: openedAt)), service: "toy.loan",
            state: isOpen ? "asked" : "returned", isOpen: isOpen, resident: resident, openedAt: openedAt,
            closedAt: isOpen ? nil : now + .hours(100), record: Array(record.utf8), version: 1, about: about)
    }

    private func put(_ requests: [StoredRequest], in ledger: any Ledger) async throws {
        try await ledger.put { changes in
            for request in requests { changes.requests.opened[request.id] = request }
        }
    }

    private func ids(_ ledger: any Ledger, _ fill: (inout RequestQuery) -> Void) async throws -> [RequestID] {
        var query = RequestQuery()
        fill(&query)
        return try await ledger.requests(query).elements.map(\.request.id)
    }

    private func filteredRequests() async throws {
        try await withLedger { ledger in
            let (hall, flat) = (PlaceKey(residence: "T-1"), PlaceKey(residence: "T-2", dwelling: "B 204"))
            let all = [
                opened(0, resident: "R-1"), opened(1, resident: "R-2"), opened(2, resident: "R-3", isOpen: false),
                opened(3, about: hall), opened(4, resident: "R-1", about: flat),
            ]
            let id = all.map(\.id)
            try await put(all, in: ledger)
            #expect(try await ids(ledger) { $0.residents = ["R-2", "R-3"] } == [id[2], id[1]])
            #expect(try await ids(ledger) { $0.residents = [] }.isEmpty)
            #expect(try await ids(ledger) { ($0.residents, $0.isOpen) = (["R-1", "R-3"], true) } == [id[4], id[0]])
            for isOpen in [nil, true] {
                let found = try await ids(ledger) {
                    ($0.opened, $0.isOpen) = (now + .hours(1)..<now + .hours(4), isOpen)
                }
                #expect(found == (isOpen == nil ? [id[3], id[2], id[1]] : [id[3], id[1]]))
            }
            let living = ResidenceMembers(id: "T-1", residents: ["R-1", "R-3"])
            #expect(try await ids(ledger) { $0.residence = living } == [id[3], id[2], id[0]])
            #expect(try await ids(ledger) { ($0.residence, $0.isOpen) = (living, true) } == [id[3], id[0]])
        }
    }

    private func lateRequests() async throws {
        try await withLedger { ledger in
            let all = (0..<4).map { opened($0) }
            let id = all.map(\.id)
            try await put(all, in: ledger)
            var paused = made(1)
            try paused.pause(at: now + .hours(2), because: Text(fr: "pièces", en: "parts"), by: Self.calendar.calendar)
            let promised = made(1)
            let due = try #require(promised.due)
            try await ledger.put {
                put([id[0]: [promised], id[1]: [paused], id[2]: [made(1, at: now + .days(7))]], in: &$0)
            }
            for isOpen in [nil, true] {
                let late = try await ids(ledger) { ($0.lateAt, $0.isOpen) = (due + .seconds(1), isOpen) }
                #expect(late == [id[0]])
            }
            #expect(try await ids(ledger) { $0.lateAt = due - .seconds(1) }.isEmpty)
            #expect(try await ids(ledger) { $0.hasDeadline = true } == [id[2], id[0]])
            // What is paused has no deadline until it goes on.
            #expect(try await ids(ledger) { $0.hasDeadline = false } == [id[3], id[1]])
            // A deadline that was missed is late until it is done, and is no deadline after that.
            var missed = made(1)
            missed.miss(at: due)
            try await ledger.put { put([id[0]: [missed]], in: &$0) }
            #expect(try await ids(ledger) { $0.lateAt = now } == [id[0]])
            try missed.keep(at: due + .days(1), by: Self.calendar.calendar)
            try await ledger.put { put([id[0]: [missed]], in: &$0) }
            #expect(try await ids(ledger) { $0.lateAt = due + .days(9) } == [id[2]])
            #expect(try await ids(ledger) { $0.hasDeadline = true } == [id[2]])
        }
    }

    private func requestsInOrderOfDeadlines() async throws {
        try await withLedger { ledger in
            let all = (0..<6).map { opened($0, resident: $0 % 2 == 0 ? "R-1" : "R-2") }
            let id = all.map(\.id)
            try await put(all, in: ledger)
            // The later a promise was made, the later it is due. The first request has two that are due at one moment.
            let days = [3, 1, 2, 1, 4]
            try await ledger.put { changes in
                for (number, day) in days.enumerated() {
                    put([id[number]: [made(1, at: now + .days(day * 7))]], in: &changes)
                }
                put(
                    [
                        id[0]: [
                            made(1, at: now + .days(21)), made(2, at: now + .days(21)), made(3, at: now + .days(70)),
                        ]
                    ],
                    in: &changes)
            }
            for limit in [1, 2, 100] {
                var query = RequestQuery()
                query.limit = limit
                var (found, place): ([RequestID], DeadlinePlace?) = ([], nil)
                repeat {
                    let page = try await ledger.requestsByDeadline(query, after: place)
                    #expect(page.elements.count <= limit)
                    found += page.elements.map(\.request.id)
                    place = page.next
                } while place != nil
                #expect(found == [id[1], id[3], id[2], id[0], id[4]])
            }
            var query = RequestQuery()
            query.resident = "R-1"
            let own = try await ledger.requestsByDeadline(query, after: nil)
            #expect(own.elements.map(\.request.id) == [id[2], id[0], id[4]] && own.next == nil)
            query.resident = nil
            let first = try #require(try await ledger.requestsByDeadline(query, after: nil).elements.first?.deadline)
            query.lateAt = first + .seconds(1)
            #expect(
                try await ledger.requestsByDeadline(query, after: nil).elements.map(\.request.id) == [id[1], id[3]])
            query = RequestQuery()
            query.follower = "R-9"
            #expect(try await ledger.requestsByDeadline(query, after: nil).elements.isEmpty)
        }
    }

    private func searchedRequests() async throws {
        try await withLedger { ledger in
            let all = [
                opened(0, record: #"{"tool":"Scie à métaux"}"#), opened(1, record: #"{"tool":"scie sauteuse"}"#),
                opened(2, record: #"{"tool":"Perceuse"}"#), opened(3, record: #"{"tool":"SCIE"}"#, isOpen: false),
                opened(4, resident: "R-1", record: #"{"tool":"Marteau"}"#),
            ]
            let id = all.map(\.id)
            try await put(all, in: ledger)
            let records = ["toy.loan": SearchedRecord(texts: ["tool"])] as [ServiceID: SearchedRecord]
            var search = RequestSearch("scie", in: records)
            #expect(try await ids(ledger) { ($0.search, $0.isOpen) = (search, true) } == [id[1], id[0]])
            #expect(try await ids(ledger) { ($0.search, $0.isOpen) = (search, false) } == [id[3]])
            var query = RequestQuery()
            (query.search, query.limit) = (search, 1)
            let found = try await self.all { after in
                query.after = after
                let page = try await ledger.requests(query)
                return (page.elements.map(\.request.id), page.next)
            }
            #expect(found.ids == [id[3], id[1], id[0]])
            search.words[0].residents = ["R-1"]
            #expect(try await ids(ledger) { ($0.search, $0.isOpen) = (search, true) } == [id[4], id[1], id[0]])
        }
    }

    private func numberedRequests() async throws {
        try await withLedger { ledger in
            let all = [opened(0), opened(1, isOpen: false), opened(2)]
            try await put(all, in: ledger)
            for request in all {
                let text = request.id.description
                let numbers = try #require(ShortID.numbers(beginning: String(text.prefix(7))))
                #expect(try await ids(ledger) { $0.numbers = numbers } == [request.id])
            }
            let first = all[0].id.number
            #expect(try await ids(ledger) { $0.numbers = first...first + 1 } == [all[0].id])
            #expect(try await ids(ledger) { $0.numbers = 0...first } == [all[0].id])
        }
    }

    private func noticesOfRequest() async throws {
        try await withLedger { ledger in
            let lines = try await ledger.put { changes in
                changes.entries = [
                    entry("r-1", "open"), entry("r-1", "notice:one"), entry("r-2", "notice:other"),
                    entry("r-1", "notice:two"), entry("r-1", "notice:three"),
                ]
            }
            let found = try await ledger.notices(of: "r-1", limit: 2)
            #expect(found.map(\.number) == [lines[4].seq, lines[3].seq])
            #expect(try await ledger.notices(of: "r-1", limit: 9).count == 3)
            #expect(try await ledger.notices(of: "r-3", limit: 9).isEmpty)
        }
    }
}
