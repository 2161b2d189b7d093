import Foundation

/// Percentiles of measured values, by the nearest-rank method.
struct Percentiles {
    private let sorted: [Int64]

    init(_ values: [Int64]) { sorted = values.sorted() }

    subscript(part: Double) -> Int64 {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, max(0, Int((Double(sorted.count) * part).rounded(.up)) - 1))]
    }

    /// The percentiles as members of a JSON object, each divided by `size`.
    func members(unit: String, _ size: Double, prefix: String = "") -> String {
        [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)]
            .map { name, part in "\"\(prefix)\(name)_\(unit)\":" + String(format: "%.3f", Double(self[part]) / size) }
            .joined(separator: ",")
    }
}
