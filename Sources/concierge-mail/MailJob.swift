import Civil
import JSON
import Mail
import Wording

/// One message to send: finished words, and to whom.
///
/// As JSON: `{"id": "17", "to": "zoe@example.org", "name": "Zoé", "subject": "…", "text": "…"}`, and if there are any
/// `html` and `at`, the time of the notice (RFC 3339).
struct MailJob: Sendable, Hashable {
    /// The notice's id, of which the Message-ID is made.
    let id: String
    /// The recipient's address.
    let to: String
    /// The recipient's name.
    var name = ""
    /// The subject.
    let subject: String
    /// The words.
    let text: String
    /// The same in HTML.
    var html: String?
    /// When the notice was written; nil for now. With the same time, a mail that is sent again is the same to the byte.
    var at: Instant?
}

extension MailJob {
    /// What is wrong with a job as JSON.
    struct Mistake: Error, Hashable {
        let words: Text
    }

    /// Reads a job strictly: every member is known, and is what it must be.
    init(_ json: JSON) throws(Mistake) {
        guard let object = json.objectValue else {
            throw Mistake(words: Text(fr: "Un message est un objet JSON.", en: "A message is a JSON object."))
        }
        let known = ["id", "to", "name", "subject", "text", "html", "at"]
        if let stranger = object.first(where: { !known.contains($0.key) })?.key {
            throw Mistake(
                words: Text(
                    fr: "« \(stranger) » est inconnu dans un message.", en: "\"\(stranger)\" is unknown in a message."))
        }
        func text(_ key: String) throws(Mistake) -> String? {
            guard let value = json[key], !value.isNull else { return nil }
            guard let text = value.stringValue else {
                throw Mistake(words: Text(fr: "« \(key) » est un texte.", en: "\"\(key)\" is a text."))
            }
            return text
        }
        func needed(_ key: String) throws(Mistake) -> String {
            guard let text = try text(key), text.contains(where: { !$0.isWhitespace }) else {
                throw Mistake(
                    words: Text(fr: "« \(key) » manque dans le message.", en: "\"\(key)\" is missing in the message."))
            }
            return text
        }
        (id, to) = (try needed("id"), try needed("to"))
        (subject, self.text) = (try needed("subject"), try needed("text"))
        (name, html) = (try text("name") ?? "", try text("html"))
        guard let written = try text("at") else { return }
        guard let time = WrittenTime(written), time.offset != nil, let instant = time.instant(in: .utc) else {
            throw Mistake(
                words: Text(
                    fr: "« at » est un instant comme 2026-11-24T08:00:00Z.",
                    en: "\"at\" is a time like 2026-11-24T08:00:00Z."))
        }
        at = instant
    }
}
