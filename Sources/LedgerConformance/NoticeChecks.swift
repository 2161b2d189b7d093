import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let notices: [LedgerCheck.Kind] = [
        .init("A history line that is a notice for a resident begins a notice, and no other line does") {
            try await $0.begunNotices()
        },
        .init("What became of a notice is kept, for the engine and for lists") { try await $0.keptNotices() },
        .init("Notices are listed by state, the oldest or the newest first, page by page") {
            try await $0.listedNotices()
        },
        .init("A notice is deleted with its request, and no other notice is") { try await $0.deletedNotices() },
    ]

    private func list(
        _ ledger: any Ledger, _ state: StoredNotice.State? = nil, isOldestFirst: Bool = false
    ) async throws -> [StoredNotice] {
        var query = NoticeQuery()
        (query.state, query.isOldestFirst) = (state, isOldestFirst)
        return try await ledger.notices(query).elements
    }

    private func begunNotices() async throws {
        try await withLedger { ledger in
            let lines = try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1", resident: "apt-1")
                changes.entries = [
                    entry("r-1", "open"), entry("r-1", .notice("ready", to: .resident, isSecret: true)),
                    entry("r-1", .notice("late", to: .staff, isSecret: false)), entry("r-1", "told:ready"),
                    entry("r-2", .notice("ready", to: .resident, isSecret: false)),
                ]
            }
            let first = StoredNotice(line: lines[1], resident: "apt-1", state: .waiting)
            let second = StoredNotice(line: lines[4], resident: nil, state: .waiting)
            #expect(try await list(ledger, isOldestFirst: true) == [first, second])
            #expect(try await ledger.ask { try $0.notice(first.number) } == first)
            for line in [lines[0], lines[2], lines[3]] {
                #expect(try await ledger.ask { try $0.notice(line.seq) == nil })
            }
            #expect(try await ledger.ask { try $0.notice(999) == nil })
        }
    }

    private func keptNotices() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            let lines = try await first.put { $0.entries = [entry("r-1", "notice:one"), entry("r-1", "notice:two")] }
            // A number that is no notice changes nothing.
            try await first.put { $0.notices = [lines[0].seq: .told, 999: .told] }
            let ledger = try await reopen(first, in: directory)
            #expect(try await list(ledger).map(\.state) == [.waiting, .told])
            #expect(try await ledger.ask { try $0.notice(lines[0].seq)?.state } == .told)
            #expect(try await ledger.ask { try $0.notice(lines[1].seq)?.state } == .waiting)
            await ledger.close()
        }
    }

    private func listedNotices() async throws {
        try await withLedger { ledger in
            let lines = try await ledger.put { changes in
                for number in 1...5 { changes.entries.append(entry("r-\(number)", "notice:ready")) }
            }
            let numbers = lines.map(\.seq)
            try await ledger.put { $0.notices = [numbers[1]: .told, numbers[3]: .told] }
            #expect(try await list(ledger).map(\.number) == numbers.reversed())
            #expect(try await list(ledger, .told).map(\.number) == [numbers[3], numbers[1]])
            #expect(
                try await list(ledger, .waiting, isOldestFirst: true).map(\.number)
                    == [numbers[0], numbers[2], numbers[4]])
            for isOldestFirst in [true, false] {
                var query = NoticeQuery()
                (query.state, query.isOldestFirst, query.limit) = (.waiting, isOldestFirst, 2)
                let page = try await ledger.notices(query)
                #expect(page.next != nil)
                query.after = page.next
                let rest = try await ledger.notices(query)
                #expect(page.elements.count == 2 && rest.elements.count == 1 && rest.next == nil)
                let all = (page.elements + rest.elements).map(\.number)
                #expect(all.sorted() == [numbers[0], numbers[2], numbers[4]])
            }
        }
    }

    private func deletedNotices() async throws {
        try await withLedger { ledger in
            let lines = try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1", isOpen: false)
                changes.entries = [entry("r-1", "notice:over"), entry("r-2", "notice:ready")]
            }
            #expect(try await ledger.prune(Retention(), at: now + .days(730), limit: 100).requests == 1)
            #expect(try await list(ledger).map(\.number) == [lines[1].seq])
            #expect(try await ledger.ask { try $0.notice(lines[0].seq) == nil })
        }
    }
}
