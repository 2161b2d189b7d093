import JSON
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Varlink

/// A service on a socket of its own; the test answers its calls.
final class TestService: Sendable {
    static let definition = """
        # What the tests call.
        interface org.example.test

        type Colour (red, green)
        type Place (shelf: string, level: ?int, colour: ?Colour)

        # Gives the text back.
        method Echo(text: string) -> (text: string)

        # Answered when the test says so, and never beside another call.
        method Hold(key: string) -> (key: string)

        # Answered when the test says so, beside others of its kind.
        method Share(key: string) -> (key: string)

        method Put(place: Place, others: []Place, named: [string]Place, extra: ?object, weight: ?float) -> ()

        error Refused (why: string)

        """

    typealias Body = @Sendable (VarlinkCall, VarlinkResponder) -> Void

    struct Handler: VarlinkHandler {
        let interfaces: [InterfaceDefinition]
        let body: Body

        func mayOverlap(_ method: String) -> Bool { method.hasSuffix(".Share") || method.hasSuffix(".Echo") }
        func handle(_ call: VarlinkCall, _ responder: VarlinkResponder) { body(call, responder) }
    }

    let folder: TemporaryFolder
    let path: String
    let server: VarlinkServer
    /// The events that the server reported.
    let events: Feed<VarlinkServerEvent>

    init(
        isActivated: Bool = false,
        configuration: VarlinkServer.Configuration = .init(),
        body: @escaping Body = TestService.echo
    ) async throws {
        folder = try TemporaryFolder()
        path = folder.path + "/socket"
        let events = Feed<VarlinkServerEvent>()
        self.events = events
        var configuration = configuration
        configuration.onEvent = { events.add($0) }
        server = try await VarlinkServer.start(
            at: isActivated ? .descriptor(try RawSocket.listening(at: path)) : .path(path),
            service: ServiceInfo(vendor: "Example", product: "Test", version: "1.2.3", url: "https://example.org/"),
            handler: Handler(interfaces: [try InterfaceDefinition(Self.definition)], body: body),
            configuration: configuration,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton
        )
    }

    func client() async throws -> VarlinkClient {
        try await VarlinkClient.connect(path: path, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    }

    /// Stops within the time that a machine needs that runs all tests at once.
    func stop() async { await server.stop(within: .seconds(120)) }

    /// Replies with the call's parameters.
    static let echo: Body = { call, responder in responder.reply(call.parameters) }
}

/// A queue of values that a test can wait for.
final class Feed<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        var waiter: CheckedContinuation<Value, Never>?
    }

    private let state = Mutex(State())

    func add(_ value: Value) {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.values.append(value)
                return nil as CheckedContinuation<Value, Never>?
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: value)
    }

    /// Waits for the next value.
    func next() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                if !state.values.isEmpty { return state.values.removeFirst() }
                state.waiter = continuation
                return nil
            }
            if let value { continuation.resume(returning: value) }
        }
    }

    /// The number of queued values.
    var count: Int { state.withLock { $0.values.count } }
}

/// A call that the test answers later.
struct HeldCall: Sendable {
    let call: VarlinkCall
    let responder: VarlinkResponder

    var key: String? { call.parameters["key"]?.stringValue }

    func answer() { responder.reply(call.parameters) }

    /// Returns once the turn of the event loop in which the call was handed over has ended.
    func settle() async throws { try await responder.eventLoop.submit {}.get() }
}

extension Feed<HeldCall> {
    var body: TestService.Body { { call, responder in self.add(HeldCall(call: call, responder: responder)) } }
}
