import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

// The control interface's view of providers, services, schedules and tasks, all derived from their declarations.

extension Wire.Provider {
    /// - Parameters:
    ///   - pause: The pause of the provider's runs, if somebody paused them.
    ///   - breaker: The breaker that holds the runs back if they fail repeatedly.
    ///   - unattended: The number of open requests that wait because the provider does not serve them.
    init(_ status: Supervisor.Status, pause: Pause?, breaker: Breaker?, unattended: Int?) {
        let manifest = status.manifest
        self.init(
            id: manifest.id, version: manifest.version, name: manifest.name, summary: manifest.summary,
            grade: manifest.grade.map { Grade(rawValue: $0.rawValue) }, state: .serving, unattended: unattended)
        switch status.state {
        case .serving(let contents):
            services = contents.services.map(\.id.rawValue)
            tasks = contents.tasks.map(\.id)
            schedules = contents.schedules.map(\.id)
        case .waiting(let why, let again, _):
            state = .waiting
            (reason, retryAt) = (why, again)
        case .setAside(let why, let words):
            state = .setAside
            (reason, text) = (why, words)
        case .unreadable(let why):
            state = .setAside
            reason = why
        case .quarantined(let held):
            state = .quarantined
            reason = "\(held.crashes) crashes, the last in \(held.event) (\(held.cause))"
            quarantine = Wire.Quarantine(held)
        }
        if let pause { holds.append(Hold(kind: .paused, since: pause.since, by: pause.actor)) }
        if let breaker, breaker.isProbing || breaker.openUntil != nil {
            holds.append(Hold(kind: .failing, until: breaker.openUntil, reason: breaker.reason))
        }
    }

    /// A provider that this build does not have.
    init(absent id: String, unattended: Int?) {
        self.init(
            id: id, version: nil, name: Text(verbatim: id), summary: Text(verbatim: ""), state: .absent,
            unattended: unattended)
    }
}

extension Wire.Service {
    init(_ table: ServiceTable, provider: String, zone: Zone) {
        let known = table.known
        let openings = table.openings.compactMap { line in
            line.opening.map { Wire.Action($0, id: $0.id, from: [], to: line.to, known: known) }
        }
        self.init(
            id: table.id.rawValue, provider: provider, name: table.name, summary: table.summary,
            resident: Wire.Service.Need(rawValue: table.resident.rawValue),
            place: Wire.Service.Need(rawValue: table.place.rawValue),
            states: table.shownStates.map {
                State(
                    id: $0.id, name: $0.name, open: $0.isOpen, turn: $0.turn?.rawValue,
                    next: $0.next.isEmpty ? nil : $0.next)
            },
            timers: table.timers.map { Timer(id: $0.id, name: $0.name) },
            commitments: table.commitments.map {
                Commitment(id: $0.id, name: $0.name, kind: .init(rawValue: $0.kind.rawValue))
            },
            notices: table.notices.map {
                NoticeType(name: $0.name, values: $0.values, example: $0.example.said(in: zone))
            },
            openings: openings,
            actions: table.actions.map {
                Wire.Action($0.schema, id: $0.schema.id, from: $0.from, to: $0.to, known: known)
            },
            corrections: table.corrections.map { Wire.Field($0) },
            record: table.members.shown.map { Wire.Field(member: $0) }, zone: zone.description,
            diagram: table.diagram, recordVersion: table.records.version, fingerprint: table.fingerprint)
    }
}

extension Wire.Action {
    fileprivate init(
        _ schema: ActionSchema, id: String, from: [String], to: [String], known: [String: [String]]
    ) {
        self.init(
            id: id, name: schema.name, from: from, to: to,
            fields: schema.input.fields.map { field in
                var shown = Wire.Field(field)
                shown.known = known[field.name].flatMap { $0.isEmpty ? nil : $0 }
                return shown
            },
            refused: schema.refused.sorted { $0.key < $1.key }.map { RefusedField(name: $0.key, reason: $0.value) })
    }
}

extension Wire.Field {
    fileprivate init(_ field: FieldSchema) {
        self.init(
            name: field.name, kind: Kind(rawValue: field.kind.word), required: field.isRequired, title: field.title,
            example: field.example,
            choices: field.kind.choices.map {
                Choice(value: $0.value, words: $0.words, explanation: $0.explanation)
            },
            expects: field.kind.form,
            limits: field.limits.map {
                Limits(
                    least: $0.least?.typed, greatest: $0.greatest?.typed, unit: Limits.Unit(rawValue: $0.unit.rawValue))
            },
            default: field.default, secret: field.traits.contains(.secret) ? true : nil,
            lines: field.traits.contains(.lines) ? true : nil,
            scanned: field.traits.contains(.scanned) ? true : nil,
            asked: field.traits.contains(.asked) ? true : nil)
    }

    /// A member of a record, which nobody types.
    fileprivate init(member: MemberSchema) {
        let (kind, choices): (Kind, [ChoiceWord]) =
            switch member.kind {
            case .field(let kind): (Kind(rawValue: kind.word), kind.choices)
            case .range: (.range, [])
            case .span: (.span, [])
            }
        self.init(
            name: member.name, kind: kind, required: false, title: member.title,
            choices: choices.map { Choice(value: $0.value, words: $0.words) },
            secret: member.traits.contains(.secret) ? true : nil)
    }
}

extension Wire.Task {
    /// `workers` is how many workers are connected that execute it.
    init(_ task: TaskDefinition, provider: String, workers: Int) {
        self.init(
            id: task.id, provider: provider, name: task.name, fields: task.input.fields.map { Wire.Field($0) },
            timeLimit: task.timeLimit.seconds, attempts: task.retry.attempts,
            priority: Wire.RunPriority(rawValue: task.priority.word), concurrency: task.concurrency,
            rate: task.rate.map { Rate(count: $0.count, interval: $0.interval.seconds) },
            outside: task.executor == .worker ? true : nil, workers: task.executor == .worker ? workers : nil)
    }
}

extension Wire.Schedule {
    /// A schedule with its mark, and the moment at which it triggers its task next.
    init(_ schedule: Schedule, _ mark: ScheduleMark, due: Instant) {
        let (catchUp, within): (String, Double?) =
            switch schedule.catchUp {
            case .skip: ("skip", nil)
            case .latest: ("latest", nil)
            case .all(let window): ("all", window.seconds)
            }
        self.init(
            id: schedule.id, task: schedule.task, recurrence: mark.recurrence, last: mark.last, next: due,
            catchUp: catchUp, catchUpWithin: within, overlap: schedule.overlap.rawValue,
            spread: schedule.spread.seconds, pausedAt: mark.pausedAt, pausedBy: mark.pausedBy, skipped: mark.skipped,
            skipReason: mark.skipReason?.words)
    }
}

extension Wire.Schedule.Unattended {
    init(_ mark: ScheduleMark) {
        self.init(id: mark.id.rawValue, recurrence: mark.recurrence, last: mark.last, next: mark.next)
    }
}
