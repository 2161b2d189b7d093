import ConciergeEngine
import ConciergeKit
import Testing

@testable import ConciergeDaemon

@Suite("What there is to do")
struct AgendaTests {
    /// A Monday, at 09:00 in Paris.
    private let now = Instant("2026-11-23T08:00:00Z")!

    private func view(
        _ number: Int64, _ state: StoredCommitment.State? = nil, due: Instant? = nil, timer: Instant? = nil,
        quarantine: Quarantine? = nil
    ) -> RequestView {
        let commitments = state.map { state in
            [
                CommitmentView(
                    number: 1, name: "fixed", kind: .promise, state: state, partner: nil, start: now, due: due,
                    pausedSince: nil, keptAt: nil, missedAt: nil, reopened: 0)
            ]
        }
        return RequestView(
            request: StoredRequest(
                id: RequestID(number: number), service: "toy.upkeep", state: "open", isOpen: true, resident: nil,
                openedAt: now, closedAt: nil, record: Array("{}".utf8), version: 1),
            timers: timer.map { [.service("rest"): $0] } ?? [:], commitments: commitments ?? [],
            quarantine: quarantine)
    }

    private func numbers(_ agenda: Agenda, _ group: Agenda.Group) -> [Int64] {
        agenda.requests(group).map(\.request.id.number)
    }

    @Test("A request is in the first group that it belongs to: late, due today, the staff's turn, waiting")
    func groups() {
        var agenda = Agenda(at: now, zone: Zone("Europe/Paris")!, limit: 20)
        agenda.add(view(1, .open, due: now - .seconds(1)), turn: .partner)
        // The day of Paris ends an hour before that of UTC.
        agenda.add(view(2, .open, due: Instant("2026-11-23T22:59:59Z")), turn: .resident)
        agenda.add(view(3, .open, due: Instant("2026-11-23T23:00:00Z")), turn: .staff)
        agenda.add(view(4), turn: .staff)
        agenda.add(view(5), turn: .clock)
        agenda.add(view(6, .paused), turn: .partner)
        // Nobody serves it.
        agenda.add(view(7), turn: nil)
        let quarantine = Quarantine(
            of: .request(RequestID(number: 8)), since: now, crashes: 3, event: "act", cause: "SIGTRAP")
        agenda.add(view(8, quarantine: quarantine), turn: .resident)
        #expect(numbers(agenda, .late) == [1])
        #expect(numbers(agenda, .due) == [2])
        #expect(numbers(agenda, .decide) == [3, 4, 7, 8])
        #expect(numbers(agenda, .waiting) == [5, 6])
    }

    @Test("A request that only runs out, with its promises settled, is on no list")
    func runsOut() {
        var agenda = Agenda(at: now, zone: .utc, limit: 2)
        agenda.add(view(1, .kept), turn: .clock)
        agenda.add(view(2, .kept), turn: .staff)
        agenda.add(view(3), turn: .clock)
        #expect(agenda.counts == [0, 0, 1, 1])
        #expect(numbers(agenda, .waiting) == [3])
    }

    @Test("What is due first comes first, and what is not listed is counted")
    func order() {
        var agenda = Agenda(at: now, zone: .utc, limit: 2)
        for (number, hours) in [(1, 3), (2, 1), (3, 2)] as [(Int64, Int)] {
            agenda.add(view(number, .open, due: now - .hours(hours)), turn: .staff)
            agenda.add(view(number + 10, timer: now + .hours(hours)), turn: .clock)
        }
        #expect(numbers(agenda, .late) == [1, 3])
        #expect(numbers(agenda, .waiting) == [12, 13])
        #expect(agenda.counts == [3, 0, 0, 3])
    }
}
