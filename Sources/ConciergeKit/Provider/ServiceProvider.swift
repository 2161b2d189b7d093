/// A module that offers services and tasks.
///
/// The daemon makes each registered provider once, at start, from its section of the configuration, and asks for its
/// services, tasks and schedules once. What they promise stays the same while the provider lives.
///
/// A provider's trouble is its own: one that cannot be made is named in `conciergectl providers`, and the others
/// serve.
public protocol ServiceProvider: Sendable {
    /// Its section of the configuration.
    associatedtype Configuration: Settings = NoSettings
    /// Who it is.
    static var manifest: ProviderManifest { get }
    /// Makes the provider. It may wait for what it needs, but should throw ``ProviderError/notReady(reason:retryAfter:)``
    /// rather than wait long.
    init(_ configuration: Configuration, in context: ProviderContext) async throws(ProviderError)
    /// What residents can ask for.
    var services: [any Service] { get }
    /// What staff, schedules and requests can have done.
    var tasks: [TaskDefinition] { get }
    /// What is done by itself.
    var schedules: [Schedule] { get }
    /// Is told, once, that nothing of this instance is called any more: what it holds open is closed here.
    ///
    /// After a reload that is when another instance serves in its place and the last of its rules and handlers has
    /// returned; when the daemon stops, once the runs under way have ended or were interrupted. An instance that was made
    /// and does not come to serve is told at once. Nobody waits longer than five seconds, and where the process is killed
    /// nobody is told: what must not be lost is not left for here.
    func end() async
}

extension ServiceProvider {
    /// None.
    public var services: [any Service] { [] }
    /// None.
    public var tasks: [TaskDefinition] { [] }
    /// None.
    public var schedules: [Schedule] { [] }
    /// There is nothing to end.
    public func end() async {}
}

/// Who a provider is.
public struct ProviderManifest: Sendable, Hashable {
    /// Lower-case, one word: the name of its section in the configuration and the first part of its services' ids.
    public let id: String
    /// What it is called.
    public let name: Text
    /// What it is for, in a sentence.
    public let summary: Text
    /// How many of its runs may be under way at once; at least 1.
    public let concurrency: Int
    /// When its runs are held back because they fail over and over.
    public let breaker: BreakerPolicy

    /// A manifest.
    public init(
        id: String, name: Text, summary: Text, concurrency: Int = 4, breaker: BreakerPolicy = BreakerPolicy()
    ) {
        self.id = id
        self.name = name
        self.summary = summary
        self.concurrency = max(1, concurrency)
        self.breaker = breaker
    }
}

/// What a provider is given besides its configuration.
public struct ProviderContext: Sendable {
    /// A folder of its own that outlives the daemon. It is there and may be written.
    public let stateDirectory: String
    /// The lodge's time zone.
    public let zone: Zone

    private let logger: @Sendable (String) -> Void

    /// A context, as the daemon or a test makes it.
    public init(stateDirectory: String, zone: Zone, logger: @escaping @Sendable (String) -> Void = { _ in }) {
        self.stateDirectory = stateDirectory
        self.zone = zone
        self.logger = logger
    }

    /// Writes a line to the journal, with the provider's field. Never a resident's personal data.
    public func log(_ line: String) {
        logger(line)
    }
}

/// Why a provider cannot be made.
public enum ProviderError: Error, Sendable, Hashable {
    /// A setting is wrong, and ``Settings/check()`` could not see it: the daemon does not start with it. The mistake is
    /// made with ``Setting/wrong(_:at:)``.
    case invalidConfiguration(Mismatch)
    /// It cannot serve yet: it is tried again, and the others serve.
    case notReady(reason: String, retryAfter: Duration?)
    /// Somebody must do something first: it is set aside until the daemon's next start, and the others serve.
    case needsAttention(reason: String)
}
