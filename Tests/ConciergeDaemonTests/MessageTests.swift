import ConciergeEngine
import ConciergeKit
import Foundation
import Testing

@testable import ConciergeDaemon

@Suite("What residents read")
struct MessageTests {
    private let folder = NSTemporaryDirectory() + "templates-\(UUID().uuidString)"
    private let now = Instant(milliseconds: 1_798_705_800_000)

    /// A book by a configuration whose templates are in the folder, with these files.
    private func book(_ files: [String: String] = [:], sender: String? = "OPH de Metz") throws -> MessageBook {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            let url = URL(fileURLWithPath: "\(folder)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        var configuration = DaemonConfiguration()
        configuration.messages.sender = sender
        configuration.messages.mail = true
        configuration.messages.templates = files.isEmpty ? nil : folder
        let root = try ConfigurationParser.parse("", file: "c.yaml")
        return try MessageBook(configuration, ConfigurationTree(root: root, mainFile: "c.yaml", files: []))
    }

    private func item(
        _ words: Text, at written: Instant? = nil, until: Instant? = nil, values: [String: NoticeValue] = [:]
    ) -> MessageBook.Item {
        MessageBook.Item(
            words: words, name: "arrival", values: values, about: Text(fr: "Étagère A3", en: "Shelf A3"),
            service: Text(fr: "Réception de colis", en: "Parcel reception"), serviceID: "parcel.reception",
            request: "35FWK-MRSNB", at: written ?? now, usefulUntil: until)
    }

    private let arrived = Text(fr: "Un colis vous attend.", en: "A parcel is waiting for you.")

    @Test(
        "A mail says who writes, to whom, what it is about and until when, and has no gaps where something is unknown")
    func aMail() throws {
        let zoe = MessageBook.Addressee(name: "Zoé Lefèvre", language: "FR")
        let message = try book().message([item(arrived, until: now + .days(1))], to: zoe, at: now)
        #expect(message.language == "fr" && message.subject == "OPH de Metz : Réception de colis")
        #expect(
            message.mail == """
                Bonjour Zoé Lefèvre,

                Un colis vous attend.
                Au sujet de : Étagère A3 (demande 35FWK-MRSNB)
                Valable jusqu'au vendredi 1er janvier à 9\u{A0}h\u{A0}30.

                OPH de Metz

                Ce message part tout seul : pour y répondre, passez à la loge.

                """)
        let unknown = MessageBook.Addressee(name: "")
        let other = try book(sender: nil).message([item(arrived)], to: unknown, at: now)
        #expect(other.mail.hasPrefix("Dear resident,\n\nA parcel is waiting for you.\n"))
        #expect(other.short == "The lodge: A parcel is waiting for you.")
    }

    @Test("Several notices make one message, and one that is long overdue says so")
    func several() throws {
        let sam = MessageBook.Addressee(name: "Sam", language: "en")
        let old = item(Text(fr: "Un", en: "One"), at: now - .days(3))
        let message = try book().message([old, item(Text(fr: "Deux", en: "Two"))], to: sam, at: now)
        #expect(message.subject == "OPH de Metz: 2 messages for you")
        let lines = message.mail.split(separator: "\n")
        #expect(lines.contains("One") && lines.contains("Two"))
        #expect(message.mail.contains("leaves later than planned: it is of Monday 28 December"))
        let fresh = try book().message([item(Text(fr: "Deux", en: "Two"))], to: sam, at: now)
        #expect(!fresh.mail.contains("later than planned"))
    }

    @Test("What people typed is text: nothing in it is taken for a tag, and nothing is escaped")
    func plain() throws {
        let odd = "{{sender}} <b>&amp; \"Zoé\""
        let message = try book().message(
            [item(Text(verbatim: odd))], to: MessageBook.Addressee(name: odd, language: "fr"), at: now)
        #expect(message.mail.hasPrefix("Bonjour \(odd),\n\n\(odd)\n"))
    }

    @Test("A folder adds a language, with values in its words; a notice without a template is said in the lodge's")
    func aLanguage() throws {
        let files = [
            "de/mail.mustache": "Guten Tag {{name}},\n{{#messages}}{{words}}\n{{/messages}}",
            "de/subject.mustache": "{{sender}}", "de/letter.mustache": "{{name}}", "de/short.mustache": "{{count}}",
            "de/parcel.reception.arrival.mustache": "Ein Paket, Code {{code}}, bis {{until}}.",
        ]
        let values: [String: NoticeValue] = ["code": .text(Text(verbatim: "281655")), "until": .instant(now)]
        let nadia = MessageBook.Addressee(name: "Nadia", language: "de")
        let book = try book(files)
        let message = book.message([item(arrived, values: values)], to: nadia, at: now)
        #expect(message.language == "de")
        #expect(message.mail == "Guten Tag Nadia,\nEin Paket, Code 281655, bis 2026-12-31 09:30.\n")
        try FileManager.default.removeItem(atPath: folder + "/de/parcel.reception.arrival.mustache")
        let without = try self.book(files.filter { !$0.key.contains("arrival") })
        #expect(without.message([item(arrived)], to: nadia, at: now).mail.contains("A parcel is waiting for you."))
    }

    @Test(
        "A template that cannot be used is named with its file and what is right",
        arguments: [
            (["fr/mail.mustache": "{{nme}}"], "there is no variable \"nme\"; did you mean \"name\"?"),
            (["fr/mail.mustache": "{{#messages}}{{words}}"], "it is no Mustache template"),
            (["fr/mial.mustache": ""], "did you mean \"mail.mustache\"?"),
            (["french/mail.mustache": ""], "a folder of templates is named after a language"),
            (["de/mail.mustache": ""], "subject.mustache is missing"),
            (["fr/mail.mustache": "{{^name}}{{#late}}{{x}}{{/late}}{{/name}}"], "there is no variable \"x\""),
        ])
    func mistakes(_ files: [String: String], _ reason: String) {
        let error = #expect(throws: ConfigurationError.self) { _ = try book(files) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        for name in files.keys where !reason.contains("folder") && !reason.contains("missing") {
            #expect(error?.description.contains(name) == true)
        }
    }
}
