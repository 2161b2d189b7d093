import ConciergeKit
import JSON

/// Makes inputs from the declarations of their fields, and from the samples of an author.
struct ConductInputs {
    /// By service, by service and action (`keys.loan give-back`), or by task.
    let samples: (_ now: Instant) -> [String: [[String: Scalar]]]

    /// An input for a form; nil if a required field has no value that can be made.
    func make(
        _ schema: InputSchema, for key: String, record: JSONObject?, now: Instant, _ dice: inout SplitMix64
    ) -> JSONObject? {
        if let samples = samples(now)[key], !samples.isEmpty, Int.random(in: 0..<4, using: &dice) > 0 {
            return JSONObject(samples[Int.random(in: 0..<samples.count, using: &dice)])
        }
        var members: [(String, JSON)] = []
        for field in schema.fields {
            if !field.isRequired, Bool.random(using: &dice) { continue }
            let values = Self.values(of: field, record: record, now: now)
            guard let preferred = values.first else {
                if field.isRequired { return nil }
                continue
            }
            // The example comes first and most often, so that requests meet over the same key.
            let value =
                Int.random(in: 0..<2, using: &dice) == 0
                ? preferred : values[Int.random(in: 0..<values.count, using: &dice)]
            members.append((field.name, value))
        }
        return JSONObject(members)
    }

    /// A new value for one of the fields by which a request can be corrected; nil if none can be made.
    func make(corrections: [FieldSchema], now: Instant, _ dice: inout SplitMix64) -> JSONObject? {
        let field = corrections[Int.random(in: 0..<corrections.count, using: &dice)]
        let values = Self.values(of: field, record: nil, now: now)
        guard !values.isEmpty else { return nil }
        return [field.name: values[Int.random(in: 0..<values.count, using: &dice)]]
    }

    /// The required fields of a form for which no value can be made.
    static func fieldsWithoutValues(_ schema: InputSchema) -> [String] {
        schema.fields.filter { $0.isRequired && values(of: $0, record: nil, now: Instant(milliseconds: 0)).isEmpty }
            .map(\.name)
    }

    /// Values that a field accepts by its declaration: its example, its default, and the edges of its limits. A member of
    /// the record with the same name is one too: a code that the resident was told.
    private static func values(of field: FieldSchema, record: JSONObject?, now: Instant) -> [JSON] {
        var values = [field.exampleValue, field.initial].compactMap(\.self)
        if let known = record?[field.name], Scalar(known) != nil { values.append(known) }
        return values + generated(field.kind, field.limits, now: now, example: field.exampleValue)
    }

    private static func generated(
        _ kind: FieldKind, _ limits: FieldLimits?, now: Instant, example: JSON?
    ) -> [JSON] {
        switch kind {
        case .string: texts(limits?.unit == .characters ? limits : nil)
        case .int: numbers(limits).map { .int(Int64($0)) }
        case .float: numbers(limits).map { .double($0) }
        case .bool: [.bool(true), .bool(false)]
        case .time:
            [Duration.hours(1), .days(1), .days(3), .hours(-1)].map { .string((now + $0).description) }
        case .date:
            [Duration.zero, .days(1), .days(8), .days(-1)].map { .string(Zone.utc.local(now + $0).date.description) }
        case .money: numbers(limits).map { .string("\(Int64($0))") }
        case .choice(let choices): choices.map { .string($0.value) }
        case .list(let element): lists(of: element, limits, now: now)
        // Only the author knows texts of such a form: an example or a sample.
        case .form, .map, .section: []
        }
    }

    private static func lists(of element: FieldKind, _ limits: FieldLimits?, now: Instant) -> [JSON] {
        let elements = generated(element, nil, now: now, example: nil)
        guard !elements.isEmpty else { return [] }
        let least = limits?.unit == .elements ? limits?.least.flatMap { Int($0.typed) } ?? 1 : 1
        let greatest = limits?.unit == .elements ? limits?.greatest.flatMap { Int($0.typed) } ?? 3 : 3
        return Set([max(least, 1), min(greatest, 3)]).filter { $0 >= least && $0 <= greatest }.sorted().map { count in
            .array((0..<count).map { elements[$0 % elements.count] })
        }
    }

    private static func texts(_ limits: FieldLimits?) -> [JSON] {
        let least = limits?.least.flatMap { Int($0.typed) } ?? 1
        let greatest = limits?.greatest.flatMap { Int($0.typed) } ?? 60
        let words = ["Été à l’étage", "x", "note of the walk"]
        var texts = words.map { word in
            let long = word.count < least ? word + String(repeating: "a", count: least - word.count) : word
            return String(long.prefix(max(greatest, 1)))
        }
        // A text of the greatest length, as far as a field takes it without several bytes a character.
        if greatest <= 2000 { texts.append(String(repeating: "b", count: max(greatest, 1))) }
        return texts.map { JSON.string($0) }
    }

    private static func numbers(_ limits: FieldLimits?) -> [Double] {
        let least = limits?.least.flatMap { Double($0.typed) }
        let greatest = limits?.greatest.flatMap { Double($0.typed) }
        let edges = [least, greatest].compactMap(\.self).filter { abs($0) < 1e15 }
        let middle: [Double] = [1, 2, 10].filter { $0 >= least ?? -.infinity && $0 <= greatest ?? .infinity }
        return Set(edges + middle).sorted()
    }
}
