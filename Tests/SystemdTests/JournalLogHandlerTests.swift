import Logging
import Testing

@testable import Systemd

struct JournalLogHandlerTests {
    private var handler = JournalLogHandler(
        label: "lodge", identifier: "concierged", fieldPrefix: "CONCIERGE_", level: .trace)

    /// The fields of an entry as the journal receives them.
    private func fields(
        _ handler: JournalLogHandler, level: Logger.Level = .notice, _ message: Logger.Message = "hello",
        error: (any Error)? = nil, _ metadata: Logger.Metadata? = nil
    ) -> [String] {
        let event = LogEvent(
            level: level, message: message, error: error, metadata: metadata, source: nil, file: "Lodge/Door.swift",
            function: "open()", line: 7)
        return handler.entry(for: event).withFields { fields in fields.map { String(decoding: $0, as: UTF8.self) } }
    }

    @Test("An entry has the message, its level as a syslog priority, and its source location")
    func entry() {
        #expect(
            fields(handler) == [
                "MESSAGE=hello", "PRIORITY=5", "SYSLOG_IDENTIFIER=concierged", "LOGGER=lodge",
                "CODE_FILE=Lodge/Door.swift", "CODE_LINE=7", "CODE_FUNC=open()",
            ])
    }

    @Test(
        "Levels become priorities",
        arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func priority(level: Logger.Level, priority: Int) {
        #expect(fields(handler, level: level).contains("PRIORITY=\(priority)"))
    }

    @Test("Metadata becomes prefixed fields, and message_id becomes the journal's own field")
    func metadata() {
        let metadata: Logger.Metadata = [
            "request": "K7M3P-9QX2D", "message_id": "b07a249cd024414a82dd00cd181378ff", "retry-after": "5",
            "_places": ["a", "b"],
        ]
        #expect(
            fields(handler, metadata).suffix(4) == [
                "CONCIERGE__PLACES=[\"a\", \"b\"]", "MESSAGE_ID=b07a249cd024414a82dd00cd181378ff",
                "CONCIERGE_REQUEST=K7M3P-9QX2D", "CONCIERGE_RETRY_AFTER=5",
            ])
    }

    private func fields(_ handler: JournalLogHandler, _ metadata: Logger.Metadata) -> [String] {
        fields(handler, level: .info, "hello", error: nil, metadata)
    }

    @Test("The metadata of the line overrides the provider's, and the provider's overrides the logger's")
    func precedence() {
        var handler = handler
        handler[metadataKey: "a"] = "logger"
        handler[metadataKey: "b"] = "logger"
        handler[metadataKey: "c"] = "logger"
        handler.metadataProvider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
        #expect(
            fields(handler, ["c": "line"]).suffix(3) == [
                "CONCIERGE_A=logger", "CONCIERGE_B=provider", "CONCIERGE_C=line",
            ])
    }

    @Test("An error has fields of its own, apart from the message")
    func error() {
        struct Leak: Error, CustomStringConvertible { var description: String { "water in the cellar" } }
        let fields = fields(handler, error: Leak())
        #expect(fields.contains("CONCIERGE_ERROR_MESSAGE=water in the cellar"))
        #expect(fields.contains { $0.hasPrefix("CONCIERGE_ERROR_TYPE=") && $0.hasSuffix("Leak") })
    }

    @Test("Several lines, zero bytes and equals signs are passed unchanged")
    func anyBytes() {
        let message = "one\ntwo=2\0three \u{1F511}"
        #expect(fields(handler, "\(message)").first == "MESSAGE=" + message)
    }

    @Test(
        "Any key is turned into a field name that the journal accepts",
        arguments: [
            ("request", "REQUEST"), ("retry-after", "RETRY_AFTER"), ("error.type", "ERROR_TYPE"),
            ("_secret", "SECRET"), ("3d", "FIELD_3D"), ("", "FIELD"), ("__", "FIELD"), ("clé", "CL__"),
            (String(repeating: "x", count: 80), String(repeating: "X", count: 64)),
        ])
    func names(key: String, name: String) {
        #expect(JournalFieldName(key).text == name)
    }
}
