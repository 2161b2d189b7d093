// Members with their values, for objects that are written by hand. A name has no character that needs an escape.
extension JSONWriter {
    /// Writes a member whose value is a string.
    package mutating func member(_ name: StaticString, _ value: String) {
        key(plain: name)
        string(value)
    }

    /// Writes a member whose value is a string; nothing without a value.
    package mutating func member(_ name: StaticString, _ value: String?) {
        if let value { member(name, value) }
    }

    /// Writes a member whose value is an integer.
    package mutating func member(_ name: StaticString, _ value: Int) {
        key(plain: name)
        int(value)
    }

    /// Writes a member whose value is an integer.
    package mutating func member(_ name: StaticString, _ value: Int64) {
        key(plain: name)
        int(value)
    }

    /// Writes a member whose value is `true` or `false`.
    package mutating func member(_ name: StaticString, _ value: Bool) {
        key(plain: name)
        bool(value)
    }

    /// Writes a member whose value is a list of strings.
    package mutating func member(_ name: StaticString, _ values: [String]) {
        key(plain: name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}
