import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

@Suite("Mistakes for which a provider is refused")
struct BadOfferTests {
    private func mistakes(_ rows: @escaping @Sendable (Sketch) -> [Transition<Sketch>]) -> [String] {
        ServiceTable(Sketch(rows: rows)).mistakes
    }

    private func offerMistakes(
        version: String = "1.0.0", services: [any Service] = [], tasks: [TaskDefinition] = Loan.tasks,
        schedules: [Schedule] = []
    ) -> [String] {
        do {
            _ = try ProviderContents(
                ProviderManifest(id: "toy", version: version, name: words("toy"), summary: words("toy")),
                services: services,
                tasks: tasks, schedules: schedules)
            return []
        } catch {
            #expect(error.provider == "toy")
            return error.mistakes
        }
    }

    private func task(_ id: String) -> TaskDefinition {
        TaskDefinition(TaskName<NoInput, NoAnswer>(id, fr: "x", en: "x")) { _, _ in TaskReport(words("ok")) }
    }

    @Test(
        "A version that is not one of Semantic Versioning is a mistake",
        arguments: ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "v1.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3-ä"])
    func badVersion(_ version: String) {
        #expect(offerMistakes(version: version) == ["the version \"\(version)\" is not like 1.2.0 (semver.org)"])
    }

    @Test(
        "Versions with labels and build metadata are accepted", arguments: ["0.1.0", "1.2.3-rc.1+deb12", "1.0.0-0-a.b"])
    func goodVersion(_ version: String) { #expect(offerMistakes(version: version).isEmpty) }

    @Test("A state that cannot be reached is a mistake")
    func unreachable() {
        let mistakes = mistakes { sketch in
            [sketch.begin, sketch.on(Sketch.MoveOn.self, from: .first, to: .gone), sketch.tick]
        }
        #expect(mistakes == ["the state \"on-hold\" cannot be reached"])
    }

    @Test("An open state from which no closed state can be reached is a mistake")
    func deadEnd() {
        let mistakes = mistakes { sketch in
            [
                sketch.begin, sketch.moveOn, sketch.after(.tick, in: .onHold) { _ in },
                sketch.ended(Loan.clean, from: .first, to: .gone),
            ]
        }
        #expect(mistakes == ["the state \"on-hold\" is a dead end: no closed state can be reached from it"])
    }

    @Test("Two openings, or none, are a mistake")
    func openings() {
        #expect(
            mistakes { [$0.begin, $0.begin, $0.moveOn, $0.tick, $0.end] } == [
                "staff can open a request in one way, and there are 2 openings"
            ])
        let none = mistakes { [$0.moveOn, $0.tick, $0.end] }
        #expect(none.contains("nothing opens a request: an opening(…) is missing, for staff or on a signal"))
    }

    @Test("A table without a closed state is a mistake")
    func endless() {
        #expect(ServiceTable(Endless()).mistakes == ["no state is closed, so no request could ever end"])
    }

    @Test("An action that a state has twice is a mistake")
    func twice() {
        let mistakes = mistakes { sketch in
            [
                sketch.begin, sketch.moveOn, sketch.tick, sketch.end,
                sketch.on(Sketch.MoveOn.self, from: .first, .onHold, to: .gone),
            ]
        }
        #expect(mistakes == ["\"move-on\" stands twice for the state \"first\""])
    }

    @Test("A timer that a state has twice is a mistake")
    func timerTwice() {
        #expect(
            mistakes { [$0.begin, $0.moveOn, $0.tick, $0.tick, $0.end] } == [
                "\"timer:tick\" stands twice for the state \"on-hold\""
            ])
    }

    @Test("States and timers that are a static let have no name of their own, which is a mistake")
    func staticLet() {
        #expect(
            ServiceTable(Nameless()).mistakes == [
                "a state has no name of its own: a state is a static var, not a static let",
                "a timer has no name of its own: a timer is a static var, not a static let",
                "no state is closed, so no request could ever end",
            ])
    }

    @Test("A state that is declared twice, with different turns, is a mistake")
    func stateTwice() {
        let mistakes = mistakes { $0.right + [$0.on(Elsewhere.MoveAway.self, from: .firstAgain, to: .gone)] }
        #expect(mistakes == ["the state \"first\" is declared twice"])
    }

    @Test("A transition without a source or a target state is a mistake")
    func nowhere() {
        let mistakes = mistakes { sketch in
            sketch.right + [
                sketch.on(Elsewhere.MoveAway.self, to: .gone), sketch.on(Elsewhere.MoveIn.self) { _, _ in },
            ]
        }
        #expect(
            mistakes == [
                "\"move-away\" needs a state to start from and one to lead to",
                "\"move-in\" needs a state to start from and one to lead to",
            ])
    }

    @Test("One action name for inputs with different fields is a mistake")
    func sameName() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.MoveOn.self, from: .onHold, to: .gone)]
        }
        #expect(mistakes == ["the action \"move-on\" stands for inputs with different fields"])
    }

    @Test("A stored property of an input that is not a field is a mistake")
    func stray() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.Careless.self, from: .onHold, to: .gone)]
        }
        #expect(mistakes == ["\"count\" of \"careless\" is not a @Field"])
        let careless = TaskName<Elsewhere.Careless, NoAnswer>("toy.x", fr: "x", en: "x")
        let task = TaskDefinition(careless) { _, _ in TaskReport(words("ok")) }
        #expect(offerMistakes(tasks: [task]) == ["toy.x: \"count\" is not a @Field"])
    }

    @Test("A service's mistakes are reported with its id")
    func serviceMistakes() {
        #expect(
            offerMistakes(services: [Sketch { [$0.begin, $0.tick, $0.begin, $0.end] }]) == [
                "toy.sketch: staff can open a request in one way, and there are 2 openings",
                "toy.sketch: the state \"on-hold\" cannot be reached",
            ])
    }

    @Test("An id that does not begin with the provider's id is a mistake")
    func prefix() {
        let task = task("toys.x")
        #expect(offerMistakes(tasks: [task]) == ["toys.x: the id must begin with \"toy.\""])
    }

    @Test("An id that is used twice is a mistake, also by a service and a task")
    func idTwice() {
        let task = task("toy.loan")
        #expect(offerMistakes(services: [Loan()], tasks: Loan.tasks + [task]) == ["toy.loan: the id is used twice"])
    }

    @Test("A schedule or an outcome of a task that is not the provider's is a mistake")
    func unknownTask() {
        #expect(
            offerMistakes(schedules: [
                Schedule(TaskName<NoInput, NoAnswer>("toy.absent", fr: "x", en: "x"), .every(.hours(1)))
            ]) == [
                "toy.absent: the schedule's task \"toy.absent\" is not the provider's"
            ])
        #expect(
            offerMistakes(services: [Sketch()], tasks: []) == [
                "toy.sketch: the task \"toy.clean\" is not the provider's"
            ])
    }

    @Test("Two tasks with one id, or a task that is declared twice with different types, are a mistake")
    func taskTwice() {
        #expect(
            offerMistakes(tasks: Loan.tasks + [task("toy.clean")]) == ["toy.clean: the id is used twice"])
        let other = TaskName<NoInput, Int>("toy.clean", fr: "x", en: "x")
        let service = Sketch { [$0.begin, $0.moveOn, $0.tick, $0.ended(other, from: .first, .onHold, to: .gone)] }
        #expect(
            offerMistakes(services: [service], schedules: [Schedule(other, .every(.hours(1)))]) == [
                "toy.clean: the task \"toy.clean\" is declared twice, with other types",
                "toy.sketch: the task \"toy.clean\" is declared twice, with other types",
            ])
    }

    @Test("A schedule of a task that requires an input is a mistake")
    func scheduledInput() {
        #expect(
            offerMistakes(schedules: [Schedule(Loan.deliver, .every(.hours(1)))]) == [
                "toy.deliver: a schedule gives no input, and the task requires \"tool\""
            ])
    }

    @Test("A calendar expression that cannot be read is a mistake, which is reported with the column")
    func calendar() {
        #expect(
            offerMistakes(schedules: [Schedule(Loan.clean, .calendar("Mon..Fry 08:00"))]) == [
                "toy.clean: the calendar expression \"Mon..Fry 08:00\" is wrong at column 6: \"Fry\" is neither a "
                    + "weekday like Mon nor a word like daily"
            ])
        #expect(offerMistakes(schedules: [Schedule(Loan.clean, .calendar("Mon..Fri 08:00"))]).isEmpty)
    }

    @Test("Two schedules with one id are a mistake")
    func scheduleTwice() {
        let schedules = [Schedule(Loan.clean, .every(.hours(1))), Schedule(Loan.clean, .every(.hours(2)))]
        #expect(offerMistakes(schedules: schedules) == ["toy.clean: two schedules have this id"])
        let named = [Schedule(Loan.clean, .every(.hours(1))), Schedule(Loan.clean, .every(.hours(2)), id: "toy.b")]
        #expect(offerMistakes(schedules: named).isEmpty)
    }
}

private enum Elsewhere {
    struct MoveOn: Input {
        static let name = words("Move on")
        @Field(fr: "Why", en: "Why") var reason: String?
    }
    struct MoveAway: Input { static let name = words("Move away") }
    struct MoveIn: Input { static let name = words("Move in") }
    struct Careless: Input {
        static let name = words("Careless")
        var count = 0
    }
}

private struct Endless: Service {
    static let id = "toy.endless"
    static let name = words("Endless")
    static let summary = words("Endless")
    struct Record: Codable {}
    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .on) { _, moment in Draft(Record(), at: moment) }
    }
}

extension StateOf<Endless> {
    fileprivate static var on: Self { open(fr: "on", en: "on", turn: .clock) }
}

private struct Nameless: Service {
    static let id = "toy.nameless"
    static let name = words("Nameless")
    static let summary = words("Nameless")
    struct Record: Codable {}
    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .begun) { _, moment in Draft(Record(), at: moment) }
        after(.tick, from: .begun, to: .over)
    }
}

extension StateOf<Nameless> {
    fileprivate static let begun = open(fr: "begun", en: "begun", turn: .clock)
    fileprivate static let over = open(fr: "over", en: "over", turn: .clock)
}

extension TimerOf<Nameless> {
    fileprivate static let tick = timer(fr: "tick", en: "tick")
}

extension StateOf<Sketch> {
    fileprivate static var firstAgain: Self { open(fr: "first", en: "first", turn: .partner, id: "first") }
}
