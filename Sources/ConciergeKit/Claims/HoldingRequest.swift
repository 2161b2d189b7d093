import JSON

/// Another request of the same service, which holds what a rule asks for: ``DraftOf/request(holding:)``.
public struct HoldingRequest<S: Service>: Sendable {
    /// The id by which staff and the wire name it.
    public let id: String
    /// Whom it is for, as the request has it; nil if it is for nobody.
    public let resident: String?
    /// What the lodge's directory knows of its resident; nil if they are not in it.
    public let knownResident: KnownResident?
    /// What the service keeps of it, as it was before the transition.
    public let record: S.Record
    private let state: String

    /// Nil if the record cannot be read.
    package init?(_ stored: RawRequest, known: KnownResident?) {
        guard let record = try? JSONCoding.decode(S.Record.self, from: stored.record) else { return nil }
        id = stored.id
        resident = stored.resident
        knownResident = known
        self.record = record
        state = stored.state
    }

    /// Whether it was in this state before the transition.
    public func isIn(_ state: StateOf<S>) -> Bool { self.state == state.id }
}
