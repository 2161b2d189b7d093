import Civil
import JSON
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where conciergectl was called from and where it writes: the terminal, its language and zone, and the clock.
struct Console: Sendable {
    var language: Language
    var zone: Zone
    /// Only the variables that conciergectl reads.
    var environment: [String: String]
    /// Whether standard output is a terminal.
    var isTerminal: Bool
    /// Columns of the terminal; nil where nothing may be cut.
    var width: Int?
    var colours: Bool
    var now: @Sendable () -> Instant
    var output: @Sendable (String) throws -> Void
    var diagnostics: @Sendable (String) -> Void
    /// How long an answer is waited for before the daemon is asked whether it is there, and how long for that.
    var patience = Duration.seconds(10)

    /// What the running command writes to; a test puts its own here.
    @TaskLocal static var current = Console.live()

    /// The process's own terminal, environment and clock.
    static func live() -> Console {
        var environment: [String: String] = [:]
        for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "TERM", "COLUMNS", "TZ", "CONCIERGE_SOCKET"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let plain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return Console(
            language: Language(environment: environment),
            zone: .local(environment["TZ"]),
            environment: environment,
            isTerminal: isTerminal,
            width: isTerminal ? terminalWidth() ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80 : nil,
            colours: isTerminal && !plain && environment["TERM"] != "dumb",
            now: { Instant(milliseconds: Int64(time(nil)) * 1000) },
            output: { try write($0, to: STDOUT_FILENO) },
            diagnostics: { try? write($0, to: STDERR_FILENO) }
        )
    }

    /// Writes lines for a person to standard output.
    func print(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try output(lines.joined(separator: "\n") + "\n")
    }

    /// Writes a JSON document to standard output: as it came, but on a terminal so that nothing in it steers that.
    func print(_ document: JSON, isPretty: Bool = true) throws {
        guard isTerminal else { return try output(document.text + "\n") }
        try output((isPretty ? document.prettyText : document.text).escapedForTerminal + "\n")
    }

    /// Writes one line for a person to standard output.
    func print(_ words: Text) throws { try print([words[language]]) }

    /// Writes one remark beside the result, to standard error, so that a pipe gets the result alone.
    func remark(_ words: Text) { diagnostics(words[language] + "\n") }
}

/// Whoever read standard output has gone, which is no error of the command.
struct ClosedOutput: Error {}

/// Writes all of the text at once, so that nothing waits in a buffer when the process is stopped.
private func write(_ text: String, to descriptor: Int32) throws {
    var text = text
    try text.withUTF8 { bytes in
        var rest = UnsafeRawBufferPointer(bytes)
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            } else if errno == EPIPE {
                throw ClosedOutput()
            } else if errno != EINTR {
                throw Failure.cannotWrite(Text(errno: errno))
            }
        }
    }
}

private func terminalWidth() -> Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
}
