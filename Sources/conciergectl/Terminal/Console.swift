import Civil
import JSON
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The environment and the output of a command: the terminal, the user's language and zone, and the clock.
struct Console: Sendable {
    var language: Language
    var zone: Zone
    /// Only the variables that conciergectl reads.
    var environment: [String: String]
    /// Whether standard output is a terminal.
    var isTerminal: Bool
    /// The width of the terminal in columns; nil if lines must not be cut.
    var width: Int?
    var colours: Bool
    var now: @Sendable () -> Instant
    var output: @Sendable (String) throws -> Void
    var diagnostics: @Sendable (String) -> Void
    /// Reads a line from the person at the terminal, without the line break; nil at the end of the input. It is nil unless
    /// standard input and standard output are terminals.
    var ask: (@Sendable (_ question: Question) -> String?)?
    /// Waits. Tests do not.
    var sleep: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    /// The height of the terminal in lines; nil if it is not known or there is no terminal.
    var height: Int?
    /// Shows a long text page by page; false if nothing does, and it is to be written.
    var page: @Sendable (String) -> Bool = { _ in false }
    /// Shows the journal of this machine with a command. In tests there is none.
    var journal: @Sendable (_ command: [String]) -> Journal.Outcome = { _ in .absent }
    /// The words of the command line, without the program's name.
    var arguments: [String] = []
    /// How long a command waits for a reply before it checks whether the daemon is responsive, and the timeout of that
    /// check.
    var patience = Duration.seconds(10)

    /// The console of the running command. Tests set their own.
    @TaskLocal static var current = Console.live()

    /// The process's own terminal, environment and clock.
    static func live() -> Console {
        var environment: [String: String] = [:]
        for name in [
            "LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "TERM", "COLUMNS", "TZ", "CONCIERGE_SOCKET", "DEBFULLNAME",
            "DEBEMAIL", "PAGER",
        ] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let plain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let pager = environment["PAGER"] ?? Pager.usual
        return Console(
            language: Language(environment: environment),
            zone: .local(environment["TZ"]),
            environment: environment,
            isTerminal: isTerminal,
            width: isTerminal ? terminalSize()?.columns ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80 : nil,
            colours: isTerminal && !plain && environment["TERM"] != "dumb",
            now: { Instant(milliseconds: Int64(time(nil)) * 1000) },
            output: { try write($0, to: STDOUT_FILENO) },
            diagnostics: { try? write($0, to: STDERR_FILENO) },
            ask: isTerminal && isatty(STDIN_FILENO) == 1 ? askAtTerminal : nil,
            height: isTerminal ? terminalSize()?.lines : nil,
            page: { Pager.show($0, with: pager) },
            journal: { Journal.show($0) }
        )
    }

    /// Writes lines of text to standard output.
    func print(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try output(lines.joined(separator: "\n") + "\n")
    }

    /// Writes lines of text, page by page if they are more than the terminal has.
    func show(_ lines: [String]) throws {
        if let height, lines.count >= height, page(lines.joined(separator: "\n") + "\n") { return }
        try print(lines)
    }

    /// Writes a JSON document to standard output. On a terminal, characters that control the terminal are escaped.
    func print(_ document: JSON, isPretty: Bool = true) throws {
        guard isTerminal else { return try output(document.text + "\n") }
        try output((isPretty ? document.prettyText : document.text).escapedForTerminal + "\n")
    }

    /// Writes one line of text to standard output.
    func print(_ words: Text) throws { try print([words[language]]) }

    /// Writes a remark to standard error, so that a pipe gets only the result.
    func remark(_ words: Text) { diagnostics(words[language] + "\n") }
}

/// The reader of standard output has closed it. This is not an error of the command.
struct ClosedOutput: Error {}

/// Writes the whole text without a buffer, so that nothing is lost in one when the process is stopped.
private func write(_ text: String, to descriptor: Int32) throws {
    var text = text
    switch text.withUTF8({ writeAll(UnsafeRawBufferPointer($0), to: descriptor) }) {
    case 0: break
    case EPIPE: throw ClosedOutput()
    case let code: throw Failure.cannotWrite(Text(errno: code))
    }
}

/// A question to the person at the terminal.
struct Question: Sendable, Hashable {
    /// What is written before the answer.
    var prompt: String
    /// Whether the answer is not shown while it is typed.
    var isSecret = false
}

@Sendable private func askAtTerminal(_ question: Question) -> String? {
    try? write(question.prompt, to: STDOUT_FILENO)
    guard question.isSecret else { return readLine() }
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return readLine() }
    var silent = settings
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        try? write("\n", to: STDOUT_FILENO)
    }
    return readLine()
}

private func terminalSize() -> (columns: Int, lines: Int)? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
}
