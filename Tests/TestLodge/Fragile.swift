import ConciergeKit

/// A provider that makes its trouble while it is made, where its configuration says so.
struct Fragile: ServiceProvider {
    struct Configuration: Decodable, Sendable {
        var trap: Bool?
        var offer: Bool?
    }

    static let manifest = ProviderManifest(id: "fragile", name: words("Fragile"), summary: words("Breaks early"))

    private let configuration: Configuration

    init(_ configuration: Configuration, in context: ProviderContext) {
        self.configuration = configuration
        if configuration.trap == true, !Mended.isThere { fatalError("asked for, at the start") }
    }

    var tasks: [TaskDefinition] {
        if configuration.offer == true, !Mended.isThere { Trouble.index.happen() }
        return [TaskDefinition(Self.work) { _, _ in TaskReport(words("done")) }]
    }

    static let work = TaskName<Crasher.Work, NoAnswer>("fragile.work", fr: "Work", en: "Work")
}
