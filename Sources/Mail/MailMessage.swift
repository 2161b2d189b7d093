package import Civil
import FoundationEssentials

/// Somebody in a header: an address and a name.
package struct Mailbox: Sendable, Hashable {
    /// Where mail goes.
    package let address: MailAddress
    /// The name as a person wrote it, whatever is in it; empty for none.
    package let name: String

    /// An address with or without a name.
    package init(_ address: MailAddress, name: String = "") {
        self.address = address
        self.name = name
    }
}

/// The Message-ID of a notice: the same each time, so that a mail that arrives twice is seen to be one.
package struct MessageID: Sendable, Hashable, CustomStringConvertible {
    /// With its angle brackets: `<notice.17@example.org>`.
    package let description: String

    /// Makes it from the notice's id and the domain of the lodge.
    ///
    /// - Parameter notice: Letters, digits, hyphens and dots, at most 100.
    package init(notice: String, domain: MailDomain) throws(MailMistake) {
        let isAtom = notice.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { Self.mayStandInID($0) }
        }
        guard isAtom, notice.utf8.count <= 100 else { throw .id(notice) }
        description = "<notice.\(notice)@\(domain.ascii)>"
    }

    private static func mayStandInID(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// One message to one person, which becomes the bytes of RFC 5322 and MIME.
///
/// No header is made of a person's text, except for subject and names, which ``HeaderWords`` makes safe. Bodies are
/// always base64: no line is too long for a server, none is a dot, and none ends without CR.
package struct MailMessage: Sendable, Hashable {
    /// Its id in the world.
    package let id: MessageID
    /// Who writes.
    package let from: Mailbox
    /// Who reads.
    package let to: Mailbox
    /// Its subject, whatever is in it.
    package let subject: String
    /// Its words, with line ends of any kind.
    package let text: String
    /// The same in HTML, for readers that show it.
    package let html: String?
    /// When it was written.
    package let date: Instant

    /// A message.
    package init(
        id: MessageID, from: Mailbox, to: Mailbox, subject: String, text: String, html: String? = nil, date: Instant
    ) {
        (self.id, self.from, self.to, self.date) = (id, from, to, date)
        (self.subject, self.text, self.html) = (subject, text, html)
    }

    /// Whether the server must offer SMTPUTF8: an address has a name beyond ASCII, which stands in the headers too.
    package var needsSMTPUTF8: Bool { from.address.needsSMTPUTF8 || to.address.needsSMTPUTF8 }

    /// The message as it is sent: CR LF after each line and nowhere else, ASCII but for addresses that need SMTPUTF8.
    package var bytes: [UInt8] {
        var lines = Lines()
        lines.add("Date: \(date.mailDate)")
        lines.add("From: \(from.header(after: 6))")
        lines.add("To: \(to.header(after: 4))")
        lines.add("Subject: \(HeaderWords.subject(subject, after: 9))")
        lines.add("Message-ID: \(id)")
        // RFC 3834: nobody answers it automatically.
        lines.add("Auto-Submitted: auto-generated")
        lines.add("MIME-Version: 1.0")
        guard let html else {
            lines.addPart("text/plain", text)
            return lines.bytes
        }
        // Base64 has no underscore, so that no line of a part is the boundary.
        let boundary = "=_part"
        lines.add("Content-Type: multipart/alternative; boundary=\"\(boundary)\"")
        lines.add("")
        lines.add("--\(boundary)")
        lines.addPart("text/plain", text)
        lines.add("--\(boundary)")
        lines.addPart("text/html", html)
        lines.add("--\(boundary)--")
        return lines.bytes
    }
}

extension Mailbox {
    fileprivate func header(after used: Int) -> String {
        guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { return address.wire }
        return "\(HeaderWords.name(name, after: used))\r\n <\(address.wire)>"
    }
}

/// Lines that end with CR LF.
private struct Lines {
    var bytes: [UInt8] = []

    mutating func add(_ line: String) {
        bytes += line.utf8
        bytes += "\r\n".utf8
    }

    /// The headers of a part, an empty line, and its text in base64.
    mutating func addPart(_ type: String, _ text: String) {
        add("Content-Type: \(type); charset=utf-8")
        add("Content-Transfer-Encoding: base64")
        add("")
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        bytes += Data(Self.withMailLineEnds(text)).base64EncodedData(options: options)
        add("")
    }

    /// The text with CR LF for each CR LF, LF and CR, and one at its end (RFC 2046, section 4.1.1).
    private static func withMailLineEnds(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 64)
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte == 0x0D || byte == 0x0A {
                if !(byte == 0x0A && last == 0x0D) { bytes += [0x0D, 0x0A] }
            } else {
                bytes.append(byte)
            }
            last = byte
        }
        if last != 0x0D, last != 0x0A { bytes += [0x0D, 0x0A] }
        return bytes
    }
}
