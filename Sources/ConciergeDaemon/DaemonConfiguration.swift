import ConciergeEngine
import ConciergeKit
import Logging

/// The daemon's own part of the configuration; each provider has a section of its own under `providers`.
struct DaemonConfiguration: Sendable {
    var lodge: LodgeSection
    var control: ControlSection
    var journal: JournalSection
    /// Nil where nothing is said.
    var access: AccessSection?
    var ledger: LedgerSection
    /// By schedule.
    var schedules: [String: ScheduleSection]
    var retention: Retention

    /// The lodge.
    struct LodgeSection: Decodable, Sendable {
        /// Local times are those of this zone.
        var timeZone = Zone("Europe/Paris") ?? .utc
        /// The language of answers to clients that take one only.
        var language = Language.en
        /// How long runs under way are waited for when the daemon stops.
        var stopLimit = TimeSpan(.seconds(20))

        enum CodingKeys: String, CodingKey {
            case timeZone = "time_zone"
            case language
            case stopLimit = "stop_limit"
        }
    }

    /// The control socket.
    struct ControlSection: Decodable, Sendable {
        /// The longest message that is read, in bytes.
        var messageLimit = 1 << 20
        /// Connections at once.
        var connectionLimit = 4096
        /// Connections of one user at once; a quarter of all where nothing is said.
        var userConnectionLimit: Int?

        enum CodingKeys: String, CodingKey {
            case messageLimit = "message_limit"
            case connectionLimit = "connection_limit"
            case userConnectionLimit = "user_connection_limit"
        }
    }

    /// What is logged.
    struct JournalSection: Decodable, Sendable {
        /// Less important lines are left out.
        var level = Logger.Level.info

        enum CodingKeys: String, CodingKey {
            case level
        }
    }

    /// The ledger.
    struct LedgerSection: Decodable, Sendable {
        /// Whether a new, empty one is made where there is none.
        var create = true

        enum CodingKeys: String, CodingKey {
            case create
        }
    }

    /// Reads the daemon's sections, and refuses those that nobody knows.
    init(_ tree: ConfigurationTree, providers: [String]) throws(ConfigurationError) {
        try tree.refuseUnknownKeys(known: [
            "lodge", "control", "journal", "access", "ledger", "retention", "schedules", "providers",
        ])
        try tree.refuseUnknownKeys(at: ["providers"], known: providers, noun: "provider")
        lodge = try tree.decode(at: ["lodge"])
        control = try tree.decode(at: ["control"])
        journal = try tree.decode(at: ["journal"])
        access = try Self.access(tree)
        ledger = try tree.decode(at: ["ledger"])
        retention = try Self.retention(tree)
        schedules = try Self.schedules(tree)
        guard (1024...(1 << 28)).contains(control.messageLimit) else {
            throw tree.error(at: ["control", "message_limit"], reason: "expected 1024 to 268435456 bytes")
        }
        guard (1...1_000_000).contains(control.connectionLimit) else {
            throw tree.error(at: ["control", "connection_limit"], reason: "expected 1 to 1000000 connections")
        }
        guard (1...1_000_000).contains(control.userConnectionLimit ?? 1) else {
            throw tree.error(at: ["control", "user_connection_limit"], reason: "expected 1 to 1000000 connections")
        }
    }
}

extension DaemonConfiguration.LodgeSection {
    init(from decoder: any Decoder) throws {
        self.init()
        let section = try decoder.container(keyedBy: CodingKeys.self)
        timeZone = try section.decodeIfPresent(Zone.self, forKey: .timeZone) ?? timeZone
        language = try section.decodeIfPresent(Language.self, forKey: .language) ?? language
        stopLimit = try section.decodeIfPresent(TimeSpan.self, forKey: .stopLimit) ?? stopLimit
    }
}

extension DaemonConfiguration.ControlSection {
    init(from decoder: any Decoder) throws {
        self.init()
        let section = try decoder.container(keyedBy: CodingKeys.self)
        messageLimit = try section.decodeIfPresent(Int.self, forKey: .messageLimit) ?? messageLimit
        connectionLimit = try section.decodeIfPresent(Int.self, forKey: .connectionLimit) ?? connectionLimit
        userConnectionLimit = try section.decodeIfPresent(Int.self, forKey: .userConnectionLimit)
    }
}

extension DaemonConfiguration.LedgerSection {
    init(from decoder: any Decoder) throws {
        self.init()
        let section = try decoder.container(keyedBy: CodingKeys.self)
        create = try section.decodeIfPresent(Bool.self, forKey: .create) ?? create
    }
}

extension DaemonConfiguration.JournalSection {
    init(from decoder: any Decoder) throws {
        self.init()
        let section = try decoder.container(keyedBy: CodingKeys.self)
        level = try section.decodeIfPresent(Logger.Level.self, forKey: .level) ?? level
    }
}
