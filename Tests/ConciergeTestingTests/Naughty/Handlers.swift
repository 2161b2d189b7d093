import ConciergeKit
import Foundation

/// A handler that appends a line to a file, each time it is attempted.
struct Appender: ToyProvider {
    static let manifest = ProviderManifest(toy: "appender")
    static let write = TaskName<NoInput, NoAnswer>("appender.write", fr: "Écrire", en: "Write")
    let folder: String
    init(in context: ProviderContext) { folder = context.stateDirectory }
    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.write) { _, context in
                folder.append("\(context.run)\n", to: "log")
                return TaskReport(Text(verbatim: "written"))
            }
        ]
    }
}

/// A handler that takes half a file for a whole one.
struct HalfWriter: ToyProvider {
    static let manifest = ProviderManifest(toy: "half")
    static let write = TaskName<NoInput, NoAnswer>("half.write", fr: "Écrire", en: "Write")
    let folder: String
    init(in context: ProviderContext) { folder = context.stateDirectory }
    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.write) { _, context in
                if folder.file(context.run) == nil {
                    folder.append("the first half, ", to: context.run)
                    await Task.yield()
                    folder.append("the second half", to: context.run)
                }
                return TaskReport(Text(verbatim: "written"))
            }
        ]
    }
}

/// A handler that fails the second time, because what it makes is there already.
struct OnceOnly: ToyProvider {
    static let manifest = ProviderManifest(toy: "once")
    static let make = TaskName<NoInput, NoAnswer>("once.make", fr: "Faire", en: "Make")
    let folder: String
    init(in context: ProviderContext) { folder = context.stateDirectory }
    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.make) { _, context in
                guard folder.file(context.run) == nil else { throw TaskFailure.final(reason: "it is there already") }
                folder.append("made", to: context.run)
                return TaskReport(Text(verbatim: "made"))
            }
        ]
    }
}
