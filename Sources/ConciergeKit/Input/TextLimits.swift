package import JSON

/// What a text field accepts in addition to one line of text, and who sees it.
public struct FieldTraits: OptionSet, Sendable, Hashable {
    /// The traits as bits.
    public let rawValue: Int

    /// Traits from their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Several lines: tabs and line feeds are accepted.
    public static let lines = FieldTraits(rawValue: 1)
    /// Text from a scanner: control characters are accepted, and the rule folds them (``Folding/code(_:)``).
    public static let scanned = FieldTraits(rawValue: 2)
    /// The value is shown to staff only, wherever the input is shown, and so is the member of the record with the name of
    /// the field.
    public static let secret = FieldTraits(rawValue: 4)
    /// A person at a terminal is asked for it although it may be left out: what one would forget otherwise.
    public static let asked = FieldTraits(rawValue: 8)
}

/// The maximum lengths of incoming texts, in bytes of UTF-8, and the characters that they may contain.
package enum TextLimits {
    /// A field of one line without limits of its own.
    package static let line = 500
    /// A field of several lines without limits of its own.
    package static let lines = 8_000
    /// The values of a list without limits of its own.
    package static let elements = 100
    /// The whole input of one call, whatever the limits of its fields.
    package static let input = 262_144
    /// The resident for whom a request is.
    package static let resident = 256
    /// An idempotency key.
    package static let key = 256
    /// The name of a service, an action, a task or another named thing.
    package static let name = 128

    /// Why a text is not accepted, in words that follow the name of the field; nil if it is accepted.
    package static func mistake(in text: String, limit: Int, _ traits: FieldTraits = []) -> Text? {
        if let words = tooLong(text, limit: limit) { return words }
        guard !traits.contains(.scanned) else { return nil }
        guard mayHaveControls(text) else { return nil }
        let control = text.unicodeScalars.first { scalar in
            isControl(scalar) && !(traits.contains(.lines) && (scalar == "\t" || scalar == "\n"))
        }
        guard let control else { return nil }
        return mistake(ofControl: control.value)
    }

    /// The mistake that a text has a control character, by its number in Unicode.
    package static func mistake(ofControl number: UInt32) -> Text {
        let digits = String(number, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        return Text(
            fr: "le caractère de commande \(code) n'est pas accepté", en: "the control character \(code) is not taken")
    }

    /// The mistake that a text is blank; nil if it is not.
    package static func blank(_ text: String) -> Text? {
        isBlank(text) ? Text(fr: "le texte est vide", en: "the text is empty") : nil
    }

    /// Whether a text has no visible character.
    static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isInvisible) }

    /// The mistake that a text is too long; nil if it is not.
    package static func tooLong(_ text: String, limit: Int) -> Text? {
        let size = text.utf8.count
        guard size > limit else { return nil }
        return Text(
            fr: "le texte compte \(size) octets ; il peut en compter \(limit) au plus",
            en: "the text has \(size) bytes, and may have \(limit) at most")
    }

    /// A mistake as a sentence that begins with the name of the field or parameter.
    package static func sentence(_ mistake: Text, about name: String) -> Text {
        Text(fr: "\(frenchNames[name] ?? name) : \(mistake).", en: "\(name): \(mistake).")
    }

    /// What parameters of the control interface are called in French.
    private static let frenchNames = [
        "resident": "locataire", "about": "lieu", "text": "note", "purpose": "objet", "holder": "mandataire",
    ]

    /// False for most texts, at the cost of one look at each byte: a control character is a byte below 0x20, DEL, or
    /// begins with the byte 0xC2.
    private static func mayHaveControls(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            for byte in bytes where byte < 0x20 || byte == 0x7F || byte == 0xC2 { return true }
            return false
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        // C0, DEL and C1: all of the general category Cc.
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    /// Whether a character is not visible: white space, a control, or a format character.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if (0x21..<0x7F).contains(scalar.value) { return false }
        let properties = scalar.properties
        return properties.isWhitespace || properties.isDefaultIgnorableCodePoint || isControl(scalar)
            || properties.generalCategory == .format
    }
}

extension InputSchema {
    /// Why a text of an input is not accepted; nil if all are. Unknown fields and values of another kind are found when
    /// the input is read.
    package func mistake(in input: JSONObject) -> Text? {
        for (name, value) in input {
            switch value {
            case .string, .array: break
            default: continue
            }
            guard let field = fields.first(where: { $0.name == name }) else { continue }
            if let mistake = field.mistake(in: value) { return TextLimits.sentence(mistake, about: name) }
        }
        return nil
    }
}

extension FieldSchema {
    fileprivate func mistake(in value: JSON) -> Text? {
        switch value {
        case .string(let text):
            switch kind {
            case .string, .form, .list(.string), .list(.form): TextLimits.mistake(in: text, limit: byteLimit, traits)
            default: TextLimits.tooLong(text, limit: byteLimit)
            }
        case .array(let elements): elements.lazy.compactMap { mistake(in: $0) }.first
        default: nil
        }
    }
}
