import ConciergeProtocol
import JSON
import Wording

/// What the Tab key offers behind the words of a command line: commands and options as the parser knows them, short forms,
/// and what the daemon serves. It offers nothing where the daemon cannot be reached.
///
/// The scripts for the shells (``CompletionScript``) only ask for it, so that all shells offer the same.
struct Completion: Sendable {
    /// The first word of a command line that asks what can be typed.
    static let command = "---complete"

    /// A word that is offered.
    struct Offer: Hashable, Sendable {
        var text: String
        /// What it is, for shells that show it.
        var about = ""
    }

    /// Words, or that the shell is to offer files.
    enum Answer: Hashable {
        case offers([Offer])
        case files
    }

    /// The words before the one that is typed, with `requests` where a short form leaves it out.
    private let before: [String]
    private let typed: String
    private let console: Console

    /// - Parameter words: The words behind the program's name; the last is being typed, and may be empty.
    init(_ words: [String], _ console: Console) {
        before = ShortForm.written(out: Array(words.dropLast()))
        typed = words.last ?? ""
        self.console = console
    }

    /// What can be typed there.
    func answer(_ tree: CommandTree) async -> Answer {
        let place = tree.place(after: before)
        if let option = place.option { return await values(of: option, typed, place) }
        if typed.hasPrefix("-"), !place.isTerminated {
            if let equals = typed.firstIndex(of: "="), let option = place.named(String(typed[..<equals])) {
                let value = String(typed[typed.index(after: equals)...])
                return await values(of: option, value, place).behind(typed[...equals])
            }
            return .offers(place.optionOffers.filter { $0.text.hasPrefix(typed) })
        }
        if place.positionals.isEmpty, !place.command.commands.isEmpty {
            var offers = place.command.commands.flatMap(\.offers)
            if place.path.isEmpty { offers += shortForms(tree) }
            return .offers(offers.filter { $0.text.hasPrefix(typed) })
        }
        guard let argument = place.positional else { return .offers([]) }
        return await values(of: argument, typed, place)
    }

    private func shortForms(_ tree: CommandTree) -> [Offer] {
        ShortForm.names.map { name in
            let place = tree.place(after: ShortForm.written(out: [name]))
            return Offer(text: name, about: place.command.about)
        }
    }

    // MARK: Values

    private func values(of argument: CommandTree.Argument, _ typed: String, _ place: CommandTree.Place) async -> Answer
    {
        if !argument.values.isEmpty {
            return .offers(argument.values.filter { $0.hasPrefix(typed) }.map { Offer(text: $0) })
        }
        func isNamed(_ names: Text...) -> Bool { names.contains { $0[console.language] == argument.value } }
        if isNamed(.file, Text(fr: "chemin", en: "path"), Text(fr: "dossier", en: "dir")) { return .files }
        if isNamed(.service) { return await offers(typed) { try await $0.catalogue().services.values.candidates } }
        if isNamed(Text(fr: "module", en: "provider")) || place.path.first == "providers" {
            return await offers(typed) { try await Holdable.providers.candidates(on: $0) }
        }
        if isNamed(Text(fr: "tâche", en: "task")) { return await offers(typed) { try await $0.tasks().candidates } }
        if isNamed(Text(fr: "horaire", en: "schedule")) {
            return await offers(typed) { try await Holdable.schedules.candidates(on: $0) }
        }
        if isNamed(Text(fr: "état", en: "state")), place.path.first != "runs" {
            return await offers(typed) { connection in
                let catalogue = try await connection.catalogue()
                let service = place.given["--service"].flatMap { try? catalogue.service($0).id }
                return catalogue.services.values.filter { service == nil || $0.id == service }.flatMap(\.states)
                    .candidates
            }
        }
        if isNamed(.requestID) { return await find(requests) }
        guard isNamed(.fieldValue, Text(fr: "demande… action champ=valeur", en: "request… action field=value")) else {
            return .offers([])
        }
        return await find { connection in try await words(place, connection) }
    }

    /// What follows a request or a service: an action, an opening, the fields of one and their values.
    private func words(_ place: CommandTree.Place, _ connection: Connection) async throws -> [Offer] {
        let given = place.positionals
        switch place.path.last {
        case "act":
            guard !given.isEmpty else { return try await requests(connection) }
            return try await actions(given, connection)
        case "open":
            guard let name = given.first else { return [] }
            let service = try await connection.service(name)
            let openings = service.openings.candidates
            var (opening, words) = (service.openings.first, Array(given.dropFirst()))
            if let word = words.first, !word.contains("="), case .one(let found) = NameMatch(openings).find(word) {
                opening = service.openings.first { $0.id == found.id }
                words.removeFirst()
            }
            let named = words.isEmpty && openings.count > 1 ? offers(typed, openings) : []
            return named + fields(opening?.fields ?? [], given: words)
        case "correct":
            guard let id = given.first else { return try await requests(connection) }
            let request = try await request(id, connection)
            return fields(try await connection.service(request.service).corrections, given: Array(given.dropFirst()))
        case "trigger":
            guard let name = given.first else { return [] }
            let task = try await connection.task(name, among: try await connection.tasks())
            return fields(task.fields, given: Array(given.dropFirst()))
        default: return []
        }
    }

    private func actions(_ given: [String], _ connection: Connection) async throws -> [Offer] {
        let words = try ActWords(given)
        guard let id = words.ids.first else { return [] }
        let request = try await request(id, connection)
        let service = try await connection.service(request.service)
        let all = service.actions.candidates
        let possible = all.filter { request.actions.contains($0.id) }
        guard let name = words.action else { return offers(typed, possible) }
        var found = NameMatch(all).find(name)
        if case .several = found { found = NameMatch(possible).find(name) }
        guard case .one(let action) = found else { return [] }
        return fields(service.action(action.id)?.fields ?? [], given: words.fields)
    }

    private func request(_ id: String, _ connection: Connection) async throws -> Wire.Request {
        try await connection.call(RequestMethods.Get(id: try await connection.requestID(id))).read().request
    }

    private func requests(_ connection: Connection) async throws -> [Offer] {
        var list = RequestMethods.List()
        (list.open, list.limit) = (true, 200)
        let catalogue = try await connection.catalogue()
        return try await connection.call(list).read().requests.filter { $0.id.hasPrefix(typed.uppercased()) }
            .map { Offer(text: $0.id, about: catalogue.name(ofService: $0.service)[console.language]) }
    }

    /// The fields that are not given yet, and behind the equals sign of one its choices.
    private func fields(_ fields: [Wire.Field], given: [String]) -> [Offer] {
        let named = fields.map { NameMatch.Candidate(id: $0.name, name: $0.shortTitle) }
        func field(_ name: some StringProtocol) -> Wire.Field? {
            guard case .one(let found) = NameMatch(named).find(String(name)) else { return nil }
            return fields.first { $0.name == found.id }
        }
        if let equals = typed.firstIndex(of: "=") {
            guard let field = field(typed[..<equals])?.element else { return [] }
            var choices = field.choices.candidates
            choices += (field.known ?? []).candidates
            if field.kind == .bool {
                choices = [true, false].map {
                    let words = RecordWords.said($0)
                    return NameMatch.Candidate(id: words[console.language], name: words)
                }
            }
            let (name, value) = (typed[...equals], String(typed[typed.index(after: equals)...]))
            return offers(value, choices).map { Offer(text: name + $0.text, about: $0.about) }
        }
        let taken = given.compactMap { word in
            word.firstIndex(of: "=").flatMap { field(word[..<$0]) }.flatMap { $0.isList ? nil : $0.name }
        }
        return offers(typed, named).filter { offer in !taken.contains(field(offer.text)?.name ?? "") }
            .map { Offer(text: $0.text + "=", about: $0.about) }
    }

    // MARK: Spellings

    /// The candidates that what is typed begins, each in a spelling that begins so: its id, a word of its name that no other
    /// candidate has, or its name.
    private func offers(_ typed: String, _ candidates: [NameMatch.Candidate]) -> [Offer] {
        let match = NameMatch(candidates)
        let begun = typed.folded
        var offers: [Offer] = []
        for candidate in candidates {
            let name = candidate.name[console.language]
            if candidate.id.hasPrefix(typed) {
                offers.append(Offer(text: candidate.id, about: name))
            } else if !begun.isEmpty {
                let words = name.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init)
                let word = words.first { $0.folded.hasPrefix(begun) && match.find($0) == .one(candidate) }
                let whole = name.folded.hasPrefix(begun) ? name.lowercased() : nil
                if let text = word ?? whole { offers.append(Offer(text: text, about: name)) }
            }
        }
        return offers.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func offers(
        _ typed: String, _ candidates: @Sendable (Connection) async throws -> [NameMatch.Candidate]
    ) async -> Answer {
        await find { connection in offers(typed, try await candidates(connection).sorted { $0.id < $1.id }) }
    }

    private func find(_ offers: (Connection) async throws -> [Offer]) async -> Answer {
        var found: [Offer] = []
        var socket: String?
        if let index = before.firstIndex(of: "--socket"), index + 1 < before.count { socket = before[index + 1] }
        let path = Common.socket(option: socket, environment: console.environment)
        try? await Connection.with(socket: path) { found = try await offers($0) }
        return .offers(found)
    }
}

extension Completion.Answer {
    /// The same offers with what is before the value in the same word.
    fileprivate func behind(_ head: Substring) -> Completion.Answer {
        guard case .offers(let offers) = self else { return self }
        return .offers(offers.map { Completion.Offer(text: head + $0.text, about: $0.about) })
    }
}
