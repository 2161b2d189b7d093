package import ConciergeEngine
package import ConciergeKit
package import JSON

/// What a replay has to say about one history line, or about a request at its last line.
package struct Finding: Sendable, Hashable {
    /// One thing that a build decides differently.
    package struct Difference: Sendable, Hashable {
        /// What differs: `state`, `note`, `notice`, `timer`, `claims`, `run`, `record`, …
        package let what: String
        package let recorded: String
        package let decided: String
    }

    package enum Kind: Sendable, Hashable {
        case differs([Difference])
        /// Something that the decision depended on is missing. What is recorded is taken as given.
        case cannotBeDecided(String)
    }

    /// The history line.
    package struct Place: Sendable, Hashable, CustomStringConvertible {
        package let request: RequestID
        package let service: ServiceID
        package let seq: Int64
        package let at: Instant
        package let event: RequestEvent

        package init(_ line: NumberedEntry) {
            (request, service) = (line.entry.request, line.entry.service)
            (seq, at, event) = (line.seq, line.entry.at, line.entry.event)
        }

        package var description: String { "request \(request) (\(service)), line \(seq), \(at), \(event)" }
    }

    package let place: Place
    package let kind: Kind

    /// The finding in lines of text.
    package var text: String {
        let line = place.description
        switch kind {
        case .cannotBeDecided(let reason): return "\(line): cannot be decided again: \(reason)"
        case .differs(let differences):
            return differences.reduce(line) { text, difference in
                text + "\n  \(difference.what): recorded \(difference.recorded); this build: \(difference.decided)"
            }
        }
    }

    package var json: JSON {
        var object: JSONObject = [
            "request": .string(place.request.description), "service": .string(place.service.rawValue),
            "line": .int(place.seq), "at": .string(place.at.description), "event": .string(place.event.description),
        ]
        switch kind {
        case .cannotBeDecided(let reason): object["cannot_be_decided"] = .string(reason)
        case .differs(let differences):
            object["differences"] = .array(
                differences.map { difference in
                    .object([
                        "what": .string(difference.what), "recorded": .string(difference.recorded),
                        "decided": .string(difference.decided),
                    ])
                })
        }
        return .object(object)
    }
}

/// The figures of a replay.
package struct ReplaySummary: Sendable, Hashable {
    /// History lines that were read.
    package internal(set) var lines = 0
    /// Requests that were followed from their first line to their last.
    package internal(set) var requests = 0
    /// Lines that a rule decided again.
    package internal(set) var decided = 0
    /// Lines, and ends of requests, with a difference.
    package internal(set) var different = 0
    /// Lines that could not be decided again.
    package internal(set) var undecided = 0
    /// Lines of requests of which an earlier line could not be decided again.
    package internal(set) var skipped = 0

    package var text: String {
        var parts = ["\(lines) history lines of \(requests) requests", "\(decided) decided again"]
        if undecided > 0 { parts.append("\(undecided) cannot be decided again") }
        if skipped > 0 { parts.append("\(skipped) after one of those taken as they are") }
        parts.append(different == 0 ? "no difference" : "\(different) with a difference")
        return parts.joined(separator: ", ")
    }

    package var json: JSON {
        .object([
            "summary": .object([
                "lines": .int(Int64(lines)), "requests": .int(Int64(requests)), "decided": .int(Int64(decided)),
                "different": .int(Int64(different)), "undecided": .int(Int64(undecided)),
                "skipped": .int(Int64(skipped)),
            ])
        ])
    }
}
