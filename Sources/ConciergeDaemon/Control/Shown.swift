package import ConciergeEngine
import ConciergeKit
package import JSON

// How requests, history lines and runs are shown: the objects of the interfaces org.concierged.Requests and .Tasks.

extension JSONWriter {
    mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    mutating func member(_ name: String, _ value: Instant?) {
        member(name, value?.description)
    }

    mutating func member(_ name: String, _ value: Text?) {
        guard let value else { return }
        key(name)
        beginObject()
        member("fr", value.fr)
        member("en", value.en)
        endObject()
    }

    mutating func member(_ name: String, _ value: Int) {
        key(name)
        int(value)
    }

    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    mutating func member(_ name: String, _ values: some Sequence<String>) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    mutating func member(_ name: String, _ value: Quarantine?) {
        guard let value else { return }
        key(name)
        beginObject()
        member("since", value.since)
        member("crashes", value.crashes)
        member("event", value.event)
        member("cause", value.cause)
        endObject()
    }

    /// A member that is JSON already.
    mutating func member(_ name: String, raw: [UInt8]?) {
        guard let raw else { return }
        key(name)
        self.raw(raw)
    }
}

extension RequestView {
    /// `table` is its service's where that is served. Where secrets are hidden, a request that nobody serves shows no
    /// data: nobody can say what of it is secret.
    package func write(to writer: inout JSONWriter, table: ServiceTable?, hidingSecrets: Bool = false) {
        writer.beginObject()
        writer.member("id", request.id)
        writer.member("service", request.service)
        writer.member("state", request.state)
        writer.member("open", request.isOpen)
        writer.member("resident", request.resident)
        writer.member("opened_at", request.openedAt)
        writer.member("closed_at", request.closedAt)
        let record =
            hidingSecrets
            ? table?.publicRecord(of: request) ?? [] : table?.shownRecord(of: request) ?? request.record
        // What the ledger could not read, or nobody serves, is not an object.
        writer.member("data", raw: record.first == UInt8(ascii: "{") ? record : Array("{}".utf8))
        writer.member("version", request.version)
        writer.member("actions", quarantine == nil ? table?.actions(in: request.state) ?? [] : [])
        if table == nil, request.isOpen { writer.member("unattended", true) }
        writer.key("timers")
        writer.beginArray()
        for (name, due) in timers.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
            writer.beginObject()
            writer.member("name", name)
            writer.member("due", due)
            writer.endObject()
        }
        writer.endArray()
        writer.member("quarantine", quarantine)
        writer.endObject()
    }
}

extension NumberedEntry {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("seq")
        writer.int(seq)
        writer.member("request", entry.request)
        writer.member("service", entry.service)
        writer.member("at", entry.at)
        writer.member("actor", entry.actor)
        writer.member("event", entry.event)
        writer.member("from", entry.from)
        writer.member("to", entry.to)
        writer.member("input", raw: entry.input)
        writer.member("note", entry.note)
        writer.endObject()
    }
}

extension TaskProgress {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("done", done)
        if let total { writer.member("total", total) }
        writer.member("text", words)
        writer.endObject()
    }
}

extension StoredRun {
    /// `isServed` says whether somebody serves its task now: a run that waits for its task's return is shown so.
    func write(to writer: inout JSONWriter, progress: TaskProgress? = nil, isServed: Bool = true) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("task", task)
        writer.member("provider", provider)
        writer.member("state", state.rawValue)
        writer.key("input")
        writer.value(.object(input))
        writer.member("actor", actor)
        writer.member("request", request)
        writer.member("schedule", schedule)
        writer.member("elapse", elapse)
        writer.member("priority", priority.word)
        writer.member("attempt", attempt)
        writer.member("attempts", attempts)
        writer.member("created_at", createdAt)
        writer.member("due", state == .queued ? due : nil)
        writer.member("started_at", startedAt)
        writer.member("finished_at", finishedAt)
        writer.member("outcome", outcome)
        writer.member("data", raw: data)
        writer.member("error", error)
        if let progress {
            writer.key("progress")
            progress.write(to: &writer)
        }
        if !isServed, state == .queued { writer.member("unattended", true) }
        writer.member("quarantine", quarantine)
        writer.endObject()
    }
}
