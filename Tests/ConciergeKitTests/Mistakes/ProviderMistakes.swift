// Wrong programs: tasks, schedules and providers.

extension Mistake {

    static let tasks = [
        Mistake(
            .loan, "a task that is not there", "run(Self.mail", "run(Self.mial",
            says: "has no member 'mial'"),
        Mistake(
            .loan, "a task by its text", "run(Self.mail, .init(", #"run("keys.mail", Letter("#,
            says: "name the task by its declaration"),
        Mistake(
            .loan, "the end of a task by its text", "ended(Self.mail", #"ended("keys.mail""#,
            says: "name the task by its declaration"),
        Mistake(
            .loan, "another input than the task's", ".init(loan: loan.id)", "Lend()",
            says: "cannot convert value of type 'Loan.Lend' to expected argument type 'Loan.Letter'"),
        Mistake(
            .loan, "a value that the task's input lacks", ".init(loan: loan.id)", ".init()",
            says: "missing argument for parameter 'loan'"),
        Mistake(
            .loan, "a task that is given nothing", "loan.run(Self.mail, .init(loan: loan.id))", "loan.run(Self.mail)",
            says: "say what the task is given: run(Self.mail, .init(…))"),
        Mistake(
            .loan, "a task that is given what cannot be stored", "struct Letter: Codable", "struct Letter",
            says: "what a task is given is Codable, or an Input, which has a form"),
        Mistake(
            .loan, "a task in one language", #"fr: "Écrire", en: "Write""#, #""Write""#,
            says: "the words of a task are in both languages"),
        Mistake(
            .keys, "a task without its types", "TaskName<NoInput, Int>(", "TaskName(",
            says: "say what the task is given and what it answers: TaskName<Letter, NoAnswer>(…)"),
        Mistake(
            .keys, "a handler of another answer", "TaskReport(7, ", #"TaskReport("7", "#,
            says: "cannot convert value of type 'String' to expected argument type 'Int'"),
        Mistake(
            .keys, "a handler without the answer", "TaskReport(7, ", "TaskReport(",
            says: "cannot convert return expression of type 'TaskReport<NoAnswer>' to return type 'TaskReport<Int>'"),
        Mistake(
            .keys, "a handler of another input", "func count(_ input: NoInput", "func count(_ input: Loan.Lend",
            says: "'@Sendable (Loan.Lend, TaskContext) async throws -> TaskReport<Int>'"),
        Mistake(
            .keys, "a task without a handler", ".seconds(30), count)", ".seconds(30))",
            says: "a task has a handler: TaskDefinition(Self.mail) { given, context in TaskReport(…) }"),
        Mistake(
            .keys, "a worker's task with a handler", "timeLimit: .seconds(30), count)",
            "executedBy: .worker, timeLimit: .seconds(30), count)",
            says: "a worker executes the task, or a handler: leave out executedBy or the handler"),
        Mistake(
            .keys, "a definition of a task by its text", "TaskDefinition(Self.audit", #"TaskDefinition("keys.audit""#,
            says: "name the task by its declaration"),
        Mistake(
            .keys, "a schedule of a task by its text", "Schedule(Self.audit", #"Schedule("keys.audit""#,
            says: "name the task by its declaration"),
        Mistake(
            .keys, "a schedule of a task that needs values", "Schedule(Self.audit", "Schedule(Loan.mail",
            says: "a schedule gives a task nothing: schedule one whose input is NoInput, or another form"),
        Mistake(
            .keys, "a schedule as a text", ".daily(at: terms.countAt, in: zone)", #""daily 07:30""#,
            says: #"write .every(…), .daily(at: …, in: …) or .calendar("…")"#),
        Mistake(
            .keys, "a daily schedule without its zone", ", in: zone)", ")",
            says: "missing argument for parameter 'in'"),
    ]

    static let contexts = [
        Mistake(
            .keys, "requests of a service by its text", "requests(of: Loan.self)", #"requests(of: "keys.loan")"#,
            says: "name the service by its type: requests(of: Loan.self)"),
        Mistake(
            .keys, "requests that are read without try", "for try await", "for await",
            says: "call can throw"),
        Mistake(
            .keys, "an action by its text", "submit(Loan.GiveBack(), on: loan)", #"submit("give-back", on: loan)"#,
            says: "write the input of the action, filled in: submit(GiveBack(), on: loan)"),
        Mistake(
            .keys, "an action by its type", "submit(Loan.GiveBack(), on: loan)", "submit(Loan.GiveBack.self, on: loan)",
            says: "write the input of the action, filled in: submit(GiveBack(), on: loan)"),
        Mistake(
            .keys, "an action on a request of which the service is not known", "on: loan)", "on: loan.id)",
            says: "a request by its id needs its service: submit(GiveBack(), on: id, of: Loan.self)"),
        Mistake(
            .keys, "an action at whose answer nobody looks", "let answer = try await context.submit(",
            "let answer: SubmittedAction<Loan>; try await context.submit(",
            says: "result of call to 'submit(_:on:as:)' is unused"),
        Mistake(
            .keys, "a run of a task by its text", "run(Loan.mail, .init(", #"run("keys.mail", Loan.Letter("#,
            says: "name the task by its declaration"),
        Mistake(
            .keys, "a run that is not awaited", "try await context.run", "try context.run",
            says: "expression is 'async' but is not marked with 'await'"),
    ]

    static let providers = [
        Mistake(
            .keys, "a class in a provider", #"    let zone: Zone\#n"#,
            #"    let zone: Zone\#n    final class Cache { var seen = 0 }\#n    let cache = Cache()\#n"#,
            says: "stored property 'cache' of 'Sendable'-conforming struct 'Keys' has non-Sendable type 'Keys.Cache'"),
        Mistake(
            .keys, "a provider that is a class with a variable", #"public struct Keys: ServiceProvider {\#n"#,
            #"public final class Keys: ServiceProvider {\#n    var seen = 0\#n"#,
            says: "stored property 'seen' of 'Sendable'-conforming class 'Keys' is mutable"),
        Mistake(
            .keys, "a provider without a manifest", "static let manifest", "static let about",
            says: "a provider has a manifest: static let manifest = ProviderManifest("),
        Mistake(
            .keys, "a provider that is made in another way", "in context: ProviderContext) throws",
            "_ context: ProviderContext) throws",
            says: "in context: ProviderContext) async throws(ProviderError)"),
        Mistake(
            .keys, "a provider that throws anything while it is made", "throws(ProviderError)", "throws",
            says: "in context: ProviderContext) async throws(ProviderError)"),
        Mistake(
            .keys, "a service as a type", "Wash(), ", "Wash.self, ",
            says: "cannot convert value of type 'Wash.Type' to expected element type"),
        Mistake(
            .keys, "a capacity without units", #""dryer", units: 2"#, #""dryer""#,
            says: "missing argument for parameter 'units'"),
    ]
}
