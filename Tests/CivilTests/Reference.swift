import Foundation
import Testing

/// The answers of systemd itself for calendar expressions.
enum Reference {
    /// The answer for one expression.
    enum Answer: Hashable, Sendable {
        case refused
        /// systemd read the expression and gave up the search for an elapse.
        case givenUp
        /// The normalised form, and the elapses in whole seconds since 1970.
        case read(String, [Int64])
    }

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    static let elapses = 5

    /// Evaluates all expressions in one call: `systemd-analyze calendar` accepts thousands.
    ///
    /// - Parameters:
    ///   - base: Seconds since 1970.
    ///   - zone: The default zone.
    static func answers(for expressions: [String], base: Int64, zone: String) throws -> [Answer] {
        let (output, complaints) = try run(
            ["systemd-analyze", "calendar", "--iterations=\(elapses)", "--base-time=@\(base)", "--"] + expressions,
            zone: zone)
        var answers = Answers(output)
        let refused = Set(complaints.matches(of: #/Failed to parse calendar specification '(.*)': /#).map(\.1))
        let givenUp = Set(complaints.matches(of: #/Failed to determine next elapse for '(.*)': /#).map(\.1))
        let all = try expressions.map { expression throws -> Answer in
            if refused.contains(expression[...]) { return .refused }
            if givenUp.contains(expression[...]) { return .givenUp }
            return try answers.next(for: expression)
        }
        guard answers.isAtEnd else { throw Unusable(description: "systemd-analyze said more than was asked") }
        return all
    }

    private static func run(_ arguments: [String], zone: String) throws -> (output: String, complaints: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "calendar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["output", "complaints"].map { folder.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        let handles = try files.map { try FileHandle(forWritingTo: $0) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = [
            "PATH": "/usr/bin:/bin", "TZ": zone, "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": "cat", "SYSTEMD_COLORS": "0",
            "COLUMNS": "2000",
        ]
        (process.standardOutput, process.standardError) = (handles[0], handles[1])
        try process.run()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus < 126 else {
            throw Unusable(
                description: "systemd-analyze is needed and cannot be run: make setup installs it (package systemd)")
        }
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return (texts[0], texts[1])
    }
}

/// Parses the answers in the order in which they were written.
private struct Answers {
    private var lines: ArraySlice<Substring>

    init(_ output: String) {
        lines =
            output.split(separator: "\n").filter { !$0.contains("From now:") && !$0.contains("Original form:") }[...]
    }

    var isAtEnd: Bool { lines.isEmpty }

    mutating func next(for expression: String) throws -> Reference.Answer {
        guard let form = take("Normalized form: ") else {
            throw Reference.Unusable(description: "no answer for \(expression) at: \(lines.first ?? "the end")")
        }
        var elapses: [Int64] = []
        while let text = take("Next elapse: ") ?? take("Iter. #", after: ": ") {
            if text == "never" { break }
            elapses.append(try moment(take("(in UTC): ") ?? text))
        }
        return .read(form, elapses)
    }

    /// The rest of the line after `label`, or after `mark` if that is given; nil if the line begins with something
    /// else. Leading spaces are ignored.
    private mutating func take(_ label: String, after mark: String = "") -> String? {
        guard let line = lines.first else { return nil }
        let text = line.drop { $0 == " " }
        guard text.hasPrefix(label) else { return nil }
        lines = lines.dropFirst()
        let rest = text.dropFirst(label.count)
        return String(mark.isEmpty ? rest : rest[(rest.firstRange(of: mark)?.upperBound ?? rest.startIndex)...])
    }

    /// `Mon 2026-11-30 08:00:00 UTC`.
    private func moment(_ text: String) throws -> Int64 {
        let parts = text.split { " -:".contains($0) }
        let numbers = parts.dropFirst().prefix(6).compactMap { Int($0) }
        guard numbers.count == 6, ["UTC", "GMT"].contains(parts.last ?? "") else {
            throw Reference.Unusable(description: "not a time in UTC: \(text)")
        }
        var components = DateComponents()
        components.timeZone = .gmt
        (components.year, components.month, components.day) = (numbers[0], numbers[1], numbers[2])
        (components.hour, components.minute, components.second) = (numbers[3], numbers[4], numbers[5])
        guard let date = Calendar(identifier: .gregorian).date(from: components) else {
            throw Reference.Unusable(description: "no such time: \(text)")
        }
        return Int64(date.timeIntervalSince1970)
    }
}
