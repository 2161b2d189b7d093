import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

struct ProviderCommands: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "provider",
            Text(
                fr: "Pour qui écrit des modules : en commencer un nouveau, sans concierged.",
                en: "For authors of providers: begin a new one; needs no daemon."),
            subcommands: [NewProvider.self])
    }
}

struct NewProvider: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "new",
            Text(
                fr: "Écrire un paquet avec un nouveau module et un programme qui le sert.",
                en: "Write a package with a new provider and a daemon that serves it."),
            discussion: Text(
                fr: """
                    Le paquet se construit, a ses essais et fait un paquet Debian. Il dépend de cette version \
                    précise de concierged. Aucun fichier existant n'est remplacé. DEBFULLNAME et DEBEMAIL donnent le \
                    responsable du paquet Debian.
                    """,
                en: """
                    The package builds, has tests, and makes a Debian package. It depends on exactly this version of \
                    concierged. No existing file is overwritten. DEBFULLNAME and DEBEMAIL are taken for the Debian \
                    package's maintainer.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Le nom du module, par exemple PretOutils.",
            en: "The name of the provider's module, such as ToolLending.", value: Text(fr: "nom", en: "name")))
    var name: String

    @Option(
        help: ArgumentHelp(
            fr: "Le dossier du paquet (sinon un dossier de ce nom, ici).",
            en: "The folder of the package (default: one of that name, here).", value: Text(fr: "dossier", en: "dir")))
    var path: String?

    @Option(
        help: ArgumentHelp(
            fr: "L'identifiant du module (sinon le nom en minuscules).",
            en: "The provider's id (default: the name in lower case).", value: Text(fr: "identifiant", en: "id")))
    var id: String?

    @Option(
        help: ArgumentHelp(
            fr: "Dépendre des sources de concierged dans ce dossier, au lieu de la version publiée.",
            en: "Depend on the sources of concierged in this folder instead of the release.",
            value: Text(fr: "dossier", en: "dir")))
    var core: String?

    @OptionGroup var common: Common

    func run() async throws {
        let console = Console.current
        let names = try ProviderNames(module: name, id: id)
        let package = ProviderPackage(
            names, core: try source(), maintainer: Self.maintainer(console.environment), now: console.now())
        let folder = path ?? names.module
        guard !folder.isEmpty else { throw Failure.noFolder(names.module) }
        try PackageFolder(path: folder).write(package.files)
        if common.json {
            return try console.print(
                [
                    "package": .string(names.package), "path": .string(folder),
                    "files": .array(package.files.map { .string($0.path) }),
                ], isPretty: false)
        }
        let count = Text.count(
            Int64(package.files.count), Text(fr: "fichier", en: "file"), Text(fr: "fichiers", en: "files"))
        let title = Text(
            fr: "Le paquet \(names.package) est dans \(folder) (\(count)). La suite :",
            en: "The package \(names.package) is in \(folder) (\(count)). Next:")
        try console.print(
            [
                title[console.language], "  cd \(folder.shellQuoted)", "  swift test",
                "  swift run \(names.program) --build-info",
                Text(
                    fr: "README.md dit comment l'essayer et l'installer.",
                    en: "README.md says how to try it and install it.")[console.language],
            ])
    }

    private func source() throws(Failure) -> ProviderPackage.Core {
        guard let core else { return .release }
        guard let resolved = realpath(core, nil) else { throw .noSources(core) }
        defer { free(resolved) }
        let path = String(cString: resolved)
        guard access("\(path)/Package.swift", R_OK) == 0, access("\(path)/Sources/ConciergeKit", R_OK) == 0 else {
            throw .noSources(core)
        }
        return .folder(path)
    }

    private static func maintainer(_ environment: [String: String]) -> String {
        func value(_ name: String) -> String? {
            environment[name].map(\.inOneLine).flatMap { $0.isEmpty ? nil : $0 }
        }
        return "\(value("DEBFULLNAME") ?? "Name of the Landlord") <\(value("DEBEMAIL") ?? "concierge@example.org")>"
    }
}

extension Failure {
    fileprivate static func noFolder(_ module: String) -> Failure {
        .usage(
            Text(
                fr: "--path : le dossier du paquet n'a pas de nom", en: "--path: the folder of the package has no name"),
            advice: Text(
                fr: "Écrivez --path \(module), ou n'écrivez pas --path.",
                en: "Write --path \(module), or leave --path out."))
    }

    fileprivate static func noSources(_ path: String) -> Failure {
        .usage(
            Text(
                fr: "--core : les sources de concierged ne sont pas dans « \(path) »",
                en: "--core: the sources of concierged are not in \"\(path)\""),
            advice: Text(
                fr:
                    "Donnez le dossier des sources de concierged, ou n'écrivez pas --core : le paquet dépend alors de la "
                    + "version \(Product.version).",
                en: "Give the folder with the sources of concierged, or leave --core out: the package then depends on "
                    + "version \(Product.version)."))
    }
}
