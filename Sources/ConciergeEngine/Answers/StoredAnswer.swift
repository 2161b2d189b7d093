package import ConciergeKit
import JSON

/// The first answer to a call that carried an idempotency key.
package struct StoredAnswer: Sendable, Hashable {
    package let key: String
    /// Identifies the call: a later call with the key is a repeat if its fingerprint is the same.
    package let fingerprint: String
    package let answer: Answered
    package let at: Instant

    package init(key: String, fingerprint: String, answer: Answered, at: Instant) {
        self.key = key
        self.fingerprint = fingerprint
        self.answer = answer
        self.at = at
    }
}

/// The content of an answer: a request, a run or a dossier as it was then.
package enum Answered: Sendable, Hashable {
    case request(RequestView)
    case run(StoredRun)
    case dossier(ResidentDossier)
}

/// What the engine may ask about answers.
package protocol AnswerFacts {
    func answer(to key: String) throws -> StoredAnswer?
}

extension StagedChanges {
    func answer(to key: String) throws -> StoredAnswer? {
        try changes.answers[key] ?? facts.answer(to: key)
    }

    mutating func remember(_ answer: StoredAnswer) {
        changes.answers[answer.key] = answer
    }
}

extension Batch {
    /// Decides once for an idempotency key: a repeat of the same call gets the first answer, and another call with the
    /// key is refused. A rejection is not stored, because it changed nothing.
    mutating func once(
        _ caller: Caller, _ call: @autoclosure () -> [String], decide: (inout Batch) throws -> Answer
    ) throws -> Answer {
        guard let key = caller.idempotencyKey else { return try decide(&self) }
        let fingerprint = Fingerprint.of(call())
        if let first = try staged.answer(to: key) {
            guard first.fingerprint == fingerprint else {
                throw Rejection.refused(
                    Text(
                        fr: "La clé d'idempotence « \(key) » a déjà servi à un autre appel.",
                        en: "The idempotency key \"\(key)\" was already used for another call."))
            }
            return .repeated(first.answer)
        }
        let answer = try decide(&self)
        let answered: Answered? =
            switch answer {
            case .request(let view): .request(view)
            case .run(let run): .run(run)
            case .dossier(let dossier): .dossier(dossier)
            case .repeated, .rejected, .done: nil
            }
        if let answered {
            staged.remember(StoredAnswer(key: key, fingerprint: fingerprint, answer: answered, at: now))
        }
        return answer
    }
}

// The stored form of an answer, as one text. It is separate from the replies of the control interface: the form of a
// reply may change, and a stored answer must still be read as the first one.
extension Answered {
    /// The answer as JSON.
    package var stored: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        switch self {
        case .request(let view):
            writer.key("request")
            view.store(in: &writer)
        case .run(let run):
            writer.key("run")
            run.store(in: &writer)
        case .dossier(let dossier):
            writer.key("dossier")
            // Plain values without numbers beyond 64 bits are always written.
            writer.value((try? JSONCoding.json(of: dossier)) ?? .null)
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads what ``stored`` wrote; nil if it is something else.
    package init?(stored bytes: [UInt8]) {
        guard let json = try? JSON.parse(bytes) else { return nil }
        if let view = json["request"]?.objectValue.flatMap(RequestView.init(stored:)) {
            self = .request(view)
        } else if let run = json["run"]?.objectValue.flatMap(StoredRun.init(stored:)) {
            self = .run(run)
        } else if let dossier = json["dossier"].flatMap({ try? JSONCoding.decode(ResidentDossier.self, from: $0) }) {
            self = .dossier(dossier)
        } else {
            return nil
        }
    }
}

extension JSONWriter {
    fileprivate mutating func store(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    fileprivate mutating func store(_ name: String, _ value: Int) {
        key(name)
        int(value)
    }

    fileprivate mutating func store(_ name: String, _ value: Int64?) {
        guard let value else { return }
        key(name)
        int(value)
    }

    fileprivate mutating func store(_ name: String, _ value: Instant?) {
        guard let value else { return }
        key(name)
        int(value.milliseconds)
    }

    fileprivate mutating func store(_ name: String, _ bytes: [UInt8]?) {
        store(name, bytes.map { String(decoding: $0, as: UTF8.self) })
    }
}

extension JSONObject {
    fileprivate func text(_ name: String) -> String? { self[name]?.stringValue }
    fileprivate func integer(_ name: String) -> Int64? { self[name]?.intValue }
    fileprivate func number(_ name: String) -> Int? { self[name]?.intValue.map { Int($0) } }
    fileprivate func instant(_ name: String) -> Instant? { self[name]?.intValue.map(Instant.init(milliseconds:)) }
    fileprivate func bytes(_ name: String) -> [UInt8]? { text(name).map { Array($0.utf8) } }
}

extension RequestView {
    fileprivate func store(in writer: inout JSONWriter) {
        writer.beginObject()
        writer.store("id", request.id.number)
        writer.store("service", request.service.rawValue)
        writer.store("state", request.state)
        writer.store("open", request.isOpen ? 1 : 0)
        writer.store("resident", request.resident)
        writer.store("opened_at", request.openedAt)
        writer.store("closed_at", request.closedAt)
        writer.store("record", request.record)
        writer.store("version", request.version)
        writer.store("record_version", request.recordVersion)
        writer.key("timers")
        writer.beginArray()
        for (timer, due) in timers.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            switch timer {
            case .service(let name): writer.store("name", name)
            case .outcome(let run): writer.store("run", run.number)
            case .grant: writer.store("grant", 1)
            case .delivery(let delivery):
                writer.store("signal", delivery.signal)
                writer.store("listener", delivery.listener.rawValue)
                writer.store("number", delivery.number)
            }
            writer.store("due", due)
            writer.endObject()
        }
        writer.endArray()
        if !commitments.isEmpty {
            writer.key("commitments")
            writer.beginArray()
            for commitment in commitments { commitment.store(in: &writer) }
            writer.endArray()
        }
        writer.store("place", place.map(Int64.init))
        if let about = request.about {
            writer.store("residence", about.residence)
            writer.store("dwelling", about.dwelling)
            writer.store("common_part", about.commonPart)
        }
        if !followers.isEmpty {
            writer.key("followers")
            writer.beginArray()
            for follower in followers { writer.string(follower) }
            writer.endArray()
        }
        writer.endObject()
    }

    fileprivate init?(stored: JSONObject) {
        guard let id = stored.integer("id"), let service = stored.text("service"), let state = stored.text("state"),
            let isOpen = stored.number("open"), let openedAt = stored.instant("opened_at"),
            let record = stored.bytes("record"), let version = stored.number("version"),
            let recordVersion = stored.number("record_version"), let timers = stored["timers"]?.arrayValue
        else { return nil }
        self.init(
            request: StoredRequest(
                id: RequestID(number: id), service: ServiceID(service), state: state, isOpen: isOpen == 1,
                resident: stored.text("resident"),
                openedAt: openedAt, closedAt: stored.instant("closed_at"), record: record, version: version,
                recordVersion: recordVersion,
                about: stored.text("residence").map {
                    PlaceKey(
                        residence: $0, dwelling: stored.text("dwelling"), commonPart: stored.text("common_part"))
                },
                isFollowed: stored["followers"] != nil),
            timers: timers.reduce(into: [:]) { due, timer in
                guard let timer = timer.objectValue else { return }
                if let name = timer.text("name") { due[.service(name)] = timer.instant("due") }
                if let run = timer.integer("run") { due[.outcome(of: RunID(number: run))] = timer.instant("due") }
                if timer["grant"] != nil { due[.grant] = timer.instant("due") }
                if let signal = timer.text("signal"), let listener = timer.text("listener"),
                    let number = timer.integer("number")
                {
                    let delivery = SignalDelivery(number: number, signal: signal, listener: ServiceID(listener))
                    due[.delivery(delivery)] = timer.instant("due")
                }
            },
            commitments: (stored["commitments"]?.arrayValue ?? []).compactMap { commitment in
                commitment.objectValue.flatMap { CommitmentView(stored: $0) }
            },
            place: stored.number("place"),
            followers: (stored["followers"]?.arrayValue ?? []).compactMap(\.stringValue))
    }
}

extension CommitmentView {
    fileprivate func store(in writer: inout JSONWriter) {
        writer.beginObject()
        writer.store("number", number)
        writer.store("name", name)
        writer.store("kind", kind.rawValue)
        writer.store("state", state.rawValue)
        writer.store("partner", partner)
        writer.store("start", start)
        writer.store("due", due)
        writer.store("paused_since", pausedSince)
        writer.store("kept_at", keptAt)
        writer.store("missed_at", missedAt)
        writer.store("reopened", reopened)
        writer.store("score", score.map(Int64.init))
        writer.endObject()
    }

    fileprivate init?(stored: JSONObject) {
        guard let number = stored.number("number"), let name = stored.text("name"),
            let kind = stored.text("kind").flatMap(CommitmentKind.init),
            let state = stored.text("state").flatMap(StoredCommitment.State.init),
            let start = stored.instant("start"), let reopened = stored.number("reopened")
        else { return nil }
        self.init(
            number: number, name: name, kind: kind, state: state, partner: stored.text("partner"), start: start,
            due: stored.instant("due"), pausedSince: stored.instant("paused_since"), keptAt: stored.instant("kept_at"),
            missedAt: stored.instant("missed_at"), reopened: reopened, score: stored.number("score"))
    }
}

extension StoredRun {
    fileprivate func store(in writer: inout JSONWriter) {
        writer.beginObject()
        writer.store("id", id.number)
        writer.store("task", task.rawValue)
        writer.store("provider", provider.rawValue)
        writer.store("state", state.rawValue)
        writer.store("input", input.description)
        writer.store("actor", actor)
        writer.store("request", request?.number)
        writer.store("schedule", schedule?.rawValue)
        writer.store("elapse", elapse)
        writer.store("unique_key", uniqueKey)
        writer.store("priority", priority.rawValue)
        writer.store("attempt", attempt)
        writer.store("attempts", attempts)
        writer.store("created_at", createdAt)
        writer.store("due", due)
        writer.store("started_at", startedAt)
        writer.store("finished_at", finishedAt)
        writer.store("outcome_fr", outcome?.fr)
        writer.store("outcome_en", outcome?.en)
        writer.store("data", data)
        writer.store("error", error)
        writer.endObject()
    }

    fileprivate init?(stored: JSONObject) {
        guard let id = stored.integer("id"), let task = stored.text("task"), let provider = stored.text("provider"),
            let state = stored.text("state").flatMap(State.init), let actor = stored.text("actor"),
            let input = stored.text("input").flatMap({ try? JSON.parse($0).objectValue }),
            let priority = stored.number("priority").flatMap(Priority.init(rawValue:)),
            let attempt = stored.number("attempt"), let attempts = stored.number("attempts"),
            let createdAt = stored.instant("created_at"), let due = stored.instant("due")
        else { return nil }
        self.init(
            id: RunID(number: id), task: TaskID(task), provider: ProviderID(provider), state: state, input: input,
            actor: actor,
            request: stored.integer("request").map(RequestID.init(number:)),
            schedule: stored.text("schedule").map(ScheduleID.init), elapse: stored.instant("elapse"),
            uniqueKey: stored.text("unique_key"), priority: priority, attempt: attempt, attempts: attempts,
            createdAt: createdAt, due: due)
        startedAt = stored.instant("started_at")
        finishedAt = stored.instant("finished_at")
        if let fr = stored.text("outcome_fr"), let en = stored.text("outcome_en") {
            outcome = Text(saidInFrench: fr, english: en)
        }
        data = stored.bytes("data")
        error = stored.text("error")
    }
}
