package import ConciergeKit
import JSON

// Hides from everybody but staff what a service declares as secret.

extension ServiceTable {
    /// The record as it is shown to those who are not staff.
    package func publicRecord(of request: StoredRequest) -> [UInt8] {
        let record = shownRecord(of: request)
        guard !secrets.isEmpty else { return record }
        return Self.without(record) { secrets.contains($0) }
    }

    /// The headline as it is shown to those who are not staff: that of a record whose secrets are empty. Nil if there is none
    /// then.
    package func publicHeadline(of request: StoredRequest, in zone: Zone) -> Text? {
        guard !secrets.isEmpty else { return headline(of: request, in: zone) }
        var emptied = request
        emptied.record = Self.emptying(shownRecord(of: request)) { secrets.contains($0) }
        emptied.recordVersion = records.version
        return headline(of: emptied, in: zone)
    }

    private static func emptying(_ object: [UInt8], _ isSecret: (String) -> Bool) -> [UInt8] {
        guard let members = (try? JSON.parse(object))?.objectValue else { return object }
        func emptied(_ value: JSON) -> JSON {
            switch value {
            case .string: ""
            case .int: 0
            case .double: 0.0
            case .bool: false
            case .array: []
            case .object, .null: value.isNull ? .null : .object([:])
            }
        }
        return Array(
            JSONObject(members.map { ($0.0, isSecret($0.0) ? emptied($0.1) : $0.1) }).description.utf8)
    }

    /// The input of an action or of the opening, as it is shown to those who are not staff; nil if the table no longer
    /// knows the event.
    fileprivate func publicInput(_ input: [UInt8], of event: RequestEvent) -> [UInt8]? {
        if case .corrected = event { return secrets.isEmpty ? input : Self.without(input) { secrets.contains($0) } }
        // Who reads the request reads for whom it is, which place it is about and who follows it.
        switch event {
        case .reassigned, .relocated, .followed, .unfollowed, .undone: return input
        default: break
        }
        let schema: ActionSchema? =
            switch event {
            case .opened: opening?.opening
            case .openedBy(let id): opening(by: id)?.opening
            case .openedOnSignal(let signal): self.opening(on: signal)?.opensOn?.schema
            case .action(let action): actions.first { $0.schema.id == action }?.schema
            default: nil
            }
        guard let schema else { return nil }
        let secret = schema.input.secrets
        return secret.isEmpty ? input : Self.without(input) { secret.contains($0) }
    }

    private static func without(_ object: [UInt8], _ isSecret: (String) -> Bool) -> [UInt8] {
        guard let members = (try? JSON.parse(object))?.objectValue else { return Array("{}".utf8) }
        return Array(JSONObject(members.filter { !isSecret($0.0) }.map { ($0.0, $0.1) }).description.utf8)
    }
}

extension NumberedEntry {
    /// The line as it is shown to those who are not staff. `table` is the table of its service, if that is served.
    package func hidingSecrets(_ table: ServiceTable?) -> NumberedEntry {
        let hidesWords =
            switch entry.event {
            case .notice(_, _, let isSecret): isSecret
            // Staff write notes for each other, and the others have names of the directory, which is for staff.
            case .noted, .reassigned, .followed, .unfollowed: true
            default: false
            }
        guard hidesWords || entry.input != nil else { return self }
        return NumberedEntry(
            seq: seq,
            entry: Entry(
                request: entry.request, service: entry.service, at: entry.at, actor: entry.actor, event: entry.event,
                from: entry.from, to: entry.to,
                input: entry.input.flatMap { table?.publicInput($0, of: entry.event) },
                note: hidesWords ? nil : entry.note))
    }
}
