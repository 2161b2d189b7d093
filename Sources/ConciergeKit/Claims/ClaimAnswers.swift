package import WorkingCalendar

/// Answers a rule's questions about the claims of its provider, and about the timers and the commitments of its
/// request. What is not known yet is answered as if it were free, or not running: the rule runs again once it is known.
package protocol RuleAnswers: AnyObject {
    /// The timers of the service that run for a request, with their due times.
    func timers(of request: String) -> [String: Instant]

    /// The commitments of a request, in the order of their numbers.
    func commitments(of request: String) -> [StoredCommitment]
    /// The working calendar by which its provider counts now at a place; nil for nowhere in particular.
    func workingCalendar(at place: Place?) -> CalendarBook.Entry
    /// The working calendar with an id, by which a commitment was made.
    func workingCalendar(id: String) -> WorkingCalendar?
    /// What the directory knows of a resident; nil if it is not known, or not yet.
    func known(_ resident: String) -> KnownResident?
    /// What the directory knows of a place; nil if its residence is not known, or not yet.
    func place(_ key: PlaceKey) -> Place?

    /// The request that holds a key.
    func holder(of key: String) -> String?
    /// A request of a service as it is stored; nil if there is none, if it is another service's, or not yet.
    func stored(_ request: String, of service: String) -> RawRequest?
    /// The holders of those keys that are held.
    func holders(of keys: [String]) -> [String: String]
    /// For each unit among these, the last range that begins before an instant.
    func lastRanges(of key: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange]
    /// The ranges of one unit that begin at or after an instant, in order, at most `limit`.
    func ranges(of key: String, unit: Int, from start: Instant, limit: Int) -> [HeldRange]
    /// A number that no unit with a range exceeds; 0 if there is no range.
    func greatestUnit(of key: String) -> Int
    /// The shares of a key, with those that count no longer.
    func shares(of key: String) -> [HeldShare]
    /// All that a request holds.
    func claims(of request: String) -> [Claim]
    /// Called when a rule claims one of less than one unit, which nobody could ever have.
    func noUnits(of key: String, _ units: Int)
    /// How many requests that want the same are in line.
    func waiting(for want: Want) -> Int
}
