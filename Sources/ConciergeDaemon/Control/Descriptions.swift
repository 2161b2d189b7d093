import ConciergeEngine
import ConciergeKit
import JSON

// How providers, services and tasks are shown: the objects of org.concierged.Manager and .Tasks, all of it derived
// from their declarations.

extension ProviderStatus {
    /// `unattended` is how many open requests wait for the provider because it does not serve them.
    func write(to writer: inout JSONWriter, unattended: Int?) {
        writer.beginObject()
        status.writeMembers(to: &writer)
        writer.key("holds")
        writer.beginArray()
        if let pause {
            writer.beginObject()
            writer.member("kind", "paused")
            writer.member("since", pause.since)
            writer.member("by", pause.actor)
            writer.endObject()
        }
        if let breaker, breaker.isProbing || breaker.openUntil != nil {
            writer.beginObject()
            writer.member("kind", "failing")
            writer.member("until", breaker.openUntil)
            writer.member("reason", breaker.reason)
            writer.endObject()
        }
        writer.endArray()
        if let unattended { writer.member("unattended", unattended) }
        writer.endObject()
    }
}

extension ScheduleStatus {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", schedule.id)
        writer.member("task", schedule.task)
        writer.member("recurrence", mark.recurrence)
        writer.member("last", mark.last)
        writer.member("next", due)
        switch schedule.catchUp {
        case .skip: writer.member("catch_up", "skip")
        case .latest: writer.member("catch_up", "latest")
        case .all(let window):
            writer.member("catch_up", "all")
            writer.key("catch_up_within")
            writer.double(window.seconds)
        }
        writer.member("overlap", schedule.overlap.rawValue)
        writer.key("spread")
        writer.double(schedule.spread.seconds)
        writer.member("paused_at", mark.pausedAt)
        writer.member("paused_by", mark.pausedBy)
        writer.member("skipped", mark.skipped)
        writer.member("skip_reason", mark.skipReason?.words)
        writer.endObject()
    }
}

extension Supervisor.Status {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", manifest.id)
        writer.member("name", manifest.name)
        writer.member("summary", manifest.summary)
        var contents: ProviderContents?
        switch state {
        case .serving(let served):
            contents = served
            writer.member("state", "serving")
        case .waiting(let reason, let retryAt, _):
            writer.member("state", "waiting")
            writer.member("reason", reason)
            writer.member("retry_at", retryAt)
        case .setAside(let reason), .unreadable(let reason):
            writer.member("state", "set-aside")
            writer.member("reason", reason)
        case .quarantined(let quarantine):
            writer.member("state", "quarantined")
            writer.member(
                "reason", "\(quarantine.crashes) crashes, the last in \(quarantine.event) (\(quarantine.cause))")
            writer.member("quarantine", quarantine)
        }
        writer.member("services", contents?.services.map(\.id) ?? [])
        writer.member("tasks", contents?.tasks.map(\.id) ?? [])
        writer.member("schedules", contents?.schedules.map(\.id) ?? [])
    }
}

extension ServiceTable {
    func write(to writer: inout JSONWriter, provider: String) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("provider", provider)
        writer.member("name", name)
        writer.member("summary", summary)
        writer.key("states")
        writer.beginArray()
        for state in states {
            writer.beginObject()
            writer.member("id", state.id)
            writer.member("name", state.name)
            writer.member("open", state.isOpen)
            writer.endObject()
        }
        writer.endArray()
        writer.key("timers")
        writer.beginArray()
        for timer in timers {
            writer.beginObject()
            writer.member("id", timer.id)
            writer.member("name", timer.name)
            writer.endObject()
        }
        writer.endArray()
        if let opening, let schema = opening.opening {
            writer.key("opening")
            schema.write(to: &writer, id: "open", from: [], to: opening.to)
        }
        writer.key("actions")
        writer.beginArray()
        for action in actions {
            action.schema.write(to: &writer, id: action.schema.id, from: action.from, to: action.to)
        }
        writer.endArray()
        writer.member("diagram", diagram)
        writer.endObject()
    }
}

extension ActionSchema {
    fileprivate func write(to writer: inout JSONWriter, id: String, from: [String], to: [String]) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("name", name)
        writer.member("from", from)
        writer.member("to", to)
        input.write(to: &writer)
        writer.key("refused")
        writer.beginArray()
        for (name, reason) in refused.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            writer.member("name", name)
            writer.member("reason", reason)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}

extension InputSchema {
    /// Writes the member `fields`.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.key("fields")
        writer.beginArray()
        for field in fields {
            writer.beginObject()
            writer.member("name", field.name)
            writer.member("kind", field.kind.word)
            writer.member("required", field.isRequired)
            writer.member("title", field.title)
            writer.member("example", field.example)
            if case .choice(let choices) = field.kind {
                writer.member("choices", choices)
            } else {
                writer.member("choices", [])
            }
            writer.endObject()
        }
        writer.endArray()
    }
}

extension TaskDefinition {
    func write(to writer: inout JSONWriter, provider: String) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("provider", provider)
        writer.member("name", name)
        input.write(to: &writer)
        writer.key("time_limit")
        writer.double(timeLimit.seconds)
        writer.member("attempts", retry.attempts)
        writer.member("priority", priority.word)
        if let concurrency { writer.member("concurrency", concurrency) }
        if let rate {
            writer.key("rate")
            writer.beginObject()
            writer.member("count", rate.count)
            writer.key("interval")
            writer.double(rate.interval.seconds)
            writer.endObject()
        }
        writer.endObject()
    }
}
