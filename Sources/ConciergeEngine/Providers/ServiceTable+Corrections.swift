import ConciergeKit
package import JSON

/// The result of a correction.
package struct Corrected: Sendable {
    package let drafted: Drafted
    /// By field, the values `from` and `to`; a value that is none is left out. Fields that keep their value are left
    /// out.
    package let changes: JSONObject
}

extension ServiceTable.Rule {
    /// Puts the new values into the record, all of them before the first rule runs, so that each rule sees all.
    init<S: Service>(_ corrections: [Correction<S>], _ names: TableNames<S>) {
        self = .correct { input, subject in
            var draft = try subject.draft(names)
            var changes: JSONObject = [:]
            var changed: [Correction<S>] = []
            for (name, json) in input {
                guard let correction = corrections.first(where: { $0.field.name == name }) else { continue }
                let (before, after) = try correction.apply(json, &draft.record)
                guard before != after else { continue }
                changes[name] = .object(
                    JSONObject([("from", before), ("to", after)].compactMap { name, json in json.map { (name, $0) } }))
                changed.append(correction)
            }
            for correction in changed { try correction.rule(&draft) }
            return Corrected(drafted: try Drafted(draft), changes: changes)
        }
    }
}

extension ServiceTable {
    static func mistakes<S: Service>(in lifecycle: [Transition<S>]) -> [String] {
        var names: Set<String> = []
        return lifecycle.compactMap { line in
            guard case .correction = line.trigger else { return nil }
            guard let name = line.correction?.field.name else {
                return "a line of correctable leads to no field: write correctable(\\.shelf, as: \\Arrival.$shelf)"
            }
            return names.insert(name).inserted
                ? nil : "the field \"\(name)\" stands twice as correctable: write one line, with one rule"
        }
    }
}
