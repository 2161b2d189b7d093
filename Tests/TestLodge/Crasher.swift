import ConciergeKit
import Foundation

/// A provider whose rules and tasks make the trouble that they are asked for.
struct Crasher: ServiceProvider {
    struct Configuration: Decodable, Sendable {}

    static let manifest = ProviderManifest(id: "crasher", name: words("Crasher"), summary: words("Makes trouble"))

    init(_ configuration: Configuration, in context: ProviderContext) {}

    var services: [any Service] { [Trap()] }

    var tasks: [TaskDefinition] {
        [
            TaskDefinition("crasher.work", name: words("Work"), input: Work.self) { work, context in
                if let wait = work.waitFor {
                    // Inside until the file is there, however the daemon dies meanwhile.
                    while !FileManager.default.fileExists(atPath: wait) { try await Task.sleep(for: .milliseconds(5)) }
                }
                (work.trouble ?? .none).happen()
                return TaskReport(words("done"))
            }
        ]
    }

    struct Work: Input {
        static let name = words("Work")
        @Field(words("Trouble")) var trouble: Trouble?
        @Field(words("Wait for this file")) var waitFor: String?

        init() {}

        init(trouble: Trouble?) {
            self.trouble = trouble
        }
    }
}

/// A request whose rules make trouble.
struct Trap: Service {
    static let id = "crasher.trap"

    enum State: String, ServiceState {
        case set, sprung
        var name: Text { words(rawValue) }
        var isOpen: Bool { self == .set }
    }

    enum Timer: String, ServiceTimer {
        case fuse
        var name: Text { words(rawValue) }
    }

    struct Record: Codable, Sendable {
        var fuse: Trouble
        var outcome: Trouble
    }

    struct SetUp: Input {
        static let name = words("Set up")
        @Field(words("Trouble at once")) var trouble: Trouble?
        @Field(words("Trouble when the fuse burns out")) var fuse: Trouble?
        @Field(words("The fuse, in milliseconds")) var burns: Int?
        @Field(words("Trouble at the end of a run")) var outcome: Trouble?
    }

    struct Touch: Input {
        static let name = words("Touch")
        @Field(words("Trouble")) var trouble: Trouble?
    }

    struct Run: Input {
        static let name = words("Run")
        @Field(words("Trouble of the task")) var trouble: Trouble?
    }

    struct Spring: Input {
        static let name = words("Spring")
    }

    var name: Text { words("Trap") }
    var summary: Text { words("Trouble") }

    var lifecycle: [Transition<Self>] {
        opening(SetUp.self, to: .set) { setUp, moment in
            (setUp.trouble ?? .none).happen()
            var trap = Draft<Self>(Record(fuse: setUp.fuse ?? .none, outcome: setUp.outcome ?? .none), at: moment)
            if let burns = setUp.burns { trap.start(.fuse, after: .milliseconds(burns)) }
            return trap
        }
        on(Touch.self, from: .set, to: .set) { touch, _ in (touch.trouble ?? .none).happen() }
        on(Run.self, from: .set, to: .set) { run, trap in
            trap.run("crasher.work", Crasher.Work(trouble: run.trouble))
        }
        on(Spring.self, from: .set, to: .sprung) { _, _ in }
        after(.fuse, from: .set, to: .sprung) { trap in
            if Mended.isThere { return }
            trap.record.fuse.happen()
        }
        ended("crasher.work", from: .set, to: .set) { _, trap in
            if Mended.isThere { return }
            trap.record.outcome.happen()
        }
    }
}

/// Stands for a build in which the mistake is mended.
enum Mended {
    static let isThere = ProcessInfo.processInfo.environment["MENDED"] != nil
}
