import ConciergeKit

/// A service to test the engine with: tools that are lent to residents.
struct Loan: Service {
    static let id = "toy.loan"

    enum State: String, ServiceState {
        case asked, lent, returned
        case calledOff = "called-off"
        var name: Text { words(rawValue) }
        var isOpen: Bool { self == .asked || self == .lent }
    }

    enum Timer: String, ServiceTimer {
        case expire, remind
        case rest = "rest-period"
        var name: Text { words(rawValue) }
    }

    struct Record: Codable, Sendable {
        var tool: String
        var remindersSent = 0
        var lastFailure: String?
        var key: String { "tool:\(tool)" }
    }

    enum Mistake: String, CaseIterable, FieldValue {
        case timer, destination, task
        case taskInput = "task-input"
        case record
        case refusal
    }

    struct Ask: Input {
        static let name = words("Ask for a tool")
        @Field(words("Tool"), example: "saw") var tool: String
    }
    struct Lend: Input {
        static let name = words("Lend it")
        @Field(words("Days")) var daysLent: Int?
    }
    struct Prolong: Input { static let name = words("Prolong") }
    struct SwapTool: Input {
        static let name = words("Swap it")
        @Field(words("Tool")) var tool: String
    }
    struct Return: Input {
        static let name = words("Take it back")
        @Field(words("Asked for again")) var again: Bool?
    }
    struct CallOff: Input { static let name = words("Call it off") }
    struct Deliver: Input { static let name = words("Have it brought") }
    struct Wait: Input {
        static let name = words("Move the end of the wait")
        @Field(words("Until")) var until: Instant?
    }
    struct Misbehave: Input {
        static let name = words("Do what a rule must not")
        @Field(words("How")) var how: Mistake
    }

    var name: Text { words("Loan") }
    var summary: Text { words("Tools") }

    var lifecycle: [Transition<Self>] {
        opening(Ask.self, to: .asked) { ask, moment in
            var loan = Draft<Self>(Record(tool: ask.tool), at: moment)
            loan.claim(loan.record.key, alternatives: Loan.keys) { free in
                words("free: \(free.joined(separator: " "))")
            }
            loan.start(.expire, after: .hours(1))
            return loan
        }
        on(Lend.self, from: .asked, to: .lent) { lend, loan in
            loan.start(.remind, after: .days(lend.daysLent ?? 1))
            loan.notify(.resident, "lent", words("Here it is."))
        }
        on(Prolong.self, from: .lent, to: .lent) { _, loan in loan.start(.remind, after: .days(2)) }
        on(SwapTool.self, from: .asked, .lent, to: .lent) { swap, loan in
            loan.release(loan.record.key)
            loan.record.tool = swap.tool
            loan.claim(loan.record.key, otherwise: words("taken"))
        }
        on(Return.self, from: .lent, to: .returned, .asked) { back, loan in
            if back.again == true {
                loan.go(to: .asked)
                loan.start(.expire, after: .hours(1))
            }
        }
        on(CallOff.self, from: .asked, to: .calledOff) { _, _ in }
        on(Deliver.self, from: .asked, to: .asked) { _, loan in
            loan.run("toy.deliver", Loan.Delivery(tool: loan.record.tool))
        }
        on(Wait.self, from: .asked, to: .asked) { wait, loan in
            if let until = wait.until { loan.start(.expire, at: until) } else { loan.cancel(.expire) }
        }
        on(Misbehave.self, from: .asked, to: .asked, .lent) { misbehave, loan throws(Refusal) in
            loan.record.remindersSent = 99
            loan.claim("tool:forbidden", otherwise: words("taken"))
            loan.release(loan.record.key)
            loan.notify(.staff, "mischief", words("mischief"))
            loan.run("toy.clean")
            if misbehave.how != .destination { loan.start(.expire, after: .hours(9)) }
            switch misbehave.how {
            case .timer: loan.start(.remind, after: .hours(1))
            case .destination: loan.go(to: .returned)
            case .task: loan.run("other.task")
            case .taskInput: loan.run("toy.deliver")
            case .record: loan.record.lastFailure = nil
            case .refusal: throw Refusal(words("no"))
            }
        }
        after(.expire, from: .asked, to: .calledOff) { $0.notify(.resident, "expired", words("Too late.")) }
        after(.remind, from: .lent, to: .lent) { loan in
            loan.record.remindersSent += 1
            loan.start(.remind, after: .days(1))
        }
        after(.rest, from: .lent, to: .lent) { _ in }
        ended("toy.deliver", from: .asked, to: .lent, .calledOff) { outcome, loan in
            if let reason = outcome.failure {
                loan.record.lastFailure = reason
                loan.go(to: .calledOff)
            }
        }
    }

    static let keys = ["tool:ladder", "tool:saw", "tool:drill", "tool:plane", "tool:rasp", "tool:vice"]

    // MARK: Its tasks

    struct Delivery: Input {
        static let name = words("Bring a tool")
        @Field(words("Tool")) var tool: String
        init() {}
        init(tool: String) {
            self.init()
            self.tool = tool
        }
    }

    static let tasks = [
        TaskDefinition("toy.clean", name: words("Clean"), input: NoInput.self) { _, _ in TaskReport(words("ok")) },
        TaskDefinition(
            "toy.deliver", name: words("Bring"), input: Delivery.self,
            retry: RetryPolicy(attempts: 3, base: .seconds(10), ceiling: .seconds(30))
        ) { _, _ in TaskReport(words("ok")) },
    ]
}
