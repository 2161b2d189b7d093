import Civil
import ConciergeProtocol
import JSON
import Testing
import Varlink
import Wording

private let methodNames = ControlMethods.all.map { $0.declaration.fullName }

@Suite("The control interface")
struct ControlInterfaceTests {
    private func definition(_ interface: ControlInterface) throws -> InterfaceDefinition {
        try InterfaceDefinition(interface.source)
    }

    @Test("Each file defines the interface of its name")
    func names() throws {
        for interface in ControlInterface.all { #expect(try definition(interface).name == interface.name) }
    }

    @Test(
        "The declared types of a method's call and replies match its definition, member by member",
        arguments: methodNames)
    func types(_ name: String) throws {
        let method = try #require(ControlMethods.all.first { $0.declaration.fullName == name })
        try check(method)
    }

    private func check<Method: ControlMethod>(_ method: Method.Type) throws {
        let interface = try definition(Method.declaration.interface)
        let defined = try #require(interface.method(Method.declaration.name))
        for (shape, fields, name) in [
            (try Shape(of: Method.self), defined.input, "call"),
            (try Shape(of: Method.Reply.self), defined.output, "reply"),
        ] {
            guard case .structure(let members) = shape else {
                Issue.record("\(Method.self) is no structure")
                return
            }
            let mistakes = Shape.mistakes(members, against: fields, of: interface, at: name)
            #expect(mistakes.isEmpty, "\(Method.declaration.fullName): \(mistakes)")
        }
    }

    @Test("Every error has the parameters that each interface defines for it, and no interface defines others")
    func errors() throws {
        let reason = ControlError.Reason(Text(fr: "non", en: "no"))
        let all: [ControlError] = [
            .refused(reason), .notFound("X"), .invalidInput(field: "f", reason), .unavailable(reason),
            .badConfiguration(.init(Text(fr: "non", en: "no"))),
        ]
        #expect(Set(all.map(\.name)) == Set(ControlError.Name.allCases))
        for interface in ControlInterface.all {
            let definition = try definition(interface)
            for error in definition.errors {
                let declared = try #require(all.first { $0.name.rawValue == error.name }, "\(error.name)")
                try definition.checkError(error.name, declared.parameters(in: .fr))
                let read = ControlError(declared.name, declared.parameters(in: .fr))
                #expect(read.parameters(in: .en) == declared.parameters(in: .fr))
            }
        }
    }

    private static let at = Instant(milliseconds: 1_795_000_000_500)
    private static let words = Text(fr: "l'« œuvre »", en: "the \"work\"\n")
    private static let quarantine = Wire.Quarantine(
        kind: .request, since: at, crashes: 3, event: "timer:fuse", cause: "SIGILL")

    private static func request(_ isFull: Bool) -> Wire.Request {
        Wire.Request(
            id: "35A84-BG07Y", service: "toy.loan", state: "lent", open: !isFull, resident: isFull ? "Éva" : nil,
            openedAt: at, closedAt: isFull ? at : nil, data: Wire.RawObject(["n": 1, "deep": ["a": [true, nil]]]),
            version: 7, actions: isFull ? ["give-back"] : [], timers: isFull ? [.init(name: "remind", due: at)] : [],
            unattended: isFull ? true : nil, quarantine: isFull ? quarantine : nil)
    }

    private static func entry(_ isFull: Bool) -> Wire.Entry {
        Wire.Entry(
            seq: 9, request: "35A84-BG07Y", service: "toy.loan", at: at, actor: "lea",
            event: isFull ? .init(.timer, "remind") : .init(.open), from: isFull ? "lent" : nil,
            to: isFull ? "late" : nil, input: isFull ? Wire.RawObject(encoded: Array(#"{"a":"é"}"#.utf8)) : nil,
            note: isFull ? words : nil)
    }

    private static func run(_ isFull: Bool) -> Wire.Run {
        Wire.Run(
            id: "U9", task: "toy.fetch", provider: "toy", state: .queued, input: Wire.RawObject(), actor: "lea",
            request: isFull ? "R" : nil, schedule: isFull ? "s" : nil, elapse: isFull ? at : nil, priority: .high,
            attempt: 1, attempts: 3, createdAt: at, due: isFull ? at : nil, startedAt: isFull ? at : nil,
            finishedAt: isFull ? at : nil, outcome: isFull ? words : nil,
            data: isFull ? Wire.RawObject(["x": 1.5]) : nil, error: isFull ? "no\u{1}" : nil,
            progress: isFull ? Wire.Progress(done: 1, total: 2, text: words) : nil, unattended: isFull ? true : nil,
            quarantine: isFull ? quarantine : nil)
    }

    @Test(
        "The hand-written encoders write the same bytes as the coder, and their output reads back unchanged",
        arguments: [true, false])
    func writers(_ isFull: Bool) throws {
        func check<Value: WireValue & Equatable>(_ value: Value) throws {
            let bytes = try value.encoded()
            #expect(
                String(decoding: bytes, as: UTF8.self) == String(decoding: try JSONCoding.encode(value), as: UTF8.self))
            #expect(try JSONCoding.decode(Value.self, from: bytes) == value)
        }
        let (request, entry, run) = (Self.request(isFull), Self.entry(isFull), Self.run(isFull))
        try check(request)
        try check(RequestReply(request))
        try check(RequestMethods.Get.Reply(request: request, history: [entry, entry], next: isFull ? 9 : nil))
        try check(RequestMethods.List.Reply(requests: [request, request], next: isFull ? "9" : nil))
        try check(RequestMethods.Watch.Reply(entry))
        try check(RunReply(run))
        try check(TaskMethods.ListRuns.Reply(runs: [run], next: isFull ? "9" : nil))
        try check(Self.quarantine)
        try check(
            isFull
                ? ManagerMethods.Backup.Reply(.sending, offset: 3, size: 9, data: "AAAA")
                : ManagerMethods.Backup.Reply(.copying, pagesDone: 1, pagesTotal: 2))
    }

    @Test("The hand-written decoders read the same values as the coder")
    func readers() throws {
        func check<Method: ControlMethod>(_ method: Method.Type, _ parameters: JSONObject) throws {
            let read = try JSONCoding.json(of: try Method(parameters: parameters))
            #expect(read == .object(parameters))
            #expect(read == (try JSONCoding.json(of: JSONCoding.decode(method, from: .object(parameters)))))
        }
        let input: JSON = ["a": 1]
        try check(RequestMethods.Open.self, ["service": "s", "input": input])
        try check(
            RequestMethods.Open.self, ["service": "s", "resident": "r", "input": input, "idempotency_key": "k"])
        try check(RequestMethods.Act.self, ["id": "i", "action": "a"])
        try check(RequestMethods.Act.self, ["id": "i", "action": "a", "input": input, "idempotency_key": "k"])
        try check(RequestMethods.Get.self, ["id": "i", "after": 7])
        try check(TaskMethods.GetRun.self, ["id": "i"])
        try check(TaskMethods.Trigger.self, ["task": "t"])
        try check(
            TaskMethods.Trigger.self,
            ["task": "t", "input": input, "wait": true, "priority": "high", "idempotency_key": "k"])
    }

    @Test("Unknown members and words are ignored, so that an older program understands a newer daemon")
    func newer() throws {
        var run = try #require(try JSONCoding.json(of: Self.run(true)).objectValue)
        run["state"] = "pondering"
        run["mood"] = ["good": true]
        let read = try JSONCoding.decode(Wire.Run.self, from: .object(run))
        #expect(read.state.rawValue == "pondering")
        #expect(read.attempt == 1)
    }
}
