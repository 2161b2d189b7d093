import ConciergeKit
import Foundation

/// A provider whose rules and tasks fail in the way that their input names.
struct Crasher: ServiceProvider {
    static let manifest = ProviderManifest(
        id: "crasher", version: "1.0.0", name: words("Crasher"), summary: words("Makes trouble"))

    init(_ configuration: NoSettings, in context: ProviderContext) {}

    var services: [any Service] { [Trap()] }

    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.work) { work, context in
                if let wait = work.waitFor {
                    // The handler stays inside until the file exists, so that the daemon can die while it runs. Another
                    // file says that it is inside.
                    try Data().write(to: URL(fileURLWithPath: wait + ".waits"))
                    while !FileManager.default.fileExists(atPath: wait) { try await Task.sleep(for: .milliseconds(5)) }
                }
                (work.trouble ?? .none).happen()
                return TaskReport(words("done"))
            }
        ]
    }

    static let work = TaskName<Work, NoAnswer>("crasher.work", fr: "Work", en: "Work")

    struct Work: Input {
        static let name = words("Work")
        @Field(fr: "Trouble", en: "Trouble") var trouble: Trouble?
        @Field(fr: "Wait for this file", en: "Wait for this file") var waitFor: String?
    }
}

/// A request whose rules fail on demand.
struct Trap: Service {
    static let id = "crasher.trap"

    static let name = words("Trap")
    static let summary = words("Trouble")

    struct Record: Codable {
        var fuse: Trouble
        var outcome: Trouble
    }

    struct SetUp: Input {
        static let name = words("Set up")
        @Field(fr: "Trouble at once", en: "Trouble at once") var trouble: Trouble?
        @Field(fr: "Trouble when the fuse burns out", en: "Trouble when the fuse burns out") var fuse: Trouble?
        @Field(fr: "The fuse, in milliseconds", en: "The fuse, in milliseconds") var burns: Int?
        @Field(fr: "Trouble at the end of a run", en: "Trouble at the end of a run") var outcome: Trouble?
    }

    struct Touch: Input {
        static let name = words("Touch")
        @Field(fr: "Trouble", en: "Trouble") var trouble: Trouble?
    }

    struct Run: Input {
        static let name = words("Run")
        @Field(fr: "Trouble of the task", en: "Trouble of the task") var trouble: Trouble?
    }

    struct Spring: Input {
        static let name = words("Spring")
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(SetUp.self, to: .set) { setUp, moment in
            (setUp.trouble ?? .none).happen()
            var trap = Draft(Record(fuse: setUp.fuse ?? .none, outcome: setUp.outcome ?? .none), at: moment)
            if let burns = setUp.burns { trap.start(.fuse, after: .milliseconds(burns)) }
            return trap
        }
        on(Touch.self, in: .set) { touch, _ in (touch.trouble ?? .none).happen() }
        on(Run.self, in: .set) { run, trap in trap.run(Crasher.work, .init { $0.trouble = run.trouble }) }
        on(Spring.self, from: .set, to: .sprung)
        after(.fuse, from: .set, to: .sprung) { trap in
            if Mended.isThere { return }
            trap.record.fuse.happen()
        }
        ended(Crasher.work, in: .set) { _, trap in
            if Mended.isThere { return }
            trap.record.outcome.happen()
        }
    }
}

extension StateOf<Trap> {
    static var set: Self { open(fr: "set", en: "set", turn: .clock) }
    static var sprung: Self { closed(fr: "sprung", en: "sprung") }
}

extension TimerOf<Trap> {
    static var fuse: Self { timer(fr: "fuse", en: "fuse") }
}

/// Simulates a build in which the mistake is fixed: then the environment has `MENDED`.
enum Mended {
    static let isThere = ProcessInfo.processInfo.environment["MENDED"] != nil
}
