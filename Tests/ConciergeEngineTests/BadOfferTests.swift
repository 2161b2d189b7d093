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
        schedules: [Schedule] = [], capacities: [Capacity] = []
    ) -> [String] {
        do {
            _ = try ProviderContents(
                ProviderManifest(id: "toy", version: version, name: words("toy"), summary: words("toy")),
                services: services, tasks: tasks, schedules: schedules, capacities: capacities)
            return []
        } catch {
            #expect(error.provider == "toy")
            return error.mistakes
        }
    }

    private func mistakes(of provider: some ServiceProvider) -> [String] {
        do {
            _ = try ProviderContents(provider)
            return []
        } catch {
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
        #expect(mistakes == ["the state \"on-hold\" cannot be reached: no line leads to it with to: or or:"])
    }

    @Test("An open state from which no closed state can be reached is a mistake")
    func deadEnd() {
        let mistakes = mistakes { sketch in
            [
                sketch.begin, sketch.moveOn, sketch.after(.tick, in: .onHold) { _ in },
                sketch.ended(Loan.clean, from: .first, to: .gone),
            ]
        }
        #expect(
            mistakes == [
                "the state \"on-hold\" is a dead end: no closed state can be reached from it, so write a line that leads "
                    + "on from it"
            ])
    }

    @Test("Two openings of one name, or none, are a mistake")
    func openings() {
        #expect(
            mistakes { [$0.begin, $0.begin, $0.moveOn, $0.tick, $0.end] } == [
                "there are two openings \"begin\": write one, with an if in its rule"
            ])
        let none = mistakes { [$0.moveOn, $0.tick, $0.end] }
        #expect(none.contains("nothing opens a request: write an opening(…), for staff or on a signal"))
    }

    @Test("A table without a closed state is a mistake")
    func endless() {
        #expect(
            ServiceTable(Endless()).mistakes == [
                "no state is closed, so no request could ever end: declare one with closed(fr: …, en: …)"
            ])
    }

    @Test("A state that waits for the clock, and that nothing wakes, is a mistake")
    func asleep() {
        #expect(
            ServiceTable(Asleep()).mistakes == [
                "nothing wakes a request in the state \"asleep\", which waits for the clock: write after(…), ended(…) or "
                    + "granted(…) for it, or say whose turn it is"
            ])
    }

    @Test("An action that a state has twice is a mistake")
    func twice() {
        let mistakes = mistakes { sketch in
            [
                sketch.begin, sketch.moveOn, sketch.tick, sketch.end,
                sketch.on(Sketch.MoveOn.self, from: .first, .onHold, to: .gone),
            ]
        }
        #expect(
            mistakes == ["\"move-on\" stands twice for the state \"first\": write one line, with an if in its rule"])
    }

    @Test("A timer that a state has twice is a mistake")
    func timerTwice() {
        #expect(
            mistakes { [$0.begin, $0.moveOn, $0.tick, $0.tick, $0.end] } == [
                "\"timer:tick\" stands twice for the state \"on-hold\": write one line, with an if in its rule"
            ])
    }

    @Test("States and timers that are a static let have no name of their own, which is a mistake")
    func staticLet() {
        #expect(
            ServiceTable(Nameless()).mistakes == [
                "a state has no name of its own: write static var lent: Self { open(…) }, not static let",
                "a timer has no name of its own: write static var overdue: Self { timer(…) }, not static let",
                "no state is closed, so no request could ever end: declare one with closed(fr: …, en: …)",
            ])
    }

    @Test("A state that is declared twice, with different turns, is a mistake")
    func stateTwice() {
        let mistakes = mistakes { $0.right + [$0.on(Elsewhere.MoveAway.self, from: .firstAgain, to: .gone)] }
        #expect(mistakes == ["the state \"first\" is declared twice: give one of them another id"])
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
                "\"move-away\" needs a state to start from and one to lead to: write from: …, to: …",
                "\"move-in\" needs a state to start from and one to lead to: write from: …, to: …",
            ])
    }

    @Test("One action name for inputs with different fields is a mistake")
    func sameName() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.MoveOn.self, from: .onHold, to: .gone)]
        }
        #expect(
            mistakes == ["the action \"move-on\" stands for inputs with different fields: rename one of the types"])
    }

    @Test("A stored property of an input that is not a field is a mistake")
    func stray() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.Careless.self, from: .onHold, to: .gone)]
        }
        #expect(mistakes == ["\"count\" of \"careless\" is not a @Field: write @Field(fr: …, en: …) before it"])
        let careless = TaskName<Elsewhere.Careless, NoAnswer>("toy.x", fr: "x", en: "x")
        let task = TaskDefinition(careless) { _, _ in TaskReport(words("ok")) }
        #expect(
            offerMistakes(tasks: [task]) == ["toy.x: \"count\" is not a @Field: write @Field(fr: …, en: …) before it"])
    }

    @Test("Limits that are backwards, and a default or an example outside of the limits, are mistakes")
    func limits() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.Boundless.self, from: .onHold, to: .gone)]
        }
        let says = [
            "\"backwards\" of \"boundless\" has its limits backwards: write in: 1...9",
            "\"span\" of \"boundless\" has its limits backwards: write in: 1h...2 days",
            "\"many\" of \"boundless\" has a default outside of its limits, 1 to 9: change the one or the others",
            "\"long\" of \"boundless\" has an example outside of its limits, at most 3 characters: change the one or the "
                + "others",
        ]
        #expect(mistakes == says)
        let boundless = TaskName<Elsewhere.Boundless, NoAnswer>("toy.x", fr: "x", en: "x")
        let task = TaskDefinition(boundless) { _, _ in TaskReport(words("ok")) }
        #expect(
            offerMistakes(tasks: [task])
                == says.map { "toy.x: \($0.replacing(" of \"boundless\"", with: "", maxReplacements: 1))" })
    }

    @Test(
        "The mistakes in the declarations of settings are found at start, also in sections that nobody has configured")
    func settings() {
        #expect(
            mistakes(of: Misset(MissetSettings(), in: ProviderContext(stateDirectory: "", zone: .utc))) == [
                "the setting \"forgotten\" is not a @Setting: write @Setting(\"…\") before it",
                "the setting \"hours\" has its limits backwards: write in: 1...24",
                "the setting \"rooms.beds\" has a default outside of its limits, 1 to 9: change the one or the others",
            ])
    }

    @Test("Secrets and signals may be lists of any kind; what is not static, or no signal, is a mistake")
    func statics() {
        let careful = ServiceTable(Listing())
        #expect(careful.mistakes.isEmpty)
        #expect(careful.secrets == ["pin"])
        #expect(careful.signals == ["toy.told"])
        #expect(
            ServiceTable(Unheeded()).mistakes == [
                "\"secrets\" is not static, so that it is ignored: write static let secrets",
                "signals has an element that is not the type of a signal: write [Uncollected.self]",
            ])
    }

    @Test("A field of an input that the input also refuses is a mistake")
    func refusedField() {
        let mistakes = mistakes { sketch in
            sketch.right + [sketch.on(Elsewhere.Undecided.self, from: .onHold, to: .gone)]
        }
        #expect(
            mistakes == ["\"note\" of \"undecided\" is a field, and is refused too: take it out of one of them"])
    }

    @Test("A granted line that starts from a closed state is a mistake")
    func grantedWhenClosed() {
        #expect(
            mistakes { sketch in sketch.right + [sketch.granted(from: .gone, to: .first)] } == [
                "\"granted\" starts from \"gone\", which is closed, and a closed request is not in line: take it out of "
                    + "from:"
            ])
    }

    @Test("A capacity that is negative or declared twice is a mistake")
    func capacities() {
        #expect(
            offerMistakes(capacities: [Capacity("a", units: -1), Capacity("b", units: 1), Capacity("b", units: 2)]) == [
                "the capacity of \"b\" is declared twice: declare it once",
                "the capacity of \"a\" is -1: write how many there are, or 0",
            ])
    }

    @Test("A provider whose lists have other names than the protocol's offers nothing, which is a mistake")
    func emptyProvider() {
        #expect(
            mistakes(of: Misnamed(NoSettings(), in: ProviderContext(stateDirectory: "", zone: .utc))) == [
                "it has neither services nor tasks: write var services: [any Service] { … } or "
                    + "var tasks: [TaskDefinition] { … }"
            ])
    }

    @Test("A service's mistakes are reported with its id")
    func serviceMistakes() {
        #expect(
            offerMistakes(services: [Sketch { [$0.begin, $0.tick, $0.begin, $0.end] }]) == [
                "toy.sketch: there are two openings \"begin\": write one, with an if in its rule",
                "toy.sketch: the state \"on-hold\" cannot be reached: no line leads to it with to: or or:",
            ])
    }

    @Test("An id that does not begin with the provider's id is a mistake")
    func prefix() {
        let task = task("toys.x")
        #expect(offerMistakes(tasks: [task]) == ["toys.x: the id must begin with \"toy.\": write \"toy.x\""])
    }

    @Test("An id that is used twice is a mistake, also by a service and a task")
    func idTwice() {
        let task = task("toy.loan")
        #expect(
            offerMistakes(services: [Loan()], tasks: Loan.tasks + [task]) == [
                "toy.loan: the id is used twice: give each service and each task one of its own"
            ])
    }

    @Test("A schedule or an outcome of a task that is not the provider's is a mistake")
    func unknownTask() {
        #expect(
            offerMistakes(schedules: [
                Schedule(TaskName<NoInput, NoAnswer>("toy.absent", fr: "x", en: "x"), .every(.hours(1)))
            ]) == [
                "toy.absent: the schedule's task \"toy.absent\" is not the provider's: add its TaskDefinition to tasks"
            ])
        #expect(
            offerMistakes(services: [Sketch()], tasks: []) == [
                "toy.sketch: the task \"toy.clean\" is not the provider's: add its TaskDefinition to tasks"
            ])
    }

    @Test("Two tasks with one id, or a task that is declared twice with different types, are a mistake")
    func taskTwice() {
        #expect(
            offerMistakes(tasks: Loan.tasks + [task("toy.clean")]) == [
                "toy.clean: the id is used twice: give each service and each task one of its own"
            ])
        let other = TaskName<NoInput, Int>("toy.clean", fr: "x", en: "x")
        let service = Sketch { [$0.begin, $0.moveOn, $0.tick, $0.ended(other, from: .first, .onHold, to: .gone)] }
        #expect(
            offerMistakes(services: [service], schedules: [Schedule(other, .every(.hours(1)))]) == [
                "toy.clean: the task \"toy.clean\" is declared twice, with other types: declare one TaskName",
                "toy.sketch: the task \"toy.clean\" is declared twice, with other types: declare one TaskName",
            ])
    }

    @Test("A schedule of a task that requires an input is a mistake")
    func scheduledInput() {
        #expect(
            offerMistakes(schedules: [Schedule(Loan.deliver, .every(.hours(1)))]) == [
                "toy.deliver: a schedule gives no input, and the task requires \"tool\": give it a default, or make it "
                    + "optional"
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
        #expect(
            offerMistakes(schedules: schedules) == [
                "toy.clean: two schedules have this id: give one of them another, Schedule(…, id: …)"
            ])
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
    struct Undecided: Input {
        static let name = words("Undecided")
        static let refused = ["note": words("no notes")]
        @Field(fr: "Note", en: "Note") var note: String?
    }
    struct Boundless: Input {
        static let name = words("Boundless")
        @Field(fr: "x", en: "x", in: 9...1) var backwards: Int
        @Field(fr: "x", en: "x", in: .days(2)...(.hours(1))) var span: Duration?
        @Field(fr: "x", en: "x", in: 1...9) var many = 12
        @Field(fr: "x", en: "x", example: "long", in: ...3) var long: String
        @Field(fr: "x", en: "x", example: "fit", in: 1...3) var right: String
    }
    struct Careless: Input {
        static let name = words("Careless")
        var count = 0
    }
}

private struct Told: Signal { let days: Int }

private struct Listing: Service {
    static let id = "toy.listing"
    static let name = words("Listing")
    static let summary = words("Listing")
    // Swift infers other types for these than the protocol's own.
    static let secrets = ["pin"]
    static let signals = [Told.self]
    struct Record: Codable {}
    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .closed(fr: "x", en: "x", id: "over")) { _, moment in Draft(Record(), at: moment) }
    }
}

private struct Unheeded: Service {
    static let id = "toy.unheeded"
    static let name = words("Unheeded")
    static let summary = words("Unheeded")
    static let signals = ["toy.told"]
    let secrets = ["pin"]
    struct Record: Codable {}
    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .closed(fr: "x", en: "x", id: "over")) { _, moment in Draft(Record(), at: moment) }
    }
}

private struct MissetSettings: Settings {
    @Setting("From when.", in: 24...1) var hours = 8
    @Setting("By room.") var rooms: [String: Room] = [:]
    var forgotten = 3

    struct Room: Settings {
        @Setting("How many.", in: 1...9) var beds = 0
    }
}

private struct Misset: ServiceProvider {
    static let manifest = ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy"))
    init(_ settings: MissetSettings, in context: ProviderContext) {}
    var services: [any Service] { [Loan()] }
    var tasks: [TaskDefinition] { Loan.tasks }
}

private struct Misnamed: ServiceProvider {
    static let manifest = ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy"))
    init(_ settings: NoSettings, in context: ProviderContext) {}
    var service: [any Service] { [Loan()] }
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

/// A request that nothing wakes.
private struct Asleep: Service {
    static let id = "toy.asleep"
    static let name = words("Asleep")
    static let summary = words("Asleep")
    struct Record: Codable {}
    struct Wake: Input { static let name = words("Wake") }
    func headline(_ record: Record) -> Text { Self.name }
    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .asleep) { _, moment in Draft(Record(), at: moment) }
        on(Wake.self, from: .asleep, to: .awake)
    }
}

extension StateOf<Asleep> {
    fileprivate static var asleep: Self { open(fr: "asleep", en: "asleep", turn: .clock) }
    fileprivate static var awake: Self { closed(fr: "awake", en: "awake") }
}

extension StateOf<Endless> {
    fileprivate static var on: Self { open(fr: "on", en: "on", turn: .staff) }
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
