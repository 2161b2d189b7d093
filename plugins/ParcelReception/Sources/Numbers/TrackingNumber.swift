import ConciergeKit

/// The number of a parcel, as its label has it or as the lodge has given it.
///
/// The same parcel has the same number, however it was typed or scanned. Whether its check is right is for
/// ``verdict(carrier:)``: a number with a wrong check is a number too, because the parcel is on the desk.
struct TrackingNumber: Hashable, Sendable {
    /// The number without spaces, in capitals.
    let text: String
    /// Whether the scanner or the label says that it is a GS1 container code.
    private let isContainer: Bool

    /// The maximum length, in bytes of UTF-8.
    private static let limit = 64
    private static let lodgePrefix = "LOGE"
    private static let lodgeDigits = 5

    /// Reads a number as it was typed or scanned. Nil if it is empty or too long, or if a spreadsheet has shortened it.
    init?(_ typed: String) {
        let code = ScannedCode(typed)
        guard !code.text.isEmpty, code.text.utf8.count <= Self.limit, !Self.isShortened(code.text) else { return nil }
        (text, isContainer) = (Self.asLodgeNumber(code.text) ?? code.text, code.isContainer)
    }

    /// The lodge's own number for a parcel without one: `LOGE-12345`.
    init(lodge digits: String) {
        (text, isContainer) = ("\(Self.lodgePrefix)-\(digits)", false)
    }

    /// Draws a number of the lodge that `isFree` accepts; it is asked for a few of them at most.
    static func lodge(at moment: Moment, isFree: (TrackingNumber) -> Bool) -> TrackingNumber? {
        (1...20).lazy.map { TrackingNumber(lodge: moment.code(digits: lodgeDigits, for: "lodge number \($0)")) }
            .first(where: isFree)
    }

    /// Whether it is what a spreadsheet makes of a long number: `4,68769E+17`.
    private static func isShortened(_ code: String) -> Bool {
        let parts = code.split(separator: "E+", omittingEmptySubsequences: false)
        guard parts.count == 2, let mantissa = parts.first?.utf8, let exponent = parts.last?.utf8 else { return false }
        return !exponent.isEmpty && exponent.allSatisfy(\.isDigit) && !mantissa.isEmpty
            && mantissa.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ",") }
    }

    private static func asLodgeNumber(_ code: String) -> String? {
        let digits = code.utf8.dropFirst(lodgePrefix.utf8.count)
        guard code.hasPrefix(lodgePrefix), digits.count == lodgeDigits, digits.allSatisfy(\.isDigit) else { return nil }
        return "\(lodgePrefix)-\(code.suffix(lodgeDigits))"
    }

    /// Two numbers are the same if their texts are.
    static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension TrackingNumber {
    /// What the published forms say of a number.
    struct Verdict: Hashable, Sendable {
        let check: NumberCheck
        /// Who may have brought it; empty where no form says it.
        let candidates: [String]
        /// The only candidate, where the form of the number is that carrier's alone.
        let carrier: String?
        /// Why the number has to be read again, as a sentence without a full stop; nil if it has not.
        let doubt: Text?
    }

    /// Compares the number with all published forms.
    ///
    /// - Parameter carrier: The carrier that the person names: then a wrong check of theirs counts, also where digits
    ///   alone would say nothing.
    func verdict(carrier: String? = nil) -> Verdict {
        let number = Array(text.utf8)
        guard !text.hasPrefix("\(Self.lodgePrefix)-") else {
            return Verdict(check: .lodge, candidates: [], carrier: nil, doubt: nil)
        }
        guard !number.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return .zeros(text) }
        let forms = NumberForm.all.filter { $0.fits(number) }
        let right = forms.filter { $0.isRight?(number) ?? false }
        let unchecked = forms.filter { $0.isRight == nil }
        if let first = right.first { return Verdict(first.verified, right + unchecked, number) }
        if forms.isEmpty || !unchecked.isEmpty { return Verdict(.unverified, unchecked, number) }
        let named = carrier.map(Carrier.key)
        let failed = forms.first { form in
            form.failureCounts(number) || isContainer
                || named.map { name in form.carriers(number).contains { Carrier.key($0) == name } } ?? false
        }
        guard let failed else { return Verdict(.unverified, forms, number) }
        return Verdict(.failed, forms, number, doubt: .wrongCheck(of: text, failed.name))
    }
}

extension TrackingNumber.Verdict {
    fileprivate init(_ check: NumberCheck, _ forms: [NumberForm], _ number: [UInt8], doubt: Text? = nil) {
        var candidates: [String] = []
        for carrier in forms.flatMap({ $0.carriers(number) }) where !candidates.contains(carrier) {
            candidates.append(carrier)
        }
        let isClear = candidates.count == 1 && forms.contains(where: \.isDistinctive)
        self.init(
            check: check, candidates: candidates, carrier: isClear && doubt == nil ? candidates.first : nil,
            doubt: doubt)
    }

    fileprivate static func zeros(_ text: String) -> Self {
        Self(
            check: .failed, candidates: [], carrier: nil,
            doubt: Text(fr: "\(text) : le numéro n'a que des zéros", en: "\(text): the number has zeros alone"))
    }
}

extension Text {
    fileprivate static func wrongCheck(of number: String, _ standard: String) -> Text {
        Text(
            fr: "\(number) : la clé de contrôle est fausse (\(standard))",
            en: "\(number): the check digit is wrong (\(standard))")
    }
}

extension TrackingNumber: WrittenValue, Codable {
    static var form: Text {
        Text(
            fr: "le numéro de l'étiquette, de \(limit) octets au plus",
            en: "the number on the label, of \(limit) bytes at most")
    }

    static func mistake(in text: String) -> Text? {
        guard isShortened(Folding.code(text)) else { return nil }
        return Text(
            fr: "Excel a abrégé ce numéro (\(text)), et ses chiffres sont perdus",
            en: "Excel has shortened this number (\(text)), and its digits are lost")
    }

    init?(written text: String) { self.init(text) }

    var writtenText: String { text }
}
