package import ConciergeKit
package import JSON

// How requests, history lines and runs are shown: the objects of the interfaces org.concierged.Requests and .Tasks.

extension Answer {
    /// What is shown of an answer that changed something, JSON.
    package func shown(by registry: Registry) -> [UInt8]? {
        var writer = JSONWriter()
        switch self {
        case .request(let view): view.write(to: &writer, table: registry.service(view.request.service)?.table)
        case .run(let run): run.write(to: &writer)
        case .repeated(let first): return first
        case .rejected, .done: return nil
        }
        return writer.bytes
    }
}

extension JSONWriter {
    package mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    package mutating func member(_ name: String, _ value: Instant?) {
        member(name, value?.description)
    }

    package mutating func member(_ name: String, _ value: Text?) {
        guard let value else { return }
        key(name)
        beginObject()
        member("fr", value.fr)
        member("en", value.en)
        endObject()
    }

    package mutating func member(_ name: String, _ value: Int) {
        key(name)
        int(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    package mutating func member(_ name: String, _ values: some Sequence<String>) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    package mutating func member(_ name: String, _ value: Quarantine?) {
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
    package mutating func member(_ name: String, raw: [UInt8]?) {
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

extension ServiceTable {
    /// The record as it is shown to those who are not staff.
    fileprivate func publicRecord(of request: StoredRequest) -> [UInt8] {
        let record = shownRecord(of: request)
        guard !secrets.isEmpty else { return record }
        return Self.without(record) { secrets.contains($0) }
    }

    /// What was given with an action or the opening, as it is shown to those who are not staff; nil where the table does
    /// not know the event any more.
    fileprivate func publicInput(_ input: [UInt8], of event: String) -> [UInt8]? {
        guard let schema = event == "open" ? opening?.opening : actions.first(where: { $0.schema.id == event })?.schema
        else { return nil }
        let secret = schema.input.fields.filter { $0.traits.contains(.secret) }.map(\.name)
        return secret.isEmpty ? input : Self.without(input) { secret.contains($0) }
    }

    private static func without(_ object: [UInt8], _ isSecret: (String) -> Bool) -> [UInt8] {
        guard let members = (try? JSON.parse(object))?.objectValue else { return Array("{}".utf8) }
        return Array(JSONObject(members.filter { !isSecret($0.0) }.map { ($0.0, $0.1) }).description.utf8)
    }
}

extension NumberedEntry {
    /// The line as it is shown to those who are not staff. `table` is its service's where that is served.
    package func hidingSecrets(_ table: ServiceTable?) -> NumberedEntry {
        let isNotice = entry.event.hasPrefix("notice:")
        guard isNotice || entry.input != nil else { return self }
        return NumberedEntry(
            seq: seq,
            entry: Entry(
                request: entry.request, service: entry.service, at: entry.at, actor: entry.actor, event: entry.event,
                from: entry.from, to: entry.to,
                input: isNotice ? entry.input : entry.input.flatMap { table?.publicInput($0, of: entry.event) },
                // Of a notice whose address cannot be read nobody knows whether it is secret.
                note: isNotice && entry.input.map(Notice.isSecret) ?? true ? nil : entry.note))
    }

    package func write(to writer: inout JSONWriter) {
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
    package func write(to writer: inout JSONWriter, progress: TaskProgress? = nil, isServed: Bool = true) {
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
