import Glibc
public import Logging

/// Writes log lines to the systemd journal, with their metadata as fields of their own.
///
/// An entry has `MESSAGE`, `PRIORITY`, `SYSLOG_IDENTIFIER`, `LOGGER` (the logger's label), `CODE_FILE`, `CODE_LINE`
/// and `CODE_FUNC`, and a field for each piece of metadata: `request` with the prefix `CONCIERGE_` is
/// `CONCIERGE_REQUEST=`. A key is converted to a valid name: upper-case, with underscores for other characters. The
/// key `message_id` is `MESSAGE_ID=`, by which `journalctl -x` finds the text in the catalog. A value may be of any
/// length and have several lines. An error that is logged adds `error.message` and `error.type` as metadata.
///
/// The journal has the entry when the call returns. The handler writes an entry that the journal refuses to standard
/// error.
public struct JournalLogHandler: LogHandler {
    /// The lowest level that is written.
    public var logLevel: Logger.Level

    /// Metadata of every line of this logger. Metadata of ``metadataProvider`` replaces it, and metadata of the line
    /// replaces both.
    public var metadata: Logger.Metadata = [:]

    /// Metadata that depends on where a line is logged.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let identifier: String
    private let fieldPrefix: String

    /// Makes a handler for one logger.
    ///
    /// - Parameters:
    ///   - label: The logger's label.
    ///   - identifier: The name of the program, which `journalctl -t` selects by.
    ///   - fieldPrefix: The prefix of the names of fields from metadata, such as `CONCIERGE_`. It distinguishes them
    ///     from the fields that the journal knows.
    ///   - level: The lowest level that is written.
    ///   - metadataProvider: Metadata that depends on where a line is logged.
    public init(
        label: String, identifier: String, fieldPrefix: String, level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.identifier = identifier
        self.fieldPrefix = fieldPrefix
        self.logLevel = level
        self.metadataProvider = metadataProvider
    }

    /// The metadata under a key, for every line of this logger.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one entry. It blocks for no longer than the journal takes to accept a datagram.
    public func log(event: LogEvent) {
        if !entry(for: event).send() {
            LogLine(event: event, metadata: event.metadata(over: metadata, and: metadataProvider), at: .now)
                .write(to: STDERR_FILENO)
        }
    }

    func entry(for event: LogEvent) -> JournalEntry {
        var entry = JournalEntry()
        entry.append(.message, event.message.description)
        entry.append(.priority, String(event.level.syslogPriority))
        entry.append(.identifier, identifier)
        entry.append(.logger, label)
        entry.append(.codeFile, event.file)
        entry.append(.codeLine, String(event.line))
        entry.append(.codeFunction, event.function)
        for (key, value) in event.metadata(over: metadata, and: metadataProvider).sorted(by: { $0.key < $1.key }) {
            let name = key == LogEvent.messageIDKey ? .messageID : JournalFieldName(fieldPrefix + key)
            entry.append(name, value.description)
        }
        return entry
    }
}
