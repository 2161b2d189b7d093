import Glibc
public import Logging

/// Writes each log line as one readable line to standard error, for a service that runs without the journal:
/// `2026-11-23T18:14:06Z notice  message  provider=parcel request=K7M3P-9QX2D`.
///
/// Metadata is sorted by key; `message_id` is left out, because it is for the journal. Control characters are escaped,
/// so that a message is one line and cannot control the terminal. A line is one write(2). On a terminal the level is
/// coloured, unless `NO_COLOR` is set (no-color.org).
public struct TerminalLogHandler: LogHandler {
    /// The lowest level that is written.
    public var logLevel: Logger.Level

    /// Metadata of every line of this logger. Metadata of ``metadataProvider`` replaces it, and metadata of the line
    /// replaces both.
    public var metadata: Logger.Metadata = [:]

    /// Metadata that depends on where a line is logged.
    public var metadataProvider: Logger.MetadataProvider?

    private let descriptor: CInt
    private let isColoured: Bool

    /// Makes a handler for standard error.
    ///
    /// - Parameters:
    ///   - level: The lowest level that is written.
    ///   - metadataProvider: Metadata that depends on where a line is logged.
    public init(level: Logger.Level = .info, metadataProvider: Logger.MetadataProvider? = nil) {
        self.init(
            descriptor: STDERR_FILENO, noColor: getenv("NO_COLOR").map { String(cString: $0) }, level: level,
            metadataProvider: metadataProvider)
    }

    init(
        descriptor: CInt, noColor: String?, level: Logger.Level, metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.descriptor = descriptor
        self.isColoured = (noColor ?? "").isEmpty && isatty(descriptor) == 1
        self.logLevel = level
        self.metadataProvider = metadataProvider
    }

    /// The metadata under a key, for every line of this logger.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        let metadata = event.metadata(over: metadata, and: metadataProvider)
        LogLine(event: event, metadata: metadata, at: .now, coloured: isColoured).write(to: descriptor)
    }
}
