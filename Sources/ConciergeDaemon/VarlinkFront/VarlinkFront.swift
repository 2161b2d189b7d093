import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import JSON
import Varlink

/// Answers the calls of the control socket: identifies the caller, checks its role, and passes the call to its use
/// case.
struct VarlinkFront: VarlinkHandler {
    let interfaces: [InterfaceDefinition]
    private let bindings: MethodBindings
    private let access: AccessRules
    private let names: LoginNames
    private let language: Language
    private let uploads: Uploads

    /// - Throws: ``BadControlInterface`` if the definitions, the table of methods and the bindings do not agree.
    init(_ bindings: MethodBindings, access: AccessRules, names: LoginNames, language: Language, uploads: Uploads)
        throws
    {
        interfaces = try ControlInterface.definitions()
        self.bindings = bindings
        self.access = access
        self.names = names
        self.language = language
        self.uploads = uploads
        try bindings.check(against: interfaces)
    }

    /// Whether calls of a method may overlap. Overlapping calls go through the engine, which answers them in order. Any
    /// other call sees the effects of the calls before it on its connection.
    func mayOverlap(_ method: String) -> Bool { bindings[method]?.declaration.mayOverlap ?? false }

    func connectionEnded(_ connection: UInt64) { uploads.end(connection) }

    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        let principal = Principal(call.peer)
        guard let bound = bindings[call.method], access.allows(principal, bound.declaration) else {
            return responder.fail(.permissionDenied)
        }
        if let words = TextLimits.mistake(inNamesOf: call.parameters) {
            return refuse(.refused(words), call, responder)
        }
        guard bound.declaration.isSigned else {
            // The use case stores no name for such a call.
            return bound.begin(Exchange(call, responder, principal, actor: "", language))
        }
        names.ready(call.peer.uid, on: responder.eventLoop) { result in
            switch result {
            case .success:
                bound.begin(Exchange(call, responder, principal, actor: names.name(of: principal.uid), language))
            case .failure: refuse(.unavailable(Self.nobodyKnown), call, responder)
            }
        }
    }

    private func refuse(_ error: ControlError, _ call: VarlinkCall, _ responder: VarlinkResponder) {
        responder.fail(VarlinkError(error, of: call.interface, in: language))
    }

    private static let nobodyKnown = Text(
        fr: "le nom de votre compte n'a pas pu être lu dans l'annuaire de la machine",
        en: "the name of your account could not be looked up on this machine")
}

/// A call for a use case, with the destination of its answer.
struct Exchange: Sendable {
    let principal: Principal
    /// The caller's login name, for the history and the journal; empty if the method stores no name.
    let actor: String
    fileprivate let call: VarlinkCall
    fileprivate let responder: VarlinkResponder
    fileprivate let language: Language

    fileprivate init(
        _ call: VarlinkCall, _ responder: VarlinkResponder, _ principal: Principal, actor: String, _ language: Language
    ) {
        self.call = call
        self.responder = responder
        self.principal = principal
        self.actor = actor
        self.language = language
    }

    /// The number of the caller's connection.
    var connection: UInt64 { call.connection }

    /// Whether the caller reads a reply.
    var wantsReply: Bool { !call.oneway }

    /// Whether the caller accepts several replies.
    var takesMore: Bool { call.more }

    /// The stream for several replies.
    func replies<Reply>() -> Replies<Reply> { Replies(exchange: self) }

    func fail(_ error: ControlError) { responder.fail(VarlinkError(error, of: call.interface, in: language)) }

    func finish(_ reply: some WireValue) {
        do {
            responder.reply(encoded: try reply.encoded())
        } catch {
            fail(ControlError(anyOf: error))
        }
    }

    func end(_ result: Result<some WireValue, ControlError>) {
        switch result {
        case .success(let reply): finish(reply)
        case .failure(let error): fail(error)
        }
    }
}

/// The stream of a call's replies.
struct Replies<Reply: WireValue>: ReplyStream {
    fileprivate let exchange: Exchange

    func send(_ reply: Reply) -> Bool {
        // A reply that cannot be encoded is a programming error; it is left out.
        guard let bytes = try? reply.encoded() else { return true }
        return send(encoded: bytes)
    }

    func send(encoded reply: [UInt8]) -> Bool { exchange.responder.continues(encoded: reply) }
    func finish(_ reply: Reply) { exchange.finish(reply) }
    func fail(_ error: ControlError) { exchange.fail(error) }
    func failForRole() { exchange.responder.fail(.permissionDenied) }
    func whenDrained(_ action: @escaping @Sendable () -> Void) { exchange.responder.whenDrained(action) }
    func onClose(_ action: @escaping @Sendable () -> Void) { exchange.responder.onClose(action) }
}

/// The use case of each method.
struct MethodBindings: Sendable {
    struct Bound: Sendable {
        let declaration: MethodDeclaration
        fileprivate let begin: @Sendable (Exchange) -> Void
    }

    private var bound: [String: Bound] = [:]

    subscript(method: String) -> Bound? { bound[method] }

    /// Binds a method to `begin`, which answers its calls.
    mutating func bind<Method: ControlMethod>(
        _ method: Method.Type, to begin: @escaping @Sendable (Method, Exchange) -> Void
    ) {
        let declaration = Method.declaration
        bound[declaration.fullName] = Bound(declaration: declaration) { exchange in
            if declaration.replies == .stream, !exchange.takesMore { return exchange.responder.fail(.expectedMore) }
            do {
                begin(try Method(parameters: exchange.call.parameters), exchange)
            } catch {
                exchange.responder.fail(.invalidParameter(error.memberName))
            }
        }
    }

    /// Binds a method whose answer is passed to a completion function.
    mutating func bind<Method: ControlMethod>(
        _ method: Method.Type,
        submitting submit:
            @escaping @Sendable (
                Method, _ actor: String, @escaping Submitting.Completion<Method.Reply>
            ) -> Void
    ) {
        bind(method) { call, exchange in submit(call, exchange.actor) { exchange.end($0) } }
    }

    /// Binds a method that streams its replies.
    mutating func bind<Method: ControlMethod>(
        _ method: Method.Type,
        streaming begin: @escaping @Sendable (Method, Exchange, Replies<Method.Reply>) -> Void
    ) {
        bind(method) { call, exchange in begin(call, exchange, exchange.replies()) }
    }

    /// Binds a method that runs in a task of the daemon's own.
    mutating func bind<Method: ControlMethod>(
        _ method: Method.Type, doing body: @escaping @Sendable (Method, Exchange) async throws -> Method.Reply
    ) {
        bind(method) { call, exchange in
            Task(executorPreference: DaemonTasks.threads) {
                await exchange.attempt { exchange.finish(try await body(call, exchange)) }
            }
        }
    }

    /// Binds a method that reads a few rows by their keys. It begins on the event loop at once, and stays there if the
    /// ledger is on this machine.
    mutating func bind<Method: ControlMethod>(
        _ method: Method.Type, in reads: ReadPool,
        readingQuickly read: @escaping @Sendable (Method, Principal) async throws -> Method.Reply
    ) {
        bind(method) { call, exchange in
            exchange.read(in: reads, isLong: false) { exchange.finish(try await read(call, exchange.principal)) }
        }
    }

    /// Binds a method that reads more rows, off the event loop and in turn with the calls of other users.
    mutating func bind<Method: ControlMethod>(
        _ method: Method.Type, in reads: ReadPool,
        reading read: @escaping @Sendable (Method, Principal) async throws -> Method.Reply
    ) {
        bind(method) { call, exchange in
            exchange.read(in: reads, isLong: true) { exchange.finish(try await read(call, exchange.principal)) }
        }
    }
}

extension Exchange {
    /// Runs a read, and answers with its error if it fails.
    func read(in reads: ReadPool, isLong: Bool, _ body: @escaping @Sendable () async throws -> Void) {
        let lane = reads.lane(of: principal.uid)
        if isLong {
            Task(executorPreference: lane) { await attempt(body) }
        } else {
            Task.immediate(executorPreference: lane) { await attempt(body) }
        }
    }

    /// Runs a function, and answers with its error if it fails.
    fileprivate nonisolated(nonsending) func attempt(_ body: @Sendable () async throws -> Void) async {
        do {
            try await body()
        } catch {
            fail(ControlError(anyOf: error))
        }
    }
}

/// The definitions, the method table and the bindings of the control interface do not agree, which is a programming
/// error. The daemon does not start.
struct BadControlInterface: Error, Equatable, CustomStringConvertible {
    let mistakes: [String]
    var description: String { "the control interface is not whole: " + mistakes.joined(separator: "; ") }
}

extension MethodBindings {
    /// Checks that the definitions, the table of methods and the bindings agree.
    func check(
        against interfaces: [InterfaceDefinition], table: [any ControlMethod.Type] = ControlMethods.all
    ) throws(BadControlInterface) {
        var mistakes: [String] = []
        var defined: [String: InterfaceDefinition.Method] = [:]
        for interface in interfaces {
            for method in interface.methods { defined["\(interface.name).\(method.name)"] = method }
        }
        var inTable: Set<String> = []
        for method in table {
            let name = method.declaration.fullName
            if !inTable.insert(name).inserted { mistakes.append("\(name) stands twice in the table") }
            if method.declaration.role == .nobody { mistakes.append("\(name) needs a role") }
            guard let definition = defined[name] else {
                mistakes.append("\(name) is not defined")
                continue
            }
            if definition.input.contains(where: { $0.name == "idempotency_key" }) != method.takesKey {
                mistakes.append("\(name) is not declared as its definition has it: idempotency_key")
            }
            if bound[name] == nil { mistakes.append("\(name) is bound to nothing") }
        }
        for name in defined.keys.sorted() where !inTable.contains(name) {
            mistakes.append("\(name) is not in the table")
        }
        if !mistakes.isEmpty { throw BadControlInterface(mistakes: mistakes) }
    }
}

extension Principal {
    init(_ peer: VarlinkPeer) { self.init(uid: peer.uid, groups: peer.groups) }
}

extension VarlinkError {
    init(_ error: ControlError, of interface: String, in language: Language) {
        self.init("\(interface).\(error.name.rawValue)", error.parameters(in: language))
    }
}

extension TextLimits {
    /// Why a call's own parameters are refused: they are names and keys, which must be short. The fields of an input
    /// are checked by their declarations.
    fileprivate static func mistake(inNamesOf parameters: JSONObject) -> Text? {
        for case (let name, .string(let text)) in parameters {
            let limit =
                switch name {
                // A portion of a file: the length of a message is its limit.
                case "data": Int.max
                // A key of the directory, which may be as long as a cell.
                case "after": Int.max
                case "reason": TextLimits.lines
                case "query", "resident", "residence", "about", "holder", "holder_resident", "email":
                    TextLimits.resident
                case "idempotency_key": TextLimits.key
                default: TextLimits.name
                }
            if let words = TextLimits.tooLong(text, limit: limit) { return TextLimits.sentence(words, about: name) }
        }
        return nil
    }
}

extension Error {
    /// The member that could not be decoded. The server has already checked the parameters against the definition.
    fileprivate var memberName: String {
        switch self as? DecodingError {
        case .keyNotFound(let key, _): MemberName.of(key.stringValue)
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.last.map { MemberName.of($0.stringValue) } ?? ""
        default: ""
        }
    }
}

extension ControlInterface {
    /// The definitions of all interfaces.
    static func definitions() throws -> [InterfaceDefinition] { try all.map { try InterfaceDefinition($0.source) } }
}
