public import Foundation

/// A lodge that is played: the shipped programs on a sample directory, in a folder of their own, with a clock that is moved.
public final class DeskLodge {
    /// Why the lodge cannot be played.
    public struct Trouble: Error, CustomStringConvertible {
        /// What went wrong, for whoever plays.
        public let description: String
    }

    private let folder: URL
    private let programs: URL
    private let repository: URL
    private var daemon = Process()
    /// The pipe by which the daemon is told how much later its clock shows; one for each start, so that it reads no older line.
    private var clock: FileHandle?
    private var starts = 0
    private let zone = TimeZone(identifier: "Europe/Paris") ?? .current
    /// How much later the lodge's clock shows than the system's.
    private var shift: TimeInterval = 0
    /// What goes on at a terminal of its own.
    private var begun: (process: Process, input: Pipe)?
    /// What tasks have kept.
    private var kept: [String: String] = [:]

    /// Starts the daemon.
    ///
    /// - Parameters:
    ///   - programs: The folder of `desk-lodge` and `conciergectl`.
    ///   - repository: The folder with `etc/concierge/sample` and `Tests/Desk`.
    ///   - start: What the clock shows: `2026-12-21 08:00`.
    public init(programs: URL, repository: URL, start: String) throws {
        // A program may end while somebody types.
        signal(SIGPIPE, SIG_IGN)
        self.programs = programs
        self.repository = repository
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("desk.\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Its own, so that a task may change it, and put drop-ins into lodge.d.
        try FileManager.default.copyItem(
            at: repository.appendingPathComponent("Tests/Desk/lodge.yaml"),
            to: folder.appendingPathComponent("lodge.yaml"))
        do {
            try startDaemon()
            try set(clock: start)
        } catch {
            end()
            throw error
        }
    }

    /// Starts the daemon again, with the configuration that is there now. What became due since it ended happens first.
    public func startAgain() throws {
        guard !daemon.isRunning else { throw Trouble(description: "the lodge is served already") }
        try startDaemon()
        try finish(until: now)
    }

    /// Stops the daemon as systemd does, or kills it with `kill -9`.
    public func stop(byKilling isKilled: Bool) throws {
        guard daemon.isRunning else { throw Trouble(description: "the lodge is not served") }
        if isKilled { kill(daemon.processIdentifier, SIGKILL) } else { daemon.terminate() }
        daemon.waitUntilExit()
    }

    private func startDaemon() throws {
        starts += 1
        let pipe = folder.appendingPathComponent("clock.\(starts)")
        guard mkfifo(pipe.path, 0o600) == 0 else { throw Trouble(description: "\(pipe.path): no pipe can be made") }
        // For reading too, so that it opens before the daemon does.
        guard let clock = FileHandle(forUpdatingAtPath: pipe.path) else {
            throw Trouble(description: "\(pipe.path) cannot be opened")
        }
        self.clock = clock
        daemon = Process()
        daemon.executableURL = programs.appendingPathComponent("desk-lodge")
        daemon.currentDirectoryURL = folder
        daemon.arguments = ["--config", "lodge.yaml", "--state-dir", "state", "--socket", "socket"]
        daemon.environment = ["DESK_CLOCK": pipe.path, "PATH": "/usr/bin:/bin", "TZ": "Europe/Paris"]
        let log = folder.appendingPathComponent("log")
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let lines = try FileHandle(forWritingTo: log)
        try lines.seekToEnd()
        (daemon.standardOutput, daemon.standardError, daemon.standardInput) = (lines, lines, FileHandle.nullDevice)
        // It reads this before it begins: it must not begin at another time than that of its ledger.
        tellClock()
        try daemon.run()
        try waitUntilServing()
    }

    /// Stops the daemon and deletes the folder.
    public func end() {
        endBegun()
        if daemon.isRunning {
            daemon.terminate()
            daemon.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Moves the clock to a moment of the lodge's wall clock. What becomes due until then happens at its own moment.
    public func set(clock moment: String) throws {
        let format = DateFormatter()
        (format.locale, format.timeZone) = (Locale(identifier: "en_US_POSIX"), zone)
        format.dateFormat = "yyyy-MM-dd HH:mm"
        guard let target = format.date(from: moment) else { throw Trouble(description: "\(moment) is no moment") }
        // Nothing happens while there is no daemon.
        if daemon.isRunning { try finish(until: target) }
        show(target)
    }

    /// Lets what is due until a moment happen, each at its own.
    private func finish(until target: Date) throws {
        // The first moment is before the real one or after it; nothing can be due.
        var due = try nextDue()
        while let moment = due, moment <= target {
            if moment > now { show(moment.addingTimeInterval(0.002)) }
            due = try waitUntilDone(with: moment)
        }
    }

    /// The moment that the lodge's clock shows.
    private var now: Date { Date().addingTimeInterval(shift) }

    private func show(_ moment: Date) {
        shift = moment.timeIntervalSinceNow
        if daemon.isRunning { tellClock() }
    }

    private func tellClock() { clock?.write(Data("\(Int64((shift * 1000).rounded()))\n".utf8)) }

    /// When the next timer, run or schedule is due.
    private func nextDue() throws -> Date? { Self.nextDue(in: try status()) }

    private static func nextDue(in status: [String: Any]) -> Date? {
        guard let due = status["next_due"] as? String else { return nil }
        let format = ISO8601DateFormatter()
        if let date = format.date(from: due) { return date }
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return format.date(from: due)
    }

    /// What `org.concierged.Manager.Status` says. A process for each of these calls would take most of the time.
    private func status() throws -> [String: Any] {
        let reply = try ControlCall.status(socket: folder.appendingPathComponent("socket").path)
        guard let object = try JSONSerialization.jsonObject(with: reply) as? [String: Any],
            let status = object["parameters"] as? [String: Any]
        else { throw Trouble(description: "the lodge does not say how it is") }
        return status
    }

    /// Waits until what was due at a moment has happened, and no run is under way. Returns when something is due next.
    private func waitUntilDone(with due: Date) throws -> Date? {
        for _ in 0..<3000 {
            let status = try status()
            let isIdle = (status["runs_running"] as? Int ?? 0) == 0
            let next = Self.nextDue(in: status)
            if isIdle, next.map({ $0 > due }) ?? true { return next }
            // The daemon tells nobody that it has nothing more to do: it is asked again.
            usleep(5_000)
        }
        throw Trouble(description: "what is due at \(due) does not happen; see \(folder.path)/log")
    }

    private func waitUntilServing() throws {
        for _ in 0..<600 {
            guard daemon.isRunning else {
                let log = try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)
                throw Trouble(description: "the lodge does not start: \(log ?? "")")
            }
            if try execute("conciergectl status", isFrench: false).status == 0 { return }
            // It is asked by the tool until it answers, as staff would.
            usleep(50_000)
        }
        throw Trouble(description: "the lodge does not serve")
    }

    /// Executes a command line as somebody at the desk does: in French, at 80 columns, at the lodge's time.
    public func run(_ command: String) throws -> Screen { try execute(command, isFrench: true) }

    /// The same on a terminal, where lines are typed one after the other.
    public func type(_ command: String, _ lines: [String]) throws -> Screen {
        try execute(Self.onTerminal(command), isFrench: true, typing: lines.map { $0 + "\n" }.joined())
    }

    private static func onTerminal(_ command: String) -> String {
        "script -qec \(quoted("stty cols 80 rows 40 -echo; " + command)) /dev/null"
    }

    /// Begins a command line on a terminal of its own, where it goes on while others are executed. Its own clock is the
    /// system's.
    public func begin(_ command: String) throws {
        endBegun()
        // At the system's time: what waits does not wake up under faketime(1).
        let process = prepared("exec " + Self.onTerminal(command), isFrench: true, isAtLodgeTime: false)
        let file = folder.appendingPathComponent("begun")
        try Data().write(to: file)
        let lines = try FileHandle(forWritingTo: file)
        let input = Pipe()
        (process.standardOutput, process.standardError, process.standardInput) = (lines, lines, input)
        try process.run()
        begun = (process, input)
    }

    /// What stands on the terminal of what was begun; its status is 0 while it goes on.
    public func look() throws -> Screen {
        guard let begun else { throw Trouble(description: "nothing was begun") }
        let text = try String(contentsOf: folder.appendingPathComponent("begun"), encoding: .utf8)
        return Screen(text: text, status: begun.process.isRunning ? 0 : begun.process.terminationStatus)
    }

    private func endBegun() {
        guard let (process, input) = begun else { return }
        begun = nil
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        try? input.fileHandleForWriting.close()
    }

    /// Keeps a text as a variable of later command lines.
    public func keep(_ text: String, as name: String) { kept[name] = text }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    private func prepared(_ command: String, isFrench: Bool, isAtLodgeTime: Bool = true) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.currentDirectoryURL = folder
        let format = DateFormatter()
        (format.locale, format.timeZone) = (Locale(identifier: "en_US_POSIX"), zone)
        format.dateFormat = "yyyy-MM-dd HH:mm:ss"
        // Only the tool is at the lodge's time; a shell and script(1) need none.
        let tool = "conciergectl() { faketime -f \"@$DESK_NOW\" conciergectl \"$@\"; }; export -f conciergectl; "
        process.arguments = ["-c", (isAtLodgeTime ? tool : "") + command]
        process.environment = kept.merging([
            "PATH": "\(programs.path):/usr/bin:/bin", "LANG": isFrench ? "fr_FR.UTF-8" : "C.UTF-8",
            "TZ": "Europe/Paris", "CONCIERGE_SOCKET": "socket", "COLUMNS": "80", "TERM": "dumb",
            // Nobody turns pages here.
            "PAGER": "cat",
            "DESK_NOW": format.string(from: now),
            "SAMPLE": repository.appendingPathComponent("etc/concierge/sample").path,
            "HOME": folder.path, "SHELL": "/bin/bash",
        ]) { $1 }
        return process
    }

    private func execute(_ command: String, isFrench: Bool, typing: String? = nil) throws -> Screen {
        let process = prepared(command, isFrench: isFrench)
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        if let typing {
            let input = Pipe()
            process.standardInput = input
            try process.run()
            // A person types after they have read the question. The tool reads a line each; what is typed too early is lost
            // to the question before, and nothing on a terminal says that a question is complete.
            for line in typing.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                usleep(150_000)
                try? input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
            }
            usleep(150_000)
            try? input.fileHandleForWriting.close()
        } else {
            process.standardInput = FileHandle.nullDevice
            try process.run()
        }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Screen(text: String(decoding: text, as: UTF8.self), status: process.terminationStatus)
    }
}
