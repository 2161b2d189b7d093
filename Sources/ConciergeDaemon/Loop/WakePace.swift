/// The number of due timers that one batch fires if very many are due, for example after a day of downtime. It is small
/// enough that a call that comes during the batch does not wait long.
///
/// The cost of a timer depends on its provider and on the machine, so it is learnt from earlier batches.
struct WakePace {
    /// The intended duration of a batch.
    static let aim = Duration.milliseconds(3)
    /// With fewer timers, the commits would cost more than the timers; with more, the batch would not become more
    /// efficient.
    static let bounds = 8...128

    private(set) var timersPerBatch = 64

    /// Learns from a batch of `count` timers.
    mutating func learn(from count: Int, taking time: Duration) {
        guard count > 0, time > .zero else { return }
        let fitting = (Self.aim / (time / count)).rounded()
        let wanted = Int(min(max(fitting, Double(Self.bounds.lowerBound)), Double(Self.bounds.upperBound)))
        // Move halfway towards the estimate, at least by one, to damp outliers.
        let way = wanted - timersPerBatch
        timersPerBatch += abs(way) == 1 ? way : way / 2
    }
}
