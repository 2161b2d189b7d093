/// A module that provides services and tasks.
///
/// The daemon creates each registered provider at start and at each reload, from its section of the configuration, and
/// reads its services, tasks and schedules once. They must not change while the provider lives.
///
/// A provider that cannot be created does not affect the others: `conciergectl providers` shows it, and the others
/// serve.
public protocol ServiceProvider: Sendable {
    /// What operations can configure: the type of the section `providers.ID`. ``NoSettings`` if there is nothing.
    associatedtype Configuration: Settings = NoSettings
    /// Its id, version, name and limits.
    static var manifest: ProviderManifest { get }
    /// Creates the provider. It may wait for what it needs, but should throw
    /// ``ProviderError/notReady(reason:retryAfter:)`` rather than wait long.
    init(_ configuration: Configuration, in context: ProviderContext) async throws(ProviderError)
    /// The services that residents can request.
    var services: [any Service] { get }
    /// The tasks that staff, schedules and requests can run.
    var tasks: [TaskDefinition] { get }
    /// The schedules that trigger its tasks.
    var schedules: [Schedule] { get }
    /// How many units there are of what its services claim by range of time.
    ///
    /// They are compared with what is booked at each start and reload: what is booked stays booked, and bookings of units
    /// that are no more are named in the journal. Requests in line are granted by these numbers.
    var capacities: [Capacity] { get }
    /// Called once, when nothing of this instance is called any more, so that it can close what it holds open.
    ///
    /// After a reload it is called when another instance serves in its place and the last of its rules and handlers has
    /// returned; when the daemon stops, once the runs under way have ended or were interrupted. An instance that was
    /// created but does not come to serve is ended at once. The daemon waits at most five seconds for it, and if the
    /// process is killed it is not called: do not rely on it to save anything.
    func end() async
}

extension ServiceProvider {
    /// None by default.
    public var services: [any Service] { [] }
    /// None by default.
    public var tasks: [TaskDefinition] { [] }
    /// None by default.
    public var schedules: [Schedule] { [] }
    /// None by default.
    public var capacities: [Capacity] { [] }
    /// Does nothing.
    public func end() async {}
}

/// The id, version, name and limits of a provider.
public struct ProviderManifest: Sendable, Hashable {
    /// One word in lower case: the name of its section in the configuration and the first part of its services' ids.
    public let id: String
    /// The version of the provider, as in [Semantic Versioning 2.0.0](https://semver.org): `1.2.0`. It is the provider's
    /// own: neither that of the daemon nor that of the stored records.
    public let version: String
    /// What people call it, in lists and errors: a noun.
    public let name: Text
    /// What the provider is for, in a sentence.
    public let summary: Text
    /// The maximum number of its runs that may be under way at once; at least 1.
    public let concurrency: Int
    /// When its runs are held back because they fail repeatedly.
    public let breaker: BreakerPolicy
    /// The grade that it holds, which its test checks; nil if it names none.
    public let grade: Grade?

    /// Declares a provider. A version of another form is refused at start: the provider is set aside. A `concurrency` below 1
    /// counts as 1.
    public init(
        id: String, version: String, name: Text, summary: Text, grade: Grade? = nil, concurrency: Int = 4,
        breaker: BreakerPolicy = BreakerPolicy()
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.summary = summary
        self.concurrency = max(1, concurrency)
        self.breaker = breaker
        self.grade = grade
    }
}

/// What a provider receives in addition to its configuration.
public struct ProviderContext: Sendable {
    /// A directory of its own that outlives the daemon. It exists and is writable.
    public let stateDirectory: String
    /// The same directory as a folder in which files appear whole or not at all; tasks have it as
    /// ``TaskContext/folder``.
    public let folder: DurableFolder
    /// The zone in which the lodge's days and opening hours are, from the daemon's configuration.
    public let zone: Zone

    private let logger: @Sendable (String) -> Void

    /// Creates a context, for the daemon or a test.
    public init(stateDirectory: String, zone: Zone, logger: @escaping @Sendable (String) -> Void = { _ in }) {
        self.init(folder: DurableFolder(stateDirectory), zone: zone, logger: logger)
    }

    package init(folder: DurableFolder, zone: Zone, logger: @escaping @Sendable (String) -> Void) {
        stateDirectory = folder.path
        self.folder = folder
        self.zone = zone
        self.logger = logger
    }

    /// Writes a line to the journal, with the provider's field. Never a resident's personal data.
    public func log(_ line: String) {
        logger(line)
    }
}

/// Why a provider cannot be created.
public enum ProviderError: Error, Sendable, Hashable {
    /// A setting is wrong in a way that ``Settings/check()`` could not detect: the daemon does not start with it.
    /// Create the mistake with ``Setting/wrong(_:at:)``.
    case invalidConfiguration(Mismatch)
    /// The provider cannot serve yet: the daemon tries again, and the others serve.
    case notReady(reason: String, retryAfter: Duration?)
    /// Somebody must do something first: the provider does not serve until the daemon's next start or reload, and the
    /// others do.
    case needsAttention(reason: String)
}
