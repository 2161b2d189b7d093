/// One task of a front desk's week: what is typed, and what must be seen.
public struct DeskTask: Sendable, Hashable {
    /// What the desk made of a task.
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// All was seen that had to be.
        case well
        /// It was done, but not as one would wish; the task says why.
        case awkward
        /// It could not be done.
        case impossible
        /// Something was seen that must not be: it seems to work, and misleads or loses something.
        case misleads
    }

    /// What happens to the lodge's daemon.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        /// It is stopped, as systemd stops it.
        case stop
        /// It is killed with `kill -9`.
        case kill
        /// It is started again, with the configuration that is there now.
        case start
    }

    /// A line of a task.
    public enum Step: Sendable, Hashable {
        /// The clock of the lodge shows this from now on: `2026-12-21 08:05`, by the lodge's own wall clock.
        case clock(String)
        /// The daemon is stopped, killed, or started again.
        case daemon(Change)
        /// A command line, executed by a shell.
        case run(String)
        /// A command line, executed on a terminal of 80 columns where these lines are typed.
        case type(String, [String])
        /// A command line on a terminal of its own, where it goes on while the next ones are executed.
        case begin(String)
        /// The screen is that of what was begun.
        case look
        /// The command must end with this status; 0 where a task does not say it.
        case status(Int32)
        /// The screen must show this.
        case see(String)
        /// The screen must not show this: it would mislead.
        case hide(String)
        /// A part of the screen is kept for later command lines, under this name: the first group of the expression.
        case keep(String, String)
    }

    /// Its number in the week; 0 for what is prepared before the tasks of a file and is none of them.
    public let number: Int
    /// What a person wants.
    public let title: String
    /// What is done, with the line of the file on which it stands.
    public let steps: [(line: Int, step: Step)]
    /// Why the task is still awkward, in the words of whoever played it; nil if it is not.
    public let awkward: String?
    /// How it is known to go, where that is not well, and why; nil if it must go well.
    public let known: (verdict: Verdict, why: String)?
    /// Where it stands: `Week/parcels.txt`.
    public let file: String

    /// Tasks of one number are one.
    public static func == (one: Self, other: Self) -> Bool { one.number == other.number }
    /// Tasks of one number are one.
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

/// A line of a week that cannot be read.
public struct DeskMistake: Error, CustomStringConvertible {
    /// The file, the line, and what is wrong.
    public let description: String
}

extension DeskTask {
    /// Reads the tasks of a file.
    ///
    /// ```
    /// == 15 The same parcel again
    /// @ 2026-12-21 08:40
    /// $ conciergectl open colis numéro="tba 1234 5678 9000"
    /// status 65
    /// see est déjà en loge
    /// hide La demande est ouverte
    /// ```
    ///
    /// `$ ` is a command line; `% ` one on a terminal, with each `type ` below it a line that is typed; `& ` one that goes on
    /// at a terminal of its own, which `look` looks at; `stop`, `kill` and `start` are what happens to the daemon; `keep NAME
    /// EXPRESSION` keeps a part of the screen as a variable of the shell; `awkward WHY` says that the task is done, but not as
    /// one would wish; `known impossible WHY` and `known misleads WHY`, that it does not go well yet. What `#` begins is a
    /// comment.
    public static func read(_ text: String, file: String) throws(DeskMistake) -> [DeskTask] {
        var tasks: [DeskTask] = []
        var (number, title, awkward): (Int?, String, String?) = (nil, "", nil)
        var known: (verdict: Verdict, why: String)?
        var steps: [(line: Int, step: Step)] = []
        func end() {
            guard let number else { return }
            tasks.append(
                DeskTask(
                    number: number, title: title, steps: steps, awkward: awkward, known: known, file: file))
            (steps, awkward, known) = ([], nil, nil)
        }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(line)
            func rest(_ word: String) -> String { String(line.dropFirst(word.count)) }
            func mistake(_ what: String) -> DeskMistake {
                DeskMistake(description: "\(file):\(index + 1): \(what): \(line)")
            }
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("== ") {
                end()
                let parts = rest("== ").split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let found = Int(parts[0]) else { throw mistake("no number and title") }
                (number, title) = (found, String(parts[1]))
                continue
            }
            guard number != nil else { throw mistake("no task yet") }
            let step: Step
            if line.hasPrefix("@ ") {
                step = .clock(rest("@ "))
            } else if let change = Change(rawValue: line) {
                step = .daemon(change)
            } else if line.hasPrefix("$ ") {
                step = .run(rest("$ "))
            } else if line.hasPrefix("% ") {
                step = .type(rest("% "), [])
            } else if line.hasPrefix("& ") {
                step = .begin(rest("& "))
            } else if line == "look" {
                step = .look
            } else if line.hasPrefix("type") {
                guard case .type(let command, let typed)? = steps.last?.step else { throw mistake("no % before it") }
                steps[steps.count - 1].step = .type(command, typed + [String(rest("type").drop { $0 == " " })])
                continue
            } else if line.hasPrefix("status ") {
                guard let status = Int32(rest("status ")) else { throw mistake("no status") }
                step = .status(status)
            } else if line.hasPrefix("see ") {
                step = .see(rest("see "))
            } else if line.hasPrefix("hide ") {
                step = .hide(rest("hide "))
            } else if line.hasPrefix("keep ") {
                let parts = rest("keep ").split(separator: " ", maxSplits: 1)
                guard parts.count == 2 else { throw mistake("no name and expression") }
                step = .keep(String(parts[0]), String(parts[1]))
            } else if line.hasPrefix("known ") {
                let parts = rest("known ").split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let verdict = Verdict(rawValue: String(parts[0])) else {
                    throw mistake("no verdict and reason")
                }
                known = (verdict, String(parts[1]))
                continue
            } else if line.hasPrefix("awkward ") {
                awkward = rest("awkward ")
                continue
            } else {
                throw mistake("not a step")
            }
            steps.append((index + 1, step))
        }
        end()
        return tasks
    }
}
