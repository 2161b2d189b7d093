import Foundation
import Mail
import MailServer
import Testing
import Wording

@testable import SMTP

@Suite("A connection to a real mail server", .timeLimit(.minutes(20)))
struct SMTPConnectionTests {
    @Test("Mails arrive byte for byte, one after the other on one connection")
    func delivered() async throws {
        let server = try MailServer()
        let connection = try server.connection()
        let texts = ["Bonjour", ".", "a\r\n.\r\nb", String(repeating: "x", count: 2000), "👩‍👩‍👧‍👦"]
        let messages = try texts.enumerated().map { try message(to: "zoe", text: $1, id: "\($0)") }
        for message in messages {
            let verdict = await connection.send(message)
            #expect(verdict == Verdict(.sent, reply: "250 OK queued"))
        }
        let taken = try server.taken()
        #expect(taken.map { Array($0.bytes) } == messages.map(\.bytes))
        #expect(Set(taken.map(\.connection)) == [1])
        #expect(taken.first?.sender == "loge@example.org" && taken.first?.recipients == ["zoe@example.org"])
    }

    @Test("Greylisting is waited for as long as the server says, and other mails go on")
    func greylisted() async throws {
        let server = try MailServer()
        let connection = try server.connection()
        let verdict = await connection.send(try message(to: "greylisted"))
        #expect(verdict.outcome == .wait && verdict.retryAfter == .seconds(300))
        #expect(verdict.reply?.hasPrefix("450 4.2.0 Greylisted, see") == true)
        #expect(await connection.send(try message(to: "full")).outcome == .wait)
        #expect(await connection.send(try message(to: "zoe")).outcome == .sent)
        #expect(try server.taken().count == 1)
    }

    @Test("A refused address is at fault, a refused relay or message is not, and other mails go on")
    func refused() async throws {
        let server = try MailServer()
        let connection = try server.connection()
        let nobody = await connection.send(try message(to: "nobody"))
        #expect(nobody.outcome == .refused && nobody.isAddressAtFault && nobody.reply == "550 5.1.1 No such user")
        for name in ["elsewhere", "large"] {
            let verdict = await connection.send(try message(to: name))
            #expect(verdict.outcome == .refused && !verdict.isAddressAtFault)
        }
        let later = await connection.send(try message(to: "later"))
        #expect(later.outcome == .wait && later.retryAfter == .seconds(300))
        #expect(await connection.send(try message(to: "zoe")).outcome == .sent)
    }

    @Test("A connection that is lost after the final dot is uncertain, and the next mail goes out on a new one")
    func answerLost() async throws {
        let server = try MailServer()
        let connection = try server.connection(limit: .seconds(2))
        for name in ["reset", "lost", "silent"] {
            #expect(await connection.send(try message(to: name)).outcome == .uncertain, "\(name)")
            #expect(await connection.send(try message(to: "zoe")).outcome == .sent)
        }
        #expect(try server.taken().count == 6)
        // The same message again is the same to the byte: whoever has both sees one Message-ID.
        _ = await connection.send(try message(to: "reset"))
        let resets = try server.taken().filter { $0.recipients == ["reset@example.org"] }
        #expect(resets.count == 2 && resets.first?.bytes == resets.last?.bytes)
    }

    @Test("A connection that is lost while a long message is on its way is not uncertain: nobody has the mail")
    func cutOff() async throws {
        let server = try MailServer(mode: "ends-data")
        let connection = try server.connection()
        let long = try message(to: "zoe", text: String(repeating: "0123456789abcdef\n", count: 1_000_000))
        #expect(await connection.send(long).outcome == .wait)
        // A short one may have been read whole before the connection was cut.
        #expect(await connection.send(try message(to: "zoe")).outcome == .uncertain)
    }

    @Test("A server that hangs up between two mails is called again, and nothing is said of it")
    func hangsUp() async throws {
        let server = try MailServer()
        let connection = try server.connection()
        for _ in 0..<5 {
            #expect(await connection.send(try message(to: "hangup")).outcome == .sent)
        }
        #expect(try server.taken().map(\.connection) == [1, 2, 3, 4, 5])
    }

    @Test("A connection that ends just as the next mail begins, with or without a farewell, is made anew")
    func endsBetween() async throws {
        let server = try MailServer()
        let connection = try server.connection()
        for name in ["idle", "farewell", "zoe"] {
            #expect(await connection.send(try message(to: name)).outcome == .sent, "\(name)")
        }
        #expect(try server.taken().map(\.connection) == [1, 2, 3])
    }

    @Test(
        "A server that takes no mail just now is waited for",
        arguments: [("busy", Duration?.some(.seconds(3600))), ("defers-sender", nil), ("slow", nil)])
    func unavailable(_ mode: String, _ retryAfter: Duration?) async throws {
        let server = try MailServer(mode: mode)
        let verdict = try await server.connection(limit: .seconds(mode == "slow" ? 1 : 60)).send(try message(to: "zoe"))
        #expect(verdict.outcome == .wait && verdict.retryAfter == retryAfter && verdict.reason != nil)
    }

    @Test("Where nobody listens, the mail waits")
    func nobodyListens() async throws {
        let settings = try SMTPSettings(relay: try #require(Relay("smtp+plain://127.0.0.1:1")))
        let verdict = await SMTPConnection(settings).send(try message(to: "zoe"))
        #expect(verdict.outcome == .wait && verdict.reply == nil)
    }

    @Test("A server that refuses the lodge or its address has nothing against the recipient")
    func refusesLodge() async throws {
        for mode in ["refuses-lodge", "refuses-sender"] {
            let verdict = try await MailServer(mode: mode).connection().send(try message(to: "zoe"))
            #expect(verdict.outcome == .configuration && !verdict.isAddressAtFault)
        }
    }

    @Test("An address beyond ASCII goes to a server that offers SMTPUTF8, and to another one nothing is sent")
    func internationalAddress() async throws {
        let server = try MailServer()
        let connection = try server.connection()
        #expect(await connection.send(try message(to: "zoe")).outcome == .sent)
        #expect(await connection.send(try message(to: "zoé")).outcome == .sent)
        let taken = try server.taken()
        #expect(taken.last?.recipients == ["zoé@example.org"] && taken.last?.options.contains("SMTPUTF8") == true)
        #expect(taken.first?.options.contains("SMTPUTF8") == false)

        let ascii = try MailServer(mode: "ascii")
        let other = try ascii.connection()
        #expect(await other.send(try message(to: "zoe")).outcome == .sent)
        let verdict = await other.send(try message(to: "zoé"))
        #expect(verdict.outcome == .refused && verdict.isAddressAtFault)
        #expect(await other.send(try message(to: "zoe@exämple.org")).outcome == .sent)
        #expect(try ascii.taken().map(\.recipients) == [["zoe@example.org"], ["zoe@xn--exmple-cua.org"]])
    }

    @Test("A Unix socket serves as well")
    func unixSocket() async throws {
        let server = try MailServer(socket: "smtp")
        #expect(try await server.connection("smtp+unix").send(try message(to: "zoe")).outcome == .sent)
    }
}

@Suite("Encryption and passwords", .timeLimit(.minutes(20)))
struct EncryptionTests {
    @Test("STARTTLS and TLS encrypt, whatever the server demands, and SMTPUTF8 is asked for afterwards")
    func encrypted() async throws {
        for (scheme, mode) in [("smtp", ""), ("smtp", "demands-tls"), ("smtps", "smtps")] {
            let server = try MailServer(mode: mode, hasCertificate: true)
            let connection = try server.connection(scheme, host: "localhost")
            for name in ["zoe", "zoé", "zoe"] {
                #expect(await connection.send(try message(to: name)).outcome == .sent, "\(scheme) \(mode)")
            }
            #expect(try server.taken().map(\.tls) == (mode == "smtps" ? [false, false, false] : [true, true, true]))
        }
    }

    @Test("A server that does not offer STARTTLS gets nothing in clear")
    func noTLS() async throws {
        let server = try MailServer()
        let verdict = try await server.connection("smtp", trusts: false).send(try message(to: "zoe"))
        #expect(verdict.outcome == .configuration)
        #expect(try server.taken().isEmpty)
    }

    @Test("A server whose certificate nobody known has signed, or that has another name, gets nothing")
    func untrusted() async throws {
        let server = try MailServer(hasCertificate: true)
        for (host, trusts) in [("localhost", false), ("127.0.0.1", true)] {
            let verdict = try await server.connection("smtp", host: host, trusts: trusts).send(try message(to: "zoe"))
            #expect(verdict.outcome == .configuration)
            #expect(verdict.reason?.en.hasPrefix("The server's certificate is not trusted") == true)
        }
        #expect(try server.taken().isEmpty)
    }

    @Test("A server that demands encryption is told apart from one that refuses a mail")
    func demandsTLS() async throws {
        let server = try MailServer(mode: "demands-tls", hasCertificate: true)
        #expect(try await server.connection("smtp+plain").send(try message(to: "zoe")).outcome == .configuration)
    }

    @Test("The right password is taken, a wrong one and none are mistakes of the configuration")
    func passwords() async throws {
        let server = try MailServer(hasCertificate: true, password: "geheim")
        func verdict(_ login: SMTPSettings.Login?) async throws -> Verdict {
            try await server.connection("smtp", host: "localhost", login: login).send(try message(to: "zoe"))
        }
        #expect(try await verdict(.init(user: "loge", password: "geheim")).outcome == .sent)
        #expect(try server.taken().map(\.user) == ["loge"])
        #expect(try await verdict(.init(user: "loge", password: "wrong")).outcome == .configuration)
        #expect(try await verdict(nil).outcome == .configuration)
        #expect(try server.taken().count == 1)
    }

    @Test("A password is sent in clear to this machine alone")
    func passwordInClear() throws {
        let login = SMTPSettings.Login(user: "loge", password: "geheim")
        for relay in [
            "smtp+plain://localhost", "smtp+plain://[::1]:25", "smtp+unix:///run/smtp", "smtp://a.example",
            "smtps://a.example",
        ] {
            _ = try SMTPSettings(relay: try #require(Relay(relay)), login: login)
        }
        let remote = try #require(Relay("smtp+plain://mail.example.org"))
        #expect(throws: SMTPSettings.Mistake.passwordInClear(remote)) { try SMTPSettings(relay: remote, login: login) }
    }
}
