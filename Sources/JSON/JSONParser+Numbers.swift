extension JSONParser {
    /// Reads a number; `next` is at its sign or first digit.
    mutating func number() throws(JSONError) -> JSON {
        let first = next
        let isNegative = take(UInt8(ascii: "-"))
        let digits = next
        var magnitude: UInt64 = 0
        var fits = true
        while let digit = digit() {
            let (product, over) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(digit))
            magnitude = sum
            fits = fits && !over && !carried
        }
        let count = next - digits
        guard count == 1 || (count > 1 && digits.load(as: UInt8.self) != UInt8(ascii: "0")) else {
            throw error(.invalidNumber, at: first)
        }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try someDigits(of: first)
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try someDigits(of: first)
        }
        if isWhole, fits {
            if isNegative, magnitude <= Int64.min.magnitude { return .int(Int64(truncatingIfNeeded: 0 &- magnitude)) }
            if !isNegative, let value = Int64(exactly: magnitude) { return .int(value) }
        }
        return .double(try double(from: first))
    }

    private mutating func digit() -> UInt8? {
        guard next < end else { return nil }
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        next += 1
        return digit
    }

    private mutating func someDigits(of first: UnsafeRawPointer) throws(JSONError) {
        guard digit() != nil else { throw error(.invalidNumber, at: first) }
        while digit() != nil {}
    }

    private func double(from first: UnsafeRawPointer) throws(JSONError) -> Double {
        let text = String(decoding: UnsafeRawBufferPointer(start: first, count: next - first), as: UTF8.self)
        guard let value = Double(text) else { throw error(.invalidNumber, at: first) }
        guard value.isFinite else { throw error(.numberOutOfRange, at: first) }
        return value
    }
}
