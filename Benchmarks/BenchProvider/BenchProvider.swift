public import ConciergeKit

/// The provider of the benchmarks. It has only what they measure: a request with one row, one history line and one
/// timer, a request that staff act on, and a task that does nothing.
public struct BenchProvider: ServiceProvider {
    /// The manifest. The provider may have as many runs at once as the peers have workers and callers.
    public static let manifest = ProviderManifest(
        id: "bench", version: "1.0.0",
        name: Text(fr: "Mesures", en: "Benchmark"),
        summary: Text(fr: "Ce qui est mesuré, et rien d'autre.", en: "What is measured, and nothing else."),
        concurrency: 64)

    /// A provider.
    public init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {}

    /// The id of the service whose requests wait for a timer.
    public static let service = Matter.id
    /// The id of the service whose requests staff act on.
    public static let errands = Errand.id
    /// The services.
    public var services: [any Service] { [Matter(), Errand()] }

    /// The one task.
    public var tasks: [TaskDefinition] {
        [TaskDefinition(Self.noop) { _, _ in TaskReport(Text(fr: "Fait.", en: "Done.")) }]
    }

    static let noop = TaskName<NoInput, NoAnswer>("bench.noop", fr: "Ne rien faire", en: "Do nothing")
}
