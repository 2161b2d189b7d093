/// The space in bytes that is made for a text of which nothing is known: most inputs and records fit.
let usualSize = 248

extension JSON {
    /// The value as compact JSON.
    public var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(usualSize)
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value as JSON for people: a line for each member or element, indented by two spaces a level.
    public var prettyText: String {
        var bytes: [UInt8] = []
        writePretty(into: &bytes, level: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value as compact JSON in UTF-8.
    ///
    /// Doubles that are not finite are written as `null`. NUL characters are escaped, so the text has no NUL byte.
    public func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(literal: "null")
        case .bool(let value): bytes.append(literal: value ? "true" : "false")
        case .int(let value): bytes.appendJSON(value)
        case .double(let value): bytes.appendJSON(value)
        case .string(let value): bytes.appendJSON(value)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for index in elements.indices {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                elements[index].write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): object.write(into: &bytes)
        }
    }

    private func writePretty(into bytes: inout [UInt8], level: Int) {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                bytes.appendLine(after: index, level: level + 1)
                element.writePretty(into: &bytes, level: level + 1)
            }
            bytes.appendLine(after: 0, level: level)
            bytes.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.enumerated() {
                bytes.appendLine(after: index, level: level + 1)
                bytes.appendJSON(member.key)
                bytes.append(literal: ": ")
                member.value.writePretty(into: &bytes, level: level + 1)
            }
            bytes.appendLine(after: 0, level: level)
            bytes.append(UInt8(ascii: "}"))
        default: write(into: &bytes)
        }
    }
}

extension JSONObject {
    /// Appends the object as compact JSON in UTF-8; see ``JSON/write(into:)``.
    public func write(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for index in members.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.appendJSON(members[index].key)
            bytes.append(UInt8(ascii: ":"))
            members[index].value.write(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

extension [UInt8] {
    fileprivate mutating func appendLine(after count: Int, level: Int) {
        if count > 0 { append(UInt8(ascii: ",")) }
        append(UInt8(ascii: "\n"))
        append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }
}
