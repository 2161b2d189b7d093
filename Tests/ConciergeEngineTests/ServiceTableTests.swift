import ConciergeEngine
import ConciergeKit
import Testing

@Suite("What is derived from a service's table")
struct ServiceTableTests {
    private let table = ServiceTable(Loan())

    @Test("Each state allows the actions that the table names, in the table's order")
    func actionsByState() {
        #expect(
            table.actions(in: "asked") == ["lend", "swap-tool", "call-off", "deliver", "wait", "misbehave"])
        #expect(table.actions(in: "lent") == ["prolong", "swap-tool", "return"])
        #expect(table.actions(in: "returned").isEmpty)
        #expect(table.actions(in: "called-off").isEmpty)
        #expect(table.actions(in: "no such state").isEmpty)
    }

    @Test("A timer belongs to the states that have a transition for it")
    func timersByState() {
        #expect(table.timers(in: "asked") == ["expire"])
        #expect(table.timers(in: "lent") == ["remind", "rest-period"])
        #expect(table.timers(in: "returned").isEmpty)
    }

    @Test("An action is told once, with all its states")
    func actions() throws {
        let swap = try #require(table.actions.first { $0.schema.id == "swap-tool" })
        #expect(swap.from == ["asked", "lent"])
        #expect(swap.to == ["lent"])
        #expect(swap.schema.name == words("Swap it"))
        #expect(table.actions.map(\.schema.id).count == Set(table.actions.map(\.schema.id)).count)
    }

    @Test("A row is found for an action, a timer and an outcome, in the states where it stands")
    func rows() {
        #expect(table.row(for: "swap-tool", in: "lent") != nil)
        #expect(table.row(for: "swap-tool", in: "returned") == nil)
        #expect(table.row(forTimer: "expire", in: "asked") != nil)
        #expect(table.row(forTimer: "expire", in: "lent") == nil)
        #expect(table.row(forOutcomeOf: "toy.deliver", in: "asked") != nil)
        #expect(table.row(forOutcomeOf: "toy.clean", in: "asked") == nil)
        #expect(table.opening?.opening?.id == "ask")
    }

    @Test("States say whether they are open")
    func open() {
        #expect(table.states.filter { table.isOpen($0.id) }.map(\.id) == ["asked", "lent"])
    }

    @Test("Fields have their wire names, kinds, words and whether they must be given")
    func fields() throws {
        let lend = try #require(table.actions.first { $0.schema.id == "lend" }).schema.input.fields
        #expect(lend.map(\.name) == ["days_lent"])
        #expect(lend.first?.kind == .int)
        #expect(lend.first?.isRequired == false)
        let ask = try #require(table.opening?.opening).input.fields
        #expect(ask.map(\.name) == ["tool"])
        #expect(ask.first?.isRequired == true)
        #expect(ask.first?.example == "saw")
        #expect(ask.first?.title == words("Tool"))
        let mistakes = try #require(table.actions.first { $0.schema.id == "misbehave" }).schema.input.fields
        #expect(mistakes.first?.kind == .choice(["timer", "destination", "task", "task-input", "record", "refusal"]))
    }

    @Test("A right table has no mistakes")
    func noMistakes() {
        #expect(table.mistakes.isEmpty)
        #expect(ServiceTable(Sketch()).mistakes.isEmpty)
    }

    @Test("The diagram is the table, with hyphens that Mermaid would read as arrows replaced")
    func diagram() {
        #expect(
            ServiceTable(Sketch()).diagram == """
                stateDiagram-v2
                    state "on-hold" as on_hold
                    [*] --> first : open
                    first --> on_hold : move-on
                    on_hold --> first : timer tick
                    on_hold --> gone : timer tick
                    first --> gone : run toy.clean
                    on_hold --> gone : run toy.clean
                    gone --> [*]

                """)
    }
}

/// A service whose rows can be changed, to get a table wrong.
struct Sketch: Service {
    static let id = "toy.sketch"
    enum State: String, ServiceState {
        case first, gone
        case onHold = "on-hold"
        var name: Text { words(rawValue) }
        var isOpen: Bool { self != .gone }
    }
    enum Timer: String, ServiceTimer {
        case tick
        var name: Text { words(rawValue) }
    }
    struct Record: Codable, Sendable {}
    struct Begin: Input { static let name = words("Begin") }
    struct MoveOn: Input { static let name = words("Move on") }

    let name = words("Sketch")
    let summary = words("Sketch")
    var rows: @Sendable (Sketch) -> [Transition<Sketch>] = { $0.right }

    var lifecycle: [Transition<Self>] { return rows(self) }

    var right: [Transition<Self>] { [begin, moveOn, tick, end] }
    var begin: Transition<Self> { opening(Begin.self, to: .first) { _, moment in Draft(Record(), at: moment) } }
    var moveOn: Transition<Self> { on(MoveOn.self, from: .first, to: .onHold) { _, _ in } }
    var tick: Transition<Self> { after(.tick, from: .onHold, to: .first, .gone) { _ in } }
    var end: Transition<Self> { ended("toy.clean", from: .first, .onHold, to: .gone) { _, _ in } }
}
