import ConciergeEngine
import ConciergeKit
import CrashGuard
import Foundation
import Glibc
import JSON
import Replay
import SQLiteLedger

/// `concierged --replay LEDGER`: decides the recorded history again with this build, and prints what differs.
///
/// It reads a copy, and changes nothing: neither the ledger, nor a file beside it, nor anything that a provider has.
struct ReplayCommand {
    private let options: Options
    private let providers: [RegisteredProvider]

    init(_ options: Options, _ providers: [RegisteredProvider]) {
        self.options = options
        self.providers = providers
    }

    /// Returns the exit status: whether there is a difference.
    func run(_ given: String) async throws -> Int32 {
        let (tree, configuration, _) = try ConfigurationSource(options, providers).readAtStart()
        let history = try Self.open(given)
        let eras = ReplayEras(
            providers, tree, zone: configuration.lodge.timeZone,
            calendars: configuration.workingCalendars.isEmpty ? nil : configuration.calendarBook)
        do {
            if options.config == nil {
                try await eras.make(from: try history.settings())
            } else {
                try await eras.make()
            }
            let status = try replay(history, eras.all)
            await eras.end()
            return status
        } catch {
            await eras.end()
            guard let error = error as? ConfigurationError else { throw error }
            throw StartFailure(status: StartFailure.badConfiguration, words: error.text)
        }
    }

    /// Opens the ledger in a file, or in a state directory.
    private static func open(_ given: String) throws -> RecordedLedger {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: given, isDirectory: &isDirectory) else {
            throw StartFailure(
                status: StartFailure.noInput,
                reason: "\(given): there is no such file; give a ledger.sqlite, a backup, or a state directory")
        }
        let path = isDirectory.boolValue ? given + "/ledger.sqlite" : given
        guard access(path, R_OK) == 0 else {
            throw StartFailure(
                status: StartFailure.noInput,
                reason: "\(path): the ledger cannot be read: \(String(cString: strerror(errno)))")
        }
        return try RecordedLedger(path: path)
    }

    private func replay(_ history: RecordedLedger, _ eras: [Replay.Era]) throws -> Int32 {
        let meter = ReplayMeter()
        var replay = try Replay(
            history, in: ScratchLedger(), eras: eras, now: Daemon.systemClock(),
            deciding: { line in LastWords.say(line.map { "\(Finding.Place($0)): \(Self.crash)\n" }) }
        ) { finding in
            meter.clear()
            tell(options.json ? finding.json.text : finding.text)
        }
        let summary = try replay.run { done, all in meter.show(done, of: all) }
        meter.clear()
        tell(options.json ? summary.json.text : "replayed: \(summary.text)")
        return summary.different == 0 ? 0 : Self.different
    }

    /// Prints at once: what was found is not lost if a rule ends the process.
    private func tell(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    private static let different: Int32 = 1
    private static let crash = "the rule of this build ended the process, and the replay with it"
}

/// How far a replay has come, for a person at a terminal.
private struct ReplayMeter {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func show(_ done: Int, of all: Int) { write("\r\(done) of \(all) history lines\u{1B}[K") }

    func clear() { write("\r\u{1B}[K") }

    private func write(_ text: String) {
        if isTerminal { FileHandle.standardError.write(Data(text.utf8)) }
    }
}
