import ConciergeKit

/// The number on a parcel's label, checked as far as its format allows.
struct TrackingNumber: Hashable, Sendable {
    /// The number as ``Folding/code(_:)`` folds it, without application identifier.
    let text: String
    let format: Format

    enum Format: String, Codable, Sendable {
        /// UPU S10: two letters, eight digits, a check digit, a country.
        case upuS10 = "upu-s10"
        /// GS1 serial shipping container code, 18 digits.
        case sscc
        /// An unknown format. The parcel is accepted all the same.
        case unverified
    }

    /// The maximum length, in bytes of UTF-8.
    private static let limit = 64

    /// Reads a number as it was typed or scanned.
    ///
    /// A number in a known format with a wrong check digit is refused, because it was mistyped. A number in an unknown
    /// format is accepted unchanged.
    init(_ typed: String) throws(Refusal) {
        var text = Folding.code(typed)
        if text.hasPrefix("(00)") {
            text.removeFirst(4)
        } else if text.utf8.count == 20, text.hasPrefix("00"), text.utf8.allSatisfy(\.isDigit) {
            text.removeFirst(2)
        }
        guard !text.isEmpty, text.utf8.count <= Self.limit else {
            throw Refusal(
                fr: "Le numéro doit compter de 1 à \(Self.limit) octets.",
                en: "The number must have 1 to \(Self.limit) bytes.")
        }
        self.text = text
        if Self.looksLikeS10(text) {
            try Self.verify(text, digit: 10, expected: Self.s10CheckDigit(of: text), standard: "UPU S10")
            guard S10Countries.all.contains(String(text.suffix(2))) else {
                throw Refusal(
                    fr: "\(text) : « \(text.suffix(2)) » n'est pas un pays (UPU S10).",
                    en: "\(text): \"\(text.suffix(2))\" is not a country (UPU S10).")
            }
            format = .upuS10
        } else if text.utf8.count == 18, text.utf8.allSatisfy(\.isDigit) {
            try Self.verify(text, digit: 17, expected: Self.gs1CheckDigit(of: text.dropLast()), standard: "GS1 SSCC")
            format = .sscc
        } else {
            format = .unverified
        }
    }

    private static func looksLikeS10(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 13 && bytes[0...1].allSatisfy(\.isCapital) && bytes[2...10].allSatisfy(\.isDigit)
            && bytes[11...12].allSatisfy(\.isCapital)
    }

    /// UPU S10: weights 8 6 4 2 3 5 9 7; 11 − (sum mod 11), where 10 becomes 0 and 11 becomes 5.
    static func s10CheckDigit(of text: String) -> Int {
        let digits = text.dropFirst(2).prefix(8).compactMap(\.wholeNumberValue)
        let sum = zip(digits, [8, 6, 4, 2, 3, 5, 9, 7]).reduce(0) { $0 + $1.0 * $1.1 }
        let check = 11 - sum % 11
        return check == 10 ? 0 : check == 11 ? 5 : check
    }

    /// GS1 General Specifications, 7.9.1: weights 3 and 1 alternately from the right; the check digit completes the sum
    /// to the next multiple of ten.
    static func gs1CheckDigit(of digits: some StringProtocol) -> Int {
        let sum = digits.reversed().compactMap(\.wholeNumberValue).enumerated()
            .reduce(0) { $0 + $1.element * ($1.offset.isMultiple(of: 2) ? 3 : 1) }
        return (10 - sum % 10) % 10
    }

    private static func verify(
        _ text: String, digit place: Int, expected: Int, standard: String
    ) throws(Refusal) {
        let characters = Array(text)
        guard characters[place].wholeNumberValue == expected else {
            throw Refusal(
                fr: "\(text) : la clé de contrôle est fausse (\(standard)). Relisez l'étiquette.",
                en: "\(text): the check digit is wrong (\(standard)). Read the label again.")
        }
    }
}

extension TrackingNumber: WrittenValue {
    static var form: Text {
        Text(
            fr: "le numéro de l'étiquette, de \(limit) octets au plus",
            en: "the number on the label, of \(limit) bytes at most")
    }

    static func mistake(in text: String) -> Text? {
        do throws(Refusal) {
            _ = try TrackingNumber(text)
            return nil
        } catch {
            return error.reason
        }
    }

    init?(written text: String) {
        do throws(Refusal) {
            try self.init(text)
        } catch {
            return nil
        }
    }

    var writtenText: String { text }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
}
