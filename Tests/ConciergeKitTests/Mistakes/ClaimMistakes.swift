// Wrong programs: claims, and waiting in line.

extension Mistake {

    static let claims = [
        Mistake(
            .wash, "a claim at which nobody looks",
            #"try wash.claim("quota", atMost: 3, until: end, otherwise: Self.name)"#, #"wash.tryClaim("x")"#,
            says: "result of call to 'tryClaim' is unused"),
        Mistake(
            .wash, "a claim without try", #"try wash.claim("quota", atMost: 3, until: end, otherwise: Self.name)"#,
            #"wash.claim("quota", atMost: 3, until: end, otherwise: Self.name)"#,
            says: "call can throw but is not marked with 'try'"),
        Mistake(
            .wash, "a claim without a reason", #", otherwise: Self.name)\#n            wash.record.machine"#,
            #")\#n            wash.record.machine"#,
            says: "missing argument for parameter 'otherwise'"),
        Mistake(
            .wash, "a share without its end", ", until: end", "",
            says: "missing argument for parameter 'until'"),
        Mistake(
            .wash, "a share until a length of time", "until: end", "until: .days(7)",
            says: "a share counts until an instant: until: draft.now + .days(7)"),
        Mistake(
            .wash, "a share to wait for", #"try wash.claim("quota", atMost: 3, until: end, otherwise: Self.name)"#,
            #"_ = wash.claim("quota", atMost: 3, until: end, orWait: .waiting)"#,
            says: "nobody waits in line for a share: write otherwise:, or tryClaim"),
        Mistake(
            .wash, "several keys without oneOf:", "claim(oneOf: [", "claim([",
            says: "write claim(oneOf: keys, …) for the first of several keys that is free"),
        Mistake(
            .wash, "one key after oneOf:", #"oneOf: ["M-1", "M-2"]"#, #"oneOf: "M-1""#,
            says: "write claim(key, otherwise: …) for one key; oneOf: takes a list"),
        Mistake(
            .wash, "the first of several keys, at which nobody looks", "wash.record.machine = try", "try",
            says: "result of call to 'claim(oneOf:otherwise:)' is unused"),
        Mistake(
            .wash, "a time with its last instant", #"start..<end, of: "dryer""#, #"start...end, of: "dryer""#,
            says: "a time is start..<end: it ends when the next one may begin"),
        Mistake(
            .wash, "a time with its last instant, or wait", #"start..<end, of: "iron""#, #"start...end, of: "iron""#,
            says: "a time is start..<end: it ends when the next one may begin"),
        Mistake(
            .wash, "a time without what is booked", #"(start..<end, of: "iron", "#, "(start..<end, ",
            says: "missing argument for parameter 'of'"),
        Mistake(
            .wash, "a time whose refusal does not say what is free",
            #"units: 2) { free in\#n                Text(fr: "Libre : \(free.count)", en: "Free: \(free.count)")\#n            }"#,
            "units: 2, otherwise: Self.name)",
            says: "what is said of a time is written with what is free"),
        Mistake(
            .wash, "a time whose reason takes nothing",
            #"units: 2) { free in\#n                Text(fr: "Libre : \(free.count)", en: "Free: \(free.count)")\#n            }"#,
            "units: 2) { Self.name }",
            says: "contextual type for closure argument list expects 1 argument"),
        Mistake(
            .wash, "units that are no number", #"of: "dryer", units: 2"#, #"of: "dryer", units: "2""#,
            says: "cannot convert value of type 'String' to expected argument type 'Int'"),
        Mistake(
            .wash, "a wait at which nobody looks",
            #"guard let unit = wash.claim(start..<end, of: "iron", units: 2, orWait: .waiting) else {\#n                return wash\#n            }\#n            wash.record.unit = unit\#n"#,
            #"wash.claim(start..<end, of: "iron", units: 2, orWait: .waiting)\#n"#,
            says: "result of call to 'claim(_:of:units:orWait:)' is unused"),
        Mistake(
            .wash, "a wait for a key at which nobody looks",
            #"guard let unit = wash.claim(start..<end, of: "iron", units: 2, orWait: .waiting) else {\#n                return wash\#n            }\#n            wash.record.unit = unit\#n"#,
            #"wash.claim("iron", orWait: .waiting)\#n"#,
            says: "result of call to 'claim(_:orWait:)' is unused"),
        Mistake(
            .wash, "a wait that is taken for a claim",
            #"guard let unit = wash.claim(start..<end, of: "iron", units: 2, orWait: .waiting) else {\#n                return wash\#n            }\#n            wash.record.unit = unit\#n"#,
            #"wash.record.unit = wash.claim(start..<end, of: "iron", units: 2, orWait: .waiting)\#n"#,
            says: "value of optional type 'Int?' must be unwrapped"),
        Mistake(
            .wash, "a wait in a state that is not there", "orWait: .waiting", "orWait: .wating",
            says: "has no member 'wating'"),
        Mistake(
            .wash, "a refusal by a grant", "{ claim, wash in wash.record.unit = claim.unit }",
            #"{ _, _ in throw Refusal(fr: "x", en: "x") }"#,
            says: "what a grant does cannot be refused: use tryClaim, or a guard"),
        Mistake(
            .wash, "a claim by a grant that may be refused", "{ claim, wash in wash.record.unit = claim.unit }",
            #"{ _, wash in try wash.claim("x", otherwise: Self.name) }"#,
            says: "what a grant does cannot be refused: use tryClaim, or a guard"),
        Mistake(
            .wash, "a grant that waits", "{ claim, wash in wash.record.unit = claim.unit }",
            "{ _, _ in await Task.yield() }",
            says: "a rule does not wait: have a task do it with run(…), and go on in ended(…)"),
        Mistake(
            .wash, "a grant that stays", "granted(from: .waiting, to: .washing)", "granted(in: .waiting)",
            says: "a request that is granted what it waits for leaves the line: say from: and to:"),
        Mistake(
            .wash, "a grant that leads nowhere", "granted(from: .waiting, to: .washing)", "granted(from: .waiting)",
            says: "a request that is granted what it waits for leaves the line: say from: and to:"),
        Mistake(
            .wash, "a grant without the claim", "{ claim, wash in wash.record.unit = claim.unit }",
            "{ wash in wash.record.unit = 1 }",
            says: "expects 2 arguments, but 1 was used in closure body"),
    ]
}
