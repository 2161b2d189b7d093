import ConciergeProtocol
import JSON
import Wording

/// Why a command failed, and what the user can do next.
struct Failure: Error, Hashable {
    /// Exit statuses, with the meanings that sysexits.h gives them.
    enum Status: Int32, CaseIterable {
        /// EX_USAGE: the command line is wrong.
        case usage = 64
        /// EX_DATAERR: a rule refuses the call, something is not found, or a value is not accepted.
        case refused = 65
        /// EX_NOINPUT: the file cannot be read.
        case noInput = 66
        /// EX_UNAVAILABLE: the daemon cannot be reached, or cannot serve the call now.
        case unavailable = 69
        /// EX_SOFTWARE: the run that the command waited for did not succeed.
        case runFailed = 70
        /// EX_CANTCREAT: the output file exists already, or cannot be created.
        case cannotCreate = 73
        /// EX_IOERR: the result could not be written.
        case output = 74
        /// EX_PROTOCOL: the daemon and conciergectl do not understand each other.
        case foreign = 76
        /// EX_NOPERM: the caller may not make this call, or may not use the socket.
        case noRight = 77
        /// EX_CONFIG: the daemon's configuration is bad.
        case configuration = 78
    }

    var status: Status
    /// The error's name on the wire, or, for an error that conciergectl itself found, one that begins with
    /// `conciergectl.`.
    var name: String
    /// The kind of the daemon's error if it is a ``ControlError``, else nil.
    var refusal: ControlError.Name?
    var parameters: JSONObject = [:]
    var message: Text
    /// More lines below the message, such as the list of fields.
    var details: [Text] = []
    /// What the user can do next.
    var advice: Text?

    /// The lines for standard error.
    func lines(in language: Language) -> [String] {
        [Text(fr: "conciergectl : \(message)", en: "conciergectl: \(message)")[language]]
            + details.map { $0[language] }.filter { !$0.isEmpty }.map { "  " + $0 }
            + (advice.map { [$0[language]] } ?? [])
    }

    /// The line for standard error with `--json`: the name and the parameters of the daemon's error unchanged. An error
    /// that conciergectl itself found has the message as `text` among its parameters.
    var json: JSON {
        var parameters = parameters
        if name.hasPrefix("conciergectl.") { parameters["text"] = message.json }
        return ["error": .string(name), "parameters": .object(parameters)]
    }
}

extension Text {
    var json: JSON { ["fr": .string(fr), "en": .string(en)] }
}

extension Failure {
    static func usage(_ message: Text, advice: Text? = nil) -> Failure {
        Failure(status: .usage, name: "conciergectl.Usage", message: message, advice: advice)
    }

    /// An argument of the command line, counted from 1, that is not valid UTF-8.
    static func notUTF8(_ number: Int) -> Failure {
        .usage(
            Text(
                fr: "l'argument \(number) n'est pas du texte en UTF-8", en: "argument \(number) is not text in UTF-8"),
            advice: Text(
                fr: "Rien n'a été envoyé. Le terminal est-il réglé sur UTF-8 ? Voir : locale",
                en: "Nothing was sent. Is the terminal set to UTF-8? See: locale"))
    }

    static func cannotWrite(_ reason: Text, to path: String? = nil) -> Failure {
        let place = path.map { Text(fr: "\($0) : ", en: "\($0): ") } ?? Text(verbatim: "")
        return Failure(
            status: .output, name: "conciergectl.CannotWrite",
            message: Text(
                fr: "le résultat n'a pas pu être écrit : \(place)\(reason)",
                en: "the result could not be written: \(place)\(reason)"))
    }

    /// A member of the daemon's reply is missing or has another type than the interface declares.
    static func unreadable(_ member: String) -> Failure {
        Failure(
            status: .foreign, name: "conciergectl.UnreadableReply", parameters: ["member": .string(member)],
            message: Text(
                fr: "la réponse de concierged n'est pas celle attendue : « \(member) » manque ou est d'un autre type",
                en: "the daemon's reply is not as expected: \"\(member)\" is missing or of another type"),
            advice: Text(
                fr: "concierged et conciergectl sont-ils de la même version ? Comparez : conciergectl status --json",
                en: "Are the daemon and conciergectl of the same version? Compare: conciergectl status --json"))
    }

    /// What can have an id, with its French article and gender.
    struct Kind: Sendable {
        var name: Text
        var isFeminine = false

        static let service = Kind(name: Text(fr: "le service", en: "service"))
        static let state = Kind(name: Text(fr: "l'état", en: "state"))
        static let action = Kind(name: Text(fr: "l'action", en: "action"), isFeminine: true)
        static let task = Kind(name: Text(fr: "la tâche", en: "task"), isFeminine: true)
        static let module = Kind(name: Text(fr: "le module", en: "provider"))
        static let schedule = Kind(name: Text(fr: "l'horaire", en: "schedule"))
        static let opening = Kind(name: Text(fr: "l'ouverture", en: "opening"), isFeminine: true)
        static let column = Kind(name: Text(fr: "la colonne", en: "column"), isFeminine: true)
        static let command = Kind(name: Text(fr: "la commande", en: "command"), isFeminine: true)
    }

    /// Nothing has that id.
    ///
    /// - Parameters:
    ///   - shown: The candidates as they are listed, if that is more than their ids.
    ///   - meant: The candidate that is meant, if that is known; else the one with the nearest letters may be.
    static func unknown(
        _ what: String, name: String, kind: Kind, among candidates: [String], shown: [Text]? = nil,
        advice: Text? = nil, meant: String? = nil
    ) -> Failure {
        var message = Text(fr: "\(kind.name) « \(what) » n'existe pas", en: "there is no \(kind.name) \"\(what)\"")
        var parameters: JSONObject = ["id": .string(what)]
        if let near = meant ?? NearestName.nearest(to: what, among: candidates) {
            message = Text(
                fr: "\(message) ; vouliez-vous dire « \(near) » ?", en: "\(message); did you mean \"\(near)\"?")
            parameters["nearest"] = .string(near)
        }
        let known = Text(verbatim: ", ", joining: shown ?? candidates.sorted().map { Text(verbatim: $0) })
        let title: Text =
            switch (kind.isFeminine, candidates.count) {
            case (true, 1): Text(fr: "Connue : \(known)", en: "Known: \(known)")
            case (true, _): Text(fr: "Connues : \(known)", en: "Known: \(known)")
            case (false, 1): Text(fr: "Connu : \(known)", en: "Known: \(known)")
            case (false, _): Text(fr: "Connus : \(known)", en: "Known: \(known)")
            }
        return Failure(
            status: .refused, name: name, parameters: parameters, message: message,
            details: candidates.isEmpty ? [] : [title], advice: advice)
    }
}
