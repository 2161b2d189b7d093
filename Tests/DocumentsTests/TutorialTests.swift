import Foundation
import Testing
import Toolchain

@Suite("The tutorial", .enabled(if: Toolchain.isThere))
struct TutorialTests {
    private let repository: Repository
    private let folder = "Sources/ConciergeKit/ConciergeKit.docc/Tutorials"

    init() throws { repository = try Repository() }

    /// The steps in their order: the name that the reader gives the file, and the file that has its content.
    private func steps() throws -> [(name: String, path: String)] {
        let text = try #require(try repository.text("\(folder)/Collecting-bulky-waste.tutorial"))
        return try text.matches(of: #/@Code\(name: "([^"]+)", file: "([^"]+)"\)/#).map { match in
            let file = repository.files.first { $0.hasPrefix(folder) && $0.hasSuffix("/\(match.2)") }
            return (String(match.1), try #require(file, "there is no file \(match.2)"))
        }
    }

    @Test("After every step the files that the reader has by then compile, without a warning")
    func compiles() async throws {
        var written: [String: String] = [:]
        let steps = try steps()
        #expect(steps.count > 10)
        for (number, step) in steps.enumerated() {
            // A test is a module of its own, which imports the provider of the last step.
            let isTest = step.name.hasSuffix("Tests.swift")
            if !isTest { written[step.name] = step.path }
            let files = isTest ? [step.path] : written.values.sorted()
            let outcome = try await Toolchain.check(
                files.map { repository.root.appending(path: $0).path }, asModule: isTest ? "PickupTests" : "Step")
            let mistakes = outcome.lines.filter { $0.contains(#/: (error|warning): /#) }
            #expect(outcome.status == 0 && mistakes.isEmpty, "step \(number + 1), \(step.path): \(mistakes)")
        }
    }

    @Test("The last step of every file is what the targets BulkyWaste and BulkyWasteTests are built from")
    func last() throws {
        let last = Dictionary(try steps().map { ($0.name, $0.path) }) { _, later in later }
        let built = repository.files.filter {
            $0.hasPrefix("\(folder)/BulkyWaste/Sources/") || $0.hasPrefix("\(folder)/BulkyWaste/Tests/")
        }
        #expect(Set(last.values) == Set(built))
    }

    @Test("Every file with a step's code is shown by a step")
    func shown() throws {
        let shown = Set(try steps().map(\.path))
        for file in repository.files where file.hasPrefix("\(folder)/BulkyWaste/") {
            #expect(shown.contains(file), "\(file): no step shows it")
        }
    }
}
