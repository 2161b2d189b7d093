public import ConciergeKit

/// A request that promises something when it is opened: ``Matter``, with a promise in the place of its timer.
struct PromisedMatter: Service {
    static let id = "promises.matter"
    static let name = Text(fr: "Affaire promise", en: "Promised matter")
    static let summary = Text(
        fr: "Une demande dont la promesse est mesurée.", en: "A request whose promise is measured.")

    typealias Record = Matter.Record

    struct Done: Input { static let name = Text(fr: "Terminer", en: "Finish") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Matter.Open.self, to: .begun) { open, moment in
            var matter = Draft(Record(subject: open.subject, place: open.place), at: moment)
            matter.promise(.done, in: .workingDays(5), warning: .hours(30))
            return matter
        }
        on(Done.self, from: .begun, to: .done) { _, matter in matter.keep(.done) }
        on(approaching: .done, in: .begun) { _ in }
        on(missed: .done, in: .begun) { _ in }
    }
}

extension StateOf<PromisedMatter> {
    static var begun: Self { open(fr: "en cours", en: "begun", turn: .staff) }
    static var done: Self { closed(fr: "terminée", en: "done") }
}

extension CommitmentOf<PromisedMatter> {
    static var done: Self { promise(fr: "terminée", en: "done") }
}

/// A provider of what is promised. It is apart from ``BenchProvider``, so that the calls that promise nothing are measured
/// without it.
public struct PromiseProvider: ServiceProvider {
    /// The manifest.
    public static let manifest = ProviderManifest(
        id: "promises", version: "1.0.0",
        name: Text(fr: "Mesures des promesses", en: "Benchmark of promises"),
        summary: Text(fr: "Ce qui se promet.", en: "What is promised."))

    /// A provider.
    public init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {}

    /// The id of the service that only promises.
    public static let service = PromisedMatter.id
    /// The id of the service that asks who the resident is, and tells them.
    public static let whole = WholeMatter.id
    /// The services.
    public var services: [any Service] { [PromisedMatter(), WholeMatter()] }
}
