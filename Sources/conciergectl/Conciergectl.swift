import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@main
struct Conciergectl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conciergectl",
        abstract: "What the staff of the lodge ask of concierged.",
        discussion: """
            Output is in French or English, as LC_ALL, LC_MESSAGES or LANG have it; times are in your zone.

            Exit status: 0 done; 64 usage; 65 refused by a rule, not found, or a value that is not right; \
            66 the file cannot be read; \
            69 the daemon cannot be reached, or cannot do it now; 70 the run waited for did not succeed; \
            73 the file cannot be made, or is there already; 74 the result could not be written; 76 the daemon speaks another version; 77 no right to; \
            78 bad configuration.
            """,
        version: Product.version,
        subcommands: [
            ShowToday.self, ShowStatus.self, Providers.self, ShowServices.self, Requests.self, FindRequests.self,
            Residents.self,
            Residences.self, Dwellings.self, ShowOffers.self, Notices.self, Tasks.self, Runs.self, Workers.self,
            Schedules.self, ExplainCalendar.self, ExplainPromise.self, Reports.self, Reload.self, MakeBackup.self,
            ProviderCommands.self,
        ]
    )

    @OptionGroup var common: Common

    static func main() async {
        // If the reader of a pipe has closed it, write(2) returns EPIPE instead of raising a signal.
        signal(SIGPIPE, SIG_IGN)
        leave(await run(CommandLine.argc, CommandLine.unsafeArgv, on: .live()))
    }

    /// Runs the command line of a process. The first word is the program's name.
    ///
    /// - Returns: The exit status.
    static func run(
        _ count: Int32, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, on console: Console
    ) async -> Int32 {
        let arguments = (0..<Int(count)).dropFirst().map { index in
            words[index].map { String(validatingCString: $0) } ?? ""
        }
        if let index = arguments.firstIndex(of: nil) {
            return Console.$current.withValue(console) {
                report(.notUTF8(index + 1), asJSON: arguments.compactMap(\.self).askForJSON)
            }
        }
        return await run(arguments.compactMap(\.self), on: console)
    }

    /// Runs one command line to its end.
    ///
    /// - Returns: The exit status.
    static func run(_ arguments: [String], on console: Console) async -> Int32 {
        var console = console
        console.arguments = arguments
        return await Console.$current.withValue(console) {
            do {
                var command = try parseAsRoot(arguments)
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
                return 0
            } catch is ClosedOutput {
                return 0
            } catch let failure as Failure {
                return report(failure, asJSON: arguments.askForJSON)
            } catch {
                return report(parserError: error, asJSON: arguments.askForJSON)
            }
        }
    }

    private static func report(_ failure: Failure, asJSON: Bool) -> Int32 {
        let console = Console.current
        if asJSON {
            console.diagnostics(failure.json.text.escapedForTerminal + "\n")
        } else {
            console.diagnostics(
                failure.lines(in: console.language).map(\.inOneLine).joined(separator: "\n") + "\n")
        }
        return failure.status.rawValue
    }

    /// Help and version go to standard output. Every other error of the parser is a mistake in the command line.
    private static func report(parserError error: any Error, asJSON: Bool) -> Int32 {
        let text = fullMessage(for: error)
        if exitCode(for: error).isSuccess {
            try? Console.current.output(text + "\n")
            return 0
        }
        if asJSON { return report(.usage(Text(verbatim: message(for: error))), asJSON: true) }
        let plain = text.hasPrefix("Error: ") ? String(text.dropFirst("Error: ".count)) : text
        Console.current.diagnostics("conciergectl: \(plain)\n")
        return Failure.Status.usage.rawValue
    }
}

/// Calls `exit`: within a command, that name is the parser's own function.
private func leave(_ status: Int32) -> Never { exit(status) }

extension [String] {
    fileprivate var askForJSON: Bool { prefix { $0 != "--" }.contains("--json") }
}
