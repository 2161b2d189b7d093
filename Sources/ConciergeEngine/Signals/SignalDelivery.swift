package import ConciergeKit

/// A signal that was raised and that one service is still to be told.
package struct SignalDelivery: Sendable, Hashable, Comparable {
    /// Identifies it; no other delivery, request or run has this number.
    package let number: Int64
    /// The id of the signal.
    package let signal: String
    package let listener: ServiceID

    package init(number: Int64, signal: String, listener: ServiceID) {
        self.number = number
        self.signal = signal
        self.listener = listener
    }

    /// In the order in which they were raised.
    package static func < (one: Self, other: Self) -> Bool { one.number < other.number }
}

/// Why a request was opened: a signal of another one.
package struct SignalCause: Sendable, Hashable {
    /// The request that raised the signal.
    package let request: RequestID
    /// The id of the signal.
    package let signal: String
    /// How many signals led to this request one after the other, with this one.
    package let length: Int

    /// A request that so many signals led to raises no more: services answer each other without end.
    package static let longest = 8

    package init(request: RequestID, signal: String, length: Int) {
        self.request = request
        self.signal = signal
        self.length = length
    }

    /// The note of the history line of the opening.
    var words: Text {
        Text(fr: "Suite à la demande \(request).", en: "Following request \(request).")
    }

    /// The line for the history of the request that raised the signal, when the one that it opened is deleted for its
    /// age.
    package func noteDeletion(ofOpened opened: RequestID, to raiser: StoredRequest, at now: Instant) -> Entry {
        note(
            Text(
                fr: "La demande \(opened), ouverte par ce signal, a été supprimée après sa durée de conservation.",
                en: "Request \(opened), which this signal opened, has been deleted for its age."),
            to: raiser, at: now)
    }

    /// The line for the history of the request that the signal opened, when the one that raised it is deleted for its
    /// age.
    package func noteDeletion(ofRaiserOf opened: StoredRequest, at now: Instant) -> Entry {
        note(
            Text(
                fr: "La demande \(request), d'où vient ce signal, a été supprimée après sa durée de conservation.",
                en: "Request \(request), which raised this signal, has been deleted for its age."),
            to: opened, at: now)
    }

    private func note(_ words: Text, to kept: StoredRequest, at now: Instant) -> Entry {
        Entry(
            request: kept.id, service: kept.service, at: now, actor: "retention", event: .signal(signal),
            from: kept.state, to: kept.state, note: words)
    }
}

/// By service, the signals that it listens to.
package typealias Listeners = [ServiceID: Set<String>]

/// What the engine may ask about signals.
package protocol SignalFacts {
    /// What the signal of a delivery says, a JSON object; nil if there is no such delivery.
    func values(ofDelivery number: Int64) throws -> [UInt8]?
    /// The signal on which a request was opened; nil if somebody opened it.
    func cause(of request: RequestID) throws -> SignalCause?
}

/// The changes of a batch to deliveries. Each delivery has a timer of its request, which says when it is tried next.
package struct SignalChanges: Sendable, Hashable {
    /// By number, what the signals say.
    package var raised: [Int64: [UInt8]] = [:]
    /// The deliveries that have ended.
    package var ended: Set<Int64> = []
    /// By request, the signal on which it is opened.
    package var causes: [RequestID: SignalCause] = [:]

    package init() {}

    package var isEmpty: Bool { raised.isEmpty && ended.isEmpty && causes.isEmpty }
}

extension StagedChanges {
    func values(ofDelivery number: Int64) throws -> [UInt8]? {
        try changes.signals.raised[number] ?? facts.values(ofDelivery: number)
    }

    /// The signal on which a request was opened; nil if somebody opened it.
    func cause(of request: StoredRequest) throws -> SignalCause? {
        // The ledger knows nothing of a request that the batch opens.
        if request.version == 0 || changes.requests.opened[request.id] != nil {
            return changes.signals.causes[request.id]
        }
        return try facts.cause(of: request.id)
    }
}
