package import Wording

/// An e-mail address that may be written into a command of SMTP and into a header: `zoe@example.org`.
///
/// It is a dot-atom, an `@` and a domain (RFC 5321, section 4.1.2, with the characters of RFC 6531). What SMTP allows
/// beyond that, quoted names and numeric domains, is refused: nobody has such an address, and a quoted name could hold a
/// space or another `@`. An address that could end a line or begin a second command does not exist as a value.
package struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    /// The part before the `@`, as it was written.
    package let local: String
    /// The part after it.
    package let domain: MailDomain

    /// Reads an address.
    ///
    /// - Throws: What is wrong with it, in words for whoever typed it.
    package init(_ text: String) throws(MailMistake) {
        if let stranger = text.unicodeScalars.first(where: { !Self.mayStandInAddress($0) }) {
            throw .character(stranger)
        }
        // The scalars, because a combining mark after the @ would make one Character of both.
        let scalars = text.unicodeScalars
        guard let at = scalars.firstIndex(of: "@"), scalars[at...].count(where: { $0 == "@" }) == 1 else {
            throw .signs
        }
        local = String(scalars[..<at])
        let dots = local.split(separator: ".", omittingEmptySubsequences: false)
        guard !dots.contains("") else { throw .local }
        domain = try MailDomain(String(scalars[scalars.index(after: at)...]))
        // RFC 5321, section 4.5.3.1: 64 octets, and 256 for a path, which has angle brackets besides.
        guard local.utf8.count <= 64, local.utf8.count + 1 + domain.ascii.utf8.count <= 254 else { throw .length }
    }

    /// Whether a server must offer SMTPUTF8 (RFC 6531) to take mail for it: its name has characters beyond ASCII. A
    /// domain needs nothing, because it has a form in ASCII.
    package var needsSMTPUTF8: Bool { !local.utf8.allSatisfy { $0 < 0x80 } }

    /// The address as it is written on the wire, with the domain in ASCII.
    package var wire: String { "\(local)@\(domain.ascii)" }

    /// The address as it was written.
    package var description: String { "\(local)@\(domain.text)" }

    /// The characters of a dot-atom (RFC 5322, section 3.2.3), and beyond ASCII all that can be seen.
    private static func mayStandInAddress(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar.properties.isAlphabetic || "0123456789!#$%&'*+-/=?^_`{|}~.@".unicodeScalars.contains(scalar)
        }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: false
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

/// What is wrong with something that a message is made of.
package enum MailMistake: Error, Hashable {
    /// A character that must not stand in an address.
    case character(Unicode.Scalar)
    /// No `@`, or several.
    case signs
    /// Nothing before the `@`, or a dot too many.
    case local
    /// The part of a domain between two dots.
    case label(String)
    /// A part of the address is longer than mail allows.
    case length
    /// An id of which no Message-ID can be made.
    case id(String)

    /// The mistake in words.
    package var words: Text {
        switch self {
        case .character(let scalar):
            Text(
                fr: "Le caractère \(Self.name(of: scalar)) n'est pas admis dans une adresse.",
                en: "The character \(Self.name(of: scalar)) cannot be part of an address.")
        case .signs: Text(fr: "Une adresse a exactement un « @ ».", en: "An address has exactly one \"@\".")
        case .local:
            Text(
                fr: "Avant le « @ » il faut un nom, sans point au début, à la fin ni deux de suite.",
                en: "Before the \"@\" stands a name, without a dot at either end or two in a row.")
        case .label(let label):
            Text(
                fr: "« \(label) » n'est pas une partie d'un nom de domaine.",
                en: "\"\(label)\" is no part of a domain name.")
        case .length: Text(fr: "L'adresse est trop longue.", en: "The address is too long.")
        case .id(let id):
            Text(
                fr: "« \(id) » n'est pas un identifiant : lettres, chiffres, tirets et points, 100 au plus.",
                en: "\"\(id)\" is no id: letters, digits, hyphens and dots, 100 at most.")
        }
    }

    /// The character itself if it can be seen, else its number: `U+000A`.
    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return (0x21...0x7E).contains(scalar.value) ? "\(scalar)" : number
    }
}
