import ConciergeProtocol
import JSON
import Varlink
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Failure {
    /// A failure that explains the daemon's error to the user.
    init(_ error: VarlinkError) {
        self.init(wire: error.name, parameters: error.parameters)
    }

    /// A failure that explains the error with this name to the user. The interface before the name is ignored.
    init(wire name: String, parameters: JSONObject) {
        let short = name.split(separator: ".").last.map(String.init) ?? name
        let refusal = ControlError.Name(rawValue: short)
        self.init(
            status: .foreign, name: name, refusal: refusal, parameters: parameters, message: Text(verbatim: name))
        switch (refusal, short) {
        case (let refusal?, _): describe(ControlError(refusal, parameters))
        case (nil, "InvalidParameter"): describeInvalidParameter()
        case (nil, "PermissionDenied"): describePermissionDenied()
        default: describeForeign()
        }
    }

    private mutating func describe(_ error: ControlError) {
        switch error {
        case .refused(let reason):
            status = .refused
            message =
                reason.text ?? Text(fr: "refusé : « \(reason.shortly) »", en: "refused: \(reason.shortly)")
            advice = Text(fr: "Rien n'a été changé.", en: "Nothing was changed.")
        case .notFound(let id):
            status = .refused
            message = Text(fr: "rien ne porte l'identifiant « \(id) »", en: "nothing has the id \"\(id)\"")
            advice = Text(
                fr: "Vérifiez l'identifiant : il porte un caractère de contrôle, une seule faute de frappe suffit.",
                en: "Check the id: it carries a check character, so a single slip is enough.")
            if name.hasPrefix(ControlInterface.residents.name) {
                advice = Text(
                    fr: "Cherchez un locataire par son nom : conciergectl residents search",
                    en: "Look for a resident by name: conciergectl residents search")
            } else if name.hasPrefix(ControlInterface.notices.name) {
                advice = Text(
                    fr: "Les messages et leurs numéros : conciergectl notices",
                    en: "The notices and their numbers: conciergectl notices")
            }
        case .invalidInput(let field, let reason):
            status = .refused
            let words = reason.text ?? Text(verbatim: reason.shortly)
            message = Text(fr: "« \(field) » : \(words)", en: "\"\(field)\": \(words)")
            advice = Text(fr: "Rien n'a été changé.", en: "Nothing was changed.")
        case .unavailable(let reason):
            status = .unavailable
            message =
                reason.text
                ?? Text(
                    fr: "le registre ne peut pas le prendre maintenant",
                    en: "the ledger cannot take it now (\(reason.shortly))")
            advice = Text(
                fr: "Rien n'a été changé : réessayez dans un moment, et prévenez l'exploitation si cela dure.",
                en: "Nothing was changed: try again in a while, and tell operations if it lasts.")
        case .badConfiguration(let reason): describeBadConfiguration(reason)
        }
    }

    private mutating func describeInvalidParameter() {
        status = .refused
        let parameter = parameters["parameter"]?.stringValue ?? "?"
        message = Text(
            fr: "concierged n'accepte pas la valeur de « \(parameter) »",
            en: "the daemon does not accept the value of \"\(parameter)\"")
        advice = Text(
            fr: "Les champs et leurs exemples : conciergectl services, conciergectl tasks",
            en: "The fields and their examples: conciergectl services, conciergectl tasks")
    }

    private mutating func describePermissionDenied() {
        status = .noRight
        message = Text(fr: "vous n'avez pas le droit de faire cela", en: "you have no right to do this")
        advice = Text(
            fr: "Les droits viennent des groupes Unix de votre compte ; demandez à l'exploitation (voir : id -nG).",
            en: "Rights come from the Unix groups of your account; ask operations (see: id -nG).")
    }

    private mutating func describeBadConfiguration(_ said: ControlError.Reason) {
        status = .configuration
        let reason = said.text?.en ?? said.shortly
        let french = (said.text?.fr ?? reason).split(separator: "\n").map(String.init)
        let lines = reason.split(separator: "\n").map(String.init)
        // The mistakes follow on lines of their own: an author of settings may have said one in English alone.
        message = Text(
            fr: "la configuration est mauvaise ; voici où :",
            en: lines.count > 1 ? "the configuration is bad:" : "the configuration is bad: \(reason)")
        details = lines.indices.map { index in
            Text(
                saidInFrench: index < french.count ? french[index] : lines[index],
                english: lines.count > 1 ? lines[index] : "")
        }
        advice = Text(
            fr: "Celle d'avant reste en vigueur. Corrigez la nouvelle, puis : conciergectl reload",
            en: "The one before stays in force. Mend the new one, then: conciergectl reload")
    }

    private mutating func describeForeign() {
        message = Text(
            fr: "concierged a répondu par une erreur inconnue : \(JSON.object(parameters).text) (\(name))",
            en: "the daemon answered with an error that is not known: \(name) \(JSON.object(parameters).text)")
        advice = Text(
            fr: "concierged et conciergectl sont-ils de la même version ? Comparez : conciergectl --version et status",
            en: "Are the daemon and conciergectl of the same version? Compare: conciergectl --version and status")
    }
}

extension ControlError.Reason {
    /// The reason in the language that the daemon chose.
    fileprivate var shortly: String { words ?? "?" }
}

extension Failure {
    /// The connection could not be made, or it was lost.
    init(_ error: VarlinkConnectionError, socket: String) {
        switch error {
        case .cannotConnect(_, ENOENT):
            let reason = Text(fr: "la socket n'existe pas", en: "the socket does not exist")
            self = .unreachable("NoSocket", socket, reason)
        case .cannotConnect(_, ECONNREFUSED):
            let reason = Text(fr: "personne n'y répond", en: "nobody answers there")
            self = .unreachable("ConnectionRefused", socket, reason)
        case .cannotConnect(_, EACCES): self = .noAccess(to: socket)
        case .cannotConnect(_, let code): self = .unreachable("CannotConnect", socket, Text(errno: code))
        case .lost, .closed: self = .lost(socket)
        case .malformedReply(let reason): self = .malformed(reason)
        }
    }

    private static func malformed(_ reason: String) -> Failure {
        Failure(
            status: .foreign, name: "conciergectl.MalformedReply", parameters: ["reason": .string(reason)],
            message: Text(
                fr: "ce qui répond sur la socket ne parle pas Varlink",
                en: "what answers at the socket does not speak Varlink: \(reason)"),
            advice: Text(
                fr: "Est-ce bien la socket de concierged ? Voir : --socket et CONCIERGE_SOCKET",
                en: "Is it the socket of concierged? See: --socket and CONCIERGE_SOCKET"))
    }

    static func unreachable(_ name: String, _ socket: String, _ reason: Text) -> Failure {
        Failure(
            status: .unavailable, name: "conciergectl.\(name)", parameters: ["socket": .string(socket)],
            message: Text(
                fr: "concierged est injoignable sur \(socket) : \(reason)",
                en: "the daemon cannot be reached at \(socket): \(reason)"),
            advice: Text(
                fr: "Est-il lancé ? systemctl status concierged",
                en: "Is the daemon running? systemctl status concierged"))
    }

    static func noAccess(to socket: String) -> Failure {
        Failure(
            status: .noRight, name: "conciergectl.NoAccess", parameters: ["socket": .string(socket)],
            message: Text(
                fr: "votre compte ne peut pas utiliser la socket \(socket)",
                en: "your account may not use the socket \(socket)"),
            advice: Text(
                fr: "Elle est réservée au groupe du personnel de la loge : usermod -aG concierge-staff NOM, puis"
                    + " reconnectez-vous.",
                en: "It belongs to the group of the lodge's staff: usermod -aG concierge-staff NAME, then log in"
                    + " again."))
    }

    static func lost(_ socket: String) -> Failure {
        Failure(
            status: .unavailable, name: "conciergectl.ConnectionLost", parameters: ["socket": .string(socket)],
            message: Text(
                fr: "la connexion à concierged a été perdue avant sa réponse",
                en: "the connection to the daemon was lost before its answer"),
            advice: Text(
                fr: "concierged a peut-être redémarré : systemctl status concierged",
                en: "The daemon may have restarted: systemctl status concierged"))
    }

    /// The connection is open, but the daemon sends nothing.
    static func noAnswer(_ socket: String) -> Failure {
        Failure(
            status: .unavailable, name: "conciergectl.NoAnswer", parameters: ["socket": .string(socket)],
            message: Text(
                fr: "concierged ne répond pas sur \(socket) : il est arrêté, ou bloqué",
                en: "the daemon does not answer at \(socket): it is stopped, or stuck"),
            advice: Text(
                fr: "Prévenez l'exploitation. Voir : systemctl status concierged",
                en: "Tell operations. See: systemctl status concierged"))
    }

    /// The failure of a call that changes something. If the answer was lost, it is unknown whether the change was made;
    /// the failure then names the key with which the call can be repeated safely.
    func repeatable(with key: String) -> Failure {
        var failure = self
        switch name {
        case "conciergectl.ConnectionLost":
            failure.message = Text(
                fr: "la connexion à concierged a été perdue : on ne sait pas si c'est fait",
                en: "the connection to the daemon was lost: it is not known whether it was done")
        case "conciergectl.NoAnswer":
            failure.message = Text(
                fr: "concierged ne répond pas : on ne sait pas si ce sera fait",
                en: "the daemon does not answer: it is not known whether it will be done")
        default: return self
        }
        failure.parameters["idempotency_key"] = .string(key)
        failure.advice = Text(
            fr: "Répétez la commande avec --idempotency-key \(key) : ce ne sera fait qu'une fois.",
            en: "Repeat the command with --idempotency-key \(key): it will be done only once.")
        return failure
    }
}
