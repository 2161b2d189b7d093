package import JSON

extension Promise.Pause: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("start", start)
        writer.stored("end", end)
        writer.stored("reason", reason)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        let pause = Self(
            from: try json.stored("start"), to: try json.storedIfAny("end"), reason: try json.storedIfAny("reason"))
        guard let pause else { throw UnreadableStored("pause") }
        self = pause
    }
}

extension Promise.Change: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("moment", moment)
        writer.stored("term", term)
        writer.stored("season", season)
        writer.stored("reason_to_lower", reasonToLower)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(
            at: try json.stored("moment"), to: try json.stored("term"), season: try json.storedIfAny("season"),
            reasonToLower: try json.storedIfAny("reason_to_lower"))
    }
}
