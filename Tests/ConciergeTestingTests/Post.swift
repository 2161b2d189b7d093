import ConciergeKit
import Dispatch
import Synchronization

struct PostSettings: Settings {
    @Setting("How long a letter waits.", in: .seconds(1)...) var patience: Duration = .days(1)
}

/// Letters that are sent by a task in two steps.
struct Post: ServiceProvider {
    static let manifest = ProviderManifest(toy: "post")
    static let send = TaskName<Letter.Record, NoAnswer>("post.send", fr: "Envoyer", en: "Send")

    let settings: PostSettings
    let folder: String

    init(_ configuration: PostSettings, in context: ProviderContext) async throws(ProviderError) {
        (settings, folder) = (configuration, context.stateDirectory)
    }

    var services: [any Service] { [Letter(settings: settings)] }

    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.send, timeLimit: .seconds(30)) { letter, context in
                folder.append("\(context.run) ", to: "begun")
                if letter.thing == "unanswered" { await Post.answer() }
                await Task.yield()
                guard !Task.isCancelled else {
                    context.log("cancelled")
                    throw CancellationError()
                }
                folder.append("\(context.run) ", to: "sent")
                return TaskReport(Text(verbatim: "sent"))
            }
        ]
    }

    /// The answer never comes.
    private static func answer() async {
        await withUnsafeContinuation { answer in unanswered.withLock { $0.append(answer) } }
    }

    struct Letter: ToyService {
        static let id = "post.letter"
        typealias Record = Thing
        let settings: PostSettings

        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                if ask.thing == "endless" { DispatchSemaphore(value: 0).wait() }
                var letter = Draft(Thing(thing: ask.thing), at: moment)
                letter.start(.later, after: settings.patience)
                letter.run(Post.send, letter.record)
                return letter
            }
            ended(Post.send, in: .pending) { outcome, letter in
                if outcome.failure == nil { letter.record.number += 1 }
            }
            after(.later, in: .pending) { letter in letter.record.due = letter.now }
            on(Go.self, from: .pending, to: .done)
        }
    }
}

private let unanswered = Mutex<[UnsafeContinuation<Void, Never>]>([])
