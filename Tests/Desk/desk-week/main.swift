import DeskKit
import Foundation

// Plays a front desk's week with the programs of a build and prints how each task went:
// desk-week PROGRAMS REPOSITORY [FILE] [--show]

let arguments = CommandLine.arguments.dropFirst()
let paths = arguments.filter { !$0.hasPrefix("--") }
guard paths.count >= 2 else {
    FileHandle.standardError.write(Data("desk-week PROGRAMS REPOSITORY [FILE] [--show]\n".utf8))
    exit(64)
}
do {
    let week = try DeskWeek(
        repository: URL(fileURLWithPath: paths[1]).absoluteURL, only: paths.count > 2 ? paths[2] : "")
    let programs = URL(fileURLWithPath: paths[0]).absoluteURL
    let outcomes = try week.play(programs: programs, isShown: arguments.contains("--show")) { outcome in
        let number =
            String(repeating: " ", count: max(0, 3 - "\(outcome.task.number)".count)) + "\(outcome.task.number)"
        print(
            "\(number)  \(outcome.verdict.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0))  \(outcome.task.title)"
        )
        if outcome.verdict != .well { print("       " + outcome.why.replacingOccurrences(of: "\n", with: "\n       ")) }
    }
    let counts = DeskTask.Verdict.allCases.map { verdict in
        "\(outcomes.count { $0.verdict == verdict }) \(verdict.rawValue)"
    }
    print("\(outcomes.count) tasks: " + counts.joined(separator: ", "))
    let well = outcomes.count { $0.verdict == .well }
    let misleads = outcomes.count { $0.verdict == .misleads }
    exit(well >= 105 && misleads == 0 ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("desk-week: \(error)\n".utf8))
    exit(70)
}
