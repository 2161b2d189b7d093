import Foundation

/// The durations of one work, in portions.
struct Passes {
    private var passes: [[Double]] = []

    /// Times a call of `body`, in microseconds, as one more of the current portion.
    mutating func time<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await body()
        add(start.duration(to: clock.now).microseconds)
        return result
    }

    /// Adds a duration to the current portion, in microseconds.
    mutating func add(_ microseconds: Double) { passes[passes.count - 1].append(microseconds) }

    /// Begins the next portion.
    mutating func begin() { passes.append([]) }

    /// The median of the portions' medians.
    var median: Double { Self.median(passes.map(Self.median)) }
    /// The smallest of the portions' medians: disturbances only add time.
    var least: Double { passes.map(Self.median).min() ?? .nan }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}

extension Duration {
    var microseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) * 1e-12
    }
}

/// Figures as a line of JSON, in their order.
func report(_ figures: [(name: String, value: Double)]) {
    let members = figures.map { "\"\($0.name)\":" + String(format: "%.3f", $0.value) }
    print("{" + members.joined(separator: ",") + "}")
}
