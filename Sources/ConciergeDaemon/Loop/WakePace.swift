/// How many due timers are fired in one batch where very many are, as after a day of downtime: so many that a call which
/// comes meanwhile does not wait long for the end of the batch.
///
/// What one costs is its provider's and the machine's matter, so it is learnt from what batches took.
struct WakePace {
    /// So long a batch is to take.
    static let aim = Duration.milliseconds(3)
    /// Fewer would cost more by their commits than by themselves, and more would win nothing.
    static let bounds = 8...128

    private(set) var timersPerBatch = 64

    /// A batch of so many timers took so long.
    mutating func learn(from count: Int, taking time: Duration) {
        guard count > 0, time > .zero else { return }
        let fitting = (Self.aim / (time / count)).rounded()
        let wanted = Int(min(max(fitting, Double(Self.bounds.lowerBound)), Double(Self.bounds.upperBound)))
        // Move halfway towards the estimate, at least by one, to damp outliers.
        let way = wanted - timersPerBatch
        timersPerBatch += abs(way) == 1 ? way : way / 2
    }
}
