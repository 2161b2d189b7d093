import ConciergeKit
import ConciergeTesting

/// A service to test the engine with: tools that are lent to residents.
struct Loan: Service {
    static let id = "toy.loan"

    static let name = words("Loan")
    static let summary = words("Tools")

    struct Record: Codable {
        var tool: String
        var remindersSent = 0
        var lastFailure: String?
        var key: String { "tool:\(tool)" }
    }

    enum Mistake: String, Choice {
        case timer, destination, task
        case taskInput = "task-input"
        case record
        case refusal
        var words: Text { Text(verbatim: rawValue) }
    }

    struct Ask: Input {
        static let name = words("Ask for a tool")
        @Field(fr: "Tool", en: "Tool", example: "saw") var tool: String
    }
    struct Lend: Input {
        static let name = words("Lend it")
        @Field(fr: "Days", en: "Days") var daysLent: Int?
    }
    struct Prolong: Input { static let name = words("Prolong") }
    struct SwapTool: Input {
        static let name = words("Swap it")
        @Field(fr: "Tool", en: "Tool") var tool: String
    }
    struct Return: Input {
        static let name = words("Take it back")
        @Field(fr: "Asked for again", en: "Asked for again") var again: Bool?
    }
    struct CallOff: Input { static let name = words("Call it off") }
    struct Deliver: Input { static let name = words("Have it brought") }
    struct Wait: Input {
        static let name = words("Move the end of the wait")
        @Field(fr: "Until", en: "Until") var until: Instant?
    }
    struct Misbehave: Input {
        static let name = words("Do what a rule must not")
        @Field(fr: "How", en: "How") var how: Mistake
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Ask.self, to: .asked) { ask, moment in
            var loan = Draft(Record(tool: ask.tool), at: moment)
            guard loan.tryClaim(loan.record.key) else {
                throw Refusal(words("free: \(loan.free(among: Loan.keys, limit: 3).joined(separator: " "))"))
            }
            loan.start(.expire, after: .hours(1))
            return loan
        }
        on(Lend.self, from: .asked, to: .lent) { lend, loan in
            loan.start(.remind, after: .days(lend.daysLent ?? 1))
            loan.notify(.resident, "lent", words("Here it is."))
        }
        on(Prolong.self, in: .lent) { _, loan in loan.start(.remind, after: .days(2)) }
        on(SwapTool.self, from: .asked, .lent, to: .lent) { swap, loan in
            loan.release(loan.record.key)
            loan.record.tool = swap.tool
            try loan.claim(loan.record.key, otherwise: words("taken"))
        }
        on(Return.self, from: .lent, to: .returned, .asked) { back, loan in
            if back.again == true {
                loan.go(to: .asked)
                loan.start(.expire, after: .hours(1))
            }
        }
        on(CallOff.self, from: .asked, to: .calledOff)
        on(Deliver.self, in: .asked) { _, loan in loan.run(Self.deliver, .init { $0.tool = loan.record.tool }) }
        on(Wait.self, in: .asked) { wait, loan in
            if let until = wait.until { loan.start(.expire, at: until) } else { loan.cancel(.expire) }
        }
        on(Misbehave.self, in: .asked, or: .lent) { misbehave, loan in
            loan.record.remindersSent = 99
            try loan.claim("tool:forbidden", otherwise: words("taken"))
            loan.release(loan.record.key)
            loan.notify(.staff, "mischief", words("mischief"))
            loan.run(Self.clean)
            if misbehave.how != .destination { loan.start(.expire, after: .hours(9)) }
            switch misbehave.how {
            case .timer: loan.start(.remind, after: .hours(1))
            case .destination: loan.go(to: .returned)
            case .task: loan.run(TaskName<NoInput, NoAnswer>("other.task", fr: "Other", en: "Other"))
            case .taskInput: loan.run(Self.deliver, Delivery())
            case .record: loan.record.lastFailure = nil
            case .refusal: throw Refusal(words("no"))
            }
        }
        after(.expire, from: .asked, to: .calledOff) { $0.notify(.resident, "expired", words("Too late.")) }
        after(.remind, in: .lent) { loan in
            loan.record.remindersSent += 1
            loan.start(.remind, after: .days(1))
        }
        after(.rest, in: .lent) { _ in }
        ended(Self.deliver, from: .asked, to: .lent, .calledOff) { outcome, loan in
            if let reason = outcome.failure {
                loan.record.lastFailure = reason
                loan.go(to: .calledOff)
            }
        }
    }

    static let keys = ["tool:ladder", "tool:saw", "tool:drill", "tool:plane", "tool:rasp", "tool:vice"]

    // MARK: Tasks

    struct Delivery: Input {
        static let name = words("Bring a tool")
        @Field(fr: "Tool", en: "Tool") var tool: String
    }

    static let clean = TaskName<NoInput, NoAnswer>("toy.clean", fr: "Clean", en: "Clean")
    static let deliver = TaskName<Delivery, NoAnswer>("toy.deliver", fr: "Bring", en: "Bring")

    static let tasks = [
        TaskDefinition(clean) { _, _ in TaskReport(words("ok")) },
        TaskDefinition(
            deliver, retry: RetryPolicy(attempts: 3, base: .seconds(10), ceiling: .seconds(30))
        ) { _, _ in TaskReport(words("ok")) },
    ]
}

extension StateOf<Loan> {
    static var asked: Self { open(fr: "asked", en: "asked", turn: .staff) }
    static var lent: Self { open(fr: "lent", en: "lent", turn: .resident) }
    static var returned: Self { closed(fr: "returned", en: "returned") }
    static var calledOff: Self { closed(fr: "called-off", en: "called-off") }
}

extension TimerOf<Loan> {
    static var expire: Self { timer(fr: "expire", en: "expire") }
    static var remind: Self { timer(fr: "remind", en: "remind") }
    static var rest: Self { timer(fr: "rest-period", en: "rest-period", id: "rest-period") }
}
