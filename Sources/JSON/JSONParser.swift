/// Parses the bytes of a JSON text in one pass. The memory must outlive the parser.
struct JSONParser {
    let start: UnsafeRawPointer
    let end: UnsafeRawPointer
    let maximumDepth: Int
    var next: UnsafeRawPointer
    var depth = 0

    init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        // An empty buffer may have no address; nothing is read through this placeholder.
        start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
        end = start + bytes.count
        next = start
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(JSONError) -> JSON {
        skipWhiteSpace()
        let value = try value()
        skipWhiteSpace()
        guard next == end else { throw error(.trailingBytes) }
        return value
    }

    mutating func value() throws(JSONError) -> JSON {
        guard next < end else { throw expected("a value") }
        switch byte {
        case UInt8(ascii: "\""):
            next += 1
            return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default: throw expected("a value")
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        var members: [JSONObject.Member] = []
        var names: Set<String> = []
        skipWhiteSpace()
        if take(UInt8(ascii: "}")) { return leave(JSONObject(unique: members)) }
        members.reserveCapacity(4)
        while true {
            let place = next
            guard take(UInt8(ascii: "\"")) else { throw expected("a key in quotes") }
            let key = try string()
            guard Self.isNew(key, members, &names) else { throw error(.duplicateKey(key), at: place) }
            skipWhiteSpace()
            guard take(UInt8(ascii: ":")) else { throw expected("':'") }
            skipWhiteSpace()
            members.append(JSONObject.Member(key: key, value: try value()))
            skipWhiteSpace()
            if take(UInt8(ascii: ",")) {
                skipWhiteSpace()
            } else if take(UInt8(ascii: "}")) {
                return leave(JSONObject(unique: members))
            } else {
                throw expected("',' or '}'")
            }
        }
    }

    /// A linear search is fastest for few members; the set keeps many members from taking quadratic time.
    private static func isNew(_ key: String, _ members: [JSONObject.Member], _ names: inout Set<String>) -> Bool {
        if members.count < 16 {
            for member in members where member.key == key { return false }
            return true
        }
        if names.isEmpty { names = Set(members.lazy.map(\.key)) }
        return names.insert(key).inserted
    }

    private mutating func array() throws(JSONError) -> [JSON] {
        try enter()
        var elements: [JSON] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "]")) { return leave(elements) }
        while true {
            elements.append(try value())
            skipWhiteSpace()
            if take(UInt8(ascii: ",")) {
                skipWhiteSpace()
            } else if take(UInt8(ascii: "]")) {
                return leave(elements)
            } else {
                throw expected("',' or ']'")
            }
        }
    }

    private mutating func enter() throws(JSONError) {
        guard depth < maximumDepth else { throw error(.tooDeep(limit: maximumDepth)) }
        depth += 1
        next += 1
    }

    private mutating func leave<Value>(_ value: Value) -> Value {
        depth -= 1
        return value
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard next < end, byte == word.utf8Start[index] else { throw expected("\(word)") }
            next += 1
        }
    }

    // MARK: - Bytes

    /// The byte at `next`, which must be before `end`.
    @inline(__always)
    var byte: UInt8 { next.load(as: UInt8.self) }

    @inline(__always)
    mutating func take(_ wanted: UInt8) -> Bool {
        guard next < end, byte == wanted else { return false }
        next += 1
        return true
    }

    @inline(__always)
    mutating func skipWhiteSpace() {
        while next < end {
            switch byte {
            case 0x20, 0x0a, 0x0d, 0x09: next += 1
            default: return
            }
        }
    }

    func error(_ reason: JSONError.Reason, at place: UnsafeRawPointer? = nil) -> JSONError {
        JSONError(offset: (place ?? next) - start, reason: reason)
    }

    func expected(_ what: String) -> JSONError {
        error(.expected(what, found: next < end ? byte : nil))
    }
}
