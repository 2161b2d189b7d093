extension JSONParser {
    /// Reads a string; `next` is after its opening quote, and afterwards behind the closing one.
    mutating func string() throws(JSONError) -> String {
        let first = next
        var isASCII = true
        var hasEscapes = false
        scan: while true {
            skipPlain(&isASCII)
            guard next < end else { throw expected("the closing quote of a string") }
            switch byte {
            case UInt8(ascii: "\""): break scan
            case UInt8(ascii: "\\"):
                hasEscapes = true
                guard next + 1 < end else { throw error(.expected("an escape", found: nil), at: end) }
                next += 2
            default: throw error(.controlCharacter(byte))
            }
        }
        let raw = UnsafeBufferPointer(start: first.assumingMemoryBound(to: UInt8.self), count: next - first)
        defer { next += 1 }
        if isASCII, !hasEscapes { return String(decoding: raw, as: UTF8.self) }
        guard let text = String(validating: raw, as: UTF8.self) else {
            throw error(.invalidUTF8, at: first + Self.validPrefix(of: raw))
        }
        return hasEscapes ? try unescape(raw, at: first) : text
    }

    /// Moves `next` to the first quote, backslash or control character, or to the end.
    ///
    /// It tests eight bytes together: a subtraction that borrows out of a byte's top bit marks the byte. A mark may be
    /// false behind a true one, never before it, so marked bytes are tested again one by one.
    private mutating func skipPlain(_ isASCII: inout Bool) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        while end - next >= 8 {
            let word = next.loadUnaligned(as: UInt64.self)
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5c)
            let marks =
                ((word &- ones &* 0x20) & ~word) | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
            guard marks & tops == 0 else { break }
            if word & tops != 0 { isASCII = false }
            next += 8
        }
        while next < end {
            let byte = byte
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            if byte >= 0x80 { isASCII = false }
            next += 1
        }
    }

    /// Replaces the escapes. The bytes are known to be UTF-8, with a byte behind every backslash.
    private func unescape(_ raw: UnsafeBufferPointer<UInt8>, at first: UnsafeRawPointer) throws(JSONError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\") else {
                bytes.append(raw[index])
                index += 1
                continue
            }
            let place = first + index
            let letter = raw[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0c)
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "r"): bytes.append(0x0d)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = try scalar(raw, &index, at: place), let units = UTF8.encode(scalar) else {
                    throw error(.loneSurrogate, at: place)
                }
                bytes.append(contentsOf: units)
            default: throw error(.invalidEscape, at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the digits behind `\u`, and the second escape of a surrogate pair; nil for half a pair.
    private func scalar(
        _ raw: UnsafeBufferPointer<UInt8>, _ index: inout Int, at place: UnsafeRawPointer
    ) throws(JSONError) -> Unicode.Scalar? {
        guard let unit = Self.hexadecimal(raw, index) else { throw error(.invalidEscape, at: place) }
        index += 4
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xdc00, index + 1 < raw.count, raw[index] == UInt8(ascii: "\\"),
            raw[index + 1] == UInt8(ascii: "u"), let low = Self.hexadecimal(raw, index + 2),
            (0xdc00...0xdfff).contains(low)
        else { return nil }
        index += 6
        return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    }

    private static func hexadecimal(_ raw: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32? {
        guard index + 4 <= raw.count else { return nil }
        var value: UInt32 = 0
        for byte in raw[index..<(index + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// The number of bytes before the first that is not UTF-8. It is slow, and used for errors only.
    private static func validPrefix(of raw: UnsafeBufferPointer<UInt8>) -> Int {
        var decoder = UTF8()
        var bytes = raw.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&bytes) { count += UTF8.width(scalar) }
        return count
    }
}
