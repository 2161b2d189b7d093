import ConciergeKit
import JSON

extension Batch {
    /// Refuses texts that are too long, blank or not plain text, and what a handler may not do, before the command is
    /// processed.
    func admit(_ command: Command) throws {
        switch command {
        case .open(let service, let opening, let resident, let about, let input, _, let caller):
            try admit(caller)
            try admit(caller.attempt, toOpen: service)
            try admit(name: service.rawValue, "service")
            if let opening { try admit(name: opening, "action") }
            if let resident { try admit(resident: resident) }
            if let about { try admit(about) }
            try admit(input)
            try refuse(registry.service(service)?.table.opening(by: opening)?.opening?.input.mistake(in: input))
        case .act(let id, let action, let input, let caller):
            try admit(caller)
            try admit(caller.attempt, on: id)
            try admit(name: action, "action")
            try admit(input)
        case .correct(_, let input, let caller):
            try admit(caller)
            try admit(input)
        case .reassign(_, let resident, let caller), .addFollower(_, let resident, let caller),
            .removeFollower(_, let resident, let caller), .moveOut(_, let resident, _, let caller),
            .forgetDossier(let resident, let caller):
            try admit(caller)
            try admit(resident: resident)
        case .relocate(_, let about, let caller):
            try admit(caller)
            try admit(about)
        case .addNote(_, let text, let caller):
            try admit(caller)
            try refuse(
                "text", TextLimits.mistake(in: text, limit: Self.noteLimit, .lines) ?? TextLimits.blank(text))
        case .notify(let id, let notice, let caller):
            try admit(caller)
            try admit(caller.attempt, on: id)
            try admit(name: notice.name, "notice")
        case .note(let change, let resident, let caller):
            try admit(caller)
            try admit(resident: resident)
            try admit(change)
        case .trigger(let task, let input, _, let caller):
            try admit(caller)
            try admit(caller.attempt, toRun: task)
            try admit(name: task.rawValue, "task")
            try admit(input)
            try refuse(registry.task(task)?.task.input.mistake(in: input))
        case .undo(_, _, let caller), .retry(_, let caller), .cancel(_, let caller), .release(_, let caller),
            .told(_, let caller),
            .sendAgain(_, let caller):
            try admit(caller)
        case .pause(let what, _), .resume(let what, _):
            switch what {
            case .provider(let id): try admit(name: id.rawValue, "id")
            case .schedule(let id): try admit(name: id.rawValue, "id")
            }
        case .follow: break
        // These commands come from the daemon itself.
        case .end, .returned, .workerCame, .workerLeaves, .workerGone, .handedBack, .wake: break
        }
    }

    private func admit(_ caller: Caller) throws {
        guard let key = caller.idempotencyKey, caller.attempt == nil else { return }
        try refuse("idempotency_key", TextLimits.mistake(in: key, limit: TextLimits.key) ?? TextLimits.blank(key))
    }

    private func admit(resident: String) throws {
        try refuse(
            "resident", TextLimits.mistake(in: resident, limit: TextLimits.resident) ?? TextLimits.blank(resident))
    }

    private func admit(_ about: PlaceKey) throws {
        for name in [about.residence, about.part?.name].compactMap(\.self) {
            try refuse("about", TextLimits.mistake(in: name, limit: TextLimits.resident) ?? TextLimits.blank(name))
        }
    }

    private func admit(_ change: DossierChange) throws {
        func admit(_ text: String, _ parameter: String, limit: Int = TextLimits.name) throws {
            try refuse(parameter, TextLimits.mistake(in: text, limit: limit) ?? TextLimits.blank(text))
        }
        switch change {
        case .prefer, .absent, .back: break
        case .consent(let purpose, _, _), .withdraw(let purpose, _): try admit(purpose, "purpose")
        case .empower(let holder, let services, _, _):
            // Whoever is in the directory has a name there.
            if !holder.name.isEmpty || holder.resident == nil {
                try admit(holder.name, "holder", limit: TextLimits.resident)
            }
            if let email = holder.email { try admit(email, "email", limit: TextLimits.resident) }
            if let phone = holder.phone { try admit(phone, "phone") }
            if let other = holder.resident { try self.admit(resident: other) }
            for service in services { try self.admit(name: service.rawValue, "services") }
        case .end(let holder, let services, _):
            try admit(holder, "holder", limit: TextLimits.resident)
            for service in services { try self.admit(name: service.rawValue, "services") }
        }
    }

    private func admit(name: String, _ parameter: String) throws {
        try refuse(parameter, TextLimits.tooLong(name, limit: TextLimits.name))
    }

    private func admit(_ input: JSONObject) throws {
        for name in input.keys { try admit(name: name, "input") }
        let size = input.roughSize
        guard size > TextLimits.input else { return }
        throw Rejection.refused(
            Text(
                fr: "Ce qui est donné compte \(size) octets ; il peut en compter \(TextLimits.input) au plus.",
                en: "What is given has \(size) bytes, and may have \(TextLimits.input) at most."))
    }

    private func refuse(_ parameter: String, _ mistake: Text?) throws {
        try refuse(mistake.map { TextLimits.sentence($0, about: parameter) })
    }

    func refuse(_ words: Text?) throws {
        if let words { throw Rejection.refused(words) }
    }
}

extension JSONObject {
    /// The approximate size in bytes, computed without encoding the object.
    fileprivate var roughSize: Int {
        reduce(2) { $0 + $1.0.utf8.count + 4 + $1.1.roughSize }
    }
}

extension JSON {
    fileprivate var roughSize: Int {
        switch self {
        case .string(let text): text.utf8.count + 2
        case .array(let elements): elements.reduce(2) { $0 + $1.roughSize + 1 }
        case .object(let object): object.roughSize
        default: 8
        }
    }
}
