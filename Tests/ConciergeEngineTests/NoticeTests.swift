import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Notices for residents")
struct NoticeTests {
    private func waiting(_ bench: Bench) -> [StoredNotice] {
        var query = NoticeQuery(at: bench.now)
        (query.choice, query.isOldestFirst) = (.byHand, true)
        return bench.memory.notices(query).elements
    }

    private func tell(_ bench: Bench, _ number: Int64, key: String? = nil) throws -> Answer {
        try bench.decide(.told(notice: number, caller: Caller(actor: "bea", idempotencyKey: key)))
    }

    private func told(_ bench: Bench, _ id: RequestID) -> [Entry] {
        bench.memory.entries.filter { $0.request == id && $0.event == .told("lent") }
    }

    @Test("What a rule says to the resident waits until staff have told it; who and when is in the history, once")
    func toldOnce() throws {
        let bench = try Bench()
        let id = try bench.open()
        #expect(waiting(bench).isEmpty)
        try bench.act(id, "lend")
        let notice = try #require(waiting(bench).first)
        #expect(waiting(bench).count == 1 && notice.line.entry.note?.en == "Here it is.")
        bench.now = bench.now + .minutes(5)
        #expect(try tell(bench, notice.number).view?.request.id == id)
        #expect(waiting(bench).isEmpty)
        #expect(told(bench, id).map(\.actor) == ["bea"] && told(bench, id).map(\.at) == [bench.now])
        // Another person ticks it as well, and the first answer is asked for again.
        #expect(try tell(bench, notice.number).view?.request.id == id)
        #expect(try tell(bench, notice.number, key: "k").view?.request.id == id)
        #expect(try tell(bench, notice.number, key: "k").rejection == nil)
        #expect(told(bench, id).count == 1)
    }

    @Test("Two who tell the same notice in one batch make one line")
    func together() throws {
        let bench = try Bench()
        let id = try bench.open()
        try bench.act(id, "lend")
        let number = try #require(waiting(bench).first).number
        try bench.decide([
            .told(notice: number, caller: Caller(actor: "anne")), .told(notice: number, caller: Caller(actor: "bea")),
        ])
        #expect(told(bench, id).map(\.actor) == ["anne"])
    }

    @Test("A number that is no notice for a resident is not found, and changes nothing")
    func notFound() throws {
        let bench = try Bench()
        let id = try bench.open()
        let before = bench.memory.entries
        for number in [0, -1, 1, 99, Int64.max] {
            #expect(try tell(bench, number).rejection == .notFound("\(number)"))
        }
        #expect(bench.memory.entries == before && bench.memory.entries.first?.request == id)
    }

    @Test("A notice of a closed request is told as any other")
    func closed() throws {
        let bench = try Bench()
        let id = try bench.open()
        try bench.act(id, "lend")
        try bench.act(id, "return")
        #expect(bench.memory.requests[id]?.isOpen == false)
        #expect(try tell(bench, try #require(waiting(bench).first).number).view?.request.isOpen == false)
        #expect(told(bench, id).count == 1)
    }
}
