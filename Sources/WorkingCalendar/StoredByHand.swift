package import Civil
package import JSON
package import Wording

/// A value that is stored as `JSONCoding` stores it, and is written and read by hand, because that takes a fraction of
/// the time. A test compares both on values drawn at random.
package protocol StoredByHand {
    /// Writes the value.
    func write(to writer: inout JSONWriter)
    /// Reads what ``write(to:)`` wrote.
    ///
    /// - Throws: ``UnreadableStored`` for anything else.
    init(stored json: JSON) throws(UnreadableStored)
}

/// What is stored is not what the value writes.
package struct UnreadableStored: Error, Hashable {
    /// The member that is missing or has another value, or the value itself.
    package let part: String

    package init(_ part: String) { self.part = part }
}

extension JSONWriter {
    /// Writes a member; nothing without a value.
    package mutating func stored(_ name: StaticString, _ value: (some StoredByHand)?) {
        guard let value else { return }
        key(plain: name)
        value.write(to: &self)
    }

    /// Writes an object with one member, which is an object: a case of an enumeration and its values.
    package mutating func storedCase(_ name: StaticString, _ members: (inout JSONWriter) -> Void = { _ in }) {
        beginObject()
        key(plain: name)
        beginObject()
        members(&self)
        endObject()
        endObject()
    }
}

extension JSON {
    /// The member of that name.
    package func stored<Value: StoredByHand>(_ name: String) throws(UnreadableStored) -> Value {
        guard let json = self[name] else { throw UnreadableStored(name) }
        return try Value(stored: json)
    }

    /// The member of that name; nil without one.
    package func storedIfAny<Value: StoredByHand>(_ name: String) throws(UnreadableStored) -> Value? {
        guard let json = self[name], !json.isNull else { return nil }
        return try Value(stored: json)
    }

    /// The case of an enumeration: the name of the only member, and its value.
    package func storedCase() throws(UnreadableStored) -> (name: String, members: JSON) {
        guard case .object(let object) = self, let name = object.keys.first, let members = object[name] else {
            throw UnreadableStored("case")
        }
        return (name, members)
    }

    fileprivate func storedText<Value>(
        _ expected: StaticString, _ read: (String) -> Value?
    ) throws(UnreadableStored) -> Value {
        guard case .string(let text) = self, let value = read(text) else { throw UnreadableStored("\(expected)") }
        return value
    }
}

extension Array: StoredByHand where Element: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for element in self { element.write(to: &writer) }
        writer.endArray()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        guard case .array(let list) = json else { throw UnreadableStored("list") }
        self.init()
        reserveCapacity(list.count)
        for json in list { append(try Element(stored: json)) }
    }
}

extension String: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.string(self) }
    package init(stored json: JSON) throws(UnreadableStored) { self = try json.storedText("text") { $0 } }
}

extension Int: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.int(self) }
    package init(stored json: JSON) throws(UnreadableStored) {
        guard let number = json.intValue else { throw UnreadableStored("number") }
        self.init(number)
    }
}

extension Int64: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.int(self) }
    package init(stored json: JSON) throws(UnreadableStored) {
        guard let number = json.intValue else { throw UnreadableStored("number") }
        self = number
    }
}

extension Bool: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.bool(self) }
    package init(stored json: JSON) throws(UnreadableStored) {
        guard let truth = json.boolValue else { throw UnreadableStored("truth value") }
        self = truth
    }
}

extension Instant: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.string(description) }
    package init(stored json: JSON) throws(UnreadableStored) { self = try json.storedText("time") { Instant($0) } }
}

extension LocalDate: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.string(description) }
    package init(stored json: JSON) throws(UnreadableStored) { self = try json.storedText("day") { LocalDate($0) } }
}

extension Duration: StoredByHand {
    /// The two halves of its attoseconds, as the standard library encodes them; what does not fit into 64 signed bits is
    /// a text.
    package func write(to writer: inout JSONWriter) {
        let low = UInt64(truncatingIfNeeded: attoseconds)
        writer.beginArray()
        writer.int(Int64(truncatingIfNeeded: attoseconds >> 64))
        if let low = Int64(exactly: low) { writer.int(low) } else { writer.string(String(low)) }
        writer.endArray()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        guard let halves = json.arrayValue, halves.count == 2, let high = halves[0].intValue,
            let low = halves[1].intValue.map({ UInt64(truncatingIfNeeded: $0) })
                ?? halves[1].stringValue.flatMap({ UInt64($0) })
        else { throw UnreadableStored("length of time") }
        self.init(attoseconds: Int128(high) << 64 | Int128(low))
    }
}

extension Text: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("fr", fr)
        writer.member("en", en)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(saidInFrench: try json.stored("fr"), english: try json.stored("en"))
    }
}

extension Term: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.string(description) }
    package init(stored json: JSON) throws(UnreadableStored) { self = try json.storedText("term") { try? Term($0) } }
}

extension Season: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.string(description) }
    package init(stored json: JSON) throws(UnreadableStored) {
        self = try json.storedText("season") { try? Season($0) }
    }
}

extension HolidayRegion: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.string(description) }
    package init(stored json: JSON) throws(UnreadableStored) {
        self = try json.storedText("region") { HolidayRegion($0) }
    }
}

extension PublicHoliday: StoredByHand {
    package func write(to writer: inout JSONWriter) { writer.string(rawValue) }
    package init(stored json: JSON) throws(UnreadableStored) {
        self = try json.storedText("public holiday") { PublicHoliday(rawValue: $0) }
    }
}

extension WeeklyHours: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (weekday, openings) in zip(Weekday.allCases, days) where !openings.isEmpty {
            writer.key(weekday.rawValue)
            writer.beginArray()
            for opening in openings { writer.string(opening.description) }
            writer.endArray()
        }
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        guard case .object(let object) = json else { throw UnreadableStored("hours") }
        var hours: [Weekday: [Opening]] = [:]
        for (name, json) in object {
            guard let weekday = Weekday(rawValue: name), case .array(let list) = json else {
                throw UnreadableStored("hours")
            }
            hours[weekday] = []
            for json in list { hours[weekday]?.append(try json.storedText("opening") { Opening($0) }) }
        }
        do throws(Overlap) {
            try self.init(hours)
        } catch {
            throw UnreadableStored("hours")
        }
    }
}
