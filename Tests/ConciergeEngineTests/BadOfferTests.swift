import ConciergeEngine
import ConciergeKit
import Testing

@Suite("A provider whose table or list is wrong is refused, with what is wrong")
struct BadOfferTests {
    private func mistakes(_ rows: @escaping @Sendable (Sketch) -> [Transition<Sketch>]) -> [String] {
        ServiceTable(Sketch(rows: rows)).mistakes
    }

    private func offerMistakes(
        services: [any Service] = [], tasks: [TaskDefinition] = Loan.tasks, schedules: [Schedule] = []
    ) -> [String] {
        do {
            _ = try ProviderContents(
                ProviderManifest(id: "toy", name: words("toy"), summary: words("toy")), services: services,
                tasks: tasks, schedules: schedules)
            return []
        } catch {
            #expect(error.provider == "toy")
            return error.mistakes
        }
    }

    @Test("A state that cannot be reached")
    func unreachable() {
        let mistakes = mistakes { sketch in
            [sketch.begin, sketch.on(Sketch.MoveOn.self, from: .first, to: .gone) { _, _ in }, sketch.tick]
        }
        #expect(mistakes == ["the state \"on-hold\" cannot be reached"])
    }

    @Test("An open state from which no closed one can be reached")
    func deadEnd() {
        let mistakes = mistakes { sketch in
            [
                sketch.begin, sketch.moveOn, sketch.after(.tick, from: .onHold, to: .onHold) { _ in },
                sketch.ended("toy.clean", from: .first, to: .gone) { _, _ in },
            ]
        }
        #expect(mistakes == ["the state \"on-hold\" is a dead end: no closed state can be reached from it"])
    }

    @Test("Two openings, or none")
    func openings() {
        #expect(
            mistakes { [$0.begin, $0.begin, $0.moveOn, $0.tick, $0.end] } == [
                "there must be one opening transition, and there are 2"
            ])
        let none = mistakes { [$0.moveOn, $0.tick, $0.end] }
        #expect(none.contains("there must be one opening transition, and there are 0"))
    }

    @Test("No closed state at all")
    func endless() {
        #expect(ServiceTable(Endless()).mistakes == ["no state is closed, so no request could ever end"])
    }

    @Test("One action twice in a state")
    func twice() {
        let mistakes = mistakes { sketch in
            [
                sketch.begin, sketch.moveOn, sketch.tick, sketch.end,
                sketch.on(Sketch.MoveOn.self, from: .first, .onHold, to: .gone) { _, _ in },
            ]
        }
        #expect(mistakes == ["\"move-on\" stands twice for the state \"first\""])
    }

    @Test("One timer twice in a state")
    func timerTwice() {
        #expect(
            mistakes { [$0.begin, $0.moveOn, $0.tick, $0.tick, $0.end] } == [
                "\"timer:tick\" stands twice for the state \"on-hold\""
            ])
    }

    @Test("A timer without a transition")
    func unusedTimer() {
        #expect(mistakes { [$0.begin, $0.moveOn, $0.end] } == ["the timer \"tick\" has no transition"])
    }

    @Test("A transition from nowhere or to nowhere")
    func nowhere() {
        let mistakes = mistakes { sketch in
            sketch.right + [
                sketch.on(Elsewhere.MoveAway.self, to: .gone) { _, _ in },
                sketch.on(Elsewhere.MoveIn.self, from: .first) { _, _ in },
            ]
        }
        #expect(
            mistakes == [
                "\"move-away\" needs a state to start from and one to lead to",
                "\"move-in\" needs a state to start from and one to lead to",
            ])
    }

    @Test("One action's name for inputs with different fields")
    func sameName() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.MoveOn.self, from: .onHold, to: .gone) { _, _ in }]
        }
        #expect(mistakes == ["the action \"move-on\" stands for inputs with different fields"])
    }

    @Test("A stored property of an input that is not a field")
    func stray() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.Careless.self, from: .onHold, to: .gone) { _, _ in }]
        }
        #expect(mistakes == ["\"count\" of \"careless\" is not a @Field"])
        let task = TaskDefinition("toy.x", name: words("x"), input: Elsewhere.Careless.self) { _, _ in
            TaskReport(words("ok"))
        }
        #expect(offerMistakes(tasks: [task]) == ["toy.x: \"count\" is not a @Field"])
    }

    @Test("A service's mistakes are told with its id")
    func serviceMistakes() {
        #expect(
            offerMistakes(services: [Sketch { [$0.begin, $0.moveOn, $0.end] }]) == [
                "toy.sketch: the timer \"tick\" has no transition"
            ])
    }

    @Test("An id that does not begin with the provider's")
    func prefix() {
        let task = TaskDefinition("toys.x", name: words("x"), input: NoInput.self) { _, _ in TaskReport(words("ok")) }
        #expect(offerMistakes(tasks: [task]) == ["toys.x: the id must begin with \"toy.\""])
    }

    @Test("An id that is used twice, be it by a service and a task")
    func idTwice() {
        let task = TaskDefinition("toy.loan", name: words("x"), input: NoInput.self) { _, _ in TaskReport(words("ok")) }
        #expect(offerMistakes(services: [Loan()], tasks: Loan.tasks + [task]) == ["toy.loan: the id is used twice"])
    }

    @Test("A schedule or an outcome of a task that is not the provider's")
    func unknownTask() {
        #expect(
            offerMistakes(schedules: [Schedule("toy.absent", .every(.hours(1)))]) == [
                "toy.absent: the schedule's task \"toy.absent\" is not the provider's"
            ])
        #expect(
            offerMistakes(services: [Sketch()], tasks: []) == [
                "toy.sketch: the task \"toy.clean\" is not the provider's"
            ])
    }

    @Test("A schedule of a task that cannot do without an input")
    func scheduledInput() {
        #expect(
            offerMistakes(schedules: [Schedule("toy.deliver", .every(.hours(1)))]) == [
                "toy.deliver: a schedule gives no input, and the task requires \"tool\""
            ])
    }

    @Test("A calendar expression that cannot be read, with the column where it goes wrong")
    func calendar() {
        #expect(
            offerMistakes(schedules: [Schedule("toy.clean", .calendar("Mon..Fry 08:00"))]) == [
                "toy.clean: the calendar expression \"Mon..Fry 08:00\" is wrong at column 6: \"Fry\" is neither a "
                    + "weekday like Mon nor a word like daily"
            ])
        #expect(offerMistakes(schedules: [Schedule("toy.clean", .calendar("Mon..Fri 08:00"))]).isEmpty)
    }

    @Test("Two schedules of one id, of which one would be lost")
    func scheduleTwice() {
        let schedules = [Schedule("toy.clean", .every(.hours(1))), Schedule("toy.clean", .every(.hours(2)))]
        #expect(offerMistakes(schedules: schedules) == ["toy.clean: two schedules have this id"])
        let named = [Schedule("toy.clean", .every(.hours(1))), Schedule("toy.clean", .every(.hours(2)), id: "toy.b")]
        #expect(offerMistakes(schedules: named).isEmpty)
    }
}

private enum Elsewhere {
    struct MoveOn: Input {
        static let name = words("Move on")
        @Field(words("Why")) var reason: String?
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
    enum State: String, ServiceState {
        case on
        var name: Text { words(rawValue) }
        var isOpen: Bool { true }
    }
    typealias Timer = NoTimer
    struct Record: Codable, Sendable {}
    let name = words("Endless")
    let summary = words("Endless")
    var lifecycle: [Transition<Self>] {
        opening(NoInput.self, to: .on) { _, moment in Draft(Record(), at: moment) }
    }
}
