package import ConciergeKit

/// A line of a request's history. It is written once and never changed.
package struct Entry: Sendable, Hashable {
    package let request: RequestID
    package let service: ServiceID
    package let at: Instant
    package let actor: String
    package let event: RequestEvent
    package let from: String?
    package let to: String?
    /// The input of an action or of the opening, JSON.
    package let input: [UInt8]?
    package let note: Text?
    /// The seed of the moment in which a rule decided this line, so that its codes can be computed again; nil in a line
    /// that no rule decided. As secret as the codes: no interface shows it.
    package let seed: UInt64?
    /// The hash of the request's history up to this line, where the rule sealed it: ``Custody``.
    package internal(set) var seal: String?

    package init(
        request: RequestID, service: ServiceID, at: Instant, actor: String, event: RequestEvent, from: String? = nil,
        to: String? = nil, input: [UInt8]? = nil, note: Text? = nil, seed: UInt64? = nil, seal: String? = nil
    ) {
        self.request = request
        self.service = service
        self.at = at
        self.actor = actor
        self.event = event
        self.from = from
        self.to = to
        self.input = input
        self.note = note
        self.seed = seed
        self.seal = seal
    }
}

extension Entry {
    /// The line with the times in its text written in a zone.
    func said(in zone: Zone) -> Entry {
        guard let note else { return self }
        return Entry(
            request: request, service: service, at: at, actor: actor, event: event, from: from, to: to, input: input,
            note: note.said(in: zone), seed: seed, seal: seal)
    }
}

/// A history line with its position in the ledger: later lines have greater numbers.
package struct NumberedEntry: Sendable, Hashable {
    package let seq: Int64
    package let entry: Entry

    package init(seq: Int64, entry: Entry) {
        self.seq = seq
        self.entry = entry
    }
}
