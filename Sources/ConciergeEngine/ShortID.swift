package import ConciergeKit

/// The ids of requests and runs: a number of nine characters and a check character, written `K7M3P-9QX2D`.
///
/// Numbers follow the clock, sixteen to a millisecond since 2020, so that ids which are made together stand together in
/// the ledger's trees, and a commit of many writes few pages. Their order as text is that of the numbers. At the pace of
/// a lodge the last six characters look drawn by lot.
///
/// The alphabet is Crockford's base 32 (no I, L, O, U), so an id can be said on the telephone; reading takes small
/// letters, O for 0, and I or L for 1. The check character is a weighted sum over the field of 32 elements with
/// distinct weights: it finds every single wrong character and every exchange of two.
package enum ShortID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let payload = 9

    private static let bits = UInt64(5 * payload)
    /// 2020-01-01T00:00:00Z
    private static let epoch: Int64 = 1_577_836_800_000
    /// Numbers to a millisecond. They last until 2089.
    package static let pace: UInt64 = 16

    /// The first number of a moment.
    package static func number(at moment: Instant) -> UInt64 {
        UInt64(max(0, moment.milliseconds - epoch)) * pace & (1 << bits - 1)
    }

    /// The id of a number below 2⁴⁵.
    package static func of(_ number: UInt64) -> String {
        let digits = (0..<payload).map { UInt8(number >> (bits - 5 * UInt64($0 + 1)) & 31) }
        return write(digits + [checkDigit(of: digits)])
    }

    /// The number of an id as it is stored; nil where it is none.
    package static func number(of id: String) -> UInt64? {
        guard let stored = read(id) else { return nil }
        return stored.utf8.lazy.filter { $0 != UInt8(ascii: "-") }.dropLast().reduce(0) { number, byte in
            number << 5 | UInt64(value(of: byte) ?? 0)
        }
    }

    /// The id as it is stored, from one as it was typed; nil where it cannot be one.
    package static func read(_ typed: String) -> String? {
        var digits: [UInt8] = []
        for byte in typed.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
            guard let digit = value(of: byte), digits.count <= payload else { return nil }
            digits.append(digit)
        }
        guard digits.count == payload + 1, digits[payload] == checkDigit(of: digits[..<payload]) else { return nil }
        return write(digits)
    }

    private static func write(_ digits: [UInt8]) -> String {
        let characters = digits.map { alphabet[Int($0)] }
        let (first, second) = (characters[..<5], characters[5...])
        return String(decoding: first, as: UTF8.self) + "-" + String(decoding: second, as: UTF8.self)
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte & 0xDF {  // upper case; digits are told apart below
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: break
        }
        let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & 0xDF : byte
        return alphabet.firstIndex(of: upper).map(UInt8.init)
    }

    /// Horner's scheme with the field's primitive element 2 (polynomial x⁵ + x² + 1): the weights are its powers.
    private static func checkDigit(of digits: some Collection<UInt8>) -> UInt8 {
        digits.reduce(0) { sum, digit in
            let doubled = (sum ^ digit) << 1
            return doubled & 32 == 0 ? doubled : (doubled ^ 0b100101)
        }
    }
}
