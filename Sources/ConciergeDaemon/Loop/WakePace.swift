/// How many due timers one batch fires if very many are due, as after a day of downtime: so many that a call that comes
/// meanwhile does not wait long.
///
/// The cost of a timer depends on its provider and on the machine, so it is learnt from earlier batches.
struct WakePace {
    /// How long a batch should take.
    static let aim = Duration.milliseconds(3)
    /// With fewer the commits would cost more than the timers, and with more nothing would be gained.
    static let bounds = 8...128

    private(set) var timersPerBatch = 64

    /// Learns from a batch of so many timers.
    mutating func learn(from count: Int, taking time: Duration) {
        guard count > 0, time > .zero else { return }
        let fitting = (Self.aim / (time / count)).rounded()
        let wanted = Int(min(max(fitting, Double(Self.bounds.lowerBound)), Double(Self.bounds.upperBound)))
        // Move halfway towards the estimate, at least by one, to damp outliers.
        let way = wanted - timersPerBatch
        timersPerBatch += abs(way) == 1 ? way : way / 2
    }
}
