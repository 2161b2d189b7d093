public import ConciergeKit

/// The rules that a provider breaks, each as a sentence for its author: what breaks the rule, where, and what to do.
public struct ConductFindings: Error, Sendable, Hashable, CustomStringConvertible {
    /// What breaks a rule, where, and what to do about it; a sentence for each.
    public let findings: [String]
    /// The sentences, one a line.
    public var description: String { findings.joined(separator: "\n") }
}

/// What a walk did, if it found nothing.
public struct ConductReport: Sendable, Hashable {
    /// How many commands were decided in all.
    public let steps: Int
    /// The highest grade of which the provider meets all demands; nil if it does not even meet those of the lowest.
    public let grade: Grade?
    /// What is missing for the grade above, each as a sentence; empty for the highest.
    public let missing: [String]
    /// The lines of the tables that were taken, and how often: `keys.loan: give-back from lent`.
    public let taken: [String: Int]
    /// How many handlers were attempted twice, and cut off.
    public let handlers: Int
}

/// What at most one open request may have at a time, in the records of a service: the slot that residents were told, the
/// machine that was promised.
///
/// ``checkConduct(of:settings:seeds:steps:inputs:stored:exclusive:except:zone:at:)`` cannot know by itself what two
/// residents may not share if the provider keeps it in its records and does not claim it.
public struct Exclusive: Sendable {
    let service: String
    /// Throws if the record cannot be read.
    let key: @Sendable (RawRequest, StateBook) throws -> String?

    /// What a request of a service has by its record; nil if it has nothing that is exclusive.
    public init<S: Service>(_ service: S.Type, by key: @escaping @Sendable (S.Record) -> String?) {
        self.service = S.id
        self.key = { request, states in key(try RequestSnapshot<S>(request, states).record) }
    }
}
