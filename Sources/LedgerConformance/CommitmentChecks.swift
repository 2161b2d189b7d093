import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing
import WorkingCalendar

extension LedgerSuite {
    static let commitments: [LedgerCheck.Kind] = [
        .init("Commitments are kept with what explains them, and a request is shown with them") {
            try await $0.keptCommitments()
        },
        .init("A changed commitment takes the place of the one with its number") { try await $0.changedCommitments() },
        .init("A report finds the commitments of its kind, service and time") { try await $0.reportedCommitments() },
        .init("Commitments of a request that does not exist are refused") { try await $0.strayCommitments() },
        .init("Commitments are deleted with their request, and the rules of working calendars stay") {
            try await $0.deletedCommitments()
        },
    ]

    static let calendar = CalendarBook().standard

    /// A promise of five working days, or what a partner owes.
    func made(
        _ number: Int, _ kind: CommitmentKind = .promise, partner: String? = nil, at start: Instant? = nil
    ) -> StoredCommitment {
        let calendar = Self.calendar.calendar
        let winter = ["1/10..31/3=5 working days"].compactMap { SeasonTerm(written: $0) }
        let seasonal = try? SeasonalTerm(.workingDays(10), in: winter)
        let term = calendar.choice(of: seasonal ?? SeasonalTerm(.workingDays(5)), from: start ?? now)
        return StoredCommitment(
            number: number, name: kind == .promise ? "fixed" : "work", kind: kind,
            title: Text(fr: "réparé", en: "fixed"), partner: partner, term: term, start: start ?? now,
            alerts: .init(lead: .hours(30), escalation: [.days(1)]), by: Self.calendar)
    }

    func put(_ all: [RequestID: [StoredCommitment]], in changes: inout Changes) {
        for (request, commitments) in all {
            for commitment in commitments {
                changes.commitments.changed[request, default: [:]][commitment.number] = commitment
            }
        }
        changes.commitments.calendars[Self.calendar.id] = Self.calendar.content
    }

    private func keptCommitments() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            var work = made(2, .obligation, partner: "Entreprise « Été »")
            try work.pause(at: now + .hours(2), because: Text(fr: "pièces", en: "parts"), by: Self.calendar.calendar)
            let all = [made(1), work]
            try await first.put {
                $0.requests.opened["r-1"] = request("r-1")
                put(["r-1": all], in: &$0)
            }
            let ledger = try await reopen(first, in: directory)
            #expect(try await ledger.commitments(of: "r-1") == all)
            #expect(try await ledger.ask { try $0.commitments(of: "r-1") } == all)
            #expect(try await ledger.ask { try $0.commitments(of: "r-2") } == [])
            #expect(try await ledger.ask { try $0.workingCalendar(Self.calendar.id) } == Self.calendar.content)
            #expect(try await ledger.ask { try $0.workingCalendar("other") } == nil)
            let shown = try #require(try await ledger.request("r-1"))
            #expect(shown.commitments == all.map { CommitmentView($0) })
            #expect(shown.commitments.map(\.state) == [.open, .paused])
            var query = RequestQuery()
            query.isOpen = true
            #expect(try await ledger.requests(query).elements == [shown])
            var tasks = RawRequestQuery(service: "toy.loan")
            #expect(try await ledger.requests(tasks).commitments.isEmpty)
            tasks.withCommitments = true
            #expect(try await ledger.requests(tasks).commitments == ["r-1": shown.commitments])
            await ledger.close()
        }
    }

    private func changedCommitments() async throws {
        try await withLedger { ledger in
            try await ledger.put {
                $0.requests.opened["r-1"] = request("r-1")
                put(["r-1": [made(1), made(2)]], in: &$0)
            }
            var kept = made(2)
            try kept.keep(at: now + .hours(1), by: Self.calendar.calendar)
            kept.rate(9)
            try await ledger.put { put(["r-1": [kept]], in: &$0) }
            #expect(try await ledger.commitments(of: "r-1") == [made(1), kept])
            #expect(try await ledger.request("r-1")?.commitments.map(\.score) == [nil, 9])
        }
    }

    private func reportedCommitments() async throws {
        try await withLedger { ledger in
            try await ledger.put {
                $0.requests.opened["r-1"] = request("r-1", resident: "apt-3")
                var other = request("r-2", service: "toy.other")
                other.about = PlaceKey(residence: "T-1", dwelling: "B 204")
                $0.requests.opened["r-2"] = other
                put(
                    [
                        "r-1": [made(1), made(2, .obligation, partner: "Martin")],
                        "r-2": [made(1, at: now + .days(1))],
                    ], in: &$0)
            }
            func found(
                _ kind: CommitmentKind = .promise, _ service: ServiceID? = nil, _ made: Range<Instant>
            ) async throws -> [String] {
                var found: [String] = []
                try await ledger.commitments(CommitmentQuery(kind: kind, service: service, made: made)) {
                    found.append("\($0.service) \($0.resident ?? $0.residence ?? "-") \($0.commitment.number)")
                }
                return found.sorted()
            }
            let (all, today) = (Instant.earliest..<Instant.latest, now..<(now + .days(1)))
            #expect(try await found(.promise, nil, all) == ["toy.loan apt-3 1", "toy.other T-1 1"])
            #expect(try await found(.promise, nil, today) == ["toy.loan apt-3 1"])
            #expect(try await found(.promise, "toy.other", all) == ["toy.other T-1 1"])
            #expect(try await found(.obligation, nil, all) == ["toy.loan apt-3 2"])
        }
    }

    private func strayCommitments() async throws {
        try await withLedger { ledger in
            await #expect(throws: LedgerError.self) {
                _ = try await ledger.commit { _ in
                    var changes = Changes()
                    put(["r-9": [made(1)]], in: &changes)
                    return (changes, ())
                }
            }
            let left = try await ledger.commitments(of: "r-9")
            #expect(left.isEmpty)
        }
    }

    private func deletedCommitments() async throws {
        try await withLedger { ledger in
            try await ledger.put {
                $0.requests.opened["r-1"] = request("r-1", isOpen: false)
                put(["r-1": [made(1)]], in: &$0)
            }
            _ = try await ledger.prune(Retention(), at: now + .days(36_500), limit: 100)
            #expect(try await ledger.request("r-1") == nil)
            #expect(try await ledger.commitments(of: "r-1") == [])
            #expect(try await ledger.ask { try $0.workingCalendar(Self.calendar.id) } == Self.calendar.content)
        }
    }
}
