import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

@Suite("Information derived from a service's table")
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

    @Test("An action is listed once, with all its states")
    func actions() throws {
        let swap = try #require(table.actions.first { $0.schema.id == "swap-tool" })
        #expect(swap.from == ["asked", "lent"])
        #expect(swap.to == ["lent"])
        #expect(swap.schema.name == words("Swap it"))
        #expect(table.actions.map(\.schema.id).count == Set(table.actions.map(\.schema.id)).count)
    }

    @Test("A row is found for an action, a timer and an outcome in the states of the row")
    func rows() {
        #expect(table.row(for: "swap-tool", in: "lent") != nil)
        #expect(table.row(for: "swap-tool", in: "returned") == nil)
        #expect(table.row(forTimer: "expire", in: "asked") != nil)
        #expect(table.row(forTimer: "expire", in: "lent") == nil)
        #expect(table.row(forOutcomeOf: "toy.deliver", in: "asked") != nil)
        #expect(table.row(forOutcomeOf: "toy.clean", in: "asked") == nil)
        #expect(table.opening?.opening?.id == "ask")
    }

    @Test("Each state is open or closed as the table declares it")
    func open() {
        #expect(table.states.filter { table.isOpen($0.id) }.map(\.id) == ["asked", "lent"])
    }

    @Test("States have their names, and open states have a turn")
    func turns() {
        #expect(table.states.map(\.turn) == [.staff, .resident, nil, nil])
        #expect(table.states.map(\.name) == ["asked", "lent", "returned", "called-off"].map(words))
        #expect(table.timers.map(\.id) == ["expire", "remind", "rest-period"])
        #expect(table.timers.map(\.name) == ["expire", "remind", "rest-period"].map(words))
    }

    @Test("A row that stays in several states becomes one row for each of them, and may lead elsewhere")
    func stays() throws {
        let table = ServiceTable(
            Sketch { [$0.begin, $0.moveOn, $0.tick, $0.on(NoInput.self, in: .first, .onHold, or: .gone) { _, _ in }] })
        #expect(table.mistakes.isEmpty)
        #expect(try #require(table.row(for: "no-input", in: "first")).to == ["first", "gone"])
        #expect(try #require(table.row(for: "no-input", in: "on-hold")).to == ["on-hold", "gone"])
        let action = try #require(table.actions.last)
        #expect(action.from == ["first", "on-hold"])
        #expect(Set(action.to) == ["first", "on-hold", "gone"])
    }

    @Test("Fields have their wire names, kinds, titles and whether they are required")
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
        #expect(
            mistakes.first?.kind.choices.map(\.value) == [
                "timer", "destination", "task", "task-input", "record", "refusal",
            ])
    }

    @Test("A correct table has no mistakes")
    func noMistakes() {
        #expect(table.mistakes.isEmpty)
        #expect(ServiceTable(Sketch()).mistakes.isEmpty)
    }

    @Test("The diagram shows the table, with hyphens replaced that Mermaid would read as arrows")
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

/// A service whose rows a test can replace to make a wrong table.
struct Sketch: Service {
    static let id = "toy.sketch"
    static let name = words("Sketch")
    static let summary = words("Sketch")
    struct Record: Codable {}
    struct Begin: Input { static let name = words("Begin") }
    struct MoveOn: Input { static let name = words("Move on") }

    var rows: @Sendable (Sketch) -> Lifecycle = { $0.right }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle { return rows(self) }

    var right: Lifecycle { [begin, moveOn, tick, end] }
    var begin: Transition<Self> { opening(Begin.self, to: .first) { _, moment in Draft(Record(), at: moment) } }
    var moveOn: Transition<Self> { on(MoveOn.self, from: .first, to: .onHold) }
    var tick: Transition<Self> { after(.tick, from: .onHold, to: .first, .gone) }
    var end: Transition<Self> { ended(Loan.clean, from: .first, .onHold, to: .gone) }
}

extension StateOf<Sketch> {
    static var first: Self { open(fr: "first", en: "first", turn: .staff) }
    static var onHold: Self { open(fr: "on-hold", en: "on-hold", turn: .clock) }
    static var gone: Self { closed(fr: "gone", en: "gone") }
}

extension TimerOf<Sketch> {
    static var tick: Self { timer(fr: "tick", en: "tick") }
}
