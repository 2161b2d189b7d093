public import Foundation

/// A front desk's week: its tasks, played one after the other, those of each file at a lodge of its own.
public struct DeskWeek: Sendable {
    /// How a task went.
    public struct Outcome: Sendable {
        /// What was played.
        public let task: DeskTask
        /// How it went.
        public let verdict: DeskTask.Verdict
        /// What was not as it must be: file, line, what was expected and what was seen; empty where all was.
        public let why: String
    }

    /// The tasks of each file, in the order in which they are played.
    public let files: [[DeskTask]]
    private let repository: URL

    /// Reads the tasks of `Tests/Desk/Week`, in the order of the files' names.
    ///
    /// - Parameter name: Only the files whose names begin like this.
    public init(repository: URL, only name: String = "") throws {
        self.repository = repository
        let folder = repository.appendingPathComponent("Tests/Desk/Week")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" && $0.lastPathComponent.hasPrefix(name) }.sorted {
                $0.lastPathComponent < $1.lastPathComponent
            }
        self.files = try files.map { file in
            try DeskTask.read(try String(contentsOf: file, encoding: .utf8), file: "Week/\(file.lastPathComponent)")
        }
    }

    /// Plays the tasks and says how each went.
    ///
    /// - Parameters:
    ///   - programs: The folder of the programs.
    ///   - isShown: Whether to print each command and its screen, for whoever writes a task.
    public func play(programs: URL, isShown: Bool = false, told: (Outcome) -> Void = { _ in }) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for tasks in files {
            let lodge = try DeskLodge(programs: programs, repository: repository, start: "2026-12-21 07:50")
            defer { lodge.end() }
            for task in tasks {
                let outcome = try play(task, at: lodge, isShown: isShown)
                guard task.number > 0 || outcome.verdict != .well else { continue }
                told(outcome)
                outcomes.append(outcome)
            }
        }
        return outcomes
    }

    private func play(_ task: DeskTask, at lodge: DeskLodge, isShown: Bool) throws -> Outcome {
        var screen: Screen?
        var (isStatusGiven, isLooking) = (true, false)
        var (missed, misled): ([String], [String]) = ([], [])
        func note(_ line: Int, _ what: String) -> String {
            "\(task.file):\(line): \(what)" + (screen.map { "\n    seen: \($0.read.prefix(1200))" } ?? "")
        }
        var lastLine = 0
        func requireSuccess() {
            guard !isStatusGiven, let screen, screen.status != 0 else { return }
            missed.append(note(lastLine, "it ended with status \(screen.status)"))
        }
        /// Takes the screen that follows, once what was on the last one was right.
        func take(_ typed: String, _ line: Int, _ look: () throws -> Screen) throws {
            requireSuccess()
            let seen = try look()
            (screen, isStatusGiven, isLooking, lastLine) = (seen, false, false, line)
            if isShown { print("--- \(task.number) \(typed)\n\(seen.text)[\(seen.status)]") }
        }
        for (line, step) in task.steps {
            switch step {
            case .clock(let moment):
                try lodge.set(clock: moment)
            case .daemon(let change):
                switch change {
                case .stop: try lodge.stop(byKilling: false)
                case .kill: try lodge.stop(byKilling: true)
                case .start: try lodge.startAgain()
                }
            case .run(let command):
                try take("$ \(command)", line) { try lodge.run(command) }
            case .type(let command, let lines):
                try take("% \(command)", line) { try lodge.type(command, lines) }
            case .begin(let command):
                requireSuccess()
                try lodge.begin(command)
                isStatusGiven = true
                if isShown { print("--- \(task.number) & \(command)") }
            case .look:
                try take("look", line) { try lodge.look() }
                isLooking = true
            case .status(let expected):
                isStatusGiven = true
                if let screen, screen.status != expected {
                    missed.append(note(line, "status \(screen.status) in place of \(expected)"))
                }
            case .see(let words):
                // Whoever watches waits a while.
                for _ in 0..<150 where isLooking && screen?.shows(words) != true {
                    usleep(100_000)
                    screen = try lodge.look()
                }
                if screen?.shows(words) != true { missed.append(note(line, "not seen: \(words)")) }
            case .hide(let words):
                if screen?.shows(words) == true { misled.append(note(line, "seen: \(words)")) }
            case .keep(let name, let expression):
                guard let found = screen?.find(expression) else {
                    missed.append(note(line, "not found: \(expression)"))
                    continue
                }
                lodge.keep(found, as: name)
            }
        }
        requireSuccess()
        let verdict: DeskTask.Verdict =
            if !misled.isEmpty { .misleads } else if !missed.isEmpty { .impossible } else if task.awkward != nil {
                .awkward
            } else { .well }
        return Outcome(
            task: task, verdict: verdict,
            why: (misled + missed + [task.awkward].compactMap(\.self)).joined(separator: "\n"))
    }
}
