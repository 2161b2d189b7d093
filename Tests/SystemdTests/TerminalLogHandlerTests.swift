import Glibc
import Logging
import Testing

@testable import Systemd

struct TerminalLogHandlerTests {
    private let moment = Moment(secondsSince1970: 1_795_457_646)

    private func event(
        _ message: Logger.Message, level: Logger.Level = .notice, _ metadata: Logger.Metadata? = nil
    ) -> LogEvent {
        LogEvent(
            level: level, message: message, metadata: metadata, source: nil, file: "Lodge/Door.swift",
            function: "open()", line: 7)
    }

    private func line(
        _ message: Logger.Message, level: Logger.Level = .notice, _ metadata: Logger.Metadata = [:],
        coloured: Bool = false
    ) -> String {
        LogLine(event: event(message, level: level), metadata: metadata, at: moment, coloured: coloured).text
    }

    @Test("A line has the time, the level, the message and the metadata, but not the message's id")
    func line() {
        #expect(
            line("Parcel held", ["request": "K7M3P-9QX2D", "provider": "parcel", "message_id": "b07a249c"])
                == "2026-11-23T18:14:06Z notice  Parcel held  provider=parcel request=K7M3P-9QX2D\n")
        #expect(line("Ready", level: .info) == "2026-11-23T18:14:06Z info    Ready\n")
        #expect(line("Full", level: .critical) == "2026-11-23T18:14:06Z critical Full\n")
    }

    private func line(_ message: Logger.Message, _ metadata: Logger.Metadata) -> String {
        line(message, level: .notice, metadata)
    }

    @Test("Values with spaces or quotes, and empty values, are quoted")
    func quotes() {
        #expect(
            line("Refused", ["a": "", "b": "no such key", "c": "the \"blue\" one", "d": "plain"])
                .hasSuffix("Refused  a=\"\" b=\"no such key\" c=\"the \\\"blue\\\" one\" d=plain\n"))
    }

    @Test("Line ends and escape sequences are written in escaped form")
    func controlCharacters() {
        #expect(
            line("one\ntwo\u{1B}[2J", ["note": "a\tb\u{9B}"]).hasSuffix("one\\ntwo\\u{1B}[2J  note=a\\tb\\u{009B}\n"))
        #expect(line("Réception à l’étage").hasSuffix("Réception à l’étage\n"))
    }

    @Test("Only the level is coloured")
    func colour() {
        #expect(
            line("Full", level: .error, coloured: true)
                == "2026-11-23T18:14:06Z \u{1B}[31merror\u{1B}[0m   Full\n")
    }

    @Test("The handler writes a whole line to its descriptor, without colour if it is not a terminal")
    func pipe() throws {
        var ends: [CInt] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var handler = TerminalLogHandler(descriptor: ends[1], noColor: nil, level: .info)
        handler[metadataKey: "provider"] = "parcel"
        handler.log(event: event("Parcel held", ["request": "K7M3P-9QX2D"]))
        let line = try #require(readAvailable(ends[0]))
        #expect(line.hasSuffix("Z notice  Parcel held  provider=parcel request=K7M3P-9QX2D\n"))
        #expect(line.count == 78)
    }

    @Test("A terminal gets colour unless NO_COLOR is set", arguments: [(nil, true), ("", true), ("1", false)])
    func terminal(noColor: String?, isColoured: Bool) throws {
        var (master, terminal): (CInt, CInt) = (-1, -1)
        try #require(openpty(&master, &terminal, nil, nil, nil) == 0)
        defer {
            close(terminal)
            close(master)
        }
        TerminalLogHandler(descriptor: terminal, noColor: noColor, level: .info).log(event: event("Ready"))
        #expect(try #require(readAvailable(master)).contains("\u{1B}[1mnotice") == isColoured)
    }

    @Test("A line that cannot be written is dropped")
    func closedDescriptor() {
        TerminalLogHandler(descriptor: -1, noColor: nil, level: .info).log(event: event("Unheard"))
    }
}

struct LogDestinationTests {
    @Test("Standard error belongs to the journal if its device and inode are those of JOURNAL_STREAM")
    func journalStream() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var status = stat()
        try #require(fstat(ends[1], &status) == 0)
        #expect(LogDestination.isJournal(ends[1], stream: "\(status.st_dev):\(status.st_ino)"))
        #expect(!LogDestination.isJournal(ends[1], stream: "\(status.st_dev):\(status.st_ino + 1)"))
        #expect(!LogDestination.isJournal(ends[1], stream: "\(status.st_dev + 1):\(status.st_ino)"))
        #expect(!LogDestination.isJournal(ends[1], stream: nil))
        #expect(!LogDestination.isJournal(ends[1], stream: "8"))
        #expect(!LogDestination.isJournal(-1, stream: "\(status.st_dev):\(status.st_ino)"))
    }

    @Test("Each destination makes its own kind of handler, at the requested level")
    func factory() {
        let journal = LogDestination.journal.handler(
            label: "lodge", identifier: "concierged", fieldPrefix: "CONCIERGE_", level: .debug)
        let terminal = LogDestination.standardError.handler(
            label: "lodge", identifier: "concierged", fieldPrefix: "CONCIERGE_", level: .debug)
        #expect(journal is JournalLogHandler)
        #expect(terminal is TerminalLogHandler)
        #expect(journal.logLevel == .debug)
        #expect(terminal.logLevel == .debug)
    }
}
