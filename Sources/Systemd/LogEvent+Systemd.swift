import Logging

extension LogEvent {
    /// The metadata key of the id for the kind of event: 32 hexadecimal digits (sd-id128(3)).
    static let messageIDKey = "message_id"

    /// All metadata of the event. Metadata of the event replaces that of the provider, which replaces that of the
    /// handler. An error is added under the names that swift-log's own handler uses.
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
    /// The priority of the level in syslog(3).
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
