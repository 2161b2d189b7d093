extension JSON {
    /// Reads one JSON text, strictly by RFC 8259.
    ///
    /// It also refuses what the standard leaves open: a duplicate name in an object, half of a surrogate pair, a number
    /// too large for a double, and a byte order mark. Integers outside of 64 bits become doubles.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8; white space may surround the value.
    ///   - maximumDepth: How deep arrays and objects may be nested.
    /// - Throws: The first error, with its offset.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = 64
    ) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes, maximumDepth: maximumDepth)
        return try parser.document()
    }

    /// Reads one JSON text, strictly by RFC 8259; see the overload for raw bytes.
    public static func parse(_ bytes: [UInt8], maximumDepth: Int = 64) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> JSON in
            try parse(UnsafeRawBufferPointer(buffer), maximumDepth: maximumDepth)
        }
    }

    /// Reads one JSON text, strictly by RFC 8259; see the overload for raw bytes.
    public static func parse(_ text: String, maximumDepth: Int = 64) throws(JSONError) -> JSON {
        var text = text
        let result = text.withUTF8 { buffer in
            Result { () throws(JSONError) -> JSON in
                try parse(UnsafeRawBufferPointer(buffer), maximumDepth: maximumDepth)
            }
        }
        return try result.get()
    }
}
