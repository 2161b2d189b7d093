import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Taking back what staff did")
struct UndoTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @discardableResult
    private func undo(_ id: RequestID, version: Int? = nil) throws -> Answer {
        try bench.decide(.undo(request: id, version: version, caller: .staff))
    }

    private func notice(of id: RequestID) throws -> Int64 {
        try #require(bench.memory.requestTable.lines.last { $0.entry.request == id && $0.entry.isDelivered }).seq
    }

    @Test(
        "An action that is taken back leaves state, record, timers and claims as before, and both lines in the history")
    func action() throws {
        let id = try bench.open()
        let (before, timers) = (try bench.request(id), bench.memory.timers(of: id))
        try bench.act(id, "swap-tool", ["tool": "drill"])
        #expect(bench.memory.holder(of: "toy/tool:saw") == nil)
        bench.now = bench.now + .minutes(9)
        #expect(try undo(id).view?.request.state == "asked")
        let after = try bench.request(id)
        #expect(after.record == before.record)
        #expect(after.version == before.version + 2)
        #expect(bench.memory.timers(of: id) == timers)
        #expect(bench.memory.holder(of: "toy/tool:saw") == id)
        #expect(bench.memory.holder(of: "toy/tool:drill") == nil)
        #expect(bench.events(id) == ["open", "swap-tool", "undone"])
        #expect(
            bench.memory.entries.last?.input.map { String(decoding: $0, as: UTF8.self) }?.contains("swap-tool") == true)
    }

    @Test("A closed request is open again")
    func closed() throws {
        let id = try bench.open()
        try bench.act(id, "call-off")
        #expect(try !bench.request(id).isOpen)
        try undo(id)
        let request = try bench.request(id)
        #expect(request.isOpen && request.closedAt == nil)
        #expect(bench.memory.holder(of: "toy/tool:saw") == id)
        #expect(bench.memory.timers(of: id).count == 1)
    }

    @Test("A notice that is not on its way is withdrawn; who was told is told that it does not hold")
    func notices() throws {
        let first = try bench.open()
        try bench.act(first, "lend")
        try undo(first)
        #expect(bench.memory.notice(try notice(of: first))?.state == .withdrawn)
        #expect(bench.events(first) == ["open", "lend", "notice:lent", "undone"])

        let second = try bench.open("drill")
        try bench.act(second, "lend")
        try bench.decide(.told(notice: try notice(of: second), caller: .staff))
        try undo(second)
        #expect(bench.events(second).suffix(2) == ["undone", "notice:correction"])
        let words = try #require(bench.memory.entries.last?.note)
        #expect(words.fr.contains("ne vaut plus") && words.fr.contains("Here it is."))
    }

    @Test("What timers did since is taken back with it")
    func timers() throws {
        let id = try bench.open()
        try bench.act(id, "lend")
        try bench.act(id, "prolong")
        bench.now = bench.now + .minutes(1)
        try undo(id)
        // What was before that cannot be taken back a second time: its point is gone.
        #expect(try bench.request(id).state == "lent")
    }

    @Test("An opening that is taken back closes the request, which holds nothing and keeps its history")
    func opening() throws {
        let id = try bench.open()
        let answer = try undo(id)
        #expect(answer.view?.request.state == "entered-in-error")
        #expect(try !bench.request(id).isOpen)
        #expect(bench.memory.timers(of: id).isEmpty)
        #expect(bench.memory.holder(of: "toy/tool:saw") == nil)
        let line = try #require(bench.memory.entries.last { $0.event == .undone })
        let opener = try #require(bench.memory.entries.first { $0.request == id }).actor
        #expect(try JSON.parse(line.input ?? [])["by"]?.stringValue == opener)
        #expect(try bench.open("saw") != id)
        #expect(try undo(id).rejection?.words.en.contains("already") == true)
    }

    @Test("It is refused after ten minutes, and changes nothing")
    func late() throws {
        let id = try bench.open()
        try bench.act(id, "lend")
        bench.now = bench.now + .minutes(10) + .milliseconds(1)
        #expect(try undo(id).rejection?.words.en.contains("too late") == true)
        #expect(bench.last.changes.isEmpty)
    }

    @Test("It is refused where somebody else has what the request had, and says who")
    func taken() throws {
        let id = try bench.open()
        try bench.act(id, "swap-tool", ["tool": "drill"])
        let other = try bench.open("saw")
        let rejection = try undo(id).rejection
        #expect(rejection?.words.fr.contains(other.description) == true)
        #expect(try bench.request(id).state == "lent")
    }

    @Test("It is refused where the caller has not seen the last change")
    func version() throws {
        let id = try bench.open()
        let seen = try bench.request(id).version
        try bench.act(id, "lend")
        #expect(try undo(id, version: seen).rejection?.words.en.contains("read it again") == true)
        #expect(try undo(id, version: seen + 1).view != nil)
    }

    @Test("A run that has not begun is cancelled, and what a run did is not for staff to take back")
    func runs() throws {
        let id = try bench.open()
        let others = try (0..<2).map { _ in try #require(try bench.decide(.trigger("toy.clean")).run).id }
        try bench.act(id, "deliver")
        let run = try #require(bench.memory.runs.values.first { $0.request == id })
        #expect(run.state == .queued)
        try undo(id)
        #expect(try bench.run(run.id).state == .cancelled)
        #expect(try others.map { try bench.run($0).state } == [.running, .running])
    }

    @Test("What is taken back once is not taken back again, nor is what was before it")
    func points() throws {
        let id = try bench.open()
        try bench.act(id, "lend")
        let point = try #require(bench.memory.undoPoint(of: id))
        let before = try #require(point.before)
        #expect(try UndoPoint.Before(stored: before.stored, of: id) == before)
        try undo(id)
        #expect(bench.memory.undoPoint(of: id)?.before == nil)
        #expect(try undo(id).rejection?.words.en.contains("taken back already") == true)
        #expect(try bench.request(id).isOpen)
    }

    @Test("A note is added to a closed request too, and changes nothing else")
    func note() throws {
        let id = try bench.open()
        try bench.act(id, "call-off")
        let before = try bench.request(id)
        try bench.decide(.addNote(request: id, text: "Elle a rappelé.\nTout va bien.", caller: .staff))
        #expect(try bench.request(id) == before)
        #expect(bench.memory.entries.last?.note?.fr == "Elle a rappelé.\nTout va bien.")
        #expect(try bench.decide(.addNote(request: id, text: "  ", caller: .staff)).rejection != nil)
        try undo(id)
        #expect(try bench.request(id).isOpen)
    }
}
