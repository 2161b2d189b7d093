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
        .init("How a notice is delivered is kept: its run, until when it is useful, and what became of it") {
            try await $0.deliveredNotices()
        },
        .init("Notices are found by who has to tell them, and by what is too late") { try await $0.chosenNotices() },
        .init("A refused address is kept until it is right again") { try await $0.refusedAddresses() },
        .init("A notice is deleted with its request, and no other notice is") { try await $0.deletedNotices() },
    ]

    private func list(
        _ ledger: any Ledger, _ choice: NoticeQuery.Choice = .all, isOldestFirst: Bool = false,
        at moment: Instant? = nil
    ) async throws -> [StoredNotice] {
        var query = NoticeQuery(at: moment ?? now)
        (query.choice, query.isOldestFirst) = (choice, isOldestFirst)
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
                    entry("r-1", .notice("order", to: .partner("Plomberie Martin"), isSecret: false)),
                ]
            }
            let first = StoredNotice(line: lines[1], resident: "apt-1", state: .waiting)
            let second = StoredNotice(line: lines[4], resident: nil, state: .waiting)
            let third = StoredNotice(line: lines[5], resident: "apt-1", state: .waiting)
            #expect(try await list(ledger, isOldestFirst: true) == [first, second, third])
            #expect(third.partner == "Plomberie Martin" && third.resident == nil)
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
            try await first.put { $0.notices.changed = [lines[0].seq: NewNotice(.told), 999: NewNotice(.told)] }
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
            try await ledger.put { $0.notices.changed = [numbers[1]: NewNotice(.told), numbers[3]: NewNotice(.told)] }
            #expect(try await list(ledger).map(\.number) == numbers.reversed())
            #expect(try await list(ledger, .state(.told)).map(\.number) == [numbers[3], numbers[1]])
            #expect(
                try await list(ledger, .state(.waiting), isOldestFirst: true).map(\.number)
                    == [numbers[0], numbers[2], numbers[4]])
            for isOldestFirst in [true, false] {
                var query = NoticeQuery(at: now)
                (query.choice, query.isOldestFirst, query.limit) = (.state(.waiting), isOldestFirst, 2)
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

    private func deliveredNotices() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            let delivery = NoticeDelivery(run: "m-1", usefulUntil: now + .hours(1), isOnlyInState: true)
            let lines = try await first.put { changes in
                changes.requests.opened["r-1"] = request("r-1", resident: "apt-1")
                changes.entries = [
                    entry("r-1", "notice:one"), entry("r-1", "open"), entry("r-1", "notice:two"),
                    entry("r-1", "notice:three"),
                ]
                changes.notices.begun = [0: NewNotice(.waiting, delivery), 2: NewNotice(.withdrawn, delivery)]
            }
            let ledger = try await reopen(first, in: directory)
            let stored = StoredNotice(line: lines[0], resident: "apt-1", state: .waiting, delivery: delivery)
            #expect(try await ledger.notice(lines[0].seq) == stored)
            #expect(try await list(ledger, isOldestFirst: true).map(\.state) == [.waiting, .withdrawn, .waiting])
            #expect(try await ledger.notices(sentBy: "m-1") == [stored])
            #expect(try await ledger.ask { try $0.notices(sentBy: "m-1") } == [stored])
            #expect(try await ledger.notices(sentBy: "m-2").isEmpty)
            let waiting = try await ledger.ask { try $0.waitingNotices(of: "r-1") }
            #expect(waiting.map(\.number) == [lines[0].seq, lines[3].seq])
            #expect(try await ledger.ask { try $0.waitingNotices(of: "r-2") }.isEmpty)
            // It goes by another run, and then by hand.
            for run in ["m-2", nil] as [RunID?] {
                let changed = NewNotice(.failed, NoticeDelivery(run: run))
                try await ledger.put { $0.notices.changed = [lines[0].seq: changed] }
                let notice = try #require(try await ledger.notice(lines[0].seq))
                #expect(notice.state == .failed && notice.delivery.run == run)
                #expect(notice.delivery.usefulUntil == delivery.usefulUntil)
            }
            try await ledger.put {
                $0.notices.changed = [lines[0].seq: NewNotice(.sent, NoticeDelivery(run: "m-1"))]
            }
            #expect(try await ledger.notices(sentBy: "m-1").isEmpty)
            await ledger.close()
        }
    }

    private func chosenNotices() async throws {
        try await withLedger { ledger in
            let lines = try await ledger.put { changes in
                for number in 1...6 { changes.entries.append(entry("r-\(number)", "notice:ready")) }
                changes.notices.begun = [
                    0: NewNotice(.waiting, NoticeDelivery(run: "m-1")),
                    1: NewNotice(.failed, NoticeDelivery(run: "m-2")),
                    2: NewNotice(.waiting, NoticeDelivery(usefulUntil: now)),
                    3: NewNotice(.sent, NoticeDelivery(run: "m-1", usefulUntil: now)),
                    4: NewNotice(.waiting, NoticeDelivery(run: "m-3", usefulUntil: now)),
                ]
            }
            func numbers(_ choice: NoticeQuery.Choice, at moment: Instant) async throws -> [Int] {
                let found = try await list(ledger, choice, isOldestFirst: true, at: moment)
                return found.compactMap { notice in lines.firstIndex { $0.seq == notice.number } }
            }
            let later = now + .milliseconds(1)
            #expect(try await numbers(.byHand, at: now) == [1, 2, 5])
            #expect(try await numbers(.byHand, at: later) == [1, 5])
            #expect(try await numbers(.byHandWithoutMail, at: later) == [0, 1, 5])
            #expect(try await numbers(.tooLate, at: now) == [])
            #expect(try await numbers(.tooLate, at: later) == [2, 4])
            #expect(try await numbers(.state(.waiting), at: later) == [0, 5])
            #expect(try await numbers(.state(.sent), at: later) == [3])
            #expect(try await numbers(.all, at: later) == [0, 1, 2, 3, 4, 5])
        }
    }

    private func refusedAddresses() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            let refusal = RefusedAddress(at: now, reason: "550 no such user")
            try await first.put { $0.notices.refused = ["zoe@example.org": refusal] }
            let ledger = try await reopen(first, in: directory)
            #expect(try await ledger.ask { try $0.refusal(ofAddress: "zoe@example.org") } == refusal)
            #expect(try await ledger.ask { try $0.refusal(ofAddress: "ana@example.org") == nil })
            try await ledger.put { $0.notices.refused = ["zoe@example.org": nil as RefusedAddress?] }
            #expect(try await ledger.ask { try $0.refusal(ofAddress: "zoe@example.org") == nil })
            await ledger.close()
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
