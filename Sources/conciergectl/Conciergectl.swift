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
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "conciergectl",
            Text(
                fr: "Ce que le personnel de la loge demande à concierged.",
                en: "What the staff of the lodge ask of concierged."),
            discussion: Text(
                fr: """
                    Les noms se tapent comme ils s'affichent, en français ou en anglais, et s'abrègent s'il n'y a pas de doute ; \
                    les identifiants aussi. Les dates : demain 9h40, lundi 14h, 21/12 9h40, dans 3 jours.

                    Plus court : open, act (ou do), show, list, watch, correct, follow, unfollow, note et undo sont ceux de \
                    requests, et run lance une tâche.

                    La langue est celle de LC_ALL, LC_MESSAGES ou LANG, les heures celles de votre fuseau. Pour compléter les \
                    commandes par la touche Tab : conciergectl --generate-completion-script bash, zsh ou fish.

                    Codes de fin : 0 fait ; 64 commande mal tapée ; 65 refusé par une règle, introuvable, ou valeur fausse ; 66 \
                    fichier illisible ; 69 concierged injoignable, ou qui ne peut pas le faire maintenant ; 70 le traitement \
                    attendu n'a pas réussi ; 73 fichier impossible à créer, ou déjà là ; 74 résultat impossible à écrire ; 76 \
                    concierged est d'une autre version ; 77 pas le droit ; 78 mauvaise configuration.
                    """,
                en: """
                    Names are typed as they are shown, in French or English, and shortened where there is no doubt; so are ids. \
                    Dates: tomorrow 9:40, Monday 14:00, 21/12 9:40, in 3 days.

                    Shorter: open, act (or do), show, list, watch, correct, follow, unfollow, note and undo are those of \
                    requests, and run runs a task.

                    The language is that of LC_ALL, LC_MESSAGES or LANG; times are in your zone. To have the Tab key complete \
                    commands: conciergectl --generate-completion-script bash, zsh or fish.

                    Exit status: 0 done; 64 usage; 65 refused by a rule, not found, or a value that is not right; 66 the file \
                    cannot be read; 69 the daemon cannot be reached, or cannot do it now; 70 the run waited for did not succeed; \
                    73 the file cannot be made, or is there already; 74 the result could not be written; 76 the daemon speaks \
                    another version; 77 no right to; 78 bad configuration.
                    """),
            version: Product.version,
            subcommands: [
                ShowToday.self, ShowStatus.self, WhoAmI.self, Providers.self, ShowServices.self, Requests.self,
                FindRequests.self,
                Residents.self,
                Residences.self, Dwellings.self, ShowOffers.self, Notices.self, Tasks.self, Runs.self, Workers.self,
                Schedules.self, ExplainCalendar.self, ExplainPromise.self, Reports.self, Reload.self, MakeBackup.self,
                ProviderCommands.self, Scan.self, ShowLogs.self,
            ])
    }

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
            let typed = arguments
            let arguments = ShortForm.written(out: arguments)
            do {
                if let status = try await CompletionScript.answer(typed, on: console) { return status }
                var command = try await asyncParseAsRoot(arguments)
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
                return report(parserError: error, of: arguments)
            }
        }
    }

    private static func report(_ failure: Failure, asJSON: Bool) -> Int32 {
        let console = Console.current
        if asJSON {
            console.diagnostics(failure.json.text.escapedForTerminal + "\n")
        } else {
            let lines = failure.lines(in: console.language).flatMap { $0.inOneLine.wrapped(to: console.width) }
            console.diagnostics(lines.joined(separator: "\n") + "\n")
        }
        return failure.status.rawValue
    }

    /// Help and version go to standard output. Every other error of the parser is a mistake in the command line.
    private static func report(parserError error: any Error, of arguments: [String]) -> Int32 {
        let console = Console.current
        // Lines that the parser has not wrapped can be translated and wrapped here.
        let text = fullMessage(for: error, columns: ParserHelp.unlimited)
        if exitCode(for: error).isSuccess {
            try? console.output(ParserHelp(text).said(in: console.language, width: console.width ?? 80) + "\n")
            return 0
        }
        var failure = ParserMistake(message(for: error)).failure
        let isTooMuch = ParserMistake.isTooMuch(message(for: error))
        if isTooMuch, let command = ParserMistake.unknownCommand(arguments, of: configuration) { failure = command }
        if !arguments.askForJSON { failure.details += ParserHelp.usage(text) }
        return report(failure, asJSON: arguments.askForJSON)
    }
}

/// Calls `exit`: within a command, that name is the parser's own function.
private func leave(_ status: Int32) -> Never { exit(status) }

extension [String] {
    fileprivate var askForJSON: Bool { prefix { $0 != "--" }.contains("--json") }
}
