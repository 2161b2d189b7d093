import Glibc
public import Logging

/// The destination of a service's log lines: the journal if systemd connected standard error to it, otherwise standard
/// error.
///
/// Make all handlers of the logging system from one value:
///
///     let destination = LogDestination.standard
///     LoggingSystem.bootstrap { destination.handler(label: $0, identifier: "concierged", fieldPrefix: "CONCIERGE_") }
public enum LogDestination: Sendable, Hashable {
    /// The systemd journal.
    case journal

    /// Standard error: a terminal, a file or a pipe.
    case standardError

    /// The destination of this process, from its environment and its standard error as they are now.
    public static var standard: LogDestination {
        isJournal ? .journal : .standardError
    }

    /// Whether standard error is connected to the journal: whether it is the stream whose device and inode
    /// `JOURNAL_STREAM` names (systemd.exec(5)). A child process with another standard error inherits the variable, but
    /// not the stream.
    public static var isJournal: Bool {
        isJournal(STDERR_FILENO, stream: getenv("JOURNAL_STREAM").map { String(cString: $0) })
    }

    static func isJournal(_ descriptor: CInt, stream: String?) -> Bool {
        guard let parts = stream?.split(separator: ":", omittingEmptySubsequences: false), parts.count == 2,
            let device = UInt64(parts[0]), let inode = UInt64(parts[1])
        else { return false }
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_dev == device && status.st_ino == inode
    }

    /// Makes the handler of one logger.
    ///
    /// - Parameters:
    ///   - label: The logger's label.
    ///   - identifier: The name of the program in the journal.
    ///   - fieldPrefix: The prefix of the names of journal fields from metadata.
    ///   - level: The lowest level that is written.
    ///   - metadataProvider: Metadata that depends on where a line is logged.
    public func handler(
        label: String, identifier: String, fieldPrefix: String, level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil
    ) -> any LogHandler {
        switch self {
        case .journal:
            JournalLogHandler(
                label: label, identifier: identifier, fieldPrefix: fieldPrefix, level: level,
                metadataProvider: metadataProvider)
        case .standardError:
            TerminalLogHandler(level: level, metadataProvider: metadataProvider)
        }
    }
}
