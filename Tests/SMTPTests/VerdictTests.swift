import Testing

@testable import SMTP

@Suite("What the end of a transfer means")
struct VerdictTests {
    /// The answers of a server on a new connection, in order, and what they mean for a mail that was handed over or not.
    struct Line: Sendable, CustomTestStringConvertible {
        let replies: [String]
        var transfer = Ending.Transfer.failed
        var isNew = true
        var startsTLS = false
        var logsIn = false
        var wasHandedOver = false
        let outcome: Verdict.Outcome
        var isAddressAtFault = false
        var stage: Conversation.Stage?

        var testDescription: String { "\(replies.last ?? "nothing") → \(outcome.rawValue)" }
    }

    private static let greeted = ["220 mail.example.org ESMTP", "250-mail.example.org", "250-SIZE 100", "250 SMTPUTF8"]
    private static let begun = greeted + ["250 2.1.0 OK"]
    private static let addressed = begun + ["250 2.1.5 OK"]
    private static let data = addressed + ["354 Go"]

    static let table: [Line] = [
        Line(replies: data + ["250 queued"], transfer: .complete, wasHandedOver: true, outcome: .sent, stage: .message),
        // Who has the mail?
        Line(replies: data, wasHandedOver: true, outcome: .uncertain, stage: .data),
        Line(replies: data, outcome: .wait, stage: .data),
        Line(
            replies: ["250 OK", "250 OK", "354 Go"], isNew: false, wasHandedOver: true, outcome: .uncertain,
            stage: .data),
        Line(replies: data + ["451 4.3.0 later"], wasHandedOver: true, outcome: .wait, stage: .message),
        Line(replies: data + ["421 closing"], wasHandedOver: true, outcome: .wait, stage: .message),
        Line(replies: data + ["552 5.3.4 too big"], wasHandedOver: true, outcome: .refused, stage: .message),
        Line(
            replies: data + ["550 5.1.1 unknown"], wasHandedOver: true, outcome: .refused, isAddressAtFault: true,
            stage: .message),
        // The recipient.
        Line(replies: begun + ["450 4.2.0 Greylisted"], outcome: .wait, stage: .recipient),
        Line(replies: begun + ["550 5.1.1 unknown"], outcome: .refused, isAddressAtFault: true, stage: .recipient),
        Line(
            replies: begun + ["550 5.1.1 unknown", "221 bye"], outcome: .refused, isAddressAtFault: true,
            stage: .recipient),
        Line(
            replies: begun + ["550 5.1.1 unknown", "421 bye"], outcome: .refused, isAddressAtFault: true,
            stage: .recipient),
        Line(replies: begun + ["550 unknown"], outcome: .refused, isAddressAtFault: true, stage: .recipient),
        Line(
            replies: begun + ["550-5.1.1 unknown", "550 5.1.1 here"], outcome: .refused, isAddressAtFault: true,
            stage: .recipient),
        Line(replies: begun + ["554 5.7.1 Relay access denied"], outcome: .refused, stage: .recipient),
        Line(
            replies: ["250 OK", "550 5.1.1 unknown"], isNew: false, outcome: .refused, isAddressAtFault: true,
            stage: .recipient),
        Line(replies: addressed + ["554 no"], outcome: .refused, stage: .data),
        // The sender: nothing against the recipient.
        Line(replies: greeted + ["451 4.7.1 later"], outcome: .wait, stage: .sender),
        Line(replies: greeted + ["550 5.7.1 no"], outcome: .configuration, stage: .sender),
        Line(replies: ["550 5.7.1 no"], isNew: false, outcome: .configuration, stage: .sender),
        Line(replies: greeted + ["552 5.3.4 too big"], outcome: .refused, stage: .sender),
        Line(replies: greeted + ["530 5.7.0 STARTTLS first"], outcome: .configuration, stage: .sender),
        Line(replies: begun + ["530 5.7.0 Authentication required"], outcome: .configuration, stage: .recipient),
        // The connection.
        Line(replies: [], outcome: .wait),
        Line(replies: ["421 busy"], outcome: .wait, stage: .greeting),
        Line(replies: ["554 on a list"], outcome: .configuration, stage: .greeting),
        Line(replies: ["220 hello"], outcome: .wait, stage: .greeting),
        Line(replies: ["220 hello", "502 what", "250 hello"], outcome: .wait, stage: .hello),
        Line(replies: ["220 hello", "502 what", "502 what"], outcome: .configuration, stage: .hello),
        Line(replies: greeted, transfer: .noTLS, startsTLS: true, outcome: .configuration, stage: .hello),
        Line(replies: greeted + ["454 not now"], transfer: .noTLS, startsTLS: true, outcome: .wait, stage: .encryption),
        Line(
            replies: greeted + ["220 go"], transfer: .untrusted, startsTLS: true, outcome: .configuration,
            stage: .encryption),
        Line(replies: greeted + ["220 go"], startsTLS: true, outcome: .wait, stage: .encryption),
        Line(
            replies: greeted + ["220 go", "250 hello", "250 OK", "550 5.1.1 unknown"], startsTLS: true,
            outcome: .refused,
            isAddressAtFault: true, stage: .recipient),
        Line(
            replies: greeted + ["334 ", "535 wrong"], transfer: .noLogin, logsIn: true, outcome: .configuration,
            stage: .login),
        Line(replies: greeted + ["454 4.7.0 later"], transfer: .noLogin, logsIn: true, outcome: .wait, stage: .login),
        Line(
            replies: greeted + ["334 ", "235 OK", "250 OK", "550 5.1.1 unknown"], logsIn: true, outcome: .refused,
            isAddressAtFault: true, stage: .recipient),
        Line(
            replies: greeted + ["250 OK", "550 5.1.1 unknown"], logsIn: true, outcome: .refused, isAddressAtFault: true,
            stage: .recipient),
        Line(replies: greeted, transfer: .noSMTPUTF8, outcome: .refused, isAddressAtFault: true, stage: .hello),
        Line(replies: [], transfer: .impossible, outcome: .configuration),
    ]

    @Test("Each end has one meaning: who has the mail, and whom a refusal is about", arguments: table)
    func meaning(_ line: Line) {
        var conversation = Conversation(isNew: line.isNew, startsTLS: line.startsTLS, logsIn: line.logsIn)
        for reply in line.replies { conversation.take(reply + "\r\n") }
        #expect(conversation.stage == line.stage)
        let verdict = Verdict(
            of: Ending(line.transfer, conversation, wasHandedOver: line.wasHandedOver, detail: "detail"))
        #expect(verdict.outcome == line.outcome)
        #expect(verdict.isAddressAtFault == line.isAddressAtFault)
        #expect((verdict.reason == nil) == (line.outcome == .sent))
    }

    @Test(
        "The time that a server asks for is found in its words",
        arguments: [
            ("450 4.2.0 Greylisted, see http://postgrey.example/help/1.2.html 300 seconds", 300),
            ("450 Greylisted for 5 minutes", 300), ("451 come back in 00:04:37", 277), ("450 retry in 60s", 60),
            ("450 try again in 5min.", 300), ("421 wait 1 hour", 3600), ("450 wait 9999 hours", 86_400),
            ("450 4.2.0 Greylisted", nil),
            ("451 4.7.1 Try again later", nil), ("450 [192.0.2.1] 0 seconds", nil), ("450 id 4f6s12:00", nil),
            ("450", nil), ("", nil),
        ] as [(String, Int?)])
    func hints(_ reply: String, _ seconds: Int?) {
        #expect(RetryHint.duration(in: reply) == seconds.map { .seconds($0) })
    }

    @Test("A reply is kept without what could disturb a terminal, and not without end")
    func reply() {
        var conversation = Conversation(isNew: true, startsTLS: false, logsIn: false)
        conversation.take("220 \u{1B}[31mred\u{7}\r\n")
        #expect(conversation.reply == "220 [31mred")
        conversation.take("250 " + String(repeating: "x", count: 10_000))
        #expect(conversation.reply.count == 500)
        conversation.take("nonsense")
        #expect(conversation.code == 250)
    }

    @Test(
        "A relay is read with its port and its encryption",
        arguments: [
            ("smtp://mail.example.org", Relay.Security.startTLS, Relay.Place.host("mail.example.org", port: 587)),
            ("smtps://mail.example.org", .tls, .host("mail.example.org", port: 465)),
            ("smtps://mail.example.org:4650", .tls, .host("mail.example.org", port: 4650)),
            ("smtp+plain://localhost", .none, .host("localhost", port: 25)),
            ("smtp+plain://[::1]:2525", .none, .host("[::1]", port: 2525)),
            ("smtp+unix:///run/smtp", .none, .socket("/run/smtp")),
        ])
    func relays(_ text: String, _ security: Relay.Security, _ place: Relay.Place) throws {
        let relay = try #require(Relay(text))
        #expect(relay.security == security && relay.place == place && relay.description == text)
    }

    @Test(
        "What is no relay is refused",
        arguments: [
            "", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://a:0", "smtp://a:99999", "smtp://a:",
            "smtp://u:p@a",
            "smtp://a/b", "smtp://a?b", "smtp://a b", "smtp://-a", "smtp+unix://", "smtp+unix:///",
            "smtp+unix://run/smtp",
            "smtp://é.example", "smtp://[a", "smtp://a]", "smtp+unix:///" + String(repeating: "a", count: 107),
        ])
    func noRelays(_ text: String) { #expect(Relay(text) == nil) }
}
