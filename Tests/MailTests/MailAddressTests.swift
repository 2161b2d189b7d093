import Foundation
import Mail
import Testing
import Wording

@Suite("An address of e-mail")
struct MailAddressTests {
    @Test(
        "Ordinary and unusual addresses are read, and kept as they were written",
        arguments: [
            "zoe@example.org", "z.o-e+colis@sub.example.org", "zoé@example.org", "zoe@exämple.org",
            "o'neill@example.org",
            "root@localhost", "a@1.example", "!#$%&'*+-/=?^_`{|}~@example.org", "ZOE@Example.ORG", "用户@例え.jp",
        ])
    func read(_ text: String) throws {
        #expect(try MailAddress(text).description == text)
    }

    @Test(
        "What could end a command, begin another or name a second recipient is refused",
        arguments: [
            "zoe@example.org\r\nRCPT TO:<evil@example.org>", "zoe@example.org\n", "\rzoe@example.org",
            "zoe@example.org ",
            "zoe @example.org", "zoe\u{0}@example.org", "<zoe@example.org>", "zoe@example.org>",
            "zoe@example.org,evil@example.org",
            "zoe@evil.org@example.org", "zoe;@example.org", "zoe:@example.org", "\"zoe\"@example.org",
            "zoe\\@example.org",
            "(zoe)@example.org", "zoe@[127.0.0.1]", "zoe\u{200B}@example.org", "zoe\u{202E}@example.org",
            "zoe\u{A0}@example.org",
            "zoe\u{85}@example.org", "zoe\u{2028}@example.org", "zoe@exam\u{301}ple.org\u{2029}",
            "zoe\u{7F}@example.org",
        ])
    func refused(_ text: String) {
        #expect(throws: MailMistake.self) { try MailAddress(text) }
    }

    @Test(
        "What lacks a part, or is too long, is refused",
        arguments: [
            "", "zoe", "@", "@example.org", "zoe@", "zoe@.org", "zoe@example..org", "zoe@example.org.",
            ".zoe@example.org",
            "zoe.@example.org", "z..oe@example.org", "zoe@-example.org", "zoe@example-.org", "zoe@exa_mple.org",
            "zoe@a!b.org",
            String(repeating: "z", count: 65) + "@example.org", "z@" + String(repeating: "a", count: 64) + ".org",
            "z@" + Array(repeating: String(repeating: "a", count: 60), count: 5).joined(separator: "."),
        ])
    func incomplete(_ text: String) {
        #expect(throws: MailMistake.self) { try MailAddress(text) }
    }

    @Test("The mistake says what is wrong in both languages, and shows no control character")
    func words() throws {
        let mistake = #expect(throws: MailMistake.self) { try MailAddress("zoe@example.org\r\nDATA") }
        #expect(mistake?.words.en == "The character U+000D cannot be part of an address.")
        #expect(mistake?.words.fr.contains("U+000D") == true)
    }

    @Test("A domain beyond ASCII becomes what Python's IDNA makes of it, in whichever form and case it was written")
    func domains() throws {
        let domains = [
            "exämple.org", "EXÄMPLE.org", "exa\u{308}mple.org", "bücher.example", "la-première-loge.fr", "œuvre.fr",
            "例え.jp",
            "пример.рф", "παράδειγμα.gr", "يوم-جيد.jo", "한국.kr", "a.é.b", "đ-ż-ě-ő.example",
        ]
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            ["-I", "-c", "import sys\nfor name in sys.argv[1:]: print(name.encode('idna').decode())"] + domains
        process.environment = ["LC_ALL": "C.UTF-8"]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(try domains.map { try MailDomain($0).ascii } == text.split(separator: "\n").map { $0.lowercased() })
    }
}
