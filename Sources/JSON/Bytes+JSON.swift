extension [UInt8] {
    mutating func append(literal: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    mutating func appendJSON(_ value: Int64) {
        if (0...9).contains(value) { return append(UInt8(ascii: "0") + UInt8(value)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var magnitude = value.magnitude
            var first = digits.count
            repeat {
                let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
                first -= 1
                digits.initializeElement(at: first, to: UInt8(ascii: "0") + UInt8(remainder))
                magnitude = quotient
            } while magnitude > 0
            if value < 0 {
                first -= 1
                digits.initializeElement(at: first, to: UInt8(ascii: "-"))
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    mutating func appendJSON(_ value: Double) {
        // The shortest digits that read back as the same double, in a form that JSON allows.
        if value.isFinite { append(contentsOf: value.description.utf8) } else { append(literal: "null") }
    }

    mutating func appendJSON(_ value: String) {
        append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            var plain = 0
            for index in text.indices where Self.needsEscape(text[index]) {
                append(contentsOf: UnsafeBufferPointer(rebasing: text[plain..<index]))
                appendEscape(text[index])
                plain = index + 1
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: text[plain...]))
        }
        append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(literal: "\\\"")
        case UInt8(ascii: "\\"): append(literal: "\\\\")
        case 0x08: append(literal: "\\b")
        case 0x09: append(literal: "\\t")
        case 0x0a: append(literal: "\\n")
        case 0x0c: append(literal: "\\f")
        case 0x0d: append(literal: "\\r")
        default:
            append(literal: "\\u00")
            append(UInt8(ascii: "0") + byte >> 4)
            append("0123456789abcdef".utf8[byte & 0xf])
        }
    }
}

extension String.UTF8View {
    fileprivate subscript(offset: UInt8) -> UInt8 { self[index(startIndex, offsetBy: Int(offset))] }
}
