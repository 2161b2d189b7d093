import Logging

extension LogEvent {
    /// The metadata key whose value says which kind of event this is: 32 hexadecimal digits (sd-id128(3)).
    static let messageIDKey = "message_id"

    /// All metadata of the event. That of the event wins over the provider's, and that over the handler's. An error has
    /// the names that swift-log's own handler uses.
    func metadata(over base: Logger.Metadata, and provider: Logger.MetadataProvider?) -> Logger.Metadata {
        var all = base
        if let provider { all.merge(provider.get()) { _, new in new } }
        if let metadata { all.merge(metadata) { _, new in new } }
        if let error {
            all["error.message"] = "\(error)"
            all["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        return all
    }
}

extension Logger.Level {
    /// The level as syslog(3) numbers it.
    var syslogPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
