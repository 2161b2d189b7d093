/// The delays between attempts to connect: from a tenth of a second to half a minute, twice as long each time, drawn from
/// the upper half, so that workers do not all come back at once.
struct Backoff {
    private static let (first, longest) = (Duration.milliseconds(100), Duration.seconds(30))

    private var next = Self.first

    /// Begins with the shortest delay again: the last connection worked.
    mutating func reset() { next = Self.first }

    mutating func delay() -> Duration {
        defer { next = min(next * 2, Self.longest) }
        return next / 2 + (next / 2) * Double.random(in: 0..<1)
    }
}
