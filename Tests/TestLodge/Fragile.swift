import ConciergeKit

/// A provider that crashes while it is created, if its configuration says so.
struct Fragile: ServiceProvider {
    struct Configuration: Settings {
        @Setting("Whether it traps while it is made.")
        var trap = false
        @Setting("Whether it traps while it is asked what it offers.")
        var offer = false
    }

    static let manifest = ProviderManifest(
        id: "fragile", version: "1.0.0", name: words("Fragile"), summary: words("Breaks early"))

    private let configuration: Configuration

    init(_ configuration: Configuration, in context: ProviderContext) {
        self.configuration = configuration
        if configuration.trap, !Mended.isThere { fatalError("asked for, at the start") }
    }

    var tasks: [TaskDefinition] {
        if configuration.offer, !Mended.isThere { Trouble.index.happen() }
        return [TaskDefinition(Self.work) { _, _ in TaskReport(words("done")) }]
    }

    static let work = TaskName<Crasher.Work, NoAnswer>("fragile.work", fr: "Work", en: "Work")
}
