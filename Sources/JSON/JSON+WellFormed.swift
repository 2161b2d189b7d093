extension JSON {
    /// Whether these bytes are one JSON text (RFC 8259), so that stored bytes may be passed to ``JSONWriter/raw(_:)``.
    /// The check creates no values and does not search for duplicate keys.
    public static func isWellFormed(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int = 64) -> Bool {
        var walk = JSONWalk(bytes: bytes, maximumDepth: maximumDepth)
        guard walk.text() else { return false }
        return walk.isASCII || String(validating: bytes, as: UTF8.self) != nil
    }
}

/// Checks in one pass whether a text is JSON.
private struct JSONWalk {
    let bytes: UnsafeBufferPointer<UInt8>
    let maximumDepth: Int
    var next = 0
    var isASCII = true

    init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func text() -> Bool {
        guard value(depth: 0) else { return false }
        skipWhiteSpace()
        return next == bytes.count
    }

    private mutating func value(depth: Int) -> Bool {
        skipWhiteSpace()
        guard next < bytes.count else { return false }
        switch bytes[next] {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "{"): return list(until: UInt8(ascii: "}"), withKeys: true, depth: depth + 1)
        case UInt8(ascii: "["): return list(until: UInt8(ascii: "]"), withKeys: false, depth: depth + 1)
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number()
        }
    }

    private mutating func list(until end: UInt8, withKeys: Bool, depth: Int) -> Bool {
        guard depth <= maximumDepth else { return false }
        next += 1
        skipWhiteSpace()
        if take(end) { return true }
        while true {
            if withKeys {
                skipWhiteSpace()
                guard string() else { return false }
                skipWhiteSpace()
                guard take(UInt8(ascii: ":")) else { return false }
            }
            guard value(depth: depth) else { return false }
            skipWhiteSpace()
            if take(end) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while next < bytes.count {
            let byte = bytes[next]
            next += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"): guard escape() else { return false }
            case ..<0x20: return false
            case 0x80...: isASCII = false
            default: break
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard next < bytes.count else { return false }
        defer { next += 1 }
        guard bytes[next] == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(bytes[next]) }
        guard next + 4 < bytes.count else { return false }
        defer { next += 4 }
        return bytes[(next + 1)...(next + 4)].allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
        }
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
        if take(UInt8(ascii: ".")) { guard digits() else { return false } }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = next
        while next < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[next]) { next += 1 }
        return next > start
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next < bytes.count, bytes[next] == byte else { return false }
        next += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes.count - next >= word.count, bytes[next..<(next + word.count)].elementsEqual(word) else {
            return false
        }
        next += word.count
        return true
    }

    private mutating func skipWhiteSpace() {
        while next < bytes.count {
            switch bytes[next] {
            case 0x20, 0x09, 0x0A, 0x0D: next += 1
            default: return
            }
        }
    }
}
