/// The number of a request or run: 45 bits, which people see as nine characters and a check character.
///
/// Numbers follow the clock, sixteen to a millisecond since 2020, so that ids that are created together are adjacent in
/// the ledger's trees, and a commit of many writes few pages. At the pace of a lodge the last six characters look
/// random. Numbers are the keys of their tables; the text form is used wherever people or programs see them.
package protocol NumberID: Hashable, Comparable, Sendable, CustomStringConvertible {
    var number: Int64 { get }
    init(number: Int64)
}

/// A request.
package struct RequestID: NumberID {
    package let number: Int64
    package init(number: Int64) { self.number = number }
}

/// A run.
package struct RunID: NumberID {
    package let number: Int64
    package init(number: Int64) { self.number = number }
}

extension NumberID {
    package static func < (one: Self, other: Self) -> Bool { one.number < other.number }

    /// `K7M3P-9QX2D`
    package var description: String { ShortID.text(of: number) }

    /// The id from a text as it was typed; nil if it cannot be one.
    package init?(_ typed: String) {
        guard let number = ShortID.number(of: typed) else { return nil }
        self.init(number: number)
    }
}

/// How the numbers of requests and runs are generated and written.
///
/// The alphabet is Crockford's base 32 (no I, L, O, U), so that an id can be read out on the telephone; reading accepts
/// small letters, O for 0, and I or L for 1. The check character is a weighted sum over the field of 32 elements with
/// distinct weights: it detects every single wrong character and every exchange of two.
package enum ShortID {
    private static let alphabet: StaticString = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    private static let payload = 9

    private static let bits = Int64(5 * payload)
    /// 2020-01-01T00:00:00Z
    private static let epoch: Int64 = 1_577_836_800_000
    /// The number of numbers in a millisecond. The range lasts until 2089.
    package static let pace: Int64 = 16

    /// The first number of a moment.
    package static func number(at moment: Instant) -> Int64 {
        (max(0, moment.milliseconds - epoch) &* pace) & (1 << bits - 1)
    }

    /// How far a drawn number may be ahead of the first number of its moment: the clock was ahead and was set back. A
    /// number that would be farther ahead is drawn by the clock alone.
    package static let greatestLead = 366 * 86_400_000 * pace

    /// All numbers that can have been drawn within a time.
    package static func numbers(ofMoments time: Range<Instant>) -> ClosedRange<Int64> {
        // Unlike `number(at:)`, moments after the last number do not begin from the first again.
        func first(_ moment: Instant) -> Int64 { min(max(0, moment.milliseconds - epoch), (1 << bits) / pace) * pace }
        return first(time.lowerBound)...(first(time.upperBound) + greatestLead + 1)
    }

    /// The text of a number, of which the lowest 45 bits count. It fits into a string without an allocation.
    package static func text(of number: Int64) -> String {
        String(unsafeUninitializedCapacity: payload + 2) { bytes in
            var (sum, position) = (0, 0)
            func write(_ digit: Int) {
                if position == 5 {
                    bytes[position] = UInt8(ascii: "-")
                    position += 1
                }
                bytes[position] = alphabet.utf8Start[digit]
                position += 1
            }
            for index in 1...Int64(payload) {
                let digit = Int(number >> (bits - 5 * index)) & 31
                sum = step(sum, digit)
                write(digit)
            }
            write(sum)
            return position
        }
    }

    /// The number of an id as it was typed; nil if it cannot be one.
    package static func number(of typed: String) -> Int64? {
        var (number, sum, count): (Int64, Int, Int) = (0, 0, 0)
        for byte in typed.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
            guard let digit = value(of: byte), count <= payload else { return nil }
            if count == payload {
                guard digit == sum else { return nil }
            } else {
                sum = step(sum, digit)
                number = number << 5 | Int64(digit)
            }
            count += 1
        }
        return count == payload + 1 ? number : nil
    }

    /// The length from which the beginning of an id can stand for it.
    package static let shortest = 4

    /// The numbers of the ids that begin with a text as it was typed; nil if none can, and if it is shorter than
    /// ``shortest``. A text as long as an id is no beginning.
    package static func numbers(beginning typed: String) -> ClosedRange<Int64>? {
        var (number, count): (Int64, Int) = (0, 0)
        for byte in typed.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
            guard let digit = value(of: byte), count < payload else { return nil }
            number = number << 5 | Int64(digit)
            count += 1
        }
        guard count >= shortest else { return nil }
        let rest = Int64(5 * (payload - count))
        return number << rest...(number << rest | (1 << rest - 1))
    }

    private static func value(of byte: UInt8) -> Int? {
        let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & 0xDF : byte
        switch upper {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: return (0..<alphabet.utf8CodeUnitCount).first { alphabet.utf8Start[$0] == upper }
        }
    }

    /// Horner's scheme with the field's primitive element 2 (polynomial x⁵ + x² + 1): the weights are its powers.
    private static func step(_ sum: Int, _ digit: Int) -> Int {
        let doubled = (sum ^ digit) << 1
        return doubled & 32 == 0 ? doubled : (doubled ^ 0b100101)
    }
}
