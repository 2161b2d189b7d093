package import JSON
package import WorkingCalendar

extension StoredCommitment.Content: StoredByHand {
    /// What the ledger keeps, as JSON.
    package var stored: [UInt8] {
        var writer = JSONWriter(capacity: 1536)
        write(to: &writer)
        return writer.bytes
    }

    /// What a ledger has kept.
    ///
    /// - Throws: If it is not what ``stored`` writes.
    package init(stored bytes: [UInt8]) throws { try self.init(stored: try JSON.parse(bytes)) }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("title", title)
        writer.stored("partner", partner)
        writer.stored("term", term)
        writer.stored("season", season)
        writer.stored("start", start)
        writer.stored("alerts", alerts)
        writer.stored("calendar", calendar)
        writer.stored("calendar_name", calendarName)
        writer.stored("escalated", escalated)
        writer.stored("pauses", pauses)
        writer.stored("changes", changes)
        writer.stored("thought_done", thoughtDone)
        writer.stored("explanation", explanation)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(
            title: try json.stored("title"), partner: try json.storedIfAny("partner"), term: try json.stored("term"),
            season: try json.storedIfAny("season"), start: try json.stored("start"), alerts: try json.stored("alerts"),
            calendar: try json.stored("calendar"), calendarName: try json.storedIfAny("calendar_name"),
            escalated: try json.stored("escalated"), pauses: try json.stored("pauses"),
            changes: try json.stored("changes"), thoughtDone: try json.stored("thought_done"),
            explanation: try json.stored("explanation"))
    }
}

extension StoredCommitment.Alerts: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("lead", lead)
        writer.stored("escalation", escalation)
        writer.stored("is_urgent", isUrgent)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(
            lead: try json.storedIfAny("lead"), escalation: try json.stored("escalation"),
            isUrgent: try json.stored("is_urgent"))
    }
}

extension StoredCommitment.ThoughtDone: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("completed", completed)
        writer.stored("contested", contested)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(completed: try json.stored("completed"), contested: try json.storedIfAny("contested"))
    }
}
