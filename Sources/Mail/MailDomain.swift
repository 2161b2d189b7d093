/// The domain of an address, as it was written and in ASCII.
///
/// Labels beyond ASCII become A-labels (RFC 5890): lower case, Unicode NFC, Punycode. What is not a letter, a mark, a
/// digit or a hyphen is refused; the finer rules of IDNA are those of whoever registers the name.
package struct MailDomain: Sendable, Hashable {
    /// The domain as it was written.
    package let text: String
    /// The domain in ASCII, in lower case.
    package let ascii: String

    /// Reads a domain; one label is enough, as in `localhost`.
    package init(_ text: String) throws(MailMistake) {
        self.text = text
        var labels: [String] = []
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let ascii = Self.ascii(String(label)) else { throw .label(String(label)) }
            labels.append(ascii)
        }
        ascii = labels.joined(separator: ".")
        // RFC 1035, section 2.3.4, less the length bytes at both ends.
        guard ascii.utf8.count <= 253 else { throw .length }
    }

    private static func ascii(_ label: String) -> String? {
        // The standard library's own way to NFC. The public one is Foundation's, which would be most of the program.
        let folded = String(decoding: label.lowercased()._nfcCodeUnits, as: UTF8.self)
        let scalars = Array(folded.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last, first != "-", last != "-",
            scalars.allSatisfy(mayStandInLabel)
        else { return nil }
        let ascii = scalars.allSatisfy(\.isASCII) ? folded : "xn--" + Punycode.encode(scalars)
        return ascii.utf8.count <= 63 ? ascii : nil
    }

    private static func mayStandInLabel(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: true
        default: scalar == "-"
        }
    }
}

/// Punycode (RFC 3492): Unicode in the letters, digits and hyphens of a host name.
enum Punycode {
    private static let (base, tMin, tMax, skew, damp, firstBias, firstCode) = (36, 1, 26, 38, 700, 72, 0x80)

    /// The text in Punycode, without the prefix `xn--` (section 6.3). No sum overflows: a text of a million scalars would
    /// need 2^41.
    static func encode(_ scalars: [Unicode.Scalar]) -> String {
        let codes = scalars.map { Int($0.value) }
        var output = scalars.filter(\.isASCII).map(Character.init)
        let plain = output.count
        if plain > 0 { output.append("-") }
        var (code, delta, bias, handled) = (firstCode, 0, firstBias, plain)
        while handled < codes.count {
            let next = codes.filter { $0 >= code }.min() ?? code
            delta += (next - code) * (handled + 1)
            code = next
            for other in codes {
                if other < code { delta += 1 }
                guard other == code else { continue }
                appendDigits(of: delta, bias: bias, to: &output)
                bias = adapt(delta, handled: handled + 1, isFirst: handled == plain)
                delta = 0
                handled += 1
            }
            delta += 1
            code += 1
        }
        return String(output)
    }

    private static func appendDigits(of delta: Int, bias: Int, to output: inout [Character]) {
        var rest = delta
        var place = base
        while true {
            let threshold = min(max(place - bias, tMin), tMax)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            place += base
        }
        output.append(digit(rest))
    }

    /// Section 6.1.
    private static func adapt(_ delta: Int, handled: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / handled
        var place = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            place += base
        }
        return place + (base - tMin + 1) * delta / (delta + skew)
    }

    private static func digit(_ value: Int) -> Character {
        Character(Unicode.Scalar(UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26)))
    }
}
