/// Writes the fixed-width digits of dates and times, because replies and what is stored contain very many of them.
package struct DigitWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private var count = 0

    private init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    /// The text that `write` writes, which has at most `capacity` characters.
    package static func text(_ capacity: Int, _ write: (inout DigitWriter) -> Void) -> String {
        String(unsafeUninitializedCapacity: capacity) { buffer in
            var writer = DigitWriter(buffer)
            write(&writer)
            return writer.count
        }
    }

    /// Writes the last `width` digits of a number that is not negative.
    package mutating func put(_ number: Int, _ width: Int) {
        var rest = number
        for place in (count..<count + width).reversed() {
            buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        count += width
    }

    /// Writes one of the characters of ASCII.
    package mutating func put(_ sign: Unicode.Scalar) {
        buffer[count] = UInt8(ascii: sign)
        count += 1
    }

    /// Writes `2026-11-23`.
    package mutating func put(_ date: LocalDate) {
        put(date.year, 4)
        put("-")
        put(date.month, 2)
        put("-")
        put(date.day, 2)
    }

    /// Writes minutes after midnight as `07:30`.
    package mutating func put(minutes: Int) {
        put(minutes / 60, 2)
        put(":")
        put(minutes % 60, 2)
    }
}
