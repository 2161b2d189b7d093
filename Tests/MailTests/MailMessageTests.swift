import Civil
import Foundation
import Mail
import Testing

/// What Python's parser found in a message.
private struct Found: Decodable {
    let headers: [String]
    let from: [String]
    let to: [String]
    let name: String
    let subject: String
    let date: String
    let id: String
    let auto: String
    let text: String?
    let html: String?
    let defects: [String]
    let longest: Int
    let bare: Bool
    let dots: Int
}

private struct Unusable: Error, CustomStringConvertible {
    let description: String
}

/// Reads messages with `check.py`.
private func found(in messages: [MailMessage]) throws -> [Found] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = try messages.enumerated().map { index, message in
        let file = folder.appending(path: "\(index).eml")
        try Data(message.bytes).write(to: file)
        return file.path
    }
    let output = folder.appending(path: "output")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "check.py").path
    process.arguments = ["-I", script] + paths
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Unusable(description: "check.py found a defect: see above") }
    return try String(decoding: try Data(contentsOf: output), as: UTF8.self).split(separator: "\n").map {
        try JSONDecoder().decode(Found.self, from: Data($0.utf8))
    }
}

private func message(
    to: String = "zoe@example.org", name: String = "", subject: String = "Colis", text: String = "Bonjour",
    html: String? = nil
) throws -> MailMessage {
    let lodge = Mailbox(try MailAddress("loge@exämple.org"), name: "Loge « Les Tilleuls », bât. A")
    return MailMessage(
        id: try MessageID(notice: "17", domain: lodge.address.domain), from: lodge,
        to: Mailbox(try MailAddress(to), name: name), subject: subject, text: text, html: html,
        date: Instant(milliseconds: 1_795_457_646_000))
}

extension String {
    fileprivate var withoutSpaces: String { filter { $0 != " " } }
}

@Suite("A message, read by Python's strict parser")
struct MailMessageTests {
    @Test("It has the headers of a notice and no others, each once")
    func headers() throws {
        let one = try #require(try found(in: [message(name: "Zoé Lefèvre")]).first)
        #expect(
            one.headers == [
                "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                "Content-Transfer-Encoding",
            ])
        #expect(one.from == ["Loge « Les Tilleuls », bât. A", "loge@xn--exmple-cua.org"])
        #expect(one.to == ["Zoé Lefèvre", "zoe@example.org"])
        #expect(one.date == "2026-11-23T18:14:06+00:00")
        #expect(one.id == "<notice.17@xn--exmple-cua.org>")
        #expect(one.auto == "auto-generated")
    }

    /// Names and subjects that were meant to be more than that, or are just unusual.
    private static let texts = [
        "Zoé", "Lefèvre, Zoé", "Zoé \"Zouzou\" <zoe@example.org>", "=?utf-8?q?Fake_=3Cx=40y=3E?=", "a =?b", "M. Dupont",
        "O'Neill-Élodie", "👩‍👩‍👧‍👦 Famille 🏳️‍🌈", "名前 姓", "محمد", "e\u{301}t\u{e9}", "(comment)", "a;b:c@d\\e", "-",
        String(repeating: "é", count: 700), String(repeating: "👩‍🚀", count: 300), String(repeating: "a", count: 700),
        String(repeating: "mot ", count: 200) + "fin", "a" + String(repeating: " ", count: 300) + "b",
    ]

    @Test("Names and subjects arrive exactly as they were written, of whatever length and script")
    func texts() throws {
        let all = try found(in: Self.texts.map { try message(name: $0, subject: $0) })
        #expect(all.count == Self.texts.count)
        for (text, one) in zip(Self.texts, all) {
            #expect(one.name == text)
            #expect(one.to.map(\.withoutSpaces) == [text.withoutSpaces, "zoe@example.org"])
            #expect(one.subject == text)
            #expect(one.defects.isEmpty)
            #expect(one.longest <= 76, "\(text)")
            #expect(!one.bare)
        }
    }

    @Test(
        "Line ends and other controls in a name or a subject become spaces, and make no header",
        arguments: [
            "\r\n", "\n", "\r", "\u{0}", "\u{B}", "\u{85}", "\u{2028}", "\u{2029}", "\r\n\r\n", "\r\n\t", "\n ",
        ])
    func injection(_ end: String) throws {
        let evil = "Colis\(end)Bcc: evil@example.org\(end)X: é"
        let plain = "Colis\(end)Bcc: evil@example.org"
        let all = try found(in: [message(name: evil, subject: evil), message(name: plain, subject: plain)])
        for one in all {
            #expect(one.headers.count == 9)
            #expect(one.to[1] == "zoe@example.org")
            let seen = one.subject.split(separator: " ").joined(separator: " ")
            #expect(seen.hasPrefix("Colis Bcc: evil@example.org"))
            #expect(one.to[0].split(separator: " ").joined(separator: " ") == seen)
            #expect(!one.bare)
        }
    }

    @Test("A body arrives as it was written: long lines, dots, line ends of any kind, emoji")
    func bodies() throws {
        let bodies = [
            String(repeating: "x", count: 2000), String(repeating: "é", count: 2000), "a\n.\nb", ".", "..\r\n.\r\n",
            "a\rb\nc\r\nd",
            "From here\nBcc: evil@example.org\n\n", "=_part\n--=_part--\n", "👩‍👩‍👧‍👦", "a\n.\r\nQUIT\r\n",
        ]
        let all = try found(
            in: bodies.map { try message(text: $0) } + bodies.map { try message(text: "Bonjour", html: "<p>\($0)</p>") }
        )
        for (body, one) in zip(bodies + bodies.map { "<p>\($0)</p>" }, all) {
            // CR LF is one Character: lines are parted by scalars.
            var lines = ""
            var last: Unicode.Scalar = " "
            for scalar in body.unicodeScalars {
                if scalar == "\r" || scalar == "\n" && last != "\r" { lines += "\r\n" }
                if scalar != "\r", scalar != "\n" { lines.unicodeScalars.append(scalar) }
                last = scalar
            }
            if !lines.hasSuffix("\r\n") { lines += "\r\n" }
            #expect((one.html ?? one.text) == lines)
            #expect(one.defects.isEmpty)
            #expect(one.longest <= 76)
            #expect(one.dots == 0)
            #expect(!one.bare)
        }
    }

    @Test("An HTML part is beside the plain text, which comes first")
    func html() throws {
        let one = try #require(try found(in: [message(text: "Bonjour", html: "<p>Bonjour</p>")]).first)
        #expect(one.text == "Bonjour\r\n")
        #expect(one.html == "<p>Bonjour</p>\r\n")
    }

    @Test("An address beyond ASCII stands in its header, and needs SMTPUTF8; a domain beyond ASCII does not")
    func internationalAddresses() throws {
        let (name, domain) = (try message(to: "zoé@example.org"), try message(to: "zoe@exämple.org"))
        let all = try found(in: [name, domain])
        #expect(all.map { $0.to[1] } == ["zoé@example.org", "zoe@xn--exmple-cua.org"])
        #expect(name.needsSMTPUTF8 && !domain.needsSMTPUTF8)
        #expect(domain.bytes.allSatisfy { $0 < 0x80 })
    }

    @Test("The same notice gives the same bytes, and its Message-ID has nothing but what an id may have")
    func identity() throws {
        #expect(try message().bytes == message().bytes)
        let domain = try MailDomain("example.org")
        for id in ["", "a b", "a>", "a@b", "é", ".", "a..b", "a.", "\r\n", String(repeating: "a", count: 101)] {
            #expect(throws: MailMistake.id(id)) { try MessageID(notice: id, domain: domain) }
        }
        #expect(
            try MessageID(notice: "K7M3P-9QX2D.1", domain: domain).description == "<notice.K7M3P-9QX2D.1@example.org>")
    }
}
